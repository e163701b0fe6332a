"""A process that was started: the terminal before which it runs, its end, and how one ends it."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Mapping
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout

from grading.process.terminal import Terminal
from grading.system import families

if sys.platform == "win32":
    from grading.system.jobs import Job

STARTING_SECONDS = 60.0  # until the fork server must have answered; only a machine in trouble takes longer


class Process:
    """A running program: the terminal before which it runs, and its end."""

    def __init__(
        self, pid: int, terminal: Terminal, status: Future[int], limits: Mapping[str, int | None] | None = None
    ) -> None:
        """Take it over; what has started it holds it to `limits`, but on Windows, where we do."""
        self.pid = pid
        self.terminal = terminal
        self._status = status
        if sys.platform == "win32":
            self._job = Job(pid, limits)
        terminal.has_started()
        status.add_done_callback(lambda _: terminal.has_ended())

    def wait(self, seconds: float) -> int | None:
        """Return the exit status (negative: the signal that ended it), or None while it runs."""
        try:
            return self._status.result(seconds)
        except FutureTimeout:
            return None

    def kill(self) -> None:
        """End the program and whatever it started, now."""
        if sys.platform == "win32":
            self._job.kill()
            return
        others = [] if self._status.done() else families.below(self.pid)
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        for other in others:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(other, signal.SIGKILL)
