"""Moodle's grading worksheet, filled in in place: download it, fill it in, upload it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from grading.exports.delivery import Class, Delivery
from grading.exports.feedback import as_html, feedback
from grading.exports.filling import Filled, Filling, decimal_mark, fill_score, number, pairs
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


def worksheet(data: bytes, graded: Class, titles: Titles | None = None, hidden: frozenset[str] = frozenset()) -> Filled:
    """Fill grades, and feedback where there is none yet, into a worksheet; Unusable if it is none.

    People are known by their participant's number, or by what any of the other columns says of them alone.
    """
    titles = titles or Titles()
    sheet = opened(data, (titles.identifier, titles.grade, titles.modified))
    maximum = _maximum_column(sheet, titles)
    mark = decimal_mark(
        [sheet.text(row, column) for row in sheet.rows for column in (maximum, sheet.column(titles.grade))]
    )
    certain, told = pairs([_keys(sheet, row, titles) for row in sheet.rows], [who for who, _ in graded])
    filling = Filling(sheet)
    for place, whose in certain.items():
        row, (who, grade) = sheet.rows[place], graded[whose]
        if len(row) != len(sheet.header):
            filling.tells(
                f"{visible(who)}: the row has {len(row)} cells, and not {len(sheet.header)}; it stays as it is."
            )
        elif sheet.text(row, sheet.column(titles.may_change)) == titles.no:
            filling.tells(f"{visible(who)}: the grade is locked; it stays as it is.")
        else:
            cell = row[sheet.header.index(titles.grade)]
            fill_score(filling, who, titles.grade, cell, grade, number(sheet.text(row, maximum)), mark)
            _comment(filling, who, titles, row, sheet.column(titles.feedback), feedback(grade, Delivery(who, hidden)))
    filling.tells(*told)
    return filling.done()


def _maximum_column(sheet: Sheet, titles: Titles) -> int:
    for title in titles.maximum:
        column = sheet.column(title)
        if column is not None:
            return column
    raise Unusable(f"There is no column {titles.maximum[0]}: a grade on a scale of words cannot be filled in.")


def _keys(sheet: Sheet, row: list[Cell], titles: Titles) -> set[str]:
    identifier = sheet.text(row, sheet.column(titles.identifier))
    participant = re.search(r"\d+$", identifier)
    people = {sheet.text(row, sheet.column(title)) for title in titles.people}
    return ({identifier, participant[0] if participant else ""} | people) - {""}


def _comment(filling: Filling, who: str, titles: Titles, row: list[Cell], column: int | None, text: str) -> None:
    """Put the feedback into its cell unless somebody has written there. Moodle never reads it in the first column."""
    if column and not row[column].text.strip():
        filling.puts(who, titles.feedback, row[column], as_html(text))
    elif column and row[column].text != as_html(text):
        filling.tells(f"{visible(who)}: there is a comment already; it stays as it is.")
