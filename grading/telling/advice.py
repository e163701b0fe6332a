"""What to do next, in a sentence a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from grading.course import TALK, Exercise, following
from grading.results.causes import Place
from grading.results.values import ERROR, CheckResult, Grade
from grading.telling.choice import to_tell
from grading.telling.hints import kind

MOST_LINES = 8  # numbers of lines with a TODO, told one by one
MOST_TOGETHER = 76  # characters in which a change and the command after it are told, so that no command is broken
NEAR = 12  # lines between a TODO and what it is about, at the most
BELOW = 3  # lines between what fails and a TODO below it: farther down, another function may begin


@dataclass(frozen=True)
class Typing:
    """How things are called where the student sits."""

    again: str  # the command that was typed
    grade: Callable[[str], str]  # the command that grades an exercise
    path: Callable[[str], str]  # of a file of the work
    page: Callable[[Exercise], str]  # the path of an exercise's text
    watches: bool = False  # it is graded again as soon as it is saved

    @property
    def then(self) -> str:
        """What comes after a change."""
        return "save" if self.watches else f"run again: {self.again}"

    def after(self, *lines: str) -> list[str]:
        """Return these lines, and what comes after them, where that is no matter of course."""
        return [*lines] if self.watches else [*lines, f"Then {self.then}"]


def advice(grade: Grade, exercise: Exercise, typing: Typing) -> list[str]:
    """Return what to do now, as a line per sentence."""
    if grade.passed:
        after = following(exercise)
        if not after:
            onward = [f"There are challenges, too: {typing.grade(exercise.onward)}"] if exercise.onward else []
            return [exercise.farewell, *onward]
        return [f"Read {typing.page(after)}, then: {typing.grade(after.name)}"]
    first = to_tell(grade)
    if first and first.undecided:
        return [f"Run it again when this machine has less to do: {typing.again}"]
    if not first or first.outcome == ERROR:
        return [f"Run it again: {typing.again} --debug"]
    return _what_to_change(grade, first, typing, exercise.has_pieces)


def _what_to_change(grade: Grade, told: CheckResult, typing: Typing, in_pieces: bool) -> list[str]:
    """Return where to change something: at the place of the cause, if there is one; at what is still to be written."""
    place = told.cause.place if told.cause else None
    file = place.file if place else told.program
    where, todos = typing.path(file), grade.todos.get(file, ())
    if told.is_todo:
        return typing.after(*_fill_in(where, place, todos, in_pieces))
    known = kind(told.cause)
    openings = grade.openings.get(file, ())
    if place and known.is_certain and (near := [line for line in todos if _is_near(place.line, line, openings)]):
        return typing.after(*_look_at(where, place, near[-1]))
    if todos and not known.is_certain:
        return typing.after(*_left(where, todos))
    is_there = known.is_certain and not known.is_elsewhere
    or_before = ", or what leads there" if known.need_not_be_there else ""
    what = f"Change {where}, line {place.line}{or_before}" if place and is_there else f"Change {where}"
    return _together(f"{what}, then {typing.then}", *typing.after(f"{what}."))


def _together(whole: str, *parts: str) -> list[str]:
    """Return what is to be done as one line; where that is too long, as several."""
    return [whole] if len(whole) <= MOST_TOGETHER else list(parts)


def _is_near(line: int, todo: int, openings: Sequence[int]) -> bool:
    """Tell whether a TODO may be about a line: it is close to it, and no other function begins between them."""
    first, last = sorted((line, todo))
    return -BELOW <= line - todo <= NEAR and not any(first < opening <= last for opening in openings)


def _look_at(where: str, place: Place, todo: int) -> list[str]:
    """Return that a TODO is close to the place of a mistake."""
    look, also = f"Look at {where}, line {place.line},", f"and at the TODO close to it, {numbered([todo])}."
    return _together(f"{look} {also}", look, also)


def _left(where: str, todos: Sequence[int]) -> list[str]:
    """Return that the mistake may lie in what stands there, or in what is still to be written."""
    lines = numbered(todos)
    return _together(f"Change {where}; TODO is left in {lines}.", f"Change {where}.", f"TODO is there, too: {lines}.")


def _fill_in(where: str, place: Place | None, todos: Sequence[int], in_pieces: bool) -> list[str]:
    """Return which TODO comes first, where the others are, and which of them stopped the program.

    They are numbered on the page from top to bottom; where the tasks come `in_pieces`, the last of these comes first.
    """
    if not place or not todos:
        return [f"Fill in the TODO in {where}."]
    here = max((line for line in todos if line <= place.line), default=todos[0])
    first = here if in_pieces else todos[0]
    fill_in, others = f"Fill in the TODO in {where}, line {first}.", [line for line in todos if line != first]
    if not others:
        return [fill_in]
    if in_pieces:
        return [fill_in, f"More TODO there: {numbered(others)}."]
    stopped = f" It stopped at the one in line {here}." if here != first and len(others) > 1 else ""
    return [fill_in, f"After that, {numbered(others)}.{stopped}"]


def numbered(numbers: Sequence[int]) -> str:
    """Return `lines 3, 5` for these numbers of lines."""
    told = ", ".join(map(str, numbers[:MOST_LINES]))
    more = f" and {len(numbers) - MOST_LINES} more" if len(numbers) > MOST_LINES else ""
    return f"line{'s' if len(numbers) > 1 else ''} {told}{more}"


def waiting(grade: Grade) -> Iterator[str]:
    """Yield for each file how many of its checks were not made, and what they wait for."""
    awaited = ((check.program, begins(check.role)) for check in grade.checks if check.is_waiting)
    for (program, what), count in sorted(Counter(awaited).items()):
        yield f"{count} check{'s' * (count > 1)} of {program} wait{'s' * (count == 1)} until it {what}"


def begins(role: str) -> str:
    """Return what a file must do before most of its checks are made."""
    return "can be read" if role == TALK.name else "starts"
