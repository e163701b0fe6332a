"""What is run once more: what may have failed only because the machine was busy."""

from __future__ import annotations

import pytest

from grading.course import STEP1, Role
from grading.results.causes import Cause, Place
from grading.results.values import FAILED
from grading.running import Attempt, proven
from grading.suite import Check
from tests.kit.conftest import finding

SERVER = Role("server", "chat_server.py")
HERE, THERE = Place("chat_server.py", 7), Place("chat_server.py", 8)
RAISED, SILENT = Cause("removed-twice", "It is gone.", HERE), Cause("nobody-hears", "Nobody does.")


def made(cause: Cause | None = None, **kind: bool) -> Attempt:
    return Attempt(finding("step1/server/x", "A title.", "A hint.", 3, FAILED, cause=cause), **kind)


@pytest.mark.parametrize(
    ("attempt", "is_doubtful"),
    [
        (made(), False),
        (made(late=True), True),
        (made(SILENT, late=True), True),
        (made(late=True, calm=True), False),
        (made(RAISED, late=True), False),
        (made(RAISED, late=True, starved=True), True),
        (made(starved=True), True),
    ],
)
def test_what_was_late_is_doubted_unless_it_had_its_time_or_left_a_proof(attempt: Attempt, is_doubtful: bool) -> None:
    assert attempt.is_doubtful is is_doubtful


def checks(count: int) -> list[Check]:
    return [Check(STEP1, SERVER, lambda: None) for _ in range(count)]


def test_what_several_runs_prove_at_one_line_is_not_doubted() -> None:
    three = {check: made(RAISED, late=True, starved=True) for check in checks(3)}
    other = {check: made(Cause("removed-twice", "", THERE), starved=True) for check in checks(2)}
    silent = {check: made(SILENT, late=True) for check in checks(3)}
    assert proven({**three, **other, **silent}) == set(three)
