"""Let a cluster grade: submissions go out, grades come back, and what came to nothing is tried again elsewhere."""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, as_completed
from pathlib import Path
from typing import Any

from grading.course import KIT
from grading.klass.parcel import Order
from grading.klass.team import Lost, Outcome, Progress, Task, Worker, ended, in_rounds, worker_command
from grading.results.json import as_json, from_json
from grading.results.values import Grade, Versions

Answer = tuple[Any, str]  # a grade as JSON, or none, and why there is none
Futures = list["Future[list[Answer]]"]
Submits = Callable[[list[list[bytes]], float], Futures]  # some lines of orders for each job, and the time for one


def does(lines: Sequence[bytes], deadline: float) -> list[Answer]:
    """Grade some submissions on this machine, one after another: what a cluster's own worker calls."""
    _hides_the_kit()
    worker = Worker(worker_command(), deadline, threading.Lock())
    try:
        return [_does(worker, line) for line in lines]
    finally:
        worker.ends()


def _does(worker: Worker, line: bytes) -> Answer:
    try:
        found = worker.does(Order.from_line(line), lambda done, left: None)
    except Lost as why:
        return None, str(why)
    if found.is_fault:
        worker.ends()
    return as_json(found), ""


def _hides_the_kit() -> None:
    """Let no program that is graded find the kit by way of a variable that was set for a cluster's worker."""
    entries = os.environ.pop("PYTHONPATH", "").split(os.pathsep)
    others = [entry for entry in entries if entry and Path(entry).resolve() != KIT]
    if others:
        os.environ["PYTHONPATH"] = os.pathsep.join(others)


class Elsewhere:
    """Graders on other machines, in jobs of so many submissions each."""

    def __init__(self, submits: Submits, in_a_job: int, deadline: float, versions: Versions) -> None:
        self._submits, self._in_a_job = submits, in_a_job
        self._deadline, self._versions = deadline, versions

    def grades(self, tasks: Sequence[Task], progress: Progress) -> Iterator[Outcome]:
        """Yield how each task ended, as it ends; one that failed is tried again, after the others."""
        yield from in_rounds(tasks, self._plays)

    def _plays(self, tasks: Sequence[Task]) -> Iterator[Outcome]:
        jobs = [tasks[start : start + self._in_a_job] for start in range(0, len(tasks), self._in_a_job)]
        futures = self._submits([[task.order.as_line() for task in job] for job in jobs], self._deadline)
        whose = dict(zip(futures, jobs, strict=True))
        try:
            for future in as_completed(futures):
                for task, (found, why) in zip(whose[future], _answers(future, len(whose[future])), strict=True):
                    yield self._ended(task, found, why)
        finally:
            for future in futures:
                future.cancel()

    def _ended(self, task: Task, found: Any, why: str) -> Outcome:
        grade: Grade | None = None
        with contextlib.suppress(ValueError, KeyError, TypeError):
            grade = from_json(found)
        if grade and grade.versions != self._versions:
            other = f"{grade.versions.python} on {grade.versions.platform}"
            return ended(task, None, f"its worker has another kit, Python or system than this one: {other}")
        return ended(task, grade, why)


def _answers(future: Future[list[Answer]], count: int) -> list[Answer]:
    """Return what a job came to, for each of its submissions."""
    try:
        found = list(future.result())
    except Exception as error:  # whatever a cluster says about its workers
        return [(None, f"{type(error).__name__}: {error}")] * count
    return found if len(found) == count else [(None, "its worker answered something else")] * count
