"""What the system knows about how busy the machine is."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path

from grading.system.processes import threads_of


def times_of_threads(pid: int) -> dict[str, tuple[float, float]]:
    """Return for how many seconds each thread of a process has run, and for how many it could have and got no core.

    Only Linux tells; elsewhere there are none.
    """
    found = ((thread, _times(pid, thread)) for thread in threads_of(pid))
    return {thread: times for thread, times in found if times}


def turns_of_threads(pid: int) -> dict[str, int]:
    """Return how often each thread of a process was given a core. Only Linux tells; elsewhere there are none."""
    found = ((thread, _schedule(pid, thread)) for thread in threads_of(pid))
    return {thread: schedule[2] for thread, schedule in found if schedule}


def _times(pid: int, thread: str) -> tuple[float, float] | None:
    schedule = _schedule(pid, thread)
    return (schedule[0] / 1e9, schedule[1] / 1e9) if schedule else None  # they are nanoseconds


def _schedule(pid: int, thread: str) -> tuple[int, int, int] | None:
    with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/task/{thread}/schedstat", "rb") as file:
        ran, waited, turns = file.read().split()  # this is asked often: a Path would cost three times as much
        return int(ran), int(waited), int(turns)
    return None


def kept_waiting(pid: int) -> float:
    """Return for how many seconds the threads of a process could have run and got no core, all together."""
    return sum(waited for _, waited in times_of_threads(pid).values())


def this_thread_waited() -> float:
    """Return for how many seconds this thread could have run and got no core; 0 where the system does not say."""
    times = _times(os.getpid(), str(threading.get_native_id()))
    return times[1] if times else 0.0


def has_run(pid: int) -> float:
    """Return for how many seconds the threads of a process have run, all together."""
    return sum(ran for ran, _ in times_of_threads(pid).values())


def knows_waiting() -> bool:
    """Tell whether this system says for how long threads waited for a core."""
    return os.path.exists("/proc/self/schedstat")


def is_crowded() -> bool:
    """Tell whether more wants to run just now than there are cores; False where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        running, _, _ = Path("/proc/loadavg").read_text().split()[3].partition("/")
        return int(running) > (os.cpu_count() or 1)
    return False
