"""Who is in the class: a CSV with a row for each person, and by what names the platforms know that one."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable
from dataclasses import dataclass

from grading.results.visible import shown
from grading.submission.values import BadSubmission

MOST_BYTES = 10_000_000
IDENTITY = ("identity", "id", "login", "username", "student id", "sis user id", "orgdefinedid", "email")
NAMES = ("name", "full name", "student", "display name")
GROUPS = ("group", "team")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Person:
    """Somebody in the class."""

    identity: str
    name: str = ""
    group: str = ""


class Roster:
    """All who are in the class; an empty one knows nobody and misses nobody."""

    def __init__(self, people: Iterable[tuple[Person, Iterable[str]]] = (), notes: Iterable[str] = ()) -> None:
        self.people: list[Person] = []
        self.notes = list(notes)
        self._known: dict[str, list[Person]] = {}
        for person, keys in people:
            if any(person.identity == other.identity for other in self.people):
                self.notes.append(f"{shown(person.identity)} stands in the roster twice: the first row counts.")
                continue
            self.people.append(person)
            for form in {form for key in (person.identity, person.name, *keys) for form in _forms(key)}:
                self._known.setdefault(form, []).append(person)

    def find(self, *keys: str) -> list[Person]:
        """Return whoever is known by one of these keys, the first of them that anybody is known by."""
        for key in keys:
            for form in _forms(key):
                if found := self._known.get(form):
                    return found
        return []

    def group(self, name: str) -> list[Person]:
        """Return all who are in a group; nobody if there is none of that name."""
        return [person for person in self.people if person.group and _folded(person.group) == _folded(name)]

    def knows(self, key: str) -> bool:
        """Tell whether somebody, or a group, is known by a key."""
        return bool(self.find(key) or self.group(key))


def read(data: bytes, name: str = "the roster") -> Roster:
    """Return the roster in a CSV; BadSubmission with a sentence if it is none."""
    if len(data) > MOST_BYTES:
        raise BadSubmission(f"{shown(name)} is too big for a roster.")
    text = _decoded(data).lstrip()
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    try:
        rows = [row for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark) if any(map(str.strip, row))]
    except csv.Error as error:
        raise BadSubmission(f"{shown(name)} is no CSV: {shown(str(error))}.") from None
    titles = [title.strip().casefold() for title in rows[0]] if rows else []
    column = _column(titles, IDENTITY)
    if column is None:
        raise BadSubmission(f"{shown(name)} has no column {IDENTITY[0]}: its first row has to name the columns.")
    return Roster(_people(rows[1:], titles, column), _notes(rows[1:], column, name))


def _people(rows: list[list[str]], titles: list[str], column: int) -> Iterable[tuple[Person, list[str]]]:
    name, group = _column(titles, NAMES), _column(titles, GROUPS)
    for row in rows:
        if identity := _cell(row, column):
            others = [_cell(row, i) for i in range(len(row)) if i not in (column, name, group)]
            yield Person(identity, _cell(row, name), _cell(row, group)), others


def _notes(rows: list[list[str]], column: int, name: str) -> list[str]:
    nobody = sum(not _cell(row, column) for row in rows)
    return [f"{nobody} rows of {shown(name)} name nobody."] if nobody else []


def _column(titles: list[str], wanted: Iterable[str]) -> int | None:
    return next((titles.index(title) for title in wanted if title in titles), None)


def _cell(row: list[str], column: int | None) -> str:
    return row[column].strip() if column is not None and column < len(row) else ""


def _decoded(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _forms(key: str) -> list[str]:
    """Return the ways in which platforms write a name: as it is, in one word, and its words in any order."""
    words = WORD.findall(key.casefold())
    if not words:
        return []
    return [_folded(key), *(["".join(words), " ".join(sorted(words))] if len(words) > 1 else [])]
