"""What makes a function a check, and all checks of an exercise, collected once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grading.course import ADVANCED, STEP2, Exercise, Role
from grading.suite import Check, Terms, check, collect

LEAVES_A_MARK = '''
from pathlib import Path
from grading.suite import check

Path(__file__).with_name("imported").open("a").write("x")

@check(1, "No hint.")
def test_something(room) -> None:
    """Something holds."""

def test_nothing() -> None:
    """No check: nothing marks it."""
'''


@pytest.fixture
def toy(tmp_path: Path) -> Exercise:
    (tmp_path / "test_server.py").write_text(LEAVES_A_MARK)
    return Exercise("bonus/toy", tmp_path, (Role("server", "toy.py"),))


def of(toy: Exercise, **kind: Any) -> Check:
    @check(2, "Think.", **kind)
    def test_a_thing() -> None:
        """A thing  is
        as it should be."""

    return Check(toy, toy.roles[0], test_a_thing)


def test_the_checks_come_in_the_order_in_which_they_build_on_each_other() -> None:
    exercises = [one.exercise for one in collect(STEP2)]
    assert exercises == sorted(exercises, key=lambda exercise: len(exercise.ladder))
    assert collect(ADVANCED)[: len(exercises)] == collect(STEP2)


def test_no_two_checks_have_the_same_id() -> None:
    ids = [one.id for one in collect(ADVANCED)]
    assert len(ids) == len(set(ids))


def test_each_check_has_a_sentence_and_a_hint() -> None:
    for one in collect(ADVANCED):
        result = one.untried()
        assert result.title.endswith("."), one.id
        assert result.hint, one.id


def test_only_what_is_marked_is_a_check(toy: Exercise) -> None:
    assert [one.name for one in collect(toy)] == ["something"]


def test_a_suite_is_imported_once_whoever_asks_first(toy: Exercise) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: collect(toy), range(8)))
    assert all(checks == found[0] for checks in found)
    assert (toy.suite / "imported").read_text() == "x"


def test_a_result_knows_where_its_check_belongs_without_being_taken_apart(toy: Exercise) -> None:
    result = of(toy).untried()
    assert (result.exercise, result.role, result.program, result.name) == ("bonus/toy", "server", "toy.py", "a_thing")
    assert result.id == "bonus/toy/server/a_thing"
    assert result.title == "A thing is as it should be."
    assert result.is_waiting


@pytest.mark.parametrize("kind", ["veto", "stress", "early"])
def test_what_takes_long_starts_first(kind: str, toy: Exercise) -> None:
    assert of(toy, **{kind: True}).is_first
    assert not of(toy).is_first


def test_a_kind_that_nobody_knows_is_refused() -> None:
    with pytest.raises(TypeError, match="swift"):
        check(1, "No hint.", swift=True)(lambda: None)


def test_a_check_is_worth_what_its_terms_say(toy: Exercise) -> None:
    assert of(toy, gate=True).terms == Terms(2, "Think.", gate=True)
