"""A person in the room: one connection to the student's server, and everything that was heard on it."""

from __future__ import annotations

import contextlib
import difflib
import re
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from grading.people.listener import Listener
from grading.process.patience import KNOCK, PATIENCE, SLICE
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.system.wire import reset
from grading.telling import diagnosis

if TYPE_CHECKING:
    from grading.people.room import Room

SHALLOW_BYTES = 4096  # of receive buffer, for somebody who will stop reading
MANY_EMPTY_LINES = 4  # between two messages; fewer may be the server's way to end a line
EVENT = re.compile(r"(USER_JOINED|USER_LEFT|JOINED|JOINED_ROOM|USERS):", re.ASCII)
STAMP = re.compile(r" \[(\d\d:\d\d:\d\d)\]", re.ASCII)


class Person(Listener):
    """One connection to the server, and everything that was heard on it."""

    sock: socket.socket

    def __init__(self, room: Room, name: str, shallow: bool = False) -> None:
        super().__init__()
        self.room = room
        self.name = name
        self.place = "lobby"
        self.said: set[str] = set()
        self.last_segment: list[str] = []  # the messages that were sent together, last time
        self.is_counted_in = True  # as far as we know
        self.has_joined = not room.joins  # before that, a server may say whatever it likes
        self.is_leaving = False
        self._listens_for: Person | None = None
        self._wants = ""
        server = room.server
        room.comes_to_rest()
        family, port = server.listening[0]
        self.sock = socket.socket(family, socket.SOCK_STREAM)
        if shallow:  # the buffers between the server and this person hold a few kilobytes only
            self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SHALLOW_BYTES)
            server.ask("shallow", on=True)
        self.sock.settimeout(10)
        try:
            self.sock.connect(("::1" if family == socket.AF_INET6 else "127.0.0.1", port))
        except OSError as error:
            server.wait_for_end(2)
            late = isinstance(error, TimeoutError)
            raise Unmet(f"{name} to be let in", f"the connection is refused ({error})", late=late) from None
        self.port = self.sock.getsockname()[1]
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        if shallow:
            server.ask("shallow", on=False)

    def __repr__(self) -> str:
        return self.name

    # Saying

    def sends(self, data: str | bytes, quietly: bool = False) -> None:
        """Send `data` in one segment, without adding anything."""
        data = data.encode() if isinstance(data, str) else data
        texts = (line.partition("MESSAGE:")[2] for line in data.decode("utf-8", "replace").split("\n"))
        self.last_segment = [text.strip() for text in texts if text]
        self.said.update(self.last_segment)
        self.is_leaving = self.is_leaving or data.startswith(b"QUIT")
        if not quietly:
            self.room.last_speaker = self
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
        told = self.room.minutes.events
        place = len(told)
        try:
            self.is_told(f"JOINED:{self.name}", quietly=True)
        except Unmet:
            self.room.minutes.line(self.name, "server", f"JOIN:{self.name}")
            told.insert(place, told.pop())  # what came instead stands there already
            raise

    def knocks(self) -> None:
        """Say something and wait for its echo: from now on the server counts this person in."""
        text = f"{self.name} is here"
        self.says(text, quietly=True)
        self.is_counted_in = self._finds(lambda line: text in line, self.room.server.patience(KNOCK)) is not None
        self._read = len(self.heard)

    # Hearing

    def hears(self, speaker: Person, text: str, quietly: bool = False, beats: int = PATIENCE) -> str:
        """Wait until this person hears `speaker` say `text`; return the line, exactly as it came."""
        wanted = speech(self.room, speaker, text)
        self._listens_for, self._wants = speaker, text
        try:
            return self._awaits(lambda line: is_speech(self.room, speaker, text, line), wanted, quietly, beats)
        finally:
            self._listens_for, self._wants = None, ""

    def is_told(self, line: str, quietly: bool = False, beats: int = PATIENCE) -> str:
        """Wait until this person hears exactly `line`, which is no message."""
        told = self._awaits(lambda heard: heard.strip() == line, line, quietly, beats)
        self.has_joined = self.has_joined or line.startswith("JOINED:")
        return told

    def is_refused(self, what: str, beats: int = PATIENCE) -> None:
        """Wait until this person hears an `ERROR:` in answer to `what`."""
        self._awaits(lambda heard: heard.startswith("ERROR:"), f"ERROR:… in answer to {what}", beats=beats)

    def finds(self, pattern: str, wanted: str) -> str:
        """Wait until a line matches `pattern`; `wanted` says in words which that is."""
        return self._awaits(lambda heard: bool(re.fullmatch(pattern, heard.strip())), wanted)

    def never_heard(self, text: str, cause: Cause | None = None) -> None:
        """Fail if any line so far holds `text`."""
        for line in self.heard:
            if text in line:
                raise Unmet(f"{self.name} not to hear {text}", shown(line), cause, missing=False)

    def heard_no_empty_lines(self, speaker: Person, start: int) -> None:
        """Fail if empty lines of `speaker` were told or refused between line number `start` and where we are."""
        lines = [line.strip() for line in self.heard[start : self._read]]
        of_nothing = re.compile(rf"{re.escape(speaker.name)}({STAMP.pattern})?:")
        told = [line for line in lines if of_nothing.fullmatch(line) or (self is speaker and line.startswith("ERROR:"))]
        if lines.count("") >= MANY_EMPTY_LINES:
            told.append("one empty line after the other")
        if told:
            self.room.minutes.line("server", self.name, told[0])
            raise Unmet("empty lines to be ignored", f"{self} heard {shown(told[0])}", missing=False)

    def heard_whole(self, *lines: str) -> None:
        """Fail if something stood before any of `lines` where it was heard."""
        for heard in (line.strip() for line in self.heard):
            for wanted in lines:
                if heard != wanted and heard.endswith(wanted):
                    raise Unmet(f"{self} to hear {wanted}", shown(heard), self._beginning(wanted, heard), missing=False)

    def heard_times(self, line: str, times: int = 1) -> None:
        """Fail unless exactly `line` was heard as many `times` so far."""
        count = sum(heard.strip() == line for heard in self.heard)
        if count != times:
            raise Unmet(
                f"{self.name} to hear {line} {_times(times)}", f"it came {_times(count)}", missing=count < times
            )

    def is_told_all(self, lines: Iterable[str], quietly: bool = False) -> None:
        """Wait until this person has heard every one of `lines`, in whatever order."""
        start = self._read
        for line in lines:
            self._read = start
            self.is_told(line, quietly)

    @property
    def place_in_talk(self) -> int:
        """How many of the lines that were heard have been looked at."""
        return self._read

    def looks_up(self) -> None:
        """Take in what has arrived so far, and look only at what comes from now on."""
        self.takes_in_what_came()
        self._read = len(self.heard)

    def rewinds(self, start: int = 0) -> None:
        """Look again at what was heard from line number `start` on."""
        self._read = start

    def takes_in_everything(self) -> None:
        """Hear an own marker: whatever the server had for this person before has come by then."""
        self.room.settles(self, self, quietly=True)

    def said_by(self, speaker: Person) -> list[str]:
        """Return what `speaker` was heard to say so far, knocks and markers left out."""
        texts = (line.partition(": ")[2] for line in self.heard if line.startswith((f"{speaker}:", f"{speaker} [")))
        return [text.strip() for text in texts if not is_small_talk(text)]

    def heard_history(self, speaker: Person, texts: list[str]) -> None:
        """Fail unless what `speaker` was heard to say so far is `texts`, in this order."""
        heard = self.said_by(speaker)
        for text in heard[:3]:
            self.room.minutes.line("server", self.name, f"{speaker} […]: {text}")
        if heard != texts:
            raise Unmet(f"{self.name} to hear {_told(texts)} on joining", _told(heard))

    def goes_to(self, place: str) -> None:
        """Go into another room, and hear that it worked."""
        self.commands(f"JOIN_ROOM:{place}")
        self.is_told(f"JOINED_ROOM:{place}")
        self.place = place

    def sees_users(self, *names: str) -> None:
        """Ask who is online, and hear that it is `names`."""
        self.commands("LIST_USERS")
        line = self.finds(r"USERS:.*", "USERS:" + ",".join(names))
        if {name.strip() for name in line.partition(":")[2].split(",")} != set(names):
            raise Unmet(f"{self.name} to hear USERS:{','.join(names)}, in whatever order", line)

    def heard_errors(self, times: int) -> None:
        """Fail unless exactly so many commands were refused so far."""
        self.takes_in_everything()
        errors = [line for line in self.heard if line.startswith("ERROR:")]
        if len(errors) != times:
            raise Unmet(f"{self.name} to hear {_times(times)} an ERROR", f"one came {_times(len(errors))}")

    def _awaits(
        self,
        wanted: Callable[[str], bool],
        in_words: str,
        quietly: bool = False,
        beats: int = PATIENCE,
    ) -> str:
        line = self._finds(wanted, self.room.server.patience(beats))
        if line is None:
            earlier = [line for line in self.heard[: self._since] if not line.startswith("ERROR:") and wanted(line)]
            self._misses(in_words, out_of_turn=bool(earlier) and not EVENT.match(earlier[-1]))
        if not quietly:
            self.room.minutes.line("server", self.name, line or "")
        return line or ""

    def _misses(self, wanted: str, out_of_turn: bool) -> None:
        """Fail, because `wanted` was not heard, or not when it should be."""
        expected = f"{self.name} to hear {shown(wanted)}"
        came = [line for line in self.heard[self._since :] if not is_small_talk(line) or self._is_garbled(line)]
        if "JOINED" not in wanted:
            came = [line for line in came if not line.startswith("USER_JOINED:")]
        others = [line for line in came if not self._is_noise(line)]
        for line in [*(others or came)[:4], *([self.unfinished] if self.unfinished else [])]:
            self.room.minutes.line("server", self.name, line)
        ended = not self.room.server.running
        if self.closed and not ended:
            self.room.minutes.remark(f"{self.name}'s connection", "is closed by the server")
        cause = None if others else self._what_happened_to_others()
        if out_of_turn:
            raise Unmet(expected, shown(came[-1]) if came else "nothing more came", diagnosis.OUT_OF_TURN, late=True)
        if others:
            nearest = difflib.get_close_matches(self._wants or wanted, others, 1, cutoff=0)[0]
            cause = self._diagnosis(nearest) or self._beginning(wanted, nearest)
            raise Unmet(expected, shown(nearest) or "an empty line", cause, late=True)
        if self.unfinished:
            got = f"{shown(self.unfinished)} without a newline at its end"
            cut = self._wants and self._wants not in self.unfinished
            raise Unmet(expected, got, None if cut else diagnosis.NO_NEWLINE, late=True)
        if ended:
            raise Unmet(expected, "the server has ended")
        if self.closed:
            raise Unmet(expected, "the server closed the connection", perhaps=cause)
        got = f"nothing but {shown(came[-1])}" if came else "nothing came"
        raise Unmet(expected, got, self._diagnosis("") or self._who_left_instead(wanted), late=True, perhaps=cause)

    def _what_happened_to_others(self) -> Cause | None:
        """Explain the silence by what the server did to whoever spoke."""
        speaker = self._listens_for or self.room.last_speaker
        if speaker and speaker is not self and not speaker.sock._closed:  # type: ignore[attr-defined]
            speaker.takes_in_what_came()
            errors = [line for line in speaker.heard[speaker._read :] if line.startswith("ERROR:")]
            for line in errors[:1]:
                self.room.minutes.line("server", speaker.name, line)
                return Cause("refused", f"{speaker} was answered {shown(line)}.")
            if speaker.closed and self._listens_for:
                return Cause("hung-up", f"The server closed the connection of {speaker}.")
        if not self.is_counted_in and speaker is not self:
            return Cause("nobody-hears", f"Not even {self}'s own words came back to {self}.")
        return None

    def _diagnosis(self, line: str) -> Cause | None:
        """Explain why `line`, or nothing, came instead of what was awaited, where that can be seen."""
        speaker, text = self._listens_for, self._wants
        if not speaker:
            return None
        lines = speaker.last_segment
        if line.strip() == f"MESSAGE:{text}" and text in lines[1:]:
            return diagnosis.NOT_SPLIT
        if line:
            return diagnosis.of_text(text, line, speaker.said)
        heard = [other for other in lines if any(other in line for line in self.heard)]
        return diagnosis.of_place(lines.index(text) + 1, len(lines)) if text in lines and heard else None

    def _beginning(self, wanted: str, line: str) -> Cause | None:
        """Explain what stands before the whole of what was awaited in `line`; nothing if that is not the mistake."""
        speaker, joins = self._listens_for, self.room.joins
        pattern = "ERROR:.*" if wanted.startswith("ERROR:") else re.escape(wanted)
        if speaker:
            pattern = f"{re.escape(speaker.name)}({STAMP.pattern})?: " if joins else ""
            pattern += re.escape(self._wants.strip())
        found = re.fullmatch(f"(.+?){pattern}", line.strip())
        before = found[1] if found else ""
        is_style = not joins and any(other.startswith(before) for other in self.heard if other != line)
        is_said = any(before.startswith((f"{person}:", f"{person} [")) for person in self.room.people)
        return None if is_style or is_said else diagnosis.of_beginning(shown(before))

    def _who_left_instead(self, wanted: str) -> Cause | None:
        """Explain that somebody else was said to leave than the one who did."""
        if not wanted.startswith("USER_LEFT:"):
            return None
        stayed = [person for person in self.room.people if not person.is_leaving and person.sock.fileno() >= 0]
        for listener in [self, *(person for person in stayed if person is not self)]:
            listener.takes_in_what_came()
            for person in stayed:
                if f"USER_LEFT:{person}" in listener.heard:
                    if listener is not self:
                        self.room.minutes.line("server", listener.name, f"USER_LEFT:{person}")
                    return diagnosis.of_leaving(person.name)
        return None

    def _strays(self, line: str) -> bool:
        return self.has_joined and not self._is_noise(line)

    def _is_noise(self, line: str) -> bool:
        """Tell whether `line` is nothing to wonder about while one waits for another."""
        others = (person.name for person in self.room.people if person is not self._listens_for)
        if self._is_garbled(line):
            return False
        if EVENT.match(line) or is_small_talk(line) or line.startswith(tuple(others)):
            return True
        speaker = self._listens_for
        return speaker is not None and any(
            text in speaker.said and text != self._wants for text in (line.strip(), spoken_text(line, speaker))
        )

    def _is_garbled(self, line: str) -> bool:
        """Tell whether `line` has the text that one waits for, though not as it should be."""
        return bool(self._wants) and self._wants in line

    @contextlib.contextmanager
    def reading(self) -> Iterator[None]:
        """Read whatever comes, in a thread of its own, for as long as the block lasts."""
        done = threading.Event()

        def read() -> None:
            while not done.is_set() and not self.closed:
                self.listens(SLICE)

        thread = threading.Thread(target=read)
        thread.start()
        try:
            yield
        finally:
            done.set()
            thread.join()

    # Leaving

    def closes(self) -> None:
        """Close the connection in an orderly way: the server reads its end (FIN)."""
        self.is_leaving = True
        self.room.minutes.remark(self.name, "closes the connection")
        self.room.comes_to_rest()
        self.takes_in_what_came()  # closing with unread bytes would be a reset
        self.sock.close()

    def half_closes(self) -> None:
        """Say that nothing more will come, and go on listening."""
        self.is_leaving = True
        self.room.minutes.remark(self.name, "closes its sending half (shutdown)")
        self.room.comes_to_rest()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def resets(self) -> None:
        """Break the connection: the server's next read or write fails (RST)."""
        self.is_leaving = True
        self.room.minutes.remark(self.name, "breaks the connection (reset)")
        self.room.comes_to_rest()
        reset(self.sock)

    def is_hung_up_on(self, beats: int = PATIENCE) -> bool:
        """Wait until the server closes the connection."""
        for seconds in self.room.server.patience(beats):
            deadline = time.monotonic() + seconds
            while not self.closed and self.listens(max(0.0, deadline - time.monotonic())):
                pass
            if self.closed:
                return True
        return bool(self.closed)


def spoken_text(line: str, speaker: Person) -> str:
    """Return what `speaker` says in `line`, in whatever presentation; an empty string if it is somebody else's."""
    if not line.startswith(speaker.name):
        return ""
    rest = STAMP.sub("", line[len(speaker.name) :], count=1)
    return rest[2:].strip() if rest.startswith(": ") else ""


def is_small_talk(line: str) -> bool:
    """Tell whether a line is a knock or a marker, which the kit itself lets people say."""
    return " is here" in line.lower() or "marker " in line.lower()


def _told(texts: list[str]) -> str:
    return ", ".join(texts) if len(texts) < 5 else f"{texts[0]}, {texts[1]}, … {texts[-1]} ({len(texts)} messages)"


def _times(count: int) -> str:
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def speech(room: Room, speaker: Person, text: str) -> str:
    """Return how a message is described to a student: the presentation that the check's step asks for."""
    if not room.joins or room.dialect.may_be_bare:
        return text
    return f"{speaker.name} [HH:MM:SS]: {text}" if room.dialect.is_stamped else f"{speaker.name}: {text}"


def is_speech(room: Room, speaker: Person, text: str, line: str) -> bool:
    """Tell whether `line` is `speaker` saying `text`, in the presentation of the check's step or a later one."""
    if room.dialect.may_be_bare and line.strip() == text.strip():
        return True
    if not line.startswith(speaker.name):
        return False
    rest = line[len(speaker.name) :]
    stamp = STAMP.match(rest)
    if stamp:
        rest = rest[stamp.end() :]
    elif room.dialect.is_stamped:
        return False
    return rest.startswith(": ") and rest[2:].strip() == text.strip()


def stamp_of(line: str, speaker: Person) -> str:
    """Return the `HH:MM:SS` of a stamped line."""
    found = STAMP.match(line[len(speaker.name) :])
    return found[1] if found else ""
