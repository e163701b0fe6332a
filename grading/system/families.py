"""A process and all that it started, however that hid: whoever began it, or has adopted it, is its family's head."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ADOPT = 36  # PR_SET_CHILD_SUBREAPER, see prctl(2)
ENDING_SECONDS = 5.0  # for as long as killing goes on: what is killed may start others meanwhile
STATE, PARENT = 0, 1  # fields of /proc/PID/stat behind the name, see proc(5)
DEAD = "ZX"  # states


def adopts_orphans() -> bool:
    """Let what our children leave behind become ours, and not the system's; False where there is no such thing."""
    if sys.platform != "linux":
        return False
    import ctypes  # nobody else needs it

    with contextlib.suppress(OSError, AttributeError):
        return not ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    return False


def descendants(pid: int, but: frozenset[int] = frozenset()) -> list[int]:
    """Return all that a process started and that runs, and what those did; not `but`, nor what that started."""
    living: dict[int, list[int]] = {}
    for child, parent, state in _processes():
        if state not in DEAD:
            living.setdefault(parent, []).append(child)
    family = [child for child in living.get(pid, []) if child not in but]
    for member in family:  # which grows meanwhile
        family += living.get(member, [])
    return family


def below(pid: int) -> list[int]:
    """Return what a process started, and what that did: quickly, and only where the system keeps a list (Linux)."""
    family = [pid]
    for member in family:  # which grows meanwhile
        for children in Path(f"/proc/{member}/task").glob("*/children"):
            with contextlib.suppress(OSError, ValueError):
                family += [child for child in map(int, children.read_text().split()) if child not in family]
    return family[1:]


def end_descendants(pid: int, but: frozenset[int] = frozenset()) -> None:
    """Kill all that a process started, until there is no more of it; reap what is ours."""
    if sys.platform == "win32":
        return  # a Job Object does that
    ends_at = time.monotonic() + ENDING_SECONDS
    while (family := descendants(pid, but)) and time.monotonic() < ends_at:
        for member in family:
            with contextlib.suppress(OSError):
                os.kill(member, signal.SIGKILL)
    if pid == os.getpid():
        for child, parent, state in _processes():
            if parent == pid and state in DEAD and child not in but:
                with contextlib.suppress(OSError):
                    os.waitpid(child, os.WNOHANG)


def _processes() -> Iterator[tuple[int, int, str]]:
    """Yield the processes of this system with their parents and states; none where it does not tell."""
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = entry.read_text(errors="replace").rpartition(") ")[2].split()
            yield int(entry.parent.name), int(fields[PARENT]), fields[STATE]
