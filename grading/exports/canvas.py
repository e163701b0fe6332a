"""Canvas's gradebook, filled in in place: export it, fill in one assignment, import it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from grading.exports.delivery import Class
from grading.exports.filling import UNKNOWN, Also, Filled, Filling, decimal_mark, number, pairs, places
from grading.exports.sheet import Cell, Sheet, Unusable, opened
from grading.results.visible import visible

PEOPLE = ("ID", "SIS User ID", "SIS Login ID", "Integration ID", "Student")  # columns by which somebody can be known
NEEDED = ("ID", "Section")
POINTS = "Points Possible"
READ_ONLY = "read only"
EXCUSED = "EX"
OF_NOBODY = re.compile(r"\s*(muted|manual posting.*)?\s*", re.IGNORECASE)  # each cell of a row that is about columns
NUMBERED = re.compile(r" \(\d+\)$")  # what Canvas puts behind the title of an assignment
COMPUTED = re.compile(r"(Current|Final|Override) (Score|Points|Grade|Status)")  # titles of columns that Canvas ignores


def gradebook(
    data: bytes, graded: Class, assignment: str, also: Also = UNKNOWN, ungraded: Sequence[str] = ()
) -> Filled:
    """Fill grades into an assignment's column, named by its title or its number; Unusable without one.

    Of those who are `ungraded`, it is told who has a number there.
    """
    sheet = opened(data, NEEDED)
    column = _column(sheet, assignment)
    maximum = _maximum(sheet, column)
    mark = decimal_mark([sheet.text(row, column) for row in sheet.rows])
    keys = [_keys(sheet, row) for row in sheet.rows]
    certain, told = pairs(keys, [who for who, _ in graded], also)
    filling, title = Filling(sheet, mark), sheet.header[column]
    for place, whose in certain.items():
        row, (who, grade) = sheet.rows[place], graded[whose]
        if column >= len(row):
            filling.tells(f"{visible(who)}: the row is too short; it stays as it is.")
        elif sheet.text(row, column).upper() == EXCUSED:
            filling.tells(f"{visible(who)}: excused; the cell stays as it is.")
        else:
            filling.scores(who, title, row[column], grade, maximum)
    filling.tells_of_ungraded(column, places(keys, ungraded, certain, also))
    filling.tells(*told)
    return filling.done()


def _column(sheet: Sheet, assignment: str) -> int:
    """Return where an assignment stands. A title that Canvas does not know would become a new assignment."""
    first = sheet.header.index("Section") + 1
    own = [title for title in sheet.header[first:] if not COMPUTED.search(title)]
    fitting = [title for title in own if title == assignment or title.endswith(f" ({assignment})")]
    fitting = fitting or [title for title in own if NUMBERED.sub("", title) == assignment]
    if len(fitting) != 1:
        problem = "No assignment" if not fitting else "More than one assignment"
        told = f"{problem} is called {assignment!r}." if assignment else "Which assignment? Say it with --assignment."
        raise Unusable(f"{told} There are: {', '.join(own)}.")
    return sheet.header.index(fitting[0], first)


def _maximum(sheet: Sheet, column: int) -> float | None:
    """Return the points that an assignment gives, if the file says so."""
    texts = [sheet.text(row, column) for row in sheet.rows if _is_of_points(row)]
    if any(READ_ONLY in text for text in texts):
        raise Unusable(f"{sheet.header[column]!r} is read only: Canvas would not take what is filled in there.")
    maximum = number(texts[0]) if texts else None
    if maximum is None and any(texts):
        raise Unusable(f"The points possible of {sheet.header[column]!r} are no number: {texts[0]}.")
    return maximum


def _is_of_points(row: list[Cell]) -> bool:
    return POINTS in row[0].text


def _keys(sheet: Sheet, row: list[Cell]) -> set[str]:
    """Return all by which the person of a row can be known; nothing if the row is of nobody."""
    if _is_of_points(row) or all(OF_NOBODY.fullmatch(cell.text) for cell in row):
        return set()
    return {sheet.text(row, sheet.column(title)) for title in PEOPLE} - {""}
