"""What the system knows about a process, and what it does to one."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

STAT_BYTES = 200  # of /proc/PID/stat, in which the state stands
MOST_LOOKS = 100  # at whether a process has come to a stop
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
        for _ in range(MOST_LOOKS):
            if state(pid) in STOPPED:
                break
        yield
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGCONT)


def state(pid: int) -> str:
    """Return in what state a process is, as a letter of proc(5); an empty string where nobody can tell."""
    with contextlib.suppress(OSError), open(f"/proc/{pid}/stat", "rb", buffering=0) as file:  # asked often: no Path
        return file.read(STAT_BYTES).rpartition(b") ")[2][:1].decode()
    return ""


def belongings(pid: int) -> tuple[int, int]:
    """Return how many threads and descriptors a process and what it started have (Linux; elsewhere none)."""
    threads, descriptors = (len(list(Path(f"/proc/{pid}/{what}").glob("*"))) for what in ("task", "fd"))
    for child in _children(pid):
        more_threads, more_descriptors = belongings(child)
        threads, descriptors = threads + more_threads, descriptors + more_descriptors
    return threads, descriptors


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):  # that thread, or all of them, may have ended
            children += map(int, file.read_text().split())
    return children


def kilobytes(pid: int, field: str) -> int:
    """Return how much memory a process holds (`VmRSS`), or ever held (`VmHWM`; Linux; elsewhere 0: nobody can tell)."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(f"{field}:"):
                return int(line.split()[1])
    return 0
