"""Keeps an eye on all that a submission runs together, where limits hold each process only for itself (Linux)."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import threading
from collections.abc import Callable

from grading.process import jail
from grading.submission.budget import megabytes
from grading.system import buffers, families

LOOKING_SECONDS = 0.5  # between two looks
MOST_BYTES = 3_000_000_000  # of memory in use, all together; or this part of the machine's, if that is less
PART = 0.4
MOST_TASKS = 3_000  # processes and threads
MOST_PROCESSES = 800  # whoever has more of them makes them faster than one can end the biggest
MOST_WAITING_BYTES = 1_000_000_000  # that nobody reads out of sockets: of these, nobody knows whose they are
MOST_SWEEPS = 20  # until none must be left of these


def watch(root: Callable[[], int], ended: threading.Event, why: dict[int, str] | None = None) -> None:
    """Until `ended`, end what takes too much of all that `root` started: the biggest process first, or too many all.

    For each that is ended alone, a sentence goes into `why`.
    """
    if sys.platform != "linux":
        return
    most = min(MOST_BYTES, int(PART * os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")))
    while not ended.wait(LOOKING_SECONDS):
        pid = root()
        members = families.members(pid) if pid else []
        if len(members) > MOST_PROCESSES or (members and _too_much_waits()):
            _end_all(pid)
            continue
        while told := _too_much(members, most):
            biggest = max(members, key=lambda member: (member.bytes, member.tasks))
            members.remove(biggest)
            if why is not None:
                why[biggest.pid] = told
            _end(biggest.pid)


def _too_much(members: list[families.Member], most: int) -> str:
    """Return a sentence on what all of them take too much of, which is told of the biggest; nothing if all is well."""
    if sum(member.bytes for member in members) > most:
        return f"The grader ended it: all programs together had more than {megabytes(most)} of memory, and it the most."
    if sum(member.tasks for member in members) > MOST_TASKS:
        return f"The grader ended it: there were more than {MOST_TASKS:,} processes and threads in all."
    return ""


def _too_much_waits() -> bool:
    """Tell whether more waits in sockets than anybody needs; in a network with others, it may be theirs."""
    return jail.is_alone() and buffers.held_bytes() > MOST_WAITING_BYTES


def _end_all(root: int) -> None:
    """End all that `root` started, with what those start meanwhile."""
    for _ in range(MOST_SWEEPS):
        family = families.below(root)
        for member in family:
            _end(member)
        if not family:
            return


def _end(pid: int) -> None:
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGKILL)
