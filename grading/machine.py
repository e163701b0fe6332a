"""What the system knows about how busy the machine is."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path


def kept_waiting(pid: int) -> float:
    """Return for how many seconds the threads of a process could have run and got no core, all together.

    Only Linux tells; elsewhere the answer is 0.
    """
    waited = 0
    for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            waited += int(task.read_text().split()[1])  # nanoseconds
    return waited / 1e9


def is_crowded() -> bool:
    """Tell whether more wants to run just now than there are cores; False where the system does not say."""
    with contextlib.suppress(OSError, ValueError, IndexError):
        running, _, _ = Path("/proc/loadavg").read_text().split()[3].partition("/")
        return int(running) > (os.cpu_count() or 1)
    return False
