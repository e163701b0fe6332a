"""What is run once more: what may have failed only because the machine was busy."""

from __future__ import annotations

import contextlib
import os
import threading
from collections import Counter
from dataclasses import replace

import pytest

from grading import running
from grading.course import STEP1, Role
from grading.process import production
from grading.process.launcher import Launcher
from grading.process.patience import GRADING_SECONDS, Allowance
from grading.process.production import Production
from grading.results.causes import Cause, Place, Raised
from grading.results.values import ERROR, FAILED, PASSED
from grading.running import Attempt, proven, run
from grading.submission.values import Submission
from grading.suite import Check, collect
from tests.kit.conftest import finding

SERVER = Role("server", "chat_server.py")
ALONE_AT = 3  # the time at which a check is tried alone
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


@pytest.mark.parametrize(
    ("waited", "used", "outcome"),
    [(1.0, 0.0, ERROR), (0.0, 0.0, FAILED), (1.0, 1.0, FAILED)],
    ids=["others took the time", "nobody took it", "the programs took it themselves"],
)
def test_time_that_is_over_is_the_fault_of_the_programs_unless_others_took_it(
    waited: float, used: float, outcome: str, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    submission = Submission({"chat_server.py": b"", "chat_client.py": b""})
    with contextlib.closing(Production(launcher, submission, STEP1)) as graded:
        monkeypatch.setattr(Allowance, "is_over", True)
        monkeypatch.setattr(Allowance, "passed", GRADING_SECONDS)
        monkeypatch.setattr(production, "knows_waiting", lambda: True)
        monkeypatch.setattr(production, "kept_waiting", lambda pid: waited * GRADING_SECONDS)
        cores = os.cpu_count() or 1
        monkeypatch.setattr(launcher, "processor_seconds", lambda: used * cores * GRADING_SECONDS)
        graded._used = graded._waited = 0.0
        (result, *_) = run([one for one in collect(STEP1) if one.role.name == "server"], graded)
    assert (result.outcome, result.undecided) == (outcome, outcome == ERROR)


def test_what_takes_longest_starts_beside_the_gates_and_is_told_in_its_turn(
    launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    has_begun = threading.Event()

    def attempt(check: Check, _: Production) -> Attempt:
        if check.terms.gate:
            has_begun.wait()  # for ever, if the early one comes after the gates
        elif check.terms.early:
            has_begun.set()
        return Attempt(replace(check.untried(), outcome=PASSED))

    monkeypatch.setattr(running, "attempt", attempt)
    chosen = [check for check in collect(STEP1) if check.role.name == "server"]
    with contextlib.closing(Production(launcher, Submission({}), STEP1)) as graded:
        results = run(chosen, graded, lambda result, left: order.append(result.id))
    gates = {check.id for check in chosen if check.terms.gate}
    assert set(order[: len(gates)]) == gates
    assert sorted(order) == sorted(check.id for check in chosen)
    assert all(result.outcome == PASSED for result in results)


@pytest.mark.parametrize(("most", "is_right"), [(1, True), (0, False)], ids=["beside others", "by itself"])
def test_a_program_that_lacks_threads_is_tried_alone(
    most: int, is_right: bool, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    beside = threading.Barrier(2)
    tries: Counter[str] = Counter()

    def attempt(check: Check, _: Production) -> Attempt:
        tries[check.id] += 1
        if tries[check.id] < ALONE_AT:  # side by side, twice
            beside.wait()
        if tries[check.id] < ALONE_AT or not most:
            return Attempt(replace(check.untried(), outcome=FAILED, cause=RAISED), crowded=True)
        return Attempt(replace(check.untried(), outcome=PASSED))

    monkeypatch.setattr(running, "attempt", attempt)
    chosen = [one for one in collect(STEP1) if not (one.terms.gate or one.terms.veto or one.terms.early)][:2]
    with contextlib.closing(Production(launcher, Submission({}), STEP1)) as graded:
        results = run(chosen, graded)
    assert {result.outcome for result in results} == {PASSED if is_right else FAILED}
    assert sum(tries.values()) == (2 * ALONE_AT if is_right else 2 * ALONE_AT - 1)


@pytest.mark.parametrize(
    ("kind", "message", "lacks"),
    [
        ("RuntimeError", "can't start new thread", True),
        ("RuntimeError", "threads can only be started once", False),
        ("ValueError", "can't start new thread", False),
    ],
)
def test_what_python_says_where_no_more_threads_may_run_is_known(kind: str, message: str, lacks: bool) -> None:
    assert Raised(kind, message).lacks_threads is lacks
