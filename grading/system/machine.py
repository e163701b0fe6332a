"""What the system knows about how busy the machine is."""

from __future__ import annotations

import contextlib
import os
import threading
from pathlib import Path


def times_of_threads(pid: int) -> dict[str, tuple[float, float]]:
    """Return for how many seconds each thread of a process has run, and for how many it could have and got no core.

    Only Linux tells; elsewhere there are none.
    """
    times = {}
    tasks: list[str] = []
    with contextlib.suppress(OSError):  # it may have ended
        tasks = os.listdir(f"/proc/{pid}/task")
    for task in tasks:
        with contextlib.suppress(OSError, ValueError), open(f"/proc/{pid}/task/{task}/schedstat", "rb") as file:
            ran, waited, _ = file.read().split()  # this is asked often: a Path would cost three times as much
            times[task] = (int(ran) / 1e9, int(waited) / 1e9)  # they are nanoseconds
    return times


def kept_waiting(pid: int) -> float:
    """Return for how many seconds the threads of a process could have run and got no core, all together."""
    return sum(waited for _, waited in times_of_threads(pid).values())


def this_thread_waited() -> float:
    """Return for how many seconds this thread could have run and got no core; 0 where the system does not say."""
    return times_of_threads(os.getpid()).get(str(threading.get_native_id()), (0.0, 0.0))[1]


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
