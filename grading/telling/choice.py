"""Which failure is told: the most basic one that explains the others. And which others it explains."""

from __future__ import annotations

from dataclasses import replace

from grading.course import EXERCISES
from grading.results.values import ERROR, CheckResult, Grade
from grading.telling.hints import kind, may_be_luck


def to_tell(grade: Grade) -> CheckResult | None:
    """Return the failure that tells most, or None if there is none.

    That is the one lowest in the ladder, of the program that is written first. Where its cause is not certain, one
    tells more whose cause makes other checks fail, and so does one of the same exercise that stopped where something is
    still to be written.
    """
    exercises = grade.exercises
    ladder = sorted(grade.failures, key=lambda check: _height(exercises, check))
    if not ladder:
        return None
    lowest = _first_piece(grade, _of_first_program(grade, ladder))
    if _is_certain(lowest):
        return lowest
    return next((check for check in ladder if _explains(check, lowest)), lowest)


def same_reason(grade: Grade) -> list[CheckResult]:
    """Return the other failures that have the cause of the one that is told."""
    told = to_tell(grade)
    if not told or not told.cause:
        return []
    return [check for check in grade.failures if check is not told and _is_same(told, check)]


def other_reasons(grade: Grade) -> list[CheckResult]:
    """Return the failures besides the one that is told, and for another reason."""
    told, alike = to_tell(grade), same_reason(grade)
    return [check for check in grade.failures if check is not told and check not in alike]


def other_lines(grade: Grade) -> list[int]:
    """Return the lines of other mistakes in the program of the one that is told, where such are proven."""
    told, others = to_tell(grade), other_reasons(grade)
    proven = [check.cause for check in others if _proves_a_line(check)]
    here = told.cause.place if told and told.cause else None
    places = {cause.place for cause in proven if cause and cause.place}
    return sorted({place.line for place in places if told and place.file == told.program} - {here.line if here else 0})


def _proves_a_line(check: CheckResult) -> bool:
    """Tell whether the place of its cause is a mistake, for certain: one may be named without its story."""
    what = kind(check.cause)
    is_there = what.is_certain and not (what.is_elsewhere or what.need_not_be_there)
    return is_there and not check.is_todo and not check.is_invented


def by_reason(grade: Grade) -> list[list[CheckResult]]:
    """Return all failures, those with one reason together, the one that is told first."""
    found = []
    while told := to_tell(grade):
        alike = [told, *same_reason(grade)]
        found.append(alike)
        grade = replace(grade, checks=tuple(check for check in grade.checks if check not in alike))
    return found


def _height(exercises: list[str], check: CheckResult) -> tuple[bool, bool, bool, int, bool]:
    """Return how high a failure stands.

    Above those that came to what they are about stand those that did not, and above all simple ones those of stress
    or of luck that prove nothing, and what nobody wrote.
    """
    is_vague = may_be_luck(check) or (check.stress and check.is_invented)
    return _is_no_fault(check), is_vague, kind(check.cause).comes_before, exercises.index(check.exercise), check.stress


def _of_first_program(grade: Grade, ladder: list[CheckResult]) -> CheckResult:
    """Return the lowest failure; where the program of a role before fails as well, up to that exercise, its lowest one.

    The checks of an exercise stand in the order in which its page has the programs written.
    """
    lowest, exercises = ladder[0], grade.exercises
    height = exercises.index(lowest.exercise)
    roles = list(dict.fromkeys(check.role for check in grade.checks))
    before = [
        check
        for check in ladder
        if roles.index(check.role) < roles.index(lowest.role)
        and exercises.index(check.exercise) <= height
        and not _is_no_fault(check)
    ]
    return min(before, key=lambda check: roles.index(check.role), default=lowest)


def _is_no_fault(check: CheckResult) -> bool:
    return check.undecided or check.outcome == ERROR


def _first_piece(grade: Grade, unwritten: CheckResult) -> CheckResult:
    """Return the failure that is told instead of what is still to be written, where a piece before it is not done."""
    if not unwritten.is_todo or not _has_pieces(unwritten):
        return unwritten
    fellows = (
        check for check in grade.failures if (check.exercise, check.role) == (unwritten.exercise, unwritten.role)
    )
    return next((check for check in fellows if not _is_no_fault(check)), unwritten)


def _explains(check: CheckResult, lowest: CheckResult) -> bool:
    """Tell whether a failure explains the lowest one, whose own cause is not certain.

    Where the tasks of an exercise come in pieces, one that is still to be written explains no piece before it.
    """
    if check.role != lowest.role or check.is_invented:
        return False
    is_unwritten = check.is_todo and check.exercise == lowest.exercise
    return kind(check.cause).spreads or (is_unwritten and not _has_pieces(check))


def _has_pieces(check: CheckResult) -> bool:
    return check.exercise in EXERCISES and EXERCISES[check.exercise].has_pieces


def _is_certain(check: CheckResult) -> bool:
    return kind(check.cause).is_certain


def _is_same(told: CheckResult, other: CheckResult) -> bool:
    """Tell whether two failures have one reason: what proves nothing must stand at one place, or in the same words."""
    one, two = told.cause, other.cause
    if told.is_todo or other.is_todo:
        return told.is_todo and other.is_todo
    if not one or not two or told.program != other.program:
        return False
    if (one.code, one.place) != (two.code, two.place):
        return False
    return kind(one).is_certain or one.place is not None or one.sentence == two.sentence
