"""A student's server as a room, and the people in it: what a check of a server is written with."""

from __future__ import annotations

import calendar
import contextlib
import os
import re
import select
import socket
import struct
import time
from collections.abc import Callable
from typing import Any

from grading.minutes import Minutes, shown
from grading.program import SLICE, ZONE, Production, Program, Unmet

PATIENCE = 40  # heartbeats (see Program.patience) until a line that does not come is missed
PATIENCE_FOR_START = 100
PATIENCE_FOR_END = 80  # the protocol page allows 3 seconds, which are 60
GRACE = 16  # heartbeats for the right line to come once a wrong one has
KNOCK = 10  # heartbeats for the echo by which a newcomer knows that the server counts it in
EVENT = re.compile(r"(USER_JOINED|USER_LEFT|JOINED|JOINED_ROOM|USERS):", re.ASCII)
STAMP = re.compile(r" \[(\d\d:\d\d:\d\d)\]", re.ASCII)


class Room:
    """A student's server, started when the first person comes to it."""

    def __init__(self, production: Production, step: int) -> None:
        self.production = production
        self.step = step  # of the check: how its messages must look
        self.minutes = Minutes()
        self.people: list[Person] = []
        self.servers: list[Program] = []
        self.lobby: list[tuple[Person, str]] = []  # all that was said in it, for the history
        self._markers = 0

    # The server

    def opens(self, **settings: Any) -> Program:
        """Start the server and wait until it listens. `settings` are those of `grading.stage`."""
        server = Program(self.production, "chat_server.py", **settings)
        self.servers.append(server)
        server.wait_for_port(PATIENCE_FOR_START)
        return server

    @property
    def server(self) -> Program:
        """The server that runs now."""
        if not self.servers:
            self.opens()
        return self.servers[-1]

    @property
    def joins(self) -> bool:
        """Whether people say JOIN here: always from step 2 on; in the checks of step 1 if the server knows it."""
        return self.step > 1 or self.production.joins

    def shows(self, clock: str, date: str = "2024-11-05") -> float:
        """Make the server's clock show `clock`, as in `23:59:58`, local time; return that moment."""
        hours, minutes = re.fullmatch(r"\w+-(\d+):(\d+)", ZONE).groups()  # type: ignore[union-attr]
        utc = time.strptime(f"{date} {clock} UTC", "%Y-%m-%d %H:%M:%S %Z")
        moment = float(calendar.timegm(utc) - 3600 * int(hours) - 60 * int(minutes))
        self.server.set_clock(moment)
        self.minutes.remark("the server's clock", f"shows {clock}")
        return moment

    # People

    def connect(self, name: str, **options: Any) -> Person:
        """Return a person who is connected and says nothing yet."""
        person = Person(self, name, **options)
        self.people.append(person)
        return person

    def enter(self, *names: str, **options: Any) -> list[Person]:
        """Return people who are connected, have joined where one joins, and whom the server counts in."""
        people = []
        for name in names:
            person = self.connect(name, **options)
            if self.joins:
                person.joins()
            person.knocks()
            people.append(person)
        self.minutes.remark(" and ".join(names), "joined" if self.joins else "connected")
        return people

    def marker(self) -> str:
        """Return a text that nobody has said yet."""
        self._markers += 1
        return f"marker {self._markers}"

    def settles(self, speaker: Person, *listeners: Person, quietly: bool = False) -> None:
        """Let `speaker` say a marker and everyone hear it: whatever the speaker caused before has come by then.

        Twice, because only the second marker proves that the whole round of the first has gone out.
        """
        for _ in range(2):
            text = self.marker()
            speaker.says(text, quietly=True)
            for person in listeners or (speaker,):
                person.hears(speaker, text, quietly=True)
        if not quietly:
            self.minutes.remark(speaker.name, "says something else, and everyone hears it")

    def lets_the_server_work(self, witness: Person | None = None) -> None:
        """Give the server time to read what it was sent: its process answers us, and a witness is served."""
        for _ in range(2):
            self.server.ask("ping", number=-1)
            if witness:
                text = self.marker()
                witness.says(text, quietly=True)
                with contextlib.suppress(Unmet):
                    witness.hears(witness, text, quietly=True, beats=KNOCK)

    def close(self) -> None:
        """Send everyone home and end the server."""
        for person in self.people:
            person.sock.close()
        for server in self.servers:
            server.close()


class Person:
    """One connection to the server, and everything that was heard on it."""

    def __init__(self, room: Room, name: str, receive_buffer: int = 0) -> None:
        self.room = room
        self.name = name
        self.place = "lobby"
        self.heard: list[str] = []
        self.closed = ""  # how the server ended the connection, if it did
        self._data = b""
        self._read = 0  # how many of the lines in `heard` a check has looked at
        self._since = 0  # how many it had looked at before it began to wait
        server = room.server
        family, port = server.listening[0]
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        if receive_buffer:
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        self.sock.settimeout(10)
        try:
            self.sock.connect(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))
        except OSError as error:
            server.wait_for_end(2)
            raise Unmet(f"{name} to be let in", f"the connection is refused ({error})") from None
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def __repr__(self) -> str:
        return self.name

    # Saying

    def sends(self, data: str | bytes, quietly: bool = False) -> None:
        """Send `data` in one segment, without adding anything."""
        data = data.encode() if isinstance(data, str) else data
        if not quietly:
            for line in data.splitlines(keepends=True) or [b""]:
                text = line.decode("utf-8", "backslashreplace")
                self.room.minutes.line(self.name, "server", text.removesuffix("\n"))
        try:
            self.sock.sendall(data)
        except OSError as error:
            self.closed = self.closed or type(error).__name__

    def commands(self, line: str) -> None:
        """Send `line` and its newline."""
        self.sends(line + "\n")

    def says(self, text: str, quietly: bool = False) -> None:
        """Send `text` as a message."""
        if self.place == "lobby":
            self.room.lobby.append((self, text))
        self.sends(f"MESSAGE:{text}\n", quietly)

    def joins(self, name: str = "") -> None:
        """Join, and hear that it worked."""
        self.name = name or self.name
        self.sends(f"JOIN:{self.name}\n", quietly=True)
        try:
            self.is_told(f"JOINED:{self.name}", quietly=True)
        except Unmet:
            self.room.minutes.line(self.name, "server", f"JOIN:{self.name}")
            for line in self.heard[-3:]:
                self.room.minutes.line("server", self.name, line)
            raise

    def knocks(self) -> None:
        """Say something and wait for its echo: from now on the server counts this person in."""
        text = f"{self.name} is here"
        self.says(text, quietly=True)
        self._finds(lambda line: text in line, KNOCK)
        self._read = len(self.heard)

    # Hearing

    def hears(self, speaker: Person, text: str, quietly: bool = False, beats: int = PATIENCE) -> str:
        """Wait until this person hears `speaker` say `text`; return the line, exactly as it came."""
        wanted = speech(self.room, speaker, text)
        return self._awaits(lambda heard: is_speech(self.room, speaker, text, heard), wanted, quietly, beats)

    def is_told(self, line: str, quietly: bool = False, beats: int = PATIENCE) -> str:
        """Wait until this person hears exactly `line`, which is no message."""
        return self._awaits(lambda heard: heard.strip() == line, line, quietly, beats)

    def is_refused(self, what: str) -> None:
        """Wait until this person hears an `ERROR:` in answer to `what`."""
        self._awaits(lambda heard: heard.startswith("ERROR:"), f"ERROR:… in answer to {what}")

    def finds(self, pattern: str, wanted: str) -> str:
        """Wait until a line matches `pattern`; `wanted` says in words which that is."""
        return self._awaits(lambda heard: bool(re.fullmatch(pattern, heard.strip())), wanted)

    def never_heard(self, text: str, because: str = "") -> None:
        """Fail if any line so far holds `text`."""
        for line in self.heard:
            if text in line:
                raise Unmet(f"{self.name} not to hear {text}", shown(line), because)

    def heard_times(self, line: str, times: int = 1) -> None:
        """Fail unless exactly `line` was heard as many `times` so far."""
        count = sum(heard.strip() == line for heard in self.heard)
        if count != times:
            raise Unmet(f"{self.name} to hear {line} {_times(times)}", f"it came {_times(count)}")

    def lines_after(self, index: int) -> list[str]:
        """Return what was heard from the `index`-th line on."""
        return self.heard[index:]

    def _awaits(
        self, wanted: Callable[[str], bool], in_words: str, quietly: bool = False, beats: int = PATIENCE
    ) -> str:
        line = self._finds(wanted, beats)
        if line is None:
            self._misses(in_words)
        if not quietly:
            self.room.minutes.line("server", self.name, line or "")
        return line or ""

    def _misses(self, wanted: str) -> None:
        """Fail, because `wanted` was not heard."""
        expected = f"{self.name} to hear {shown(wanted)}"
        others = [line for line in self.heard[self._since :] if not self._is_noise(line)]
        unfinished = self._data.decode("utf-8", "replace")
        for line in [*others[:5], *([unfinished] if unfinished else [])]:
            self.room.minutes.line("server", self.name, line)
        if others:
            raise Unmet(expected, shown(others[0]), late=True)
        if unfinished:
            raise Unmet(expected, f"{shown(unfinished)} without a newline at its end", late=True)
        if self.closed:
            self.room.minutes.remark(f"{self.name}'s connection", "is closed by the server")
            raise Unmet(expected, "the server closed the connection")
        if not self.room.server.running:
            raise Unmet(expected, "the server has ended")
        raise Unmet(expected, "nothing came", late=True)

    def _finds(self, wanted: Callable[[str], bool], beats: int) -> str | None:
        """Read on until a line is `wanted`; None if patience ends, sooner where other lines come instead."""
        self._since = self._read
        strayed = 0
        for seconds in self.room.server.patience(beats):
            deadline = time.monotonic() + seconds
            while True:
                while self._read < len(self.heard):
                    line = self.heard[self._read]
                    self._read += 1
                    if wanted(line):
                        return line
                    strayed += not self._is_noise(line)
                if self.closed or not self.listens(max(0.0, deadline - time.monotonic())):
                    break
            strayed += bool(strayed or self._data)
            if self.closed or strayed > GRACE:
                return None
        return None

    def _is_noise(self, line: str) -> bool:
        return bool(EVENT.match(line)) or line.endswith(" is here") or "marker " in line

    def listens(self, seconds: float) -> bool:
        """Take in what has arrived; wait up to `seconds` for it. False if nothing came."""
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
        self.heard += [line.removesuffix(b"\r").decode("utf-8", "replace") for line in lines]
        return True

    # Leaving

    def closes(self) -> None:
        """Close the connection in an orderly way: the server reads its end (FIN)."""
        self.room.minutes.remark(self.name, "closes the connection")
        while self.listens(0):
            pass  # closing with unread bytes would be a reset
        self.sock.close()

    def half_closes(self) -> None:
        """Say that nothing more will come, and go on listening."""
        self.room.minutes.remark(self.name, "closes its sending half (shutdown)")
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def resets(self) -> None:
        """Break the connection: the server's next read or write fails (RST)."""
        self.room.minutes.remark(self.name, "breaks the connection (reset)")
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
        self.sock.close()

    def is_hung_up_on(self, beats: int = PATIENCE) -> bool:
        """Wait until the server closes the connection."""
        for seconds in self.room.server.patience(beats):
            deadline = time.monotonic() + seconds
            while not self.closed and self.listens(max(0.0, deadline - time.monotonic())):
                pass
            if self.closed:
                return True
        return bool(self.closed)


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def speech(room: Room, speaker: Person, text: str) -> str:
    """Return how a message is described to a student: the presentation that the check's step asks for."""
    if not room.joins or room.step == 1:
        return text
    return f"{speaker.name} [HH:MM:SS]: {text}" if room.step >= 4 else f"{speaker.name}: {text}"


def is_speech(room: Room, speaker: Person, text: str, line: str) -> bool:
    """Tell whether `line` is `speaker` saying `text`, in the presentation of the check's step or a later one."""
    if room.step == 1 and line.strip() == text.strip():
        return True
    if not line.startswith(speaker.name):
        return False
    rest = line[len(speaker.name) :]
    stamp = STAMP.match(rest)
    if stamp:
        rest = rest[stamp.end() :]
    elif room.step >= 4:
        return False
    return rest.startswith(": ") and rest[2:].strip() == text.strip()


def stamp_of(line: str, speaker: Person) -> str:
    """Return the `HH:MM:SS` of a stamped line."""
    found = STAMP.match(line[len(speaker.name) :])
    return found[1] if found else ""


__all__ = ["PATIENCE", "PATIENCE_FOR_END", "SLICE", "Person", "Room", "stamp_of"]
