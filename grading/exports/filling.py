"""Grades go into a gradebook's own file, beside the right people; what is not certain is told, and not filled in."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from grading.exports.sheet import Cell, Sheet
from grading.results.values import Grade
from grading.results.visible import visible

NUMBER = re.compile(r"\d+(?:[.,](?:\d{1,2}|\d{4,}))?")  # three digits behind a mark may be thousands


Also = Mapping[str, Sequence[str]]  # by identities, what else the course knows of nobody but them
UNKNOWN: Also = {}


@dataclass(frozen=True)
class Filled:
    """The new bytes of a file, and what was changed in it or could not be."""

    data: bytes
    diff: str


def pairs(
    keys: Sequence[set[str]], identities: Sequence[str], also: Also = UNKNOWN
) -> tuple[dict[int, int], list[str]]:
    """Return which row belongs to which identity, and a sentence on everyone who has no row of his own.

    `keys` has all by which a row can be known, and `also` what may be said of those whose identity is in none. Whoever
    fits two rows, or shares one, gets none: nothing is guessed.
    """
    rows: dict[str, list[int]] = {}
    for number, own in enumerate(keys):
        for key in own:
            rows.setdefault(key, []).append(number)
    alike: dict[str, set[int]] = {}
    for key, numbers in rows.items():
        alike.setdefault(_folded(key), set()).update(numbers)
    found = {name: rows.get(name) or _alike(alike, [name]) or _alike(alike, also.get(name, ())) for name in identities}
    times, claims = Counter(identities), Counter(row[0] for row in found.values() if len(row) == 1)
    certain, told = {}, []
    for number, name in enumerate(identities):
        trouble = _trouble(found[name], times[name], claims)
        if trouble:
            told.append(f"{visible(name)}: {trouble}; nothing is filled in.")
        else:
            certain[found[name][0]] = number
    return certain, list(dict.fromkeys(told))


def places(
    keys: Sequence[set[str]], identities: Sequence[str], taken: Iterable[int], also: Also = UNKNOWN
) -> dict[str, int]:
    """Return the rows of people, where they are certain and are none of those that are taken."""
    certain, _ = pairs(keys, identities, also)
    free = certain.keys() - set(taken)
    return {identities[whose]: place for place, whose in certain.items() if place in free}


def _alike(rows: Mapping[str, set[int]], names: Iterable[str]) -> list[int]:
    """Return the rows that all the names fit which any fits, or else all that one of them does."""
    found = [own for name in names if (own := rows.get(_folded(name)))]
    return sorted(set.intersection(*found) or set.union(*found)) if found else []


def _folded(key: str) -> str:
    """Return a key as a login or a mail address counts, in capitals or not, however the system writes its letters."""
    return unicodedata.normalize("NFC", key).casefold()


def _trouble(rows: list[int], times: int, claims: Counter[int]) -> str:
    if times > 1:
        return f"{times} grades have this name"
    if len(rows) > 1:
        return f"{len(rows)} rows fit"
    if not rows:
        return "not in the file"
    return "another grade belongs to the same row" if claims[rows[0]] > 1 else ""


def number(text: str) -> float | None:
    """Return the number in a cell, with a decimal point or comma; None if there is none."""
    return float(text.replace(",", ".")) if NUMBER.fullmatch(text) else None


def decimal_mark(texts: Sequence[str]) -> str:
    """Return the mark that the numbers of a file have; a point if they do not tell."""
    numbers = [text for text in texts if NUMBER.fullmatch(text)]
    has_comma, has_point = (any(mark in text for text in numbers) for mark in ",.")
    return "," if has_comma and not has_point else "."


def score(grade: Grade, maximum: float | None) -> float | None:
    """Return the points as a share of what the gradebook gives; None where there is no grade."""
    if grade.is_fault or not grade.max_points:
        return None
    return round(grade.points * maximum / grade.max_points, 2) if maximum else float(grade.points)


def written(value: float, mark: str) -> str:
    """Return a number as it stands in a cell: `88.46`, `52`."""
    return f"{value:.2f}".rstrip("0").rstrip(".").replace(".", mark)


class Filling:
    """Collects what becomes of a file."""

    def __init__(self, sheet: Sheet, mark: str) -> None:
        self._sheet, self._mark = sheet, mark
        self._changes: dict[Cell, str] = {}
        self._told: list[str] = []

    def tells(self, *sentences: str) -> None:
        """Add sentences to the diff."""
        self._told += sentences

    def puts(self, who: str, title: str, cell: Cell, text: str, why: str = "") -> None:
        """Change a cell, and show how."""
        self._changes[cell] = text
        old, new = (visible(value) if len(value) < 40 else "a text" for value in (cell.text, text))
        self._told.append(f"{visible(who)}, {visible(title)}: {old or 'nothing'} → {new}{why and f' ({why})'}")

    def scores(self, who: str, title: str, cell: Cell, grade: Grade, maximum: float | None) -> None:
        """Put a grade into a cell unless it is there already, or there is none."""
        value = score(grade, maximum)
        if value is None:
            self.tells(
                f"{visible(who)}: no grade, since the grader could not tell; the cell stays as it is. Grade again."
            )
        elif number(cell.text.strip()) != value:
            points = f"{grade.points} of {grade.max_points} points"
            self.puts(who, title, cell, written(value, self._mark), points)

    def tells_of_ungraded(self, column: int, places: Mapping[str, int]) -> None:
        """Tell whose cell has a number though there is no grade, by where the rows of these people are."""
        for who, place in places.items():
            text = self._sheet.text(self._sheet.rows[place], column)
            if number(text) is not None:
                self.tells(f"{visible(who)}: no grade; the cell stays as it is, with {text}.")

    def done(self) -> Filled:
        """Return the file as it is now."""
        lines = self._told or ["Nothing changes."]
        return Filled(self._sheet.changed(self._changes), "".join(f"{line}\n" for line in lines))
