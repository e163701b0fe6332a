"""What the system knows about a process, and what it does to one."""

from __future__ import annotations

import contextlib
import itertools
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from grading.system.families import below

STAT_BYTES = 200  # of /proc/PID/stat, in which the state stands
FIRST_LOOKS = 100  # at whether a process has come to a stop, one right after the other
LOOK_SECONDS = 0.0005  # from one of the later ones to the next: where the machine is busy, to stop takes its time, too
STOPPING_SECONDS = 2.0  # after which nobody waits for that any more
STOPPED = ("T", "")  # see `state`


@contextlib.contextmanager
def standing_still(pid: int) -> Iterator[None]:
    """Let a process stand still, where this system can do that, so that what it is sent meanwhile arrives at once."""
    if sys.platform == "win32":
        yield
        return
    try:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
        _waits_for_the_stop(pid)
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def _waits_for_the_stop(pid: int) -> None:
    """Wait until each thread of a process stands still, as far as this system can tell."""
    deadline = time.monotonic() + STOPPING_SECONDS
    for look in itertools.count():
        if state(pid) in STOPPED and all(state(pid, thread) in STOPPED for thread in threads_of(pid)):
            return
        if look > FIRST_LOOKS:
            time.sleep(LOOK_SECONDS)
            if time.monotonic() > deadline:
                return


def threads_of(pid: int) -> list[str]:
    """Return the numbers of the threads of a process, as they stand in its folder; none where nobody can tell."""
    with contextlib.suppress(OSError):  # it may have ended
        return os.listdir(f"/proc/{pid}/task")
    return []


def state(pid: int, thread: str = "") -> str:
    """Return in what state a process is, or a thread of it, as a letter of proc(5); empty where nobody can tell."""
    try:  # asked often: no Path, and no file object
        descriptor = os.open(f"/proc/{pid}/task/{thread}/stat" if thread else f"/proc/{pid}/stat", os.O_RDONLY)
    except OSError:
        return ""
    try:
        return os.read(descriptor, STAT_BYTES).rpartition(b") ")[2][:1].decode()
    except OSError:  # it has just ended
        return ""
    finally:
        os.close(descriptor)


def belongings(pid: int) -> tuple[int, int]:
    """Return how many threads and descriptors a process and what it started have (Linux; elsewhere none)."""
    family = [pid, *below(pid)]
    threads, descriptors = (sum(_count(f"/proc/{one}/{what}") for one in family) for what in ("task", "fd"))
    return threads, descriptors


def _count(folder: str) -> int:
    with contextlib.suppress(OSError):  # what a process started may end while one looks
        return len(os.listdir(folder))
    return 0


def kilobytes(pid: int, field: str) -> int:
    """Return how much memory a process holds (`VmRSS`), or ever held (`VmHWM`; Linux; elsewhere 0: nobody can tell)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
    return 0
