"""Moodle's grading worksheet, filled in in place: download it, fill it in, upload it."""

from __future__ import annotations

import contextlib
import hashlib
import html
import re
from collections.abc import Iterable, Sequence

from grading.exports.delivery import Class, Delivery
from grading.exports.feedback import as_html, feedback
from grading.exports.filling import UNKNOWN, Also, Filled, Filling, decimal_mark, number, pairs, places
from grading.exports.sheet import Cell, Sheet, Untitled, Unusable, opened
from grading.exports.titles import ENGLISH, LANGUAGES, Titles
from grading.results.visible import visible

SIGN = "chat-kit-"
SIGNED = re.compile(rf"<div class='{SIGN}([0-9a-f]+)'>(.*)</div>", re.DOTALL)
CHOOSE = (
    f"Known are worksheets in {', '.join(one.language for one in LANGUAGES)}. For any other, choose one of these in "
    "Moodle's own menu, when you download the worksheet and when you upload it."
)


def worksheet(
    data: bytes,
    graded: Class,
    hidden: frozenset[str] = frozenset(),
    replaces: bool = False,
    also: Also = UNKNOWN,
    ungraded: Sequence[str] = (),
) -> Filled:
    """Fill grades and comments into a worksheet, in whatever language; Unusable if it is none.

    People are known by their participant's number, or by what any of the other columns says of them alone. A comment
    that somebody wrote or changed stays, unless it `replaces` comments, too; the one of an earlier grade does not. It
    is told which `ungraded` people have a grade.
    """
    sheet, titles = _opened(data)
    columns, keys = _Columns(sheet, titles), [_keys(sheet, row, titles) for row in sheet.rows]
    certain, told = pairs(keys, [who for who, _ in graded], also)
    filling = Filling(sheet, columns.mark)
    for place, whose in certain.items():
        row, (who, grade) = sheet.rows[place], graded[whose]
        if trouble := columns.trouble(row):
            filling.tells(f"{visible(who)}: {trouble}; the row stays as it is.")
            continue
        filling.scores(who, sheet.header[columns.grade], row[columns.grade], grade, columns.highest(row))
        if columns.feedback and not grade.is_fault:  # Moodle reads none in the first column
            told_to = feedback(grade, Delivery(who, hidden))
            _comment(filling, who, sheet.header[columns.feedback], row[columns.feedback], told_to, replaces)
    filling.tells_of_ungraded(columns.grade, places(keys, ungraded, certain, also))
    filling.tells(*told)
    return filling.done()


def _opened(data: bytes) -> tuple[Sheet, Titles]:
    """Return a worksheet, and how its columns are called."""
    for titles in LANGUAGES:
        for grade in titles.grade:
            with contextlib.suppress(Unusable):
                return opened(data, (titles.identifier, grade, titles.modified)), titles
    try:
        return opened(data, (ENGLISH.identifier, ENGLISH.grade[0], ENGLISH.modified)), ENGLISH
    except Untitled as error:
        raise Untitled(f"{error} {CHOOSE}") from None


class _Columns:
    """Where things stand in a worksheet. What a language has no word for, Moodle says in English."""

    def __init__(self, sheet: Sheet, titles: Titles) -> None:
        self._sheet = sheet
        self._no = {titles.no, ENGLISH.no}
        grade = _column(sheet, titles.grade)
        assert grade is not None  # the sheet was opened by this title
        sheet.column(titles.identifier)  # there is but one
        self.grade = grade
        self.maximum = _column(sheet, (*titles.maximum, *ENGLISH.maximum))
        self.feedback = _column(sheet, (*titles.feedback, *ENGLISH.feedback))
        self._may_change = _column(sheet, (*titles.may_change, *ENGLISH.may_change))
        if self.maximum is None:
            raise Unusable(f"There is no column {titles.maximum[0]}: a grade on a scale of words cannot be filled in.")

    def highest(self, row: list[Cell]) -> float | None:
        """Return the best grade that a row allows; None if it does not say so."""
        return number(self._sheet.text(row, self.maximum))

    @property
    def mark(self) -> str:
        """The decimal mark of grades and of their maxima."""
        both = (self.maximum, self.grade)
        return decimal_mark([self._sheet.text(row, column) for row in self._sheet.rows for column in both])

    def trouble(self, row: list[Cell]) -> str:
        """Return why Moodle would not take a grade in this row; nothing if it would."""
        if len(row) != len(self._sheet.header):
            return f"it has {len(row)} cells, and the first row {len(self._sheet.header)}"
        if self._may_change is not None and self._sheet.text(row, self._may_change) in self._no:
            return "the grade is locked"
        return "" if self.highest(row) else "its maximum is no number"


def _column(sheet: Sheet, titles: Iterable[str]) -> int | None:
    return next((column for column in map(sheet.column, titles) if column is not None), None)


def _keys(sheet: Sheet, row: list[Cell], titles: Titles) -> set[str]:
    identifier = sheet.text(row, sheet.column(titles.identifier))
    participant = re.search(r"\d+$", identifier)
    people = {
        sheet.text(row, sheet.column(title))
        for one in (titles, ENGLISH)
        for title in (one.email, one.id_number, one.username, one.full_name)
    }
    return ({identifier, participant[0] if participant else ""} | people) - {""}


def _comment(filling: Filling, who: str, title: str, cell: Cell, told: str, replaces: bool) -> None:
    comment = _signed(as_html(told))
    if html.unescape(cell.text) == html.unescape(comment):
        return
    if cell.text.strip() and not replaces and not _is_ours(cell.text):
        filling.tells(f"{visible(who)}: there is a comment already; it stays as it is.")
    else:
        filling.puts(who, title, cell, comment)


def _signed(comment: str) -> str:
    """Return a comment by which one sees, later, that nobody has changed it."""
    return f"<div class='{SIGN}{_digest(comment)}'>{comment}</div>"


def _is_ours(text: str) -> bool:
    found = SIGNED.fullmatch(text.strip())
    return found is not None and found[1] == _digest(found[2])


def _digest(comment: str) -> str:
    lines = html.unescape(comment).splitlines()  # as it is whatever the encoding and the line ends of a file
    return hashlib.sha256("\n".join(lines).encode("utf-8", "replace")).hexdigest()[:12]
