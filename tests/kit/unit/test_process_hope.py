"""Nobody waits on for a program of which there is proof that nothing more comes."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grading.process import hope
from grading.process.hope import Doubt, Work
from grading.results.causes import Place, Raised, Thread

WAITS = Place("chat_server.py", 70, "broadcast", "with self.lock:")
READS = Place("chat_server.py", 40, "lines", "data = self.sock.recv(1024)")
PID = 1


class Times:
    """What the threads of a process did, and a clock."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 0.0
        self.threads: dict[str, tuple[float, float]] = {"1": (0.1, 0.0), "2": (0.0, 0.0)}
        monkeypatch.setattr(hope, "times_of_threads", lambda pid: dict(self.threads))
        monkeypatch.setattr(time, "monotonic", lambda: self.now)

    def pass_with(self, **ran: float) -> None:
        """Let a second pass, for a part of which each of these threads runs."""
        self.now += 1
        for number, seconds in ran.items():
            before, waited = self.threads[number[1:]]
            self.threads[number[1:]] = before + seconds, waited


@pytest.fixture
def times(monkeypatch: pytest.MonkeyPatch) -> Times:
    return Times(monkeypatch)


def doubts(
    exceptions: tuple[Raised, ...] = (), threads: tuple[Thread, ...] = (), is_interrupted: bool = False
) -> Doubt:
    program = SimpleNamespace(pid=PID, floods=False, is_interrupted=is_interrupted)
    return Doubt(cast(Any, SimpleNamespace(**vars(program), exceptions=exceptions, threads=lambda: threads)))


def test_who_rests_may_still_answer(times: Times) -> None:
    doubt = doubts(threads=(Thread(2, "Thread-2", (READS,)),))
    assert not any(doubt() for _ in range(30))


def test_after_an_exception_nothing_is_hoped_for_but_after_a_broken_connection_it_is(times: Times) -> None:
    assert doubts((Raised("ValueError", "too many values"),))()
    assert not doubts((Raised("ConnectionResetError", "by peer"),))()


def test_an_exception_after_ctrl_c_may_be_how_a_program_ends(times: Times) -> None:
    assert not doubts((Raised("CancelledError", ""),), is_interrupted=True)()


def test_threads_that_wait_for_each_other_wait_for_ever(times: Times) -> None:
    assert doubts(threads=(Thread(2, "Thread-2", (WAITS,), True, 2, WAITS),))()
    assert not doubts(threads=(Thread(2, "Thread-2", (WAITS,), True, 3, WAITS), Thread(3, "Thread-3", (READS,))))()


def test_a_thread_that_runs_all_the_time_is_found(times: Times) -> None:
    work = Work(PID)
    times.pass_with(t1=0.1, t2=0.9)
    assert work.restless() == {2}
    assert not work.may_be_restless
    assert Work(PID).may_be_restless


def test_a_thread_that_looks_again_and_again_is_not_restless_because_others_let_it_wait(times: Times) -> None:
    times.threads["2"] = (1.0, 1.0)
    work = Work(PID)
    times.now += 1
    times.threads["2"] = (1.05, 1.7)
    assert work.restless() == set()
    times.threads["2"] = (1.15, 1.7)
    assert work.restless() == {2}


def test_a_thread_that_has_hardly_run_yet_is_not_restless(times: Times) -> None:
    work = Work(PID)
    times.now += 0.2
    times.threads["2"] = (0.1, 0.1)
    assert work.restless() == set()


def test_where_the_system_tells_nothing_nobody_is_restless(times: Times) -> None:
    times.threads = {}
    assert Work(PID).restless() == set()
    assert not Work(PID).may_be_restless
