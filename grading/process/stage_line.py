"""The grader's end of the line to the stage: what the stage reports, and what it answers. Believed by nobody."""

from __future__ import annotations

import contextlib
import json
import secrets
import select
import socket
from typing import Any

from grading.process import reports
from grading.process.patience import STUCK_SECONDS
from grading.results.causes import Raised
from grading.stage.messages import Report, Request

MOST_LINES = 200  # of processes that a program started; whoever starts more is not followed any further


class StageLine:
    """Takes calls from the process of a program, and from those that it starts."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(8)
        self.exceptions: list[Raised] = []
        self.listening: list[tuple[int, int]] = []  # address family and port
        self.asked: list[tuple[str, int]] = []  # for which host and port the program asked, each time it listened
        self.connecting: list[tuple[str, int]] = []  # to which host and port it wanted to connect
        self.replies: dict[str, Any] = {}
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._rests: dict[socket.socket, bytes] = {}  # of each line, what came of the next report
        self._main: socket.socket | None = None  # the one to ask: the first, or the latest that listens

    @property
    def is_open(self) -> bool:
        """Whether there is a process that can answer."""
        return self._main is not None and self._main in self._rests

    @property
    def was_open(self) -> bool:
        """Whether the stage has ever called."""
        return self._main is not None

    def listen(self, seconds: float = 0.0) -> None:
        """Take in whatever the stage has said; wait up to `seconds` for something."""
        with contextlib.suppress(OSError, ValueError):
            ready, _, _ = select.select([self._door, *self._rests], [], [], seconds)
            for sock in ready:
                if sock is self._door:
                    self._accept()
                else:
                    self._read(sock)

    def send(self, request: Request) -> bool:
        """Ask the stage something; False where nobody is there."""
        if self._main is None or not self.is_open:
            return False
        try:
            self._main.sendall(json.dumps(request).encode() + b"\n")
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        for sock in (self._door, *self._rests):
            sock.close()

    def _accept(self) -> None:
        sock, _ = self._door.accept()
        sock.settimeout(STUCK_SECONDS)
        greeting = json.dumps(Report(hello=self.token)).encode() + b"\n"
        hello = b""
        with contextlib.suppress(OSError):
            while len(hello) < len(greeting) and (data := sock.recv(len(greeting) - len(hello))):
                hello += data
        if hello == greeting and len(self._rests) < MOST_LINES:
            self._rests[sock] = b""
            self._main = self._main or sock
        else:
            sock.close()  # somebody else found this port

    def _read(self, sock: socket.socket) -> None:
        try:
            data = sock.recv(65536)
        except OSError:
            data = b""
        *lines, self._rests[sock] = (self._rests[sock] + data).split(b"\n")
        for line in lines:
            self._note(sock, line)
        if not data:
            del self._rests[sock]
            sock.close()

    def _note(self, sock: socket.socket, line: bytes) -> None:
        try:
            report: Report = json.loads(line)
            if "listening" in report:
                family, port = report["listening"]
                host, wanted = report["asked"]
                self.listening.append((int(family), int(port)))
                self.asked.append((str(host), int(wanted)))
                self._main = sock
            elif "connecting" in report:
                host, wanted = report["connecting"]
                self.connecting.append((str(host), int(wanted)))
            elif "exception" in report:
                if error := reports.raised(report["exception"]):
                    self.exceptions.append(error)
            elif "to" in report:
                self.replies[report["to"]] = report["reply"]
        except (ValueError, TypeError, AttributeError, KeyError):
            pass  # a program that forges reports only spoils its own explanations
