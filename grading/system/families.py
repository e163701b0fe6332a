"""A process and all that it started, however that hid: whoever began it, or has adopted it, is its family's head."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

ADOPT = 36  # PR_SET_CHILD_SUBREAPER, see prctl(2)
ENDING_SECONDS = 5.0  # for as long as killing goes on: what is killed may start others meanwhile
TIMES = slice(11, 15)  # fields of /proc/PID/stat behind the name: by itself and the system, and those of its children
TASKS, PAGES = 17, 21  # others of these fields
DEAD = "ZX"  # states
PAGE_BYTES = 4096  # at least


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


@dataclass(frozen=True)
class Member:
    """A process of a family, and what it takes."""

    pid: int
    tasks: int
    bytes: int  # of memory in use


def members(pid: int) -> list[Member]:
    """Return all that a process started and that runs, and what those did, with what each takes (Linux; else none)."""
    found = []
    for one in below(pid):
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{one}/stat").read_text(errors="replace").rpartition(") ")[2].split()
            found.append(Member(one, int(fields[TASKS]), int(fields[PAGES]) * PAGE_BYTES))
    return found


def below(pid: int) -> list[int]:
    """Return what a process started, and what that did: quickly, and only where the system keeps a list (Linux)."""
    family = [pid]
    for member in family:  # which grows meanwhile
        threads: list[Path] = []
        with contextlib.suppress(OSError):  # it may have ended
            threads = list(Path(f"/proc/{member}/task").iterdir())
        for thread in threads:
            with contextlib.suppress(OSError, ValueError):
                children = (thread / "children").read_text().split()
                family += [child for child in map(int, children) if child not in family]
    return family[1:]


def processor_seconds(pids: Iterable[int]) -> float:
    """Return for how long these processes, and those that they have reaped, kept a processor busy (Linux; else 0)."""
    ticks = 0
    if sys.platform == "win32":
        return 0.0
    for pid in pids:
        with contextlib.suppress(OSError, ValueError, IndexError):
            fields = Path(f"/proc/{pid}/stat").read_text(errors="replace").rpartition(") ")[2].split()
            ticks += sum(map(int, fields[TIMES]))
    return ticks / os.sysconf("SC_CLK_TCK")


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
    with contextlib.suppress(OSError):
        for name in filter(str.isdigit, os.listdir("/proc")):
            with contextlib.suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb", 0) as file:
                state, parent, *_ = file.read().rpartition(b") ")[2].split(None, 2)
                yield int(name), int(parent), state.decode()
