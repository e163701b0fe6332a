"""What the system knows about how busy the machine is."""

from __future__ import annotations

import contextlib
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
