"""The grader's end of `grading.stage.forkserver`, whatever surrounds that."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future

from grading.process import cell
from grading.process.jail import Jail
from grading.process.started import STARTING_SECONDS, Process
from grading.process.terminal import make_terminal
from grading.stage.messages import Bare, ForkReport, Settings
from grading.submission.scratch import Place
from grading.system import families

ENDING_SECONDS = 2.0  # until it must be gone once we have hung up
SENDER = struct.Struct("iII")  # struct ucred, see unix(7): a process, its user and group
REPORT_BYTES = 65536
GONE = -9  # the status of programs whose fork server has gone

Answer = tuple[int, int] | str  # the number of a process, as it knows it and as we do, or why there is none


class CannotStart(Exception):
    """The system lets no program start, and that is the doing of the programs that run."""


class ForkServer:
    """One warm interpreter that forks programs, in the safest surroundings that this system allows."""

    _first = 0  # of the ways to start one, the first that works here: what is before it was refused

    def __init__(self, jail: Jail, place: Place, environment: dict[str, str]) -> None:
        self.alive = True
        self._jail, self._place, self._environment = jail, place, environment
        self._ready = threading.Event()
        self._asking = threading.Lock()
        self._answers: queue.Queue[Answer] = queue.Queue()
        self._statuses: dict[int, Future[int]] = {}  # by the number that the process knows
        self._closed = self._was_started = False
        self.pid = 0  # once it is ready
        self._lacks: frozenset[str] = frozenset(cell.LAYERS)
        self._user = 0
        threading.Thread(target=self._runs, daemon=True).start()

    def lacks(self) -> frozenset[str]:
        """Return the names of the layers that do not surround it."""
        self._ready.wait(STARTING_SECONDS)
        return self._lacks

    def family(self) -> list[int]:
        """Return its programs, and all that they started."""
        return families.descendants(self.pid) if self.pid else []

    def processor_seconds(self) -> float:
        """Return for how long it and its programs kept a processor busy, those that have ended included."""
        return families.processor_seconds([self.pid, *self.family()]) if self.pid else 0.0

    def start(self, settings: Settings | Bare) -> Process:
        """Start a program; BrokenPipeError where the fork server has ended, CannotStart where the system refuses."""
        if sys.platform == "win32":
            raise OSError("this system has no fork")
        self._ready.wait(STARTING_SECONDS)
        terminal = make_terminal()
        try:
            self._hands_over(terminal.streams)
            with self._asking:
                socket.send_fds(self._sock, [json.dumps(settings).encode()], terminal.streams)
                answer = self._answers.get(timeout=STARTING_SECONDS)
            if isinstance(answer, str):
                raise CannotStart(answer)
            return Process(answer[1], terminal, self._statuses[answer[0]])
        except (OSError, queue.Empty, KeyError, CannotStart) as error:
            terminal.has_started()
            terminal.close()
            if isinstance(error, CannotStart) and self.alive:
                raise
            raise BrokenPipeError("the fork server has ended, or does not answer") from None

    def _hands_over(self, streams: Sequence[int]) -> None:
        if sys.platform != "win32" and self._user:
            for stream in set(streams):
                os.fchown(stream, self._user, -1)

    def _runs(self) -> None:
        """Start it in one way after the other until one works, and take in what it says until it ends."""
        for number, way in enumerate(cell.ways(self._jail, self._place)):
            if number < ForkServer._first or self._closed:
                continue
            if self._starts(way):
                self._reads(way)
                if self._ready.is_set():
                    break
                self._popen.wait()
            ForkServer._first = number + 1
        self.alive = False
        self._ready.set()
        self._answers.put("the fork server has ended")
        for status in list(self._statuses.values()):
            if not status.done():
                status.set_result(GONE)

    def _starts(self, way: cell.Way) -> bool:
        self._sock, theirs = socket.socketpair()
        if sys.platform == "linux":
            self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        nothing = subprocess.DEVNULL
        with theirs, contextlib.suppress(OSError):
            self._popen = subprocess.Popen(
                way.command(theirs.fileno()),
                pass_fds=[theirs.fileno()],
                stdin=nothing, stdout=nothing, stderr=nothing,
                cwd=self._jail.folder, env=self._environment, start_new_session=True,
            )  # fmt: skip
            self._was_started = True
            return True
        return False

    def _reads(self, way: cell.Way) -> None:
        for report, sender in self._reports():
            with contextlib.suppress(KeyError, TypeError, ValueError):
                if "ready" in report:
                    self.pid, self._user = sender or self._popen.pid, way.cell["user"]
                    self._lacks = way.lacks | frozenset(map(str, report["ready"]))
                    if self._user != self._place.owner:
                        self._place.belongs_to(self._user)
                    self._ready.set()
                elif "pid" in report:
                    self._statuses[int(report["pid"])] = Future()
                    self._answers.put((int(report["pid"]), sender or int(report["pid"])))
                elif "failed" in report:
                    self._answers.put(str(report["failed"]))
                else:
                    self._statuses[report["exit"]].set_result(int(report["status"]))

    def _reports(self) -> Iterator[tuple[ForkReport, int]]:
        """Yield what comes, and the process that said it, for which the system vouches; 0 where it does not."""
        rests: dict[int, bytes] = {}
        while True:
            data, sender = self._receives()
            if not data:
                return
            *lines, rests[sender] = (rests.get(sender, b"") + data).split(b"\n")
            for line in lines:
                with contextlib.suppress(ValueError, RecursionError):
                    report: ForkReport = json.loads(line)
                    yield report, sender

    def _receives(self) -> tuple[bytes, int]:
        try:
            if sys.platform != "linux":
                return self._sock.recv(REPORT_BYTES), 0
            data, extras, _, _ = self._sock.recvmsg(REPORT_BYTES, socket.CMSG_SPACE(SENDER.size))
        except OSError:
            return b"", 0
        sender = next((SENDER.unpack(extra)[0] for _, kind, extra in extras if kind == socket.SCM_CREDENTIALS), 0)
        return data, sender

    def close(self) -> bool:
        """End it, and all that it started; return whether something may have escaped."""
        self._closed = True
        self._ready.wait(STARTING_SECONDS)
        escapes = "processes" in self._lacks
        if not self._was_started:  # the system let nobody do so
            return escapes
        if self.alive:
            if escapes and self.pid:
                families.end_descendants(self.pid)
            with contextlib.suppress(OSError):
                self._sock.shutdown(socket.SHUT_RDWR)
        try:
            self._popen.wait(timeout=ENDING_SECONDS)
        except subprocess.TimeoutExpired:
            self._kills()
        self._sock.close()
        return escapes

    def _kills(self) -> None:
        if sys.platform != "win32" and self.pid:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(self.pid, signal.SIGKILL)
        self._popen.kill()
        self._popen.wait()
