"""A process and all that it started, however that hid: who began it, or has adopted it, is its family's head."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from pathlib import Path

ADOPT = 36  # PR_SET_CHILD_SUBREAPER, see prctl(2)
ROUNDS = 20  # of killing what may start others meanwhile
PARENT = 1  # field of /proc/PID/stat behind the name


def adopts_orphans() -> bool:
    """Let what our children leave behind become ours, and not the system's; False where there is no such thing."""
    if sys.platform != "linux":
        return False
    import ctypes  # nobody else needs it

    with contextlib.suppress(OSError, AttributeError):
        return not ctypes.CDLL(None).prctl(ADOPT, 1, 0, 0, 0)
    return False


def children() -> dict[int, list[int]]:
    """Return the processes of this system by their parents; none where it does not tell."""
    found: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = entry.read_text(errors="replace").rpartition(") ")[2].split()
            found.setdefault(int(fields[PARENT]), []).append(int(entry.parent.name))
    return found


def descendants(pid: int, but: frozenset[int] = frozenset()) -> list[int]:
    """Return all that a process started, and what those did; not what is in `but`, nor what that started."""
    by_parent = children()
    family = [child for child in by_parent.get(pid, []) if child not in but]
    for member in family:  # which grows meanwhile
        family += by_parent.get(member, [])
    return family


def end_descendants(pid: int, but: frozenset[int] = frozenset()) -> None:
    """Kill all that a process started, until there is no more of it; reap what is ours."""
    if sys.platform == "win32":
        return  # a Job Object does that
    for _ in range(ROUNDS):
        family = descendants(pid, but)
        for member in family:
            with contextlib.suppress(OSError):
                os.kill(member, signal.SIGKILL)
        for member in family if pid == os.getpid() else []:
            with contextlib.suppress(OSError):
                os.waitpid(member, os.WNOHANG)
        if not family:
            return
