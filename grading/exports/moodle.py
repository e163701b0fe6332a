"""Moodle's grading worksheet, filled in in place: download it, fill it in, upload it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grading.exports.delivery import Class, Delivery
from grading.exports.feedback import as_html, feedback
from grading.exports.filling import Filled, Filling, decimal_mark, number, pairs
from grading.exports.sheet import Cell, Sheet, Unusable, opened
from grading.results.visible import visible


@dataclass(frozen=True)
class Titles:
    """The titles of the columns, as an English site writes them."""

    identifier: str = "Identifier"
    grade: str = "Grade"
    modified: str = "Last modified (grade)"
    maximum: tuple[str, ...] = ("Maximum grade", "Maximum Grade")  # newer and older sites
    people: tuple[str, ...] = ("Email address", "ID number", "Username", "Full name")
    may_change: str = "Grade can be changed"
    no: str = "No"
    feedback: str = "Feedback comments"


ENGLISH = Titles()


def worksheet(
    data: bytes, graded: Class, titles: Titles = ENGLISH, hidden: frozenset[str] = frozenset(), replaces: bool = False
) -> Filled:
    """Fill grades and comments into a worksheet; Unusable if it is none.

    People are known by their participant's number, or by what any of the other columns says of them alone. A comment
    that is there already stays, unless it `replaces` comments, too.
    """
    sheet = opened(data, (titles.identifier, titles.grade, titles.modified))
    columns = _Columns(sheet, titles)
    mark = decimal_mark([sheet.text(row, column) for row in sheet.rows for column in (columns.maximum, columns.grade)])
    certain, told = pairs([_keys(sheet, row, titles) for row in sheet.rows], [who for who, _ in graded])
    filling = Filling(sheet, mark)
    for place, whose in certain.items():
        row, (who, grade) = sheet.rows[place], graded[whose]
        if trouble := columns.trouble(row):
            filling.tells(f"{visible(who)}: {trouble}; the row stays as it is.")
            continue
        filling.scores(who, titles.grade, row[columns.grade], grade, columns.highest(row))
        if columns.feedback and not grade.is_fault:  # Moodle reads none in the first column
            comment = as_html(feedback(grade, Delivery(who, hidden)))
            _comment(filling, who, titles.feedback, row[columns.feedback], comment, replaces)
    filling.tells(*told)
    return filling.done()


class _Columns:
    """Where things stand in a worksheet."""

    def __init__(self, sheet: Sheet, titles: Titles) -> None:
        self._sheet, self._titles = sheet, titles
        self.grade = sheet.header.index(titles.grade)
        self.maximum = next((column for column in map(sheet.column, titles.maximum) if column is not None), None)
        self.feedback = sheet.column(titles.feedback)
        self._may_change = sheet.column(titles.may_change)
        for title in (titles.identifier, titles.grade):
            sheet.column(title)  # there is but one
        if self.maximum is None:
            raise Unusable(f"There is no column {titles.maximum[0]}: a grade on a scale of words cannot be filled in.")

    def highest(self, row: list[Cell]) -> float | None:
        """Return the best grade that a row allows; None if it does not say so."""
        return number(self._sheet.text(row, self.maximum))

    def trouble(self, row: list[Cell]) -> str:
        """Return why Moodle would not take a grade in this row; nothing if it would."""
        if len(row) != len(self._sheet.header):
            return f"it has {len(row)} cells, and the first row {len(self._sheet.header)}"
        if self._sheet.text(row, self._may_change) == self._titles.no:
            return "the grade is locked"
        return "" if self.highest(row) else "its maximum is no number"


def _keys(sheet: Sheet, row: list[Cell], titles: Titles) -> set[str]:
    identifier = sheet.text(row, sheet.column(titles.identifier))
    participant = re.search(r"\d+$", identifier)
    people = {sheet.text(row, sheet.column(title)) for title in titles.people}
    return ({identifier, participant[0] if participant else ""} | people) - {""}


def _comment(filling: Filling, who: str, title: str, cell: Cell, comment: str, replaces: bool) -> None:
    if cell.text == comment:
        return
    if cell.text.strip() and not replaces:
        filling.tells(f"{visible(who)}: there is a comment already; it stays as it is.")
    else:
        filling.puts(who, title, cell, comment)
