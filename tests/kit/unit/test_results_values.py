"""Results and grades: points, and what counts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from grading.results.causes import Cause
from grading.results.values import (
    ERROR,
    FAILED,
    NOT_HERE,
    PASSED,
    SKIPPED,
    TODO,
    TOO_BUSY,
    CheckResult,
    Circumstances,
    Grade,
)
from tests.kit.conftest import finding


def result(id: str = "step2/server/x", points: int = 3, outcome: str = PASSED, **more: object) -> CheckResult:
    return finding(id, "A title.", "A hint.", points, outcome, **more)


UNTRIED = result(outcome=SKIPPED, cause=Cause(NOT_HERE, "There is no signal here."))
WAITING = result(outcome=SKIPPED)


def test_an_id_is_made_of_exercise_role_and_name() -> None:
    assert result("step2/server/x").id == "step2/server/x"


@pytest.mark.parametrize(
    ("check", "points", "at_stake"),
    [
        (result(), 3, 3),
        (result(outcome=FAILED), 0, 3),
        (result(outcome=ERROR), 0, 3),
        (WAITING, 0, 3),
        (UNTRIED, 0, 0),
    ],
)
def test_a_check_gives_all_its_points_or_none_and_what_cannot_be_tried_does_not_count(
    check: CheckResult, points: int, at_stake: int
) -> None:
    assert (check.points, check.at_stake) == (points, at_stake)


def test_what_was_skipped_waits_unless_something_kept_it() -> None:
    assert (WAITING.is_waiting, WAITING.is_untried, WAITING.is_fine) == (True, False, False)
    assert (UNTRIED.is_waiting, UNTRIED.is_untried, UNTRIED.is_fine) == (False, True, True)
    assert not (result().is_waiting or result().is_untried)


def test_a_cause_is_told_and_a_todo_is_known_by_its_code() -> None:
    assert result().because == ""
    assert result(cause=Cause(TODO, "x is still a TODO.")).because == "x is still a TODO."
    assert result(cause=Cause(TODO, "")).is_todo
    assert not result(cause=Cause("exception", "a todo")).is_todo


def test_what_nobody_can_tell_is_no_fault_of_the_program() -> None:
    left = result(outcome=FAILED, expected="this", got="that", cause=Cause("x", "y")).left_undecided()
    assert (left.outcome, left.undecided, left.got, left.cause) == (ERROR, True, TOO_BUSY, None)
    assert left.expected == "this"


def test_where_a_program_does_not_start_a_result_counts_for_nothing() -> None:
    void = result(expected="this", got="that", cause=Cause("x", "y")).void()
    assert (void.is_waiting, void.expected, void.got, void.points) == (True, "", "", 0)


def test_how_a_result_came_about_makes_it_no_other_result() -> None:
    assert result() == replace(result(), circumstances=Circumstances(9.9, True, ("x",)))


def test_a_grade_adds_up_what_counts() -> None:
    grade = Grade("step2", (result(), result(outcome=FAILED, points=4), UNTRIED, WAITING))
    assert (grade.points, grade.max_points, grade.passed) == (3, 10, False)
    assert Grade("step2", (result(), UNTRIED)).passed
    assert not Grade("step2", (result(), WAITING)).passed


def test_only_a_check_that_nobody_could_make_is_a_fault_of_the_grader() -> None:
    assert Grade("step2", (result(), result(outcome=ERROR))).is_fault
    assert not Grade("step2", (result(outcome=FAILED), WAITING, UNTRIED)).is_fault


def test_a_grade_knows_its_exercises_and_their_checks_in_order() -> None:
    checks = result("step2/server/b"), result("step1/server/a"), result("step2/client/c")
    grade = Grade("step2", checks)
    assert grade.exercises == ["step2", "step1"]
    assert grade.of_exercise("step2") == [checks[0], checks[2]]
