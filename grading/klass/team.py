"""Workers, a process each, that grade side by side; whatever becomes of one of them, the others go on."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from grading.course import GRADED, KIT
from grading.klass.parcel import Order
from grading.klass.reuse import Known, known_of, left, together
from grading.process.jail import Jail
from grading.results.json import from_json
from grading.results.values import TOO_BUSY, Grade
from grading.submission import scratch
from grading.suite import Check, collect
from grading.system import families

if sys.platform == "win32":
    from grading.system.jobs import Job

DEADLINE_SECONDS = 600.0  # for one submission, from its order to its grade
ATTEMPTS = 2  # at a submission, each in a process of its own
MOST_GRADED = 25  # submissions, before a worker makes room for a fresh one
ENDING_SECONDS = 10.0  # until a process that was killed must be gone
Progress = Callable[[str, int, int], None]  # whose, how many checks are done, how many are still to come


@dataclass(frozen=True)
class Task:
    """An order, and whose it is for whoever looks at it."""

    who: str
    order: Order
    attempt: int = 1
    known: Known = field(default_factory=dict)  # that is not found out once more

    def completed(self, grade: Grade) -> Grade:
        """Return the whole grade, with what was known before."""
        if not self.known:
            return grade
        found = {check.id: check for check in grade.checks if not check.is_waiting}
        return replace(grade, checks=together(self._checks, {**self.known, **found}))

    def again(self, grade: Grade | None) -> Task:
        """Return what is left to do where this came to nothing, or to a grade that could not tell everything."""
        known = {**self.known, **known_of(grade)} if grade else self.known
        only = self.order.only
        if known:
            rest = left(self._checks, known)
            only = rest if only is None else rest & only
        return replace(self, order=replace(self.order, only=only), attempt=self.attempt + 1, known=known)

    @property
    def _checks(self) -> tuple[Check, ...]:
        return collect(GRADED[self.order.exercise])


@dataclass(frozen=True)
class Outcome:
    """How a task ended: with a grade, with why there is none, or with both where the machine was too busy."""

    task: Task
    grade: Grade | None
    trouble: str = ""
    is_last: bool = True  # it is not tried again

    @property
    def is_starved(self) -> bool:
        """Whether the machine was too busy with others to tell."""
        return self.grade is not None and any(check.undecided for check in self.grade.checks)


class Lost(Exception):
    """A worker ended, or had to be ended; the message says why."""


def worker_command() -> list[str]:
    """Return what starts a worker."""
    return Jail.here().wraps(sys.executable, "-m", "grading.cli.worker")


class Graders(Protocol):
    """Whoever grades many."""

    def grades(self, tasks: Sequence[Task], progress: Progress) -> Iterator[Outcome]:
        """Yield how each task ended, as it ends; one that failed is tried again, after the others."""


class Worker:
    """One process, and what is said to it. It is started when it is needed."""

    def __init__(self, command: Sequence[str], deadline: float, starting: threading.Lock) -> None:
        self._starting = starting  # held meanwhile: nobody else knows the process yet
        self._command, self._deadline = list(command), deadline
        self._popen: subprocess.Popen[bytes] | None = None
        self._answers: queue.Queue[bytes] = queue.Queue()
        self._graded = 0

    @property
    def pid(self) -> int:
        """The number of its process; 0 while there is none."""
        return self._popen.pid if self._popen else 0

    def does(self, order: Order, progresses: Callable[[int, int], None]) -> Grade:
        """Return the grade; Lost, and the process is gone with all that it started, if there was none in time."""
        ends_at = time.monotonic() + self._deadline
        if self._graded >= MOST_GRADED:
            self.ends()
        if not self._popen:
            self._starts()
        try:
            threading.Thread(target=_write, args=(self._popen, order.as_line()), daemon=True).start()
            while "grade" not in (answer := self._answer(ends_at)):
                progresses(answer["done"], answer["left"])
            self._graded += 1
            return from_json(answer["grade"])
        except (Lost, ValueError, KeyError, TypeError) as error:
            self.ends()
            raise Lost(str(error)) from None

    def _starts(self) -> None:
        self._graded, self._answers = 0, queue.Queue()
        pipe, nothing = subprocess.PIPE, subprocess.DEVNULL
        with self._starting:
            self._popen = subprocess.Popen(
                self._command, stdin=pipe, stdout=pipe, stderr=nothing, cwd=KIT, start_new_session=True
            )
        if sys.platform == "win32":
            self._job = Job(self._popen.pid)
        threading.Thread(target=self._reads, args=(self._popen, self._answers), daemon=True).start()

    @staticmethod
    def _reads(popen: subprocess.Popen[bytes], answers: queue.Queue[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            for answer in popen.stdout or ():
                answers.put(answer)
        with contextlib.suppress(OSError, ValueError):
            if popen.stdout:
                popen.stdout.close()
        answers.put(b"")

    def _answer(self, ends_at: float) -> Any:
        try:
            answer = self._answers.get(timeout=max(0.0, ends_at - time.monotonic()))
        except queue.Empty:
            raise Lost(f"it took longer than {self._deadline:.0f} s") from None
        if not answer.endswith(b"\n"):
            raise Lost("its worker ended in the middle of it")
        return json.loads(answer)

    def ends(self) -> None:
        """End the process and all that it started."""
        popen, self._popen = self._popen, None
        if not popen:
            return
        families.end_descendants(popen.pid)
        if sys.platform == "win32":
            self._job.kill()
        popen.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            popen.wait(ENDING_SECONDS)
        scratch.sweep()  # it may have been in the middle of a grading
        with contextlib.suppress(OSError, ValueError):
            if popen.stdin:
                popen.stdin.close()


def _write(popen: subprocess.Popen[bytes] | None, data: bytes) -> None:
    """Send an order, for as long as it takes: whoever does not read it is late with the answer."""
    with contextlib.suppress(OSError, ValueError):
        if popen and popen.stdin:
            popen.stdin.write(data)
            popen.stdin.flush()


def ended(task: Task, found: Grade | None, why: str = "") -> Outcome:
    """Return how a task ended; where the grader could not tell, or there is no grade, it is not the last attempt."""
    is_last = task.attempt >= ATTEMPTS
    if not found:
        return Outcome(task, None, why, is_last)
    whole = task.completed(found)
    if not whole.is_fault:
        return Outcome(task, whole)
    outcome = Outcome(task, whole, "the grader could not tell", is_last)
    return replace(outcome, trouble=TOO_BUSY) if outcome.is_starved else outcome


def in_rounds(tasks: Sequence[Task], plays: Callable[[Sequence[Task]], Iterator[Outcome]]) -> Iterator[Outcome]:
    """Yield how each task ended; those that failed have a round of their own, and what was starved is then alone."""
    again = yield from _round(tasks, plays)
    while again:
        starved = [task for task, is_starved in again if is_starved]
        rounds = [[task for task, is_starved in again if not is_starved], *([task] for task in starved)]
        again = []
        for some in rounds:
            again += yield from _round(some, plays)


def _round(
    tasks: Sequence[Task], plays: Callable[[Sequence[Task]], Iterator[Outcome]]
) -> Generator[Outcome, None, list[tuple[Task, bool]]]:
    """Yield how each task ended; return what is to be tried again, and whether it was starved."""
    again = []
    for outcome in plays(tasks):
        yield outcome
        if not outcome.is_last:
            again.append((outcome.task.again(outcome.grade), outcome.is_starved))
    return again


class Team:
    """So many workers, and the tasks that wait for them."""

    def __init__(self, count: int, deadline: float = DEADLINE_SECONDS, command: Sequence[str] = ()) -> None:
        command = command or worker_command()
        self._starting = threading.Lock()
        self._workers = [Worker(command, deadline, self._starting) for _ in range(count)]
        self._tasks: queue.Queue[Task | None] = queue.Queue()
        self._outcomes: queue.Queue[Outcome] = queue.Queue()
        self._stopped = False
        self.adopts = False  # whether what our children leave behind becomes ours, and we have no others than workers

    def grades(self, tasks: Sequence[Task], progress: Progress) -> Iterator[Outcome]:
        """Yield how each task ended, as it ends; one that failed is tried again, after the others."""
        for worker in self._workers[: max(1, len(tasks))]:
            threading.Thread(target=self._works, args=(worker, progress), daemon=True).start()
        try:
            yield from in_rounds(tasks, self._plays)
        finally:
            self.close()

    def _plays(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        for task in tasks:
            self._tasks.put(task)
        for _ in tasks:
            yield self._outcomes.get()

    def _works(self, worker: Worker, progress: Progress) -> None:
        while not self._stopped and (task := self._tasks.get()):
            try:
                outcome = self._does(worker, task, progress)
            except Exception as error:  # whatever it is, somebody waits for it
                outcome = Outcome(task, None, f"{type(error).__name__}: {error}")
            self._outcomes.put(outcome)

    def _does(self, worker: Worker, task: Task, progress: Progress) -> Outcome:
        progress(task.who, 0, 0)
        try:
            found = worker.does(task.order, lambda done, left: progress(task.who, done, left))
        except Lost as why:
            self._ends_strays()
            return ended(task, None, str(why))
        if found.is_fault:
            worker.ends()  # the next one is a fresh one
        return ended(task, found)

    def _ends_strays(self) -> None:
        """End what a worker left behind that ended by itself, where such processes have become ours."""
        if self.adopts:
            with self._starting:
                ours = frozenset(worker.pid for worker in self._workers)
                families.end_descendants(os.getpid(), but=ours)

    def close(self) -> None:
        """End all that still runs."""
        self._stopped = True
        for _ in self._workers:
            self._tasks.put(None)
        for worker in self._workers:
            worker.ends()
