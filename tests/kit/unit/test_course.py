"""The course is one table: each exercise is there once, and knows what it builds on."""

from __future__ import annotations

from grading.course import ADVANCED, EXERCISES, STEP1, STEP3, STEPS, Exercise, Role, following
from grading.suite import collect

POINTS = {"step1": 68, "step2": 53, "step3": 52, "step4": 13, "advanced": 40}


def test_a_ladder_begins_with_the_first_exercise_and_ends_with_its_own() -> None:
    assert [one.name for one in STEP3.ladder] == ["step1", "step2", "step3"]


def test_after_each_exercise_comes_the_one_that_builds_on_it() -> None:
    assert [following(EXERCISES[name]) for name in STEPS] == [*ADVANCED.ladder[1:], None]


def test_an_exercise_knows_the_program_of_a_role_and_of_no_other() -> None:
    assert STEP1.program("server") == "chat_server.py"
    assert Exercise("echo", STEP1.suite, (Role("server", "echo.py"),)).program("client") == ""


def test_each_exercise_has_its_suite_and_its_pages() -> None:
    for exercise in EXERCISES.values():
        assert {path.name for path in exercise.suite.glob("*.py")} == {
            f"test_{role.name}.py" for role in exercise.roles
        }
        assert exercise.pages and (exercise.pages / "README.md").is_file()


def test_only_the_last_exercise_says_farewell_in_its_own_words() -> None:
    assert "solution/" in ADVANCED.farewell
    assert STEP1.farewell == "All is done."


def test_the_points_of_each_exercise_are_those_that_were_promised() -> None:
    points = dict.fromkeys(STEPS, 0)
    for check in collect(ADVANCED):
        points[check.exercise.name] += check.terms.points
    assert points == POINTS
