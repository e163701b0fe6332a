"""What decides a check has one name: it changes with the check, and with nothing that cannot change a verdict."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from grading.course import STEP1, STEP2, TALK, Exercise, with_talk
from grading.klass import recipes as module
from grading.suite import collect


@pytest.fixture
def edited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], set[str]]:
    """Change a copy of the suites; return the checks of step 2 whose recipes are others now."""
    for step in ("step1", "step2"):
        shutil.copytree(STEP1.suite.parent / step, tmp_path / step, ignore=shutil.ignore_patterns("__pycache__"))
    before = module.recipes(STEP2)

    def suite(exercise: Exercise) -> Exercise:
        return replace(exercise, suite=tmp_path / exercise.name)

    def edit(file: str, old: str, new: str) -> set[str]:
        path = tmp_path / file
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), "utf-8")
        checks = tuple(replace(check, exercise=suite(check.exercise)) for check in collect(STEP2))
        monkeypatch.setattr(module, "collect", lambda _: checks)
        after = module.recipes.__wrapped__(STEP2)
        return {id for id in before if before[id] != after[id]}

    return edit


def test_a_check_that_changed_has_another_name_and_no_other_has(edited: Callable[..., set[str]]) -> None:
    first = next(check for check in collect(STEP2) if check.name == "the_order_is_kept")
    assert edited(
        "step1/test_server.py",
        "def test_the_order_is_kept(room: Room) -> None:",
        "def test_the_order_is_kept(room: Room) -> None:\n    room.minutes",
    ) == {first.id}


def test_a_comment_changes_nothing(edited: Callable[..., set[str]]) -> None:
    assert (
        edited("step1/test_server.py", "def test_the_order_is_kept", "# a comment\ndef test_the_order_is_kept") == set()
    )


def test_what_stands_beside_the_checks_changes_all_of_the_file(edited: Callable[..., set[str]]) -> None:
    changed = edited("step2/test_server.py", "from grading.suite", "A_NUMBER = 5\nfrom grading.suite")
    assert changed == {check.id for check in collect(STEP2) if check.id.startswith("step2/server/")}


def test_a_gate_decides_whether_the_others_are_made(edited: Callable[..., set[str]]) -> None:
    changed = edited("step1/test_server.py", "    gate=True,", "    gate=True, early=True,")
    assert changed == {check.id for check in collect(STEP2) if check.role.name == "server"}


@pytest.mark.parametrize(
    ("table", "decide"), [("EXERCISES", frozenset()), ("GRADED", module.DECIDE_TALKS)], ids=["programs", "talks"]
)
def test_rooms_that_decide_nothing_take_no_part_in_a_grading(table: str, decide: frozenset[str]) -> None:
    code = f"""
import sys, grading.grade
from grading.course import {table}
from grading.suite import collect
for exercise in {table}.values():
    collect(exercise)
print(*{{name.split('.')[1] for name in sys.modules if name.startswith('grading.')}})
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (module.DECIDE_NOTHING - decide) & set(done.stdout.split()) == set()


def test_what_judges_talks_decides_the_checks_of_a_talk_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    before = module.recipes.__wrapped__(with_talk(STEP2))
    monkeypatch.setattr(module, "_of_talks", lambda: "another mistake in the list")
    after = module.recipes.__wrapped__(with_talk(STEP2))
    changed = {id for id in before if before[id] != after[id]}
    assert changed == {check.id for check in collect(with_talk(STEP2)) if check.role == TALK}
    assert {id: name for id, name in before.items() if id not in changed} == module.recipes(STEP2)
