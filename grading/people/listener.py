"""Whoever listens on a connection: the lines that came, and the patience with which one waits for another."""

from __future__ import annotations

import itertools
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator

from grading.process.patience import AT_ONCE_SECONDS, GRACE, SLICE

MOST_READS = 200  # in a row, from somebody who never stops sending
MOST_BYTES = 64_000_000  # from one connection
LONGEST_LINE = 1_200_000  # bytes; and whoever sends so many without a newline is not listened to any more
MOST_LINES = 20_000  # from one connection: nobody in a talk says so much


class Listener:
    """One end of a connection, and every line that was heard on it."""

    sock: socket.socket | None = None  # once there is a connection

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.closed = ""  # how the other side ended the connection, if it did
        self.never_ends = False  # it says more than anybody can want to hear: nobody listens any more
        self._data = b""  # of a line that has not ended yet
        self._bytes = 0  # that have come
        self._read = 0  # how many of the lines in `heard` a check has looked at
        self._since = 0  # how many it had looked at before it began to wait
        self._found = 0  # how many there are up to the last one that was waited for and came

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
        except BlockingIOError:  # what came is a part of something that can only be read whole
            return True
        except OSError as error:
            self.closed = self.closed or type(error).__name__
            return False
        if not data:
            self.closed = self.closed or "closed"
            return False
        *lines, self._data = (self._data + data).split(b"\n")
        self._bytes += len(data)
        if self._bytes > MOST_BYTES or len(self._data) > LONGEST_LINE or len(self.heard) > MOST_LINES:
            self.closed, self.never_ends = self.closed or "closed", True
            return False
        for line in lines:
            self._hears(line.removesuffix(b"\r").decode("utf-8", "replace"))
        return True

    @property
    def was_told_something(self) -> bool:
        """Whether anything has come, taken in or not: who has stopped reading goes on not to read."""
        if self.heard or self._data or self.sock is None or self.sock.fileno() < 0:
            return bool(self.heard or self._data)
        return bool(select.select([self.sock], [], [], 0)[0])

    def takes_in_what_came(self) -> None:
        """Take in what has arrived so far, or a good part of it where it never ends."""
        for _ in range(MOST_READS):
            if not self.listens(0):
                break

    def _hears(self, line: str) -> None:
        """Take in one line."""
        self.heard.append(line)

    @property
    def lines_before(self) -> list[str]:
        """The lines that had been looked at before one began to wait."""
        return self.heard[: self._since]

    @property
    def lines_since(self) -> list[str]:
        """The lines that came, or were left, since one began to wait."""
        return self.heard[self._since :]

    @property
    def lines_behind(self) -> list[str]:
        """Those of them that came behind all that was waited for and came: whoever looks again has others, too."""
        return self.heard[max(self._since, self._found) :]

    @property
    def lines_ahead(self) -> list[str]:
        """The lines that nobody has looked at."""
        return self.heard[self._read :]

    def _arrivals(self, seconds: float) -> Iterator[bool]:
        """Yield False at once, and True whenever something has arrived, for `seconds`, or less where no more will."""
        deadline = time.monotonic() + seconds
        yield False
        late = 0  # reads that found something when time was up
        while not self.closed and late < MOST_READS and self.listens(max(0.0, deadline - time.monotonic())):
            late += time.monotonic() > deadline
            yield True

    def _looks(self, wanted: Callable[[str], bool], strays: Callable[[str], bool]) -> tuple[str | None, bool]:
        """Look at the lines ahead up to the one that is `wanted`; return it, and whether any before it was astray."""
        strayed = False
        for line in self.lines_ahead:
            self._read += 1
            if wanted(line):
                self._found = max(self._found, self._read)
                return line, strayed
            strayed = strayed or strays(line)
        return None, strayed

    def _finds(
        self, wanted: Callable[[str], bool], patience: Iterable[float], strays: Callable[[str], bool]
    ) -> str | None:
        """Read on until a line is `wanted`; None if patience ends.

        It ends sooner where a line came that `strays`: one would not hear it on the way to the one that is wanted.
        """
        self._since = self._read
        strayed_ever = False
        grace = GRACE
        for seconds in itertools.chain((AT_ONCE_SECONDS,), patience):
            quiet = True
            for came in self._arrivals(seconds):
                quiet = not came
                line, strayed = self._looks(wanted, strays)
                if line is not None:
                    return line
                strayed_ever = strayed_ever or strayed
            if not quiet:
                grace = GRACE
            elif seconds > SLICE / 2 and (strayed_ever or self._data):  # a heartbeat, and not the rest of a late one
                grace -= 1
            if self.closed or not grace:
                return None
        return None
