"""Whoever listens on a connection: the lines that came, and the patience with which one waits for another."""

from __future__ import annotations

import select
import socket
import time
from collections.abc import Callable, Iterable

from grading.process.patience import GRACE

MOST_READS = 200  # in a row, from somebody who never stops sending


class Listener:
    """One end of a connection, and every line that was heard on it."""

    sock: socket.socket | None = None  # once there is a connection

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.closed = ""  # how the other side ended the connection, if it did
        self._data = b""  # of a line that has not ended yet
        self._read = 0  # how many of the lines in `heard` a check has looked at
        self._since = 0  # how many it had looked at before it began to wait

    @property
    def unfinished(self) -> str:
        """What has come so far of a line that has not ended yet."""
        return self._data.decode("utf-8", "replace")

    def listens(self, seconds: float) -> bool:
        """Take in what has arrived; wait up to `seconds` for it. False if nothing came."""
        if self.sock is None:
            return False
        try:
            ready, _, _ = select.select([self.sock], [], [], seconds)
            if not ready:
                return False
            data = self.sock.recv(65536)
        except OSError as error:
            self.closed = self.closed or type(error).__name__
            return False
        if not data:
            self.closed = self.closed or "closed"
            return False
        *lines, self._data = (self._data + data).split(b"\n")
        for line in lines:
            self._hears(line.removesuffix(b"\r").decode("utf-8", "replace"))
        return True

    def takes_in_what_came(self) -> None:
        """Take in what has arrived so far, or a good part of it where it never ends."""
        for _ in range(MOST_READS):
            if not self.listens(0):
                break

    def _hears(self, line: str) -> None:
        """Take in one line."""
        self.heard.append(line)

    def _strays(self, line: str) -> bool:
        """Tell whether `line` is not what one would hear on the way to the one that one waits for."""
        raise NotImplementedError

    def _finds(self, wanted: Callable[[str], bool], patience: Iterable[float]) -> str | None:
        """Read on until a line is `wanted`; None if patience ends, sooner where other lines come instead."""
        self._since = self._read
        strayed = False
        grace = GRACE
        for seconds in patience:
            deadline = time.monotonic() + seconds
            quiet = True
            while True:
                while self._read < len(self.heard):
                    line = self.heard[self._read]
                    self._read += 1
                    if wanted(line):
                        return line
                    strayed = strayed or self._strays(line)
                if self.closed or not self.listens(max(0.0, deadline - time.monotonic())):
                    break
                quiet = False
            grace = grace - (strayed or bool(self._data)) if quiet else GRACE
            if self.closed or not grace:
                return None
        return None
