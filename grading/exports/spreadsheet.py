"""CSV for spreadsheets: no cell in it is a formula, whoever wrote it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grading.exports.delivery import Class, Delivery
from grading.results.values import ERROR, Grade
from grading.results.visible import escaped, visible
from grading.telling.choice import to_tell

BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"  # by this a spreadsheet knows UTF-8
# What a spreadsheet takes for a formula: at the start, and after all at which another country's one splits cells.
FORMULA = re.compile(r"((?:^|[;\n])[^\S\n]*)(?=[=+\-@＝＋－＠])")
HEADER = ("identity", "exercise", "state", "points", "max_points", "first_failure", "because", "submission", "kit")
OF_A_CLASS = ("name", "late")  # columns behind the first one, where it is known who is in the class, and when work came
GRADED, AGAIN, REFUSED = "graded", "grade again", "not gradable"  # states


def one(grade: Grade, delivery: Delivery) -> str:
    """Return a class of one."""
    return table([(delivery.identity, grade)])


def table(graded: Class) -> str:
    """Return a row for each submission, with a column for each check. What nobody could tell is empty, not a 0."""
    checks = list(dict.fromkeys(check.id for _, grade in graded for check in grade.checks))
    return head(checks) + "".join(row(identity, grade, checks) for identity, grade in graded)


def head(checks: list[str], more: Sequence[str] = ()) -> str:
    """Return the first line of a table, and what tells a spreadsheet how to read it; `more` columns stand second."""
    return BOM + _line([text_cell(title) for title in (HEADER[0], *more, *HEADER[1:], *checks)])


def row(identity: str, grade: Grade, checks: list[str], more: Sequence[str] = ()) -> str:
    """Return the line of one submission, with a column for each of these checks, and what stands in `more` columns."""
    return _line([*map(text_cell, (identity, *more)), *_summary(grade), *_points(grade, checks)])


def refused(identity: str, exercise: str, why: str, checks: list[str], more: Sequence[str] = ()) -> str:
    """Return the line of somebody who has no grade, and why: no points, which is not the same as 0."""
    words = [text_cell(word) for word in (identity, *more, exercise, REFUSED)]
    return _line([*words, "", "", text_cell(""), text_cell(why), text_cell(""), text_cell(""), *[""] * len(checks)])


def text_cell(text: str) -> str:
    """Return a cell that shows `text` and does nothing; a name may have more than one line."""
    text = "".join(c if c == "\n" or visible(c) == c else escaped(c) for c in text)
    text = FORMULA.sub(r"\1'", text)
    return '"' + text.replace('"', '""') + '"'


def _line(cells: list[str]) -> str:
    return ",".join(cells) + "\r\n"


def _summary(grade: Grade) -> list[str]:
    failure = to_tell(grade)
    state = AGAIN if grade.is_fault else GRADED
    words = [text_cell(word) for word in (grade.exercise, state)]
    numbers = ["" if grade.is_fault else str(grade.points), str(grade.max_points)]
    story = [failure.title, failure.because] if failure else ["", ""]
    return [*words, *numbers, *map(text_cell, (*story, grade.submission, grade.versions.kit))]


def _points(grade: Grade, checks: list[str]) -> list[str]:
    """Return the points by check; nothing where it was not made, not tried, or not decided."""
    won = {check.id: str(check.points) for check in grade.checks if not check.is_untried and check.outcome != ERROR}
    return [won.get(id, "") for id in checks]
