"""Start a student's program in a process of its own: forked from a warm interpreter, or else afresh."""

from __future__ import annotations

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
from typing import IO, Any

KIT = Path(__file__).resolve().parent.parent
STARTING_SECONDS = 60.0  # until the fork server must have answered; only a machine in trouble takes longer


class Process:
    """A running program: its three streams, and its end."""

    def __init__(self, pid: int, streams: tuple[IO[bytes], IO[bytes], IO[bytes]], status: Future[int]) -> None:
        self.pid = pid
        self.stdin, self.stdout, self.stderr = streams
        self._status = status

    def wait(self, seconds: float) -> int | None:
        """Return the exit status (negative: the signal that ended it), or None while it runs."""
        try:
            return self._status.result(seconds)
        except FutureTimeout:
            return None

    def kill(self) -> None:
        """End the program and whatever it started, now."""
        try:
            if sys.platform == "win32":
                subprocess.run(["taskkill", "/F", "/T", "/PID", str(self.pid)], capture_output=True, check=False)
            else:
                os.killpg(self.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError):
            pass

    def interrupt(self) -> bool:
        """Press Ctrl+C; False where this system cannot do that to another process."""
        if sys.platform == "win32":
            return False
        os.kill(self.pid, signal.SIGINT)
        return True


class Launcher:
    """Starts processes for one grading, and leaves none behind when it closes."""

    def __init__(self, warm: bool = hasattr(os, "fork")) -> None:
        self._mark = secrets.token_hex(8)  # in the environment of all that is started, and of what that starts
        self._lock = threading.Lock()
        self._started: list[Process] = []
        self._closed = False
        self._forkserver = _ForkServer(self._mark) if warm else None

    def start(self, settings: dict[str, Any]) -> Process:
        """Start the program that `settings` describe: see `grading.stage`."""
        if self._closed:
            raise OSError("the grading is over")
        if self._forkserver and self._forkserver.alive:
            try:
                process = self._forkserver.start(settings)
            except OSError:  # a program killed its parent: go on without
                process = _start_fresh(settings, self._mark)
        else:
            process = _start_fresh(settings, self._mark)
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


def _environment(mark: str) -> dict[str, str]:
    return {**os.environ, MARK: mark, "PYTHONDONTWRITEBYTECODE": "1"}


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


def _start_fresh(settings: dict[str, Any], mark: str) -> Process:
    environment = {**_environment(mark), "TZ": settings["zone"]}
    pipe = subprocess.PIPE
    popen = subprocess.Popen(
        _command(json.dumps(settings)),
        stdin=pipe,
        stdout=pipe,
        stderr=pipe,
        bufsize=0,  # what is printed must come at once
        cwd=KIT,
        env=environment,
        start_new_session=True,  # Ctrl+C is for the grader alone
        creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # the same, on Windows
    )
    assert popen.stdin and popen.stdout and popen.stderr
    status: Future[int] = Future()
    threading.Thread(target=lambda: status.set_result(popen.wait()), daemon=True).start()
    return Process(popen.pid, (popen.stdin, popen.stdout, popen.stderr), status)


class _ForkServer:
    """The grader's end of `grading.stage.forkserver`."""

    def __init__(self, mark: str) -> None:
        self.alive = True
        self._sock, theirs = socket.socketpair()
        nothing = subprocess.DEVNULL
        self._popen = subprocess.Popen(
            _command("serve", str(theirs.fileno())),
            pass_fds=[theirs.fileno()],
            stdin=nothing, stdout=nothing, cwd=KIT, env=_environment(mark), start_new_session=True,
        )  # fmt: skip
        theirs.close()
        self._asking = threading.Lock()
        self._answers: queue.Queue[int] = queue.Queue()
        self._statuses: dict[int, Future[int]] = {}
        threading.Thread(target=self._read, daemon=True).start()

    def start(self, settings: dict[str, Any]) -> Process:
        if sys.platform == "win32":
            raise OSError("this system has no fork")
        (stdin, in_), (stdout, out), (stderr, err) = self._pipe(False), self._pipe(True), self._pipe(True)
        theirs = [in_, out, err]
        try:
            with self._asking:
                socket.send_fds(self._sock, [json.dumps(settings).encode()], theirs)
                pid = self._answers.get(timeout=STARTING_SECONDS)
        except queue.Empty:
            raise OSError("the fork server does not answer") from None
        finally:
            for descriptor in theirs:
                os.close(descriptor)
        if not pid:
            raise OSError("the fork server has ended")
        return Process(pid, (stdin, stdout, stderr), self._statuses[pid])

    @staticmethod
    def _pipe(inward: bool) -> tuple[IO[bytes], int]:
        """Return our end of a new pipe as a file, and theirs as a descriptor."""
        reading, writing = os.pipe()
        if inward:
            return os.fdopen(reading, "rb", buffering=0), writing
        return os.fdopen(writing, "wb", buffering=0), reading

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
