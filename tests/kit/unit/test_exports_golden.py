"""Each export is what it was: a change of its form is seen before a platform sees it."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from grading.exports.delivery import shown
from grading.exports.feedback import feedback
from grading.exports.table import EXPORTS
from grading.telling.choice import to_tell
from tests.kit.unit.samples import BY_NAME, COLONS, FAILING, HIDING, NASTY, OPEN, PASSING, UNSURE


@pytest.mark.parametrize("grade", BY_NAME)
@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_golden(name: str, grade: str, golden: Callable[[str, str], None]) -> None:
    text = EXPORTS[name].write(BY_NAME[grade], OPEN)
    golden(f"exports/{name}-{grade}", text.replace("\r\n", "\n"))


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_is_a_pure_function_of_its_grade(name: str) -> None:
    write = EXPORTS[name].write
    assert write(FAILING, OPEN) == write(FAILING, OPEN)


@pytest.mark.parametrize("name", EXPORTS)
def test_an_export_has_no_character_that_a_file_or_a_terminal_could_not_take(name: str) -> None:
    text = EXPORTS[name].write(FAILING, OPEN)
    text.encode()
    assert all(c.isprintable() or c in "\r\n" for c in text.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"))


FOR_INSTRUCTORS = ("json", "csv")  # these hide nothing


@pytest.mark.parametrize("name", [name for name in EXPORTS if name not in (*FOR_INSTRUCTORS, "gradescope")])
def test_a_hidden_check_counts_and_says_nothing(name: str) -> None:
    text = EXPORTS[name].write(FAILING, HIDING)
    assert not any(word in text for word in ("colons", "10:30", "ValueError", "Think of a hint"))
    assert [check.points for check in shown(FAILING, HIDING.hidden)] == [check.points for check in FAILING.checks]
    assert [check.at_stake for check in shown(FAILING, HIDING.hidden)] == [check.at_stake for check in FAILING.checks]


def test_the_feedback_is_the_story_of_the_failure_that_tells_most() -> None:
    assert to_tell(FAILING) == COLONS
    text = feedback(FAILING, OPEN)
    assert text.startswith("6 of 11 points\n\n✗ A message that contains colons arrives whole.\n")
    assert "expected  Bob to hear at 10:30" in text


def test_the_feedback_of_what_nobody_could_tell_has_no_points() -> None:
    text = feedback(UNSURE, OPEN)
    assert "points" not in text and "not your fault" in text and "A name in use is refused." in text


def test_everything_passed_is_said() -> None:
    assert feedback(PASSING, OPEN) == "6 of 6 points. Everything passed.\n"


def test_json_says_all_that_the_program_said() -> None:
    check = json.loads(EXPORTS["json"].write(FAILING, OPEN))["checks"][1]
    assert check["got"] == NASTY
