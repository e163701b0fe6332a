"""Start a student's program in a process of its own: forked from a warm interpreter, or else afresh."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import secrets
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeout
from pathlib import Path

from grading.process.jail import Jail
from grading.process.terminal import Terminal, make_terminal
from grading.stage.messages import Settings

if sys.platform == "win32":
    from grading.system.jobs import Job

STARTING_SECONDS = 60.0  # until the fork server must have answered; only a machine in trouble takes longer


class Process:
    """A running program: the terminal before which it runs, and its end."""

    def __init__(self, pid: int, terminal: Terminal, status: Future[int]) -> None:
        self.pid = pid
        self.terminal = terminal
        self._status = status
        if sys.platform == "win32":
            self._job = Job(pid)
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
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)


class Launcher:
    """Starts processes for one grading, and leaves none behind when it closes."""

    def __init__(self, warm: bool = hasattr(os, "fork"), jail: Jail | None = None) -> None:
        self._jail = jail or Jail.here()
        self._mark = secrets.token_hex(8)  # in the environment of all that is started, and of what that starts
        self._lock = threading.Lock()
        self._started: list[Process] = []
        self._closed = False
        self._forkserver = _ForkServer(self._jail.folder, self._environment()) if warm else None

    def start(self, settings: Settings) -> Process:
        """Start the program that `settings` describe."""
        if self._closed:
            raise OSError("the grading is over")
        if self._forkserver and self._forkserver.alive:
            try:
                return self._keep(self._forkserver.start(settings))
            except OSError:  # a program killed its parent: go on without
                pass
        command, zone = _command(json.dumps(settings)), settings["zone"]
        return self._keep(_start_fresh(command, self._jail.folder, self._environment(**({"TZ": zone} if zone else {}))))

    def start_for_real(self, work: Path, program: str, *args: str) -> Process:
        """Start `python PROGRAM ARGS` in the folder `work` as a person does, with nothing of ours in its process."""
        if self._closed:
            raise OSError("the grading is over")
        bare = [sys.executable, program, *args]
        if os.name == "posix":  # a process takes its terminal itself
            bare = [sys.executable, "-ISc", TAKE_TERMINAL, *bare]
        return self._keep(_start_fresh(bare, work, self._environment()))

    def _environment(self, **more: str) -> dict[str, str]:
        return self._jail.around(**{MARK: self._mark}, **more)

    def _keep(self, process: Process) -> Process:
        with self._lock:
            self._started.append(process)
        return process

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
        for process in list(self._started):
            process.kill()
        if self._forkserver:
            self._forkserver.close()
        _kill_strays(self._mark)

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


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "grading.stage", *arguments]


def _start_fresh(command: list[str], folder: Path, environment: dict[str, str]) -> Process:
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
    return Process(popen.pid, terminal, status)


class _ForkServer:
    """The grader's end of `grading.stage.forkserver`."""

    def __init__(self, folder: Path, environment: dict[str, str]) -> None:
        self.alive = True
        self._sock, theirs = socket.socketpair()
        nothing = subprocess.DEVNULL
        self._popen = subprocess.Popen(
            _command("serve", str(theirs.fileno())),
            pass_fds=[theirs.fileno()],
            stdin=nothing, stdout=nothing, cwd=folder, env=environment, start_new_session=True,
        )  # fmt: skip
        theirs.close()
        self._asking = threading.Lock()
        self._answers: queue.Queue[int] = queue.Queue()
        self._statuses: dict[int, Future[int]] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def start(self, settings: Settings) -> Process:
        if sys.platform == "win32":
            raise OSError("this system has no fork")
        terminal = make_terminal()
        try:
            with self._asking:
                socket.send_fds(self._sock, [json.dumps(settings).encode()], terminal.streams)
                pid = self._answers.get(timeout=STARTING_SECONDS)
            return Process(pid, terminal, self._statuses[pid])
        except (OSError, queue.Empty, KeyError):
            terminal.has_started()
            terminal.close()
            raise OSError("the fork server has ended, or does not answer") from None

    def _read(self) -> None:
        try:
            with self._sock.makefile("rb") as events:
                for line in events:
                    event = json.loads(line)
                    if "pid" in event:
                        self._statuses[event["pid"]] = Future()
                        self._answers.put(event["pid"])
                    else:
                        self._statuses[event["exit"]].set_result(event["status"])
        except OSError:
            pass
        self.alive = False
        self._answers.put(0)
        for status in list(self._statuses.values()):
            if not status.done():
                status.set_result(-9)

    def close(self) -> None:
        if self.alive:
            self._sock.shutdown(socket.SHUT_RDWR)
        try:
            self._popen.wait(timeout=2)
        except subprocess.TimeoutExpired:
            self._popen.kill()
            self._popen.wait()
        self._sock.close()
