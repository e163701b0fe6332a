"""Names that stand for people on a page, so that it can be shown. Who is who stands in a table of its own."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Mapping

from grading.exports.sheet import Unusable, decoded, opened
from grading.exports.spreadsheet import BOM, text_cell

LETTERS = "BCDFGHJKLMNPQRSTVWXZ"  # no word comes about
NUMBERS = 1000
FULL = len(LETTERS) * NUMBERS // 2  # more people than that get longer names
PSEUDONYM, IDENTITY = "pseudonym", "identity"  # columns
Draw = Callable[[int], int]  # returns a number below another one, by chance


def named(people: Iterable[str], known: Mapping[str, str], draw: Draw = secrets.randbelow) -> dict[str, str]:
    """Return a pseudonym for each of these people: the one that a table knows, or one that nobody has, by chance."""
    taken, names = set(known.values()), dict[str, str]()
    for who in sorted(set(people)):
        name = known.get(_as_said(who), "")
        names[who] = name if name and name not in names.values() else _new(taken, draw)
        taken.add(names[who])
    return names


def _new(taken: set[str], draw: Draw) -> str:
    numbers = NUMBERS if len(taken) < FULL else NUMBERS * NUMBERS
    while True:
        name = f"{LETTERS[draw(len(LETTERS))]}{draw(numbers):03}"
        if name not in taken:
            return name


def as_table(names: Mapping[str, str], known: Mapping[str, str]) -> bytes:
    """Return the table that says who is who, with those whom it knew before: they may come back."""
    rows = {**known, **{_as_said(who): name for who, name in names.items()}}
    lines = [f"{text_cell(name)},{text_cell(who)}" for who, name in sorted(rows.items(), key=lambda row: row[1])]
    text = "\r\n".join([f"{PSEUDONYM},{IDENTITY}", *lines, ""])
    return (BOM + text).encode("utf-8", "backslashreplace")


def from_table(data: bytes) -> dict[str, str]:
    """Return who has which pseudonym, also where a spreadsheet has saved the table; nobody where there is none."""
    try:
        sheet = opened(decoded(data).encode(), (PSEUDONYM, IDENTITY))
    except Unusable:
        return {}
    pseudonym, identity = (sheet.header.index(title) for title in (PSEUDONYM, IDENTITY))
    rows = [[cell.text for cell in row] for row in sheet.rows if len(row) == len(sheet.header)]
    return {row[identity]: row[pseudonym] for row in rows if row[identity] and row[pseudonym]}


def _as_said(who: str) -> str:
    """Return how a table names somebody: a spreadsheet must take nothing in it for a formula."""
    return text_cell(who)[1:-1].replace('""', '"')
