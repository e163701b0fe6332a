"""What to do next, in a sentence a line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from grading.course import Exercise, following
from grading.results.values import ERROR, CheckResult, Grade

MOST_LINES = 8  # numbers of lines with a TODO, told one by one


@dataclass(frozen=True)
class Typing:
    """How things are called where the student sits."""

    again: str  # the command that was typed
    grade: Callable[[str], str]  # the command that grades an exercise
    path: Callable[[str], str]  # of a file of the work
    page: Callable[[Exercise], str]  # the path of an exercise's text


def advice(grade: Grade, exercise: Exercise, typing: Typing) -> list[str]:
    """Return what to do now, as a line per sentence."""
    if grade.passed:
        after = following(exercise)
        if not after:
            return [exercise.farewell]
        return [f"Read {typing.page(after)}, then: {typing.grade(after.name)}"]
    first = grade.to_tell
    if first and first.undecided:
        return [f"Run it again when this machine has less to do: {typing.again}"]
    if not first or first.outcome == ERROR:
        return [f"Run it again: {typing.again} --debug"]
    return _what_to_change(grade, first, typing)


def _what_to_change(grade: Grade, first: CheckResult, typing: Typing) -> list[str]:
    place = first.cause.place if first.cause and first.is_todo else None
    file = place.file if place else first.program
    where, todos = typing.path(file), grade.todos.get(file, ())
    if place and todos:
        nearest = max((line for line in todos if line <= place.line), default=todos[0])
        return [f"Fill in the TODO in {where}, line {nearest}.", f"Then run again: {typing.again}"]
    if todos:
        return [f"TODO is left in {where}, {_lines(todos)}.", f"Then run again: {typing.again}"]
    return [f"Change {where}, then run again: {typing.again}"]


def _lines(numbers: tuple[int, ...]) -> str:
    told = ", ".join(map(str, numbers[:MOST_LINES]))
    more = f" and {len(numbers) - MOST_LINES} more" if len(numbers) > MOST_LINES else ""
    return f"line{'s' if len(numbers) > 1 else ''} {told}{more}"
