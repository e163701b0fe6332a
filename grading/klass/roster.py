"""Who is in the class: a CSV with a row for each person, and by what names the platforms know that one."""

from __future__ import annotations

import csv
import functools
import io
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from grading.exports.sheet import WORKBOOKS
from grading.exports.titles import LANGUAGES
from grading.klass.codepage import Names, text_of
from grading.klass.columns import FIRST_NAMES, GROUPS, IDENTITY, LAST_NAMES, NAMES, column
from grading.results.visible import shown
from grading.submission.values import BadSubmission

MOST_BYTES = 10_000_000
DIFFERENT = 0.9  # share of the numbers in a column, from which on each of them may be somebody's
MOST_WORDS = 12  # of a name that is looked at part by part
TELLING = re.compile(r"(?=.*[^\W\d_]).{3,}|\d{5,}", re.DOTALL)
WORD = re.compile(r"[^\W_]+")
OTHER_LETTER = re.compile(r"[^a-z0-9]")  # that Canvas leaves away
PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "ð": "d"})
EXACTLY = re.compile(r'="(.*)"', re.DOTALL)  # a cell whose zeros a spreadsheet shall leave alone
SEPARATED = re.compile(r'"?sep=(.)"?\r?\n', re.IGNORECASE)  # what some spreadsheets write before all else
PARTICIPANT = re.compile(  # a person without a name, as the worksheets of Moodle have it
    rf"(?:[^\W\d]+ |(?:{'|'.join({one.participant: 0 for one in LANGUAGES})}|Teilnehmer:in) ?)(\d+)", re.IGNORECASE
)


@dataclass(frozen=True)
class Person:
    """Somebody in the class."""

    identity: str
    name: str = ""
    group: str = ""
    also: tuple[str, ...] = field(default=(), compare=False)  # what the roster says of nobody else, such as an address

    def is_called(self, name: str) -> bool:
        """Tell whether this is the name, in whatever order of its words."""
        return not set(_forms(self.name)).isdisjoint(_forms(name))


class Roster:
    """All who are in the class; an empty one knows nobody and misses nobody."""

    def __init__(self, people: Iterable[tuple[Person, Iterable[str]]] = (), notes: Iterable[str] = ()) -> None:
        self.people: list[Person] = []
        self.notes = list(notes)
        self._known: dict[str, list[Person]] = {}
        self._turned: dict[str, list[Person]] = {}  # by names that begin with another of their words
        self._groups: dict[str, dict[str, list[Person]]] = {}  # by the ways to write its name, those of each group
        for person, keys in people:
            if any(person.identity == other.identity for other in self.people):
                self.notes.append(f"{shown(person.identity)} stands in the roster twice: the first row counts.")
                continue
            self.people.append(person)
            if group := _folded(person.group):
                for form in {group, _squeezed(group)} - {""}:
                    self._groups.setdefault(form, {}).setdefault(group, []).append(person)
            own = (person.identity, person.name, *keys)
            for known, forms in ((self._known, _forms), (self._turned, _turned)):
                for form in {form for key in own for form in forms(key)}:
                    known.setdefault(form, []).append(person)

    def find(self, *keys: str) -> list[Person]:
        """Return whoever is known by one of these keys, the first of them that anybody is known by."""
        for known in (self._known, self._turned):
            for key in keys:
                for form in _forms(key):
                    if found := known.get(form):
                        return found
        return next((found for key in keys if (found := self._named_twice(key))), [])

    def owners(self, who: str, name: str) -> list[Person]:
        """Return all whose something may be that a platform gave both a number, or a login, and a name.

        Where the two speak of different people, it is a question: a number may be of something else.
        """
        own, called = self.find(who), self.find(name)
        own = [one for one in own if _folded(one.identity) == _folded(who)] or own
        both = [one for one in own if one in called]
        return both or [*own, *called]

    def near(self, name: str) -> list[Person]:
        """Return whose name it may be in other letters, with a part left away, or as Canvas writes it."""
        plain, squeezed = _plain(name), _squeezed(name)
        return [
            one
            for one, own, forms in self._in_plain_letters
            if len(own) > 1 and (squeezed in forms or len(plain) > 1 and (plain <= own or own <= plain))
        ]

    @functools.cached_property
    def _in_plain_letters(self) -> list[tuple[Person, set[str], set[str]]]:
        """Everybody with the words of the name, and with all of it in one word of what Canvas leaves of the letters."""
        turned = ({OTHER_LETTER.sub("", form) for form in _turned(one.name)} for one in self.people)
        return [(one, _plain(one.name), forms) for one, forms in zip(self.people, turned, strict=True)]

    def _named_twice(self, key: str) -> list[Person]:
        """Return those whom two parts of a key name, such as a name and a login.

        It is one for certain only where one of the parts names nobody else as well; otherwise, it is all who may be.
        """
        words = WORD.findall(_folded(key))[:MOST_WORDS]
        named: dict[str, list[tuple[int, int]]] = {}
        people: dict[str, Person] = {}
        shared: dict[str, list[Person]] = {}  # by identities, who else has every part that names them
        for i, j in itertools.combinations(range(len(words) + 1), 2):
            for one in (found := self._known.get(" ".join(sorted(words[i:j])), [])):
                named.setdefault(one.identity, []).append((i, j))
                people[one.identity] = one
                shared[one.identity] = min(found, shared.get(one.identity, found), key=len)
        apart = [who for who, at in named.items() if max(i for i, _ in at) >= min(j for _, j in at)]
        return list({other.identity: other for who in apart for other in shared[who]}.values())

    def group(self, name: str) -> list[Person]:
        """Return all who are in a group; nobody if there is none of that name."""
        for form in (_folded(name), _squeezed(name)):
            named = self._groups.get(form, {})
            if len(named) == 1:
                return next(iter(named.values()))
        return []

    def knows(self, key: str) -> bool:
        """Tell whether somebody, or a group, is known by a key."""
        return bool(self.find(key) or self.group(key))


def read(data: bytes, name: str = "the roster", names: Names = tuple) -> Roster:
    """Return the roster in a CSV; BadSubmission with a sentence if it is none.

    Where it is not in UTF-8, the `names` of what came tell how it is to be read.
    """
    if len(data) > MOST_BYTES:
        raise BadSubmission(f"{shown(name)} is too big for a roster.")
    if data.startswith(WORKBOOKS):
        raise BadSubmission(f"{shown(name)} is the file of a spreadsheet, and no CSV: save it as one.")
    text, is_certain = text_of(data, names)
    text = text.lstrip()
    said = SEPARATED.match(text)
    text = text[said.end() :] if said else text
    first = text.partition("\n")[0]
    mark = said[1] if said else max(",;\t", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)
        rows = [row for row in lines if any(map(str.strip, row))]
    except csv.Error as error:
        raise BadSubmission(f"{shown(name)} is no CSV: {shown(str(error))}.") from None
    titles = [title.strip().casefold() for title in rows[0]] if rows else []
    place = _identities(titles, rows[1:])
    if place is None:
        raise BadSubmission(f"{shown(name)} has no column {IDENTITY[0]}: its first row has to name the columns.")
    doubts = [] if is_certain else [f"{shown(name)} is not in UTF-8: if its letters look wrong, save it as CSV UTF-8."]
    return Roster(_people(rows[1:], titles, place), [*_notes(rows[1:], place, name), *doubts])


def _identities(titles: list[str], rows: list[list[str]]) -> int | None:
    """Return where people's identities stand: where it is said, or else in the column in which fewest have none."""
    if IDENTITY[0] in titles:
        return titles.index(IDENTITY[0])
    places = [place for title in IDENTITY if (place := column(titles, [title])) is not None]
    return max(places, key=lambda place: sum(bool(_cell(row, place)) for row in rows), default=None)


def _people(rows: list[list[str]], titles: list[str], place: int) -> Iterable[tuple[Person, list[str]]]:
    name, first, last, group = (column(titles, wanted) for wanted in (NAMES, FIRST_NAMES, LAST_NAMES, GROUPS))
    last = None if last == first else last  # a language may have one word for both
    name = None if name in (first, last) else name
    telling = [i for i in range(len(titles)) if i not in (place, group, first, last) and _tells_apart(rows, i)]
    keys = [i for i in range(len(titles)) if i not in (place, name, first, last, group)]
    counts = {i for i in keys if not _names_people(rows, i)}  # of something, such as points
    called = [_full(_cell(row, first), _cell(row, name), _cell(row, last)) for row in rows]
    times = Counter(map(_folded, called))
    for row, full in zip(rows, called, strict=True):
        if identity := _cell(row, place):
            also = [_cell(row, i) for i in telling] + [full] * (times[_folded(full)] == 1 and " " in full)
            others = [text for i in keys if not ((text := _cell(row, i)).isdigit() and i in counts)]
            others.append(f"{_cell(row, first)} {_cell(row, last)}")
            others += [found[1] for cell in row if (found := PARTICIPANT.fullmatch(cell.strip()))]
            yield Person(identity, full, _cell(row, group), tuple(filter(None, dict.fromkeys(also)))), others


def _full(first: str, name: str, last: str) -> str:
    """Return the whole name: what is called the name may be all of it, or only the half that has no other title."""
    if name and first and last:
        return name
    words = set(WORD.findall(_folded(name)))
    first, last = ("" if words.issuperset(WORD.findall(_folded(half))) else half for half in (first, last))
    return " ".join(filter(None, (first, name, last)))


def _tells_apart(rows: list[list[str]], place: int) -> bool:
    """Tell whether a column has names or numbers of people: no two have the same, and none is as short as points."""
    cells = [text for row in rows if (text := _folded(_cell(row, place)))]
    return len(cells) > 1 and len(set(cells)) == len(cells) and all(map(TELLING.fullmatch, cells))


def _names_people(rows: list[list[str]], place: int) -> bool:
    """Tell whether the numbers in a column are those of people: hardly any two have the same."""
    cells = [text for row in rows if (text := _cell(row, place))]
    return len(set(cells)) >= DIFFERENT * len(cells)


def _notes(rows: list[list[str]], place: int, name: str) -> list[str]:
    nobody = sum(not _cell(row, place) for row in rows)
    if nobody == len(rows):
        return [f"{shown(name)} names nobody."]
    which = "A row" if nobody == 1 else f"{nobody} rows"
    return [f"{which} of {shown(name)} {'names' if nobody == 1 else 'name'} nobody."] if nobody else []


def _cell(row: list[str], place: int | None) -> str:
    text = row[place].strip() if place is not None and place < len(row) else ""
    exactly = EXACTLY.fullmatch(text)
    return exactly[1].strip() if exactly else text


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split()).casefold()


def _plain(name: str) -> set[str]:
    """Return the words of a name without what stands at its letters."""
    apart = unicodedata.normalize("NFKD", _folded(name).translate(PLAIN))
    return set(WORD.findall("".join(letter for letter in apart if not unicodedata.combining(letter))))


def _squeezed(text: str) -> str:
    return "".join(WORD.findall(_folded(text)))


def _forms(key: str) -> list[str]:
    """Return the ways in which platforms write a name: as it is, in one word, and its words in any order."""
    words = WORD.findall(_folded(key))
    if not words:
        return []
    return [_folded(key), "".join(words), " ".join(sorted(words))]


def _turned(key: str) -> list[str]:
    """Return a name in one word as it is where the last name stands first, wherever that one begins."""
    words = WORD.findall(_folded(key))
    return ["".join(words[i:] + words[:i]) for i in range(1, len(words))]
