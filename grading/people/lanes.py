"""Connections on which the bytes of a file travel: what goes in at one end, and what comes out at another."""

from __future__ import annotations

import hashlib
import select
import socket
from collections.abc import Callable, Iterable, Iterator

from grading.process.patience import PATIENCE, SLICE
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.system.processes import kilobytes

AT_ONCE = 256 * 1024  # bytes
BIG = 48 * 1024 * 1024  # bytes of a file that no program should hold in memory
MOST_GROWN = 16 * 1024  # KiB by which the memory of a program may grow meanwhile, says the page
LONGEST_LINE = 4096
LIKE_LINES = b"GO\nERROR:no\nMESSAGE:forged\nRECEIVED\nQUIT\r\n\r\n\0\xff\xfe\n"  # bytes, and nothing else
GO, ERROR = "GO", "ERROR:"  # with which a server answers


def is_answer(line: str) -> bool:
    """Tell whether a line is the answer to that which begins such a connection; before it, a server may greet."""
    return line == GO or line.startswith(ERROR)


def filled(size: int) -> bytes:
    """Return so many bytes that look like lines of the protocol, and are none."""
    return (LIKE_LINES * (size // len(LIKE_LINES) + 1))[:size]


def big_file() -> Iterator[bytes]:
    """Yield the bytes of a big file, of which no two pieces are the same."""
    rest = filled(AT_ONCE - 8)
    for number in range(BIG // AT_ONCE):
        yield number.to_bytes(8, "big") + rest


class Lane:
    """One of our ends of a connection for bytes; a student's program is at the other one."""

    def __init__(self, sock: socket.socket, program: Program, name: str) -> None:
        self.sock = sock
        self.sock.setblocking(False)
        self.program = program
        self.name = name  # of whoever holds this end
        self.closed = False  # by the other side
        self.is_torn = False  # what was heard last: it is no line, since there is no newline behind it
        self._early = b""  # what came behind a line

    def puts(self, data: bytes) -> int:
        """Send what goes without waiting; return how many bytes that were."""
        try:
            return self.sock.send(data)
        except BlockingIOError:
            return 0
        except OSError:
            self.closed = True
            return 0

    def takes(self, seconds: float = 0.0) -> bytes:
        """Return bytes that have come; wait up to `seconds` for some."""
        data, self._early = self._early, b""
        if data or self.closed or not select.select([self.sock], [], [], seconds)[0]:
            return data
        try:
            data = self.sock.recv(AT_ONCE)
        except BlockingIOError:
            return b""
        except OSError:
            data = b""
        self.closed = not data
        return data

    @property
    def has_ended(self) -> bool:
        """Whether either side has closed it; what has come stays to be taken."""
        if self.closed or self.sock.fileno() < 0:
            return True
        try:
            return not self.sock.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def says(self, line: str) -> None:
        """Send `line` and its newline."""
        self.puts(f"{line}\n".encode())

    def hears(self) -> str:
        """Wait for a line, and return it without its end; what has come of one where the other side hangs up."""
        came = b""
        for seconds in self.program.patience(PATIENCE):
            came = (came + self.takes(seconds)).lstrip(b"\r\n")  # empty lines are ignored
            if b"\n" in came or self.closed or len(came) > LONGEST_LINE:
                break
        line, newline, self._early = came.partition(b"\n")
        self.is_torn = bool(line and not newline)
        return line.decode("utf-8", "replace").rstrip("\r")

    def is_told(self, wanted: str) -> None:
        """Fail unless the next line is `wanted`."""
        self._next_is(wanted.__eq__, f"{wanted} on the connection for the file")

    def answers(self) -> list[str]:
        """Return the answers that have come by now, without waiting."""
        return list(filter(is_answer, self.takes().decode(errors="replace").splitlines()))

    def goes(self) -> None:
        """Fail unless the answer is GO."""
        self._next_is(GO.__eq__, f"{GO} on the connection for the file", greets=True)

    def is_refused(self, what: str) -> None:
        """Fail unless the answer to `what` is an ERROR."""
        self._next_is(lambda line: line.startswith(ERROR), f"{ERROR}… in answer to {what}", greets=True)

    def _next_is(self, fits: Callable[[str], bool], in_words: str, greets: bool = False) -> None:
        """Fail unless the next line fits; `in_words` says which do. Who `greets` does so before any answer."""
        line = greeting = self.hears()
        while greets and line and not is_answer(line):
            greeting, line = line, self.hears()
        if not fits(line) or self.is_torn:
            nothing = "the end of the connection" if self.closed else "nothing came"
            expected = f"{self.name} to hear {in_words}"
            end = ", and no newline behind it" if self.is_torn else ""
            got = f"{shown(line or greeting)}{end}" if line or greeting else nothing
            raise Unmet(expected, got, late=not line and not self.closed)

    def ends_here(self) -> None:
        """Close it."""
        self.takes()
        self.sock.close()

    def ends(self) -> int:
        """Wait until the other side has hung up; return how many bytes came before that."""
        came = 0
        for seconds in self.program.patience(PATIENCE):
            while data := self.takes(seconds if not came else SLICE):
                came += len(data)
            if self.closed:
                return came
        raise Unmet(f"the connection of {self.name} for the file to be closed", "it is still open", late=True)


class Flow:
    """Bytes on their way into one lane and out of another; where we hold one end only, the other one is None.

    What has gone in `early`, or where we do not see that, all pieces, count as sent before.
    """

    def __init__(
        self,
        into: Lane | None,
        out: Lane | None,
        pieces: Iterable[bytes] = (),
        early: bytes = b"",
        scales: Scales | None = None,
    ) -> None:
        self.into = into
        self.out = out
        self._scales = scales
        self.sent = self.came = 0
        self._early = len(early)
        self._pieces = iter(pieces)
        self._rest = memoryview(b"")
        self._all_sent, self._all_came = hashlib.sha256(early), hashlib.sha256()
        for piece in self._pieces if into is None else ():
            self._all_sent.update(piece)

    def moves(self, seconds: float) -> bool:
        """Let some bytes move, waiting up to `seconds` for that; return whether any did."""
        if self.into and not self._rest:
            self._rest = memoryview(next(self._pieces, b""))
            self._all_sent.update(self._rest)
        puts = [self.into.sock] if self.into and self._rest and not self.into.closed else []
        takes = [self.out.sock] if self.out and not self.out.closed else []
        if self.out and (data := self.out.takes()):
            return self._takes_in(data)
        readable, writable, _ = select.select(takes, puts, [], seconds)
        moved = 0
        if writable and self.into:
            moved = self.into.puts(bytes(self._rest))
            self.sent += moved
            self._rest = self._rest[moved:]
        if readable and self.out:
            return self._takes_in(self.out.takes()) or moved > 0
        return moved > 0

    def _takes_in(self, data: bytes) -> bool:
        self.came += len(data)
        self._all_came.update(data)
        return bool(data)

    def runs(self, size: int, beats: int = PATIENCE) -> None:
        """Go on until `size` bytes have come out, or where we do not see that, gone in; or nothing moves any more."""
        program = (self.into or self.out).program  # type: ignore[union-attr]  # one of them is there
        while (self.came if self.out else self.sent) < size and not self.is_broken:
            if self._scales:
                self._scales.look()
            if self.moves(SLICE) or self.is_broken:
                continue
            if not any(self.moves(seconds) or self.is_broken for seconds in program.patience(beats)):
                break

    @property
    def is_broken(self) -> bool:
        """Whether the other side has hung up."""
        return any(lane.closed for lane in (self.into, self.out) if lane)

    def arrives(self, who: str, size: int) -> None:
        """Fail unless `who` gets `size` bytes, and their SHA-256 is that of those which were sent."""
        self.runs(size)
        expected = f"{who} to get {size:,} bytes as they were sent"
        if self.came != size:
            end = ", and then the end of the connection" if self.out and self.out.closed else ""
            lost = self._early and self.came == size - self._early
            cause = Cause("came-with-the-line", f"The first {self._early:,} had come together with a line.")
            got = f"{self.came:,} bytes{end}"
            raise Unmet(expected, got, cause if lost else None, missing=self.came < size, late=not (end or lost))
        if self._all_came.digest() != self._all_sent.digest():
            raise Unmet(expected, f"{size:,} other bytes", missing=False)


class Scales:
    """How much memory a program holds, from now on."""

    def __init__(self, program: Program, name: str) -> None:
        self._pid = program.process.pid
        self._name = name
        self._before = kilobytes(self._pid, "VmHWM")
        self._mapped_before = self._mapped = kilobytes(self._pid, "RssFile")

    def look(self) -> None:
        """See how much of files is mapped just now: the system counts that, too, and can take it back at any time."""
        self._mapped = max(self._mapped, kilobytes(self._pid, "RssFile"))

    def show_little(self) -> None:
        """Fail if it has held more than a few pieces of a file at once."""
        grown = kilobytes(self._pid, "VmHWM") - self._before - (self._mapped - self._mapped_before)
        if grown > MOST_GROWN:
            expected = f"the {self._name} to hold at most {MOST_GROWN // 1024} MiB of the file in memory"
            raise Unmet(expected, f"its memory grew by {grown // 1024} MiB", missing=False)
