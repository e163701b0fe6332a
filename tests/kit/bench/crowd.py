"""A crowd of clients in one thread: they join, they talk, they count what they hear."""

from __future__ import annotations

import itertools
import re
import selectors
import socket
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass

from grading.system.wire import reset
from tests.kit.bench.secured import Secured

MARK = b"|"  # stands once in each text, and nowhere else in a protocol
STAMP = re.compile(re.escape(MARK) + rb"(\d+\.\d+);")  # when a line was said
READ = 1 << 18  # bytes
PADDING = b"." * 40
PAUSE = 0.001  # seconds
LAST_WORDS = 0.3  # seconds for the last line to arrive
PATIENCE = 15.0  # seconds for a server to deliver anything at all, or a few megabytes to some


class Dialect:
    """How the members of a chat talk: the protocol of the kit."""

    def join(self, name: bytes) -> bytes:
        return b"JOIN:%s\n" % name

    def joined(self, name: bytes) -> bytes:
        return b"JOINED:%s\n" % name

    def say(self, text: bytes) -> bytes:
        return b"MESSAGE:%s\n" % text

    def count_left(self, data: bytes) -> int:
        """Return how many people `data` says have left; where a line is cut, the next piece counts it."""
        return data.count(b"LEFT:")


class Irc(Dialect):
    """The same on IRC, where nobody hears their own words: a PING behind them is answered instead."""

    def join(self, name: bytes) -> bytes:
        return b"NICK %s\r\nUSER %s 0 * :%s\r\nJOIN #c\r\n" % (name, name, name)

    def joined(self, name: bytes) -> bytes:
        return b" 366 %s " % name

    def say(self, text: bytes) -> bytes:
        return b"PRIVMSG #c :%s\r\n" % text

    def count_left(self, data: bytes) -> int:
        return data.count(b" QUIT ")


@dataclass
class Member:
    """One connection."""

    name: bytes
    sock: socket.socket | Secured
    heard: int = 0  # texts
    tail: bytes = b""
    waits_for: bytes = b""
    on_hearing: Callable[[Member], None] | None = None  # called when what it waits for has come
    on_data: Callable[[bytes], None] | None = None
    gone: bool = False


class Crowd:
    """All members, and the loop that serves them."""

    def __init__(self, port: int, dialect: Dialect, context: ssl.SSLContext | None = None) -> None:
        self.port = port
        self.dialect = dialect
        self.context = context  # where all is said over TLS
        self.members: list[Member] = []
        self.memory_before = 0  # kilobytes of the server, with one client
        self.seconds_to_come = 0.0  # of the latest who came
        self.delays: list[float] | None = None  # seconds, of each line to each listener, once they are measured
        self.selector = selectors.DefaultSelector()
        self.buffer = memoryview(bytearray(READ))  # one for all: a new one for each look would cost more than the look

    def come(self, count: int, at_once: int = 50, seconds: float = 120.0) -> int:
        """Let `count` more members join, no more than `at_once` at a time; return how many were let in."""
        started = time.monotonic()
        end = started + seconds
        joined: list[Member] = []
        coming: list[Member] = []

        def may_more_come() -> bool:
            return len(coming) < min(count, len(joined) + at_once)

        while len(joined) < count and time.monotonic() < end:
            while may_more_come():
                coming.append(self._connect(b"n%d" % len(self.members), joined.append))
            self.serve(until=lambda: len(joined) == count or may_more_come(), seconds=1.0)
        self.seconds_to_come = time.monotonic() - started
        return len(joined)

    def _connect(self, name: bytes, on_joined: Callable[[Member], None]) -> Member:
        plain = self._knock()
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock = Secured(plain, self.context) if self.context else plain
        plain.setblocking(False)
        member = Member(name, sock, waits_for=self.dialect.joined(name), on_hearing=on_joined)
        self.members.append(member)
        self.selector.register(sock, selectors.EVENT_READ, member)
        sock.send(self.dialect.join(name))
        return member

    def _knock(self) -> socket.socket:
        """Connect; a server that is still starting is given some time."""
        for attempt in itertools.count():
            try:
                return socket.create_connection(("127.0.0.1", self.port), timeout=30)
            except ConnectionRefusedError:
                if attempt == 200:
                    raise
                time.sleep(0.05)
        raise AssertionError

    def serve(self, until: Callable[[], bool] = lambda: False, seconds: float = 1.0, pause: float = 0.0) -> None:
        """Read what comes, until that is so or the time is up.

        A `pause` between two looks lets lines gather, so that the crowd is not what the server waits for.
        """
        end = time.monotonic() + seconds
        while not until() and (left := end - time.monotonic()) > 0:
            for key, _ in self.selector.select(min(left, 0.05)):
                self._read(key.data)
            if pause:
                time.sleep(pause)

    def _read(self, member: Member) -> None:
        try:
            data = bytes(self.buffer[: member.sock.recv_into(self.buffer)])
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.stops_reading(member)
            return
        member.heard += data.count(MARK)
        if member.on_data:
            member.on_data(data)
        if member.waits_for:
            text = member.tail + data
            if member.waits_for in text:
                member.waits_for, member.tail = b"", b""
                if member.on_hearing:
                    member.on_hearing(member)
            else:
                member.tail = text[-len(member.waits_for) :]

    @property
    def heard(self) -> int:
        return sum(member.heard for member in self.members)

    def says(self, member: Member, text: bytes) -> None:
        member.sock.send(self.dialect.say(text))

    def stops_reading(self, member: Member) -> None:
        """Let `member` read no more."""
        self.selector.unregister(member.sock)
        member.gone = True

    def goes(self) -> None:
        """Close all connections."""
        for member in self.members:
            member.sock.close()
        self.selector.close()

    def resets(self, members: list[Member]) -> None:
        """Break the connections of `members`, all at the same moment."""
        for member in members:
            self.stops_reading(member)
            reset(member.sock.plain if isinstance(member.sock, Secured) else member.sock)


def flood(crowd: Crowd, speakers: int, seconds: float, sends: int = 1) -> float:
    """Let some say as much as they can, in so many sends at a time; return the deliveries in a second."""
    lines = crowd.dialect.say(MARK + PADDING) * 200
    rest = {member.name: lines for member in crowd.members[:speakers]}
    started = time.monotonic()
    while (now := time.monotonic()) < started + seconds or (not crowd.heard and now < started + PATIENCE):
        for member in crowd.members[:speakers] * sends:
            try:
                sent = member.sock.send(rest[member.name])
                rest[member.name] = rest[member.name][sent:] or lines
            except BlockingIOError:
                pass
        crowd.serve(seconds=0.001, pause=PAUSE)
    return crowd.heard / (time.monotonic() - started)


def talk(crowd: Crowd, seconds: float) -> float:
    """Let everybody say something, and again as soon as it has come back; return the deliveries in a second."""

    def speak(member: Member) -> None:
        text = b"%s,%s%s" % (member.name, MARK, PADDING)
        member.waits_for = b"PONG" if isinstance(crowd.dialect, Irc) else b"%s,%s" % (member.name, MARK)
        member.sock.send(crowd.dialect.say(text) + (b"PING x\r\n" if isinstance(crowd.dialect, Irc) else b""))

    for member in crowd.members:
        member.on_hearing = speak
    started = time.monotonic()
    for member in crowd.members:
        speak(member)
    crowd.serve(seconds=seconds, pause=PAUSE)
    crowd.serve(until=lambda: crowd.heard > 0, seconds=PATIENCE)
    deliveries = crowd.heard / (time.monotonic() - started)
    for member in crowd.members:
        member.on_hearing = None
    return deliveries


def stuff(crowd: Crowd, size: int) -> None:
    """Let a member say so many bytes as fast as the server takes them, and the others read them to the end."""
    speaker, *others = [member for member in crowd.members if not member.gone]
    lines = [crowd.dialect.say(MARK + b"x" * 390)] * (size // 400)
    last = others[0].heard + len(lines)
    rest = b"".join(lines)
    end = time.monotonic() + PATIENCE
    while any(member.heard < last for member in others) and time.monotonic() < end:
        if rest:
            try:
                rest = rest[speaker.sock.send(rest[:READ]) :]
            except BlockingIOError:
                pass
        crowd.serve(seconds=0.001)


def pace(crowd: Crowd, rate: float, seconds: float) -> list[float]:
    """Let one member say something so many times a second; return how long each line took to each other member."""
    heard: list[tuple[float, bytes]] = []  # when what came: to be read later, since others are waiting to be looked at
    speaker, listeners = crowd.members[0], [member for member in crowd.members[1:] if not member.gone]

    def note(data: bytes) -> None:
        heard.append((time.monotonic(), data))

    for member in listeners:
        member.on_data = note
    started = time.monotonic()
    for number in range(int(rate * seconds)):
        due = started + number / rate
        crowd.serve(seconds=due - time.monotonic())
        crowd.says(speaker, MARK + b"%.6f;" % time.monotonic() + PADDING)
    crowd.serve(seconds=LAST_WORDS)
    crowd.serve(until=lambda: bool(heard), seconds=PATIENCE)
    for member in listeners:
        member.on_data = None
    return [now - float(stamp) for now, data in heard for stamp in STAMP.findall(data)]


def percentile(values: list[float], part: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * part))] if values else float("nan")
