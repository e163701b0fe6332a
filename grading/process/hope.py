"""Whether it makes sense to wait on for a program: not where there is proof that nothing more can come."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Protocol

from grading.process.patience import A_MOMENT
from grading.results.causes import Raised, Thread
from grading.system.machine import times_of_threads
from grading.telling import stacks

RESTLESS = 0.5  # of a while, for which a thread that never rests has a processor, or waits for one
HARDLY = 0.1  # of a while, for which it must have run itself, however many others wanted to
LEAST_SECONDS = 0.25  # for which such a thread has run in all: to start a program takes less
LOOKS = (1, 11)  # beats at which threads are looked at, counted from the first doubt on


class Hope(Protocol):
    """What one waits for: a program."""

    @property
    def pid(self) -> int:
        """Its number in the system."""

    @property
    def floods(self) -> bool:
        """Whether it prints, and will come to nothing else."""

    @property
    def is_interrupted(self) -> bool:
        """Whether Ctrl+C was pressed: what is reported from then on may be nothing but the way in which it ends."""

    @property
    def exceptions(self) -> Sequence[Raised]:
        """What was reported about exceptions."""

    def threads(self) -> Sequence[Thread]:
        """Return where its threads stand."""


class Doubt:
    """The doubts that grow while one waits for a program."""

    def __init__(self, program: Hope) -> None:
        self._program = program
        self._asked = 0
        self._work: Work | None = None  # from the first doubt on: most waits are over before

    def __call__(self) -> bool:
        """Tell whether it floods, an exception was seen, or threads that stand, or run in circles, for ever."""
        self._asked += 1
        if self._program.floods or self._has_failed():
            return True
        if self._asked in LOOKS and stacks.is_for_ever(self._program.threads()):
            return True
        if self._asked == 1:
            self._work = Work(self._program.pid)
        return self._asked == 1 + A_MOMENT and self._work is not None and bool(self._work.restless())

    def _has_failed(self) -> bool:
        errors = () if self._program.is_interrupted else self._program.exceptions
        return any(not error.is_broken_connection for error in errors)


class Work:
    """What the threads of a process do from now on (Linux; elsewhere nobody can tell)."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._began = time.monotonic()
        self._before = times_of_threads(pid)

    @property
    def may_be_restless(self) -> bool:
        """Whether a thread has done so much until now that it may be one that never rests."""
        return max(map(sum, self._before.values()), default=0.0) > LEAST_SECONDS

    def restless(self) -> set[int]:
        """Return the numbers, in the system, of the threads that did not rest since."""
        passed, now = time.monotonic() - self._began, times_of_threads(self._pid)
        return {int(id_) for id_ in now if _never_rested(self._before.get(id_, now[id_]), now[id_], passed)}


def _never_rested(before: tuple[float, float], now: tuple[float, float], passed: float) -> bool:
    """Tell whether a thread ran, or wanted to, most of the time.

    On a busy machine, who looks again and again after short pauses waits most of the time, too, and hardly runs.
    """
    ran = now[0] - before[0]
    return sum(now) > LEAST_SECONDS and sum(now) - sum(before) > RESTLESS * passed and ran > HARDLY * passed
