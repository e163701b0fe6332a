"""Start a student's program in a process of its own: forked from a warm interpreter, or afresh without fork."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, TypeVar

from grading.process import cell, guard
from grading.process.forking import CannotStart, ForkServer
from grading.process.jail import Jail
from grading.process.started import STARTING_SECONDS, Process
from grading.process.terminal import make_terminal
from grading.stage.messages import Bare, Settings
from grading.submission.scratch import Place
from grading.system import wire

Kept = TypeVar("Kept", bound="Helper")
MOST_FAILED = 50  # fork servers of one launcher, each ended by a program
SOMEBODY = "student"  # for whom programs run, as far as they can tell


class Helper(Protocol):
    """Something that is started beside the programs, such as a browser."""

    def close(self) -> None:
        """End it."""


class Launcher:
    """Starts processes for one grading, and leaves none behind when it closes."""

    def __init__(self, warm: bool = hasattr(os, "fork"), jail: Jail | None = None) -> None:
        self._jail = jail or Jail.here()
        self._mark = secrets.token_hex(8)  # in the environment of all that is started, and of what that starts
        self._lock = threading.Lock()
        self._started: list[Process] = []
        self._closed = False
        self._warm = warm
        self._failed = 0  # fork servers
        self.place = Place(cell.spare_account() if warm else 0)
        self._forkserver = self._new_forkserver() if warm else None
        self._making = threading.Lock()
        self._helpers: dict[object, Any] = {}
        self._at_end = contextlib.ExitStack()
        self._ended = threading.Event()
        self.why_ended: dict[int, str] = {}  # by number of a process, a sentence on why it took too much
        watching = (self._root, self._ended, self.why_ended)
        threading.Thread(target=guard.watch, args=watching, daemon=True).start()

    def _root(self) -> int:
        return self._forkserver.pid if self._forkserver else 0

    def _new_forkserver(self) -> ForkServer:
        return ForkServer(self._jail, self.place, self._environment())

    def start(self, settings: Settings) -> Process:
        """Start the program that `settings` describe."""
        if self._warm:
            return self._fork(settings)
        zone = {"TZ": settings["zone"]} if settings["zone"] else {}
        command = [sys.executable, "-m", "grading.stage", json.dumps(settings)]
        return self._keep(lambda: self._start_fresh(command, self._jail.folder, self._environment(**zone)))

    def start_for_real(self, work: Path, program: str, *args: str) -> Process:
        """Start `python PROGRAM ARGS` in the folder `work` as a person does, with nothing of ours in its process."""
        bare = [sys.executable, program, *args]
        if self._warm:
            return self._fork({"exec": bare, "work": str(work)})
        if os.name == "posix":  # a process takes its terminal itself
            bare = [sys.executable, "-ISc", TAKE_TERMINAL, *bare]
        return self._keep(lambda: self._start_fresh(bare, work, self._environment()))

    def _start_fresh(self, command: list[str], folder: Path, environment: dict[str, str]) -> Process:
        return _start_fresh(command, folder, environment, asdict(self._jail.limits))

    def once(self, make: Callable[[Launcher], Kept]) -> Kept:
        """Return what `make` returned for this launcher, which calls it once; it ends with the launcher."""
        with self._making:
            if make not in self._helpers:
                self._helpers[make] = self._at_end.enter_context(contextlib.closing(make(self)))
            helper: Kept = self._helpers[make]
            return helper

    def lacks(self) -> frozenset[str]:
        """Return the names of the layers, of those in `cell.LAYERS`, that do not surround a program here."""
        return self._forkserver.lacks() if self._forkserver else cell.lacking_without_fork()

    def _environment(self, **more: str) -> dict[str, str]:
        return self._jail.around(**{MARK: self._mark}, **self.place_of_their_own(), **more)

    def place_of_their_own(self) -> dict[str, str]:
        """Return the variables by which programs find a home, a folder for what is temporary, and whom they serve.

        The account in which they run may be one that nobody has, and then the system knows no name for it.
        """
        if os.name != "posix":
            return {}
        folders = {"HOME": str(self.place.home), "TMPDIR": str(self.place.temporary)}
        return {**folders, "USER": SOMEBODY, "LOGNAME": SOMEBODY, **cell.own_packages()}

    def _fork(self, settings: Settings | Bare) -> Process:
        """Start a program by a fork server; by a new one, now and then, where a program killed it."""
        while True:
            with self._lock:
                forkserver = self._forkserver
                if self._closed or not forkserver:
                    raise OSError("the grading is over")
                if not forkserver.alive:
                    self._failed += 1
                    if self._failed > MOST_FAILED:
                        raise CannotStart("programs keep ending the process that starts them")
                    forkserver = self._forkserver = self._new_forkserver()
            try:
                return self._keep(lambda: forkserver.start(settings))  # noqa: B023
            except BrokenPipeError:
                continue

    def _keep(self, start: Callable[[], Process]) -> Process:
        if self._closed:
            raise OSError("the grading is over")
        process = start()
        with self._lock:
            self._started.append(process)
        return process

    def owns(self, process: Process, port: int) -> bool:
        """Tell whether a program that was started here, most likely `process`, listens at `port`.

        Where the system does not say who does, it is believed.
        """
        found = wire.listeners(port)
        if found is None or wire.has_any([process.pid], found):
            return True
        return not self._forkserver or wire.has_any(self._forkserver.family(), found)

    def processor_seconds(self) -> float:
        """Return for how long all that was started here kept a processor busy, as far as the system tells."""
        return self._forkserver.processor_seconds() if self._forkserver else 0.0

    def end(self, process: Process) -> None:
        """End one process and close its streams."""
        process.kill()
        process.wait(STARTING_SECONDS)
        with self._lock:
            if process in self._started:
                self._started.remove(process)

    def close(self) -> None:
        """End every process that still runs; none can be started any more."""
        self._closed = True
        self._ended.set()
        self._at_end.close()
        for process in list(self._started):
            process.kill()
        if not self._forkserver or self._forkserver.close():
            _kill_strays(self._mark)
        self.place.remove()

    def __enter__(self) -> Launcher:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


if sys.platform == "win32":
    KILL = signal.SIGTERM
else:
    KILL = signal.SIGKILL
MARK = "CHAT_KIT_GRADING"
TAKE_TERMINAL = """
import fcntl, os, signal, sys, termios
signal.signal(signal.SIGINT, signal.SIG_DFL)
try:
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)
except OSError:
    pass
os.execv(sys.argv[1], sys.argv[1:])
"""


def _kill_strays(mark: str) -> None:
    """Kill what a program started and hid in a session of its own: it still carries our mark (Linux only)."""
    marked = f"{MARK}={mark}".encode()
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            if marked in entry.read_bytes().split(b"\0"):
                os.kill(int(entry.parent.name), KILL)
        except (OSError, ValueError):
            pass


def _start_fresh(
    command: list[str], folder: Path, environment: dict[str, str], limits: dict[str, int | None]
) -> Process:
    terminal = make_terminal()
    stdin, stdout, stderr = terminal.streams
    popen = subprocess.Popen(
        command,
        stdin=stdin,
        stdout=stdout,
        stderr=stderr,
        cwd=folder,
        env=environment,
        start_new_session=True,  # Ctrl+C is for the grader alone
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # the same, on Windows: a console that nobody sees
    )
    status: Future[int] = Future()
    threading.Thread(target=lambda: status.set_result(popen.wait()), daemon=True).start()
    return Process(popen.pid, terminal, status, limits)
