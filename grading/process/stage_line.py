"""The grader's end of the line to the stage: what the stage reports, and what it answers. Believed by nobody.

Whoever says too much, or what makes no sense, is not listened to any more: nobody waits for anybody here.
"""

from __future__ import annotations

import json
import secrets
import select
import socket
import time
from typing import Any, get_args, get_type_hints

from grading.process import reports
from grading.results.causes import Raised
from grading.stage.messages import Report, Request

MOST_LINES = 30  # of processes that a program started; whoever starts more is not followed any further
MOST_REPORTS = 20_000  # of one line
LONGEST_REPORT = 1_000_000  # bytes
MOST_KEPT = 100  # reports of one kind
SENDING_SECONDS = 1.0  # until a request must have gone out: nobody reads it otherwise
PORTS = 65_536
ANSWERED = frozenset(
    word for kind in get_args(Request) for word in get_args(get_type_hints(kind)["do"])
)  # requests, by their words
LONGEST_HOST = 255  # characters of a name, see RFC 1035
FRONT_DOORS = (8080, 8000)  # the ports of the page, of a server and a gateway: they may have others for themselves
FAMILIES = (socket.AF_INET, socket.AF_INET6)


class StageLine:
    """Takes calls from the process of a program, and from those that it starts."""

    def __init__(self) -> None:
        self.token = secrets.token_hex(8)
        self.exceptions: list[Raised] = []
        self.listening: list[tuple[int, int]] = []  # address family and port; the front door first
        self.asked: list[tuple[str, int]] = []  # for which host and port the program asked, each time it listened
        self.connecting: list[tuple[str, int]] = []  # to which host and port it wanted to connect
        self.replies: dict[str, Any] = {}
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._door.getsockname()[1]
        self._greeting = json.dumps(Report(hello=self.token)).encode()
        self._strangers: set[socket.socket] = set()  # who has not greeted yet
        self._rests: dict[socket.socket, bytes] = {}  # of each line, what came of the next report
        self._counts: dict[socket.socket, int] = {}  # of each line, the reports
        self._main: socket.socket | None = None  # the one to ask: the first that is there, or the latest that listens

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
        try:
            ready, _, _ = select.select([self._door, *self._rests], [], [], seconds)
            for sock in ready:
                if sock is self._door:
                    self._accept()
                else:
                    self._read(sock)
        except (OSError, ValueError):  # we have hung up, or more is open than `select` takes
            time.sleep(seconds)

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
        sock.settimeout(SENDING_SECONDS)
        if len(self._rests) >= MOST_LINES:
            sock.close()
            return
        self._rests[sock], self._counts[sock] = b"", 0
        self._strangers.add(sock)

    def _read(self, sock: socket.socket) -> None:
        try:
            data = sock.recv(65536)
        except OSError:
            data = b""
        *lines, self._rests[sock] = (self._rests[sock] + data).split(b"\n")
        self._counts[sock] += len(lines)
        for line in lines:
            if sock in self._strangers:
                if line != self._greeting:  # somebody else found this port
                    return self._hang_up(sock)
                self._strangers.remove(sock)
                if not self.is_open:  # a program may also start itself anew, in the same process (`os.execv`)
                    self._main = sock
            else:
                self._note(sock, line)
        if not data or self._counts[sock] > MOST_REPORTS or len(self._rests[sock]) > LONGEST_REPORT:
            self._hang_up(sock)

    def _hang_up(self, sock: socket.socket) -> None:
        self._strangers.discard(sock)
        del self._rests[sock], self._counts[sock]
        sock.close()

    def _note(self, sock: socket.socket, line: bytes) -> None:
        try:
            report: Report = json.loads(line)
            if "listening" in report:
                self._listens(report)
                self._main = sock
            elif "connecting" in report:
                self.connecting.append(_address(report["connecting"]))
                del self.connecting[:-MOST_KEPT]
            elif "exception" in report:
                if len(self.exceptions) < MOST_KEPT and (error := reports.raised(report["exception"])):
                    self.exceptions.append(error)
            elif report["to"] in ANSWERED:
                self.replies[report["to"]] = report["reply"]
        except reports.NONSENSE:
            pass  # a program that forges reports only spoils its own explanations

    def _listens(self, report: Report) -> None:
        family, port = map(int, report["listening"])
        asked = _address(report["asked"])
        if family in FAMILIES and 0 < port < PORTS and len(self.listening) < MOST_KEPT:
            first = asked[1] in FRONT_DOORS and not self.has_front_door
            at = 0 if first else len(self.listening)
            self.listening.insert(at, (family, port))
            self.asked.insert(at, asked)

    @property
    def has_front_door(self) -> bool:
        """Whether the program listens at the port of the page, which stands first then."""
        return bool(self.asked) and self.asked[0][1] in FRONT_DOORS

    def does_not_listen(self, port: int) -> None:
        """Know that a report was not true: the program does not listen there."""
        at = next(number for number, (_, one) in enumerate(self.listening) if one == port)
        del self.listening[at], self.asked[at]


def _address(report: object) -> tuple[str, int]:
    if not isinstance(report, list):
        raise ValueError(report)
    host, port = report
    if not isinstance(host, str) or not 0 <= int(port) < PORTS or not host.isprintable():
        raise ValueError(report)
    return host[:LONGEST_HOST], int(port)
