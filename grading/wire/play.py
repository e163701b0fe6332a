"""A student's server, and people who do at it what somebody types: all that passes is put on record."""

from __future__ import annotations

import contextlib
import itertools
import select
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from grading.course import Exercise
from grading.process.patience import KNOCK, PATIENCE_FOR_START, SLICE
from grading.process.production import Production
from grading.process.program import Program
from grading.process.reading import without_tracebacks
from grading.results.causes import Raised
from grading.results.events import CLOSE, HALF_CLOSE, REMARK, RESET, SHOWN, SILENCE
from grading.results.visible import shown
from grading.system.wire import reset
from grading.wire import scene
from grading.wire.record import Record
from grading.wire.scene import SERVER, Act, Misunderstood
from grading.wire.sealed import Sealed, told

SMALL_BYTES = 4096  # of a receive buffer, so that one who stops reading is soon felt
AT_ONCE = 65536  # bytes that are read in one piece at the most
LONG = 1000  # letters in each line of somebody who talks on and on
FIRST_PRINTED, LAST_PRINTED = 4, 3  # lines that are shown of what the server printed in one go
QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # only Linux has it


@dataclass(eq=False)
class Guest:
    """Somebody at the server."""

    name: str
    sock: socket.socket
    sealed: Sealed | None = None  # their end of TLS, where that is spoken
    reads: bool = True  # has not stalled, nor heard the end
    joins: bool = False  # takes part, as far as what was typed can tell
    heard: int = 0  # segments

    def __post_init__(self) -> None:
        """Keep where they are for the system: also once they have gone."""
        self.port: int = self.sock.getsockname()[1]


class Play:
    """A server that runs, and everybody who is there."""

    def __init__(
        self,
        production: Production,
        exercise: Exercise,
        record: Record,
        args: tuple[str, ...] = (),
        context: ssl.SSLContext | None = None,
    ) -> None:
        """Start the server with `args`; with a `context`, everybody speaks TLS."""
        self.record = record
        self._dialect = exercise.dialect
        self._context = context
        self._guests: dict[str, Guest] = {}
        self._cuts: list[int] = []  # after so many bytes of what goes out next
        self._glues = False
        self._held: tuple[str, bytes] = ("", b"")  # whose line waits for the next one, and the line
        self._printed = 0  # lines that have been shown
        self._raised = 0  # exceptions
        self._heard = 0  # segments
        self._latest = ""  # who did something last: of several who hear something, the first to be told
        self._is_over = threading.Event()
        self._listening = threading.Lock()
        self._waiting = threading.Lock()  # held while a socket is waited for, which cannot end meanwhile
        self._woken, self._wakes = socket.socketpair()
        self.server = Program(production, exercise.program("server"), args)

    def begins(self) -> None:
        """Wait until the server listens; Unmet where it never does."""
        self.server.wait_for_port(PATIENCE_FOR_START)
        self.server.ask({"do": "shallow", "on": True})
        self.rests()
        threading.Thread(target=self._listens, daemon=True).start()

    def close(self) -> None:
        """Send everybody home, and end the server."""
        self._is_over.set()
        with self._listening, self._nobody_waiting():
            for guest in self._guests.values():
                guest.sock.close()
            self._guests = {}
        self._wakes.close()
        self.server.close()

    # What somebody types

    def does(self, act: Act) -> None:
        """Do one thing, and wait until the server is done with it; Misunderstood where that cannot be done now."""
        deeds: dict[str, Callable[[Act], None]] = {
            scene.JOINS: self._joins,
            scene.SAYS: self._says,
            scene.SENDS: lambda act: self._sends(self._comes(act.who), act.data),
            scene.TALKS: self._talks,
            scene.LEAVES: lambda act: self._goes(act.who, CLOSE),
            scene.BREAKS: lambda act: self._goes(act.who, RESET),
            scene.HALF_CLOSES: lambda act: self._goes(act.who, HALF_CLOSE),
            scene.CUT: self._cuts_next,
            scene.GLUE: lambda act: self._glues_next(),
            scene.STALL: lambda act: self._reads(act.who, False),
            scene.RESUME: lambda act: self._reads(act.who, True),
        }
        self.record.rests()
        self._latest = act.who or self._latest
        if not self.server.running:
            raise Misunderstood("Your server has ended. Type quit, change it, and play again.")
        deeds[act.verb](act)
        self.record.rests()

    def finishes(self) -> None:
        """Let go out what still waits for company."""
        who, data = self._held
        self._held, self._glues = ("", b""), False
        if who in self._guests:
            self._sends(self._guests[who], data)

    def _joins(self, act: Act) -> None:
        if act.who in self._guests:
            raise Misunderstood(f"{act.who} is here already. Type for example: {act.who}: hello")
        guest = self._comes(act.who)
        guest.joins = True
        if self._dialect.joins:
            self._sends(guest, f"JOIN:{act.who}\n".encode())
        else:
            self.record.line(act.who, SERVER, "connects", REMARK)
            self.rests(guest)

    def _says(self, act: Act) -> None:
        """Let somebody say something; where some hear it and others who take part do not, note who does not."""
        guest, before = self._guest(act.who), self._heard
        counts = {name: other.heard for name, other in self._guests.items() if other.joins and other.reads}
        self._sends(guest, f"MESSAGE:{act.rest}\n".encode())
        for name, count in counts.items() if self._heard > before else ():
            if name in self._guests and self._guests[name].heard == count:
                self.record.remark(name, "hears nothing", SILENCE)

    def _talks(self, act: Act) -> None:
        guest = self._guest(act.who)
        lines = [f"MESSAGE:{number} {'bla ' * (LONG // 4)}".rstrip() for number in range(1, int(act.rest) + 1)]
        before = self._heard
        for line in lines:
            if not self._hands_over(guest, f"{line}\n".encode()):
                break
        self._answered(before, guest)

    def _cuts_next(self, act: Act) -> None:
        self._cuts = act.numbers
        places = ", ".join(map(str, self._cuts))
        self.record.remark("what goes out next", f"is cut after {places} bytes")

    def _glues_next(self) -> None:
        self._glues = True
        self.record.remark("the next two lines", "go out as one segment")

    def _reads(self, who: str, reads: bool) -> None:
        guest = self._guest(who)
        with self._listening:
            guest.reads = reads
            self.record.remark(who, "goes on reading" if reads else "stops reading")
        self.rests(guest)

    # People

    def _guest(self, who: str) -> Guest:
        if who not in self._guests:
            raise Misunderstood(f"{who} is not here. Type: {who} joins")
        return self._guests[who]

    def _comes(self, who: str) -> Guest:
        """Return who is here, or comes now."""
        if who not in self._guests:
            try:
                sock = self.server.connects(SMALL_BYTES)
            except OSError as error:
                raise Misunderstood(f"{who} is not let in: {error}. Type quit, and see why.") from None
            guest = Guest(who, sock, Sealed(self._context) if self._context else None)
            with self._listening:
                self._guests[who] = guest
            if guest.sealed:
                self._agrees(guest, guest.sealed)
        return self._guests[who]

    def _agrees(self, guest: Guest, sealed: Sealed) -> None:
        """Agree with the server on a key; Misunderstood where that fails."""
        self.record.remark(guest.name, "begins the handshake of TLS")
        self._passes(guest, sealed.begins())
        self.rests(guest)
        if not sealed.agreed:
            with self._listening:
                guest.sock.close()
                self._guests.pop(guest.name, None)
            raise Misunderstood(f"Your server does not agree with {guest.name} on a key.")
        self.rests(guest)

    def _goes(self, who: str, how: str) -> None:
        guest = self._guest(who)
        if self._held[0] == who:
            self.finishes()
        with self._listening:
            self._takes_in()  # closing with unread bytes would be a reset
            before = self._heard
            if guest.sealed and how != RESET:
                self._passes(guest, guest.sealed.ends())
            self.record.line(who, SERVER, "", how)
            with self._nobody_waiting(), contextlib.suppress(OSError):
                _ended(guest.sock, how)
            if how != HALF_CLOSE:
                del self._guests[who]
        self._answered(before, guest, bool(self._guests))

    # Sending

    def _sends(self, guest: Guest, data: bytes) -> None:
        """Send `data`, perhaps with what waits for it, perhaps in pieces."""
        if self._glues and not self._held[0]:
            self._held = guest.name, data
            return
        if self._held[0] == guest.name:
            data = self._held[1] + data
            self._held, self._glues = ("", b""), False
        if self._cuts and self._cuts[-1] >= len(data):
            self.record.remark("all of it", f"is only {len(data)} bytes long")
        before, start = self._heard, 0
        cuts, self._cuts = [*(cut for cut in self._cuts if cut < len(data)), len(data)], []
        for end in cuts:
            if guest.name not in self._guests:
                return  # the server has hung up
            self._hands_over(guest, data[start:end])
            start = end
            if end < len(data):
                self.rests(guest)
        self._answered(before, guest, data.endswith(b"\n"))

    def _hands_over(self, guest: Guest, segment: bytes) -> bool:
        """Send a segment; False where that is not possible any more."""
        try:
            with self._listening:  # what comes in answer stands below it
                if guest.sealed:
                    segment = self._seals(guest, guest.sealed, segment)
                else:
                    self.record.segment(guest.name, SERVER, segment)
            guest.sock.sendall(segment)
        except TimeoutError:
            self.record.remark(SERVER, f"does not read what {guest.name} says", SILENCE)
            return False
        except OSError:  # the server has hung up, which is told where it is heard
            return False
        return True

    def _seals(self, guest: Guest, sealed: Sealed, segment: bytes) -> bytes:
        """Encrypt what somebody says; note both."""
        self._notes(guest, "says", segment)
        raw = sealed.seals(segment)
        self.record.line(guest.name, SERVER, told(raw))
        return raw

    def _notes(self, guest: Guest, does: str, said: bytes) -> None:
        """Note what is in something that nobody can read on the wire."""
        for line in said.decode("utf-8", "backslashreplace").rstrip("\n").split("\n") if said else []:
            self.record.remark(guest.name, f"{does} {shown(line)}")

    def _passes(self, guest: Guest, raw: bytes) -> None:
        """Send what TLS itself has to send."""
        if raw:
            self.record.line(guest.name, SERVER, told(raw))
            with contextlib.suppress(OSError):
                guest.sock.sendall(raw)

    # Hearing

    def rests(self, guest: Guest | None = None) -> None:
        """Wait until the server has read what `guest` sent and does nothing any more; note all that came of it."""
        if guest:
            self.server.reads(self.server.listening[0][1], guest.port, KNOCK)
        self.server.ask({"do": "settle"})
        with self._listening:
            self._takes_in()
        self.prints()

    def _answered(self, before: int, guest: Guest | None, is_due: bool = True) -> None:
        """Wait for what comes of what was done; where nothing does, note that."""
        self.rests(guest)
        if is_due and self._heard == before and self.server.running:
            self.record.rests()
            self.record.remark(SERVER, "sends nothing", SILENCE)

    def looks_up(self) -> None:
        """Note what the server has printed, if it is not about to print more."""
        if time.monotonic() - self.server.out.latest > SLICE:
            self.prints()

    def prints(self) -> None:
        """Note what the server has printed since the last time, what went wrong in it, and its end."""
        has_ended = not self.server.running
        if has_ended:
            self.server.hear_last_words()
        screen = self.server.out.screen
        lines = screen.lines[: -1 if screen.is_in_mid_line and not has_ended else None]
        telling = without_tracebacks(lines)  # of all: one may have begun the last time
        new = _folded(line for line in telling[self._printed :] if line.strip(" -"))
        raised = self.server.exceptions[self._raised :]
        self._printed, self._raised = max(self._printed, len(telling)), len(self.server.exceptions)
        said = [one for one in raised if not new or not new[-1].endswith(f"{one.type}: {one.message}")]
        self._shows([*_shortened(new), *map(_told, said)])
        if has_ended and not self._is_over.is_set():
            self._is_over.set()
            self.record.remark("your server", f"ends, with exit status {self.server.wait_for_end(0)}")

    def _shows(self, lines: list[str]) -> None:
        self.record.rests()
        for line in map(shown, lines):
            if self._latest:
                self.record.remark(SERVER, line, SHOWN)
            else:  # it has no lane yet
                self.record.remark("your server", f"prints {line}")

    def _listens(self) -> None:
        """Hear whatever comes as soon as it comes: what comes later is another segment."""
        while not self._is_over.is_set():
            socks = [guest.sock for guest in list(self._guests.values()) if guest.reads]
            with self._waiting, contextlib.suppress(OSError, ValueError):  # somebody has left meanwhile
                select.select([self._woken, *socks], [], [], SLICE)
            with self._listening:
                self._takes_in()

    @contextlib.contextmanager
    def _nobody_waiting(self) -> Iterator[None]:
        """Let nobody wait for a socket meanwhile: the system would keep it open until that is over."""
        self._wakes.send(b".")
        with self._waiting:
            yield
        self._woken.recv(1)

    def _takes_in(self) -> None:
        """Read what has come to everybody who reads."""
        while ready := self._with_news():
            for guest in ready:
                self._hears(guest)

    def _with_news(self) -> list[Guest]:
        readers = [guest for guest in self._guests.values() if guest.reads and guest.sock.fileno() >= 0]
        ready = select.select([guest.sock for guest in readers], [], [], 0)[0] if readers else []
        return sorted((guest for guest in readers if guest.sock in ready), key=lambda one: one.name != self._latest)

    def _hears(self, guest: Guest) -> None:
        self._heard += 1
        guest.heard += 1
        try:
            data = guest.sock.recv(AT_ONCE)
        except OSError:
            self._hears_the_end(guest, RESET)
            return
        if not data:
            self._hears_the_end(guest, CLOSE)
            return
        if guest.sealed:
            self._opens(guest, guest.sealed, data)
        else:
            self.record.segment(SERVER, guest.name, data)
        if QUICKACK is not None:  # some servers send the next line only then (Nagle's algorithm)
            with contextlib.suppress(OSError):
                guest.sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)

    def _opens(self, guest: Guest, sealed: Sealed, raw: bytes) -> None:
        """Note what has come, and what is in it; whoever gets what is no TLS hears nothing more."""
        try:
            said = sealed.opens(raw)
        except ssl.SSLError:
            self.record.segment(SERVER, guest.name, raw)
            self.record.remark(guest.name, "cannot read that: it is no TLS", SILENCE)
            guest.reads = False
            return
        self.record.line(SERVER, guest.name, told(raw))
        self._notes(guest, "reads", said)
        self._passes(guest, sealed.to_send())

    def _hears_the_end(self, guest: Guest, how: str) -> None:
        self.record.line(SERVER, guest.name, "", how)
        guest.sock.close()
        del self._guests[guest.name]


def _folded(lines: Iterable[str]) -> list[str]:
    """Return `lines`, of equal ones in a row the first, with their number."""
    counted = ((line, len(list(equal))) for line, equal in itertools.groupby(lines))
    return [line if count == 1 else f"{line} ({count} times)" for line, count in counted]


def _shortened(lines: list[str]) -> list[str]:
    left_out = len(lines) - FIRST_PRINTED - LAST_PRINTED
    if left_out <= 1:
        return lines
    return [*lines[:FIRST_PRINTED], f"… {left_out} more lines", *lines[-LAST_PRINTED:]]


def _told(raised: Raised) -> str:
    """Return what went wrong, and where."""
    where = f"line {raised.places[-1].line}: " if raised.places else ""
    return f"{where}{raised.type}: {raised.message}"


def _ended(sock: socket.socket, how: str) -> None:
    """End a connection."""
    if how == HALF_CLOSE:
        sock.shutdown(socket.SHUT_WR)
    elif how == RESET:
        reset(sock)
    else:
        sock.close()
