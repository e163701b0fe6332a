"""A person in the room: one connection to the student's server, and what one does and hears on it."""

from __future__ import annotations

import contextlib
import re
import socket
import threading
from collections.abc import Iterable, Iterator

from grading.people.judge import NOT_READING
from grading.people.missing import Waiting, Wanted
from grading.people.talk import Participant, Talk, let_in
from grading.people.wording import is_by, is_speech, says_nothing, speech, times, told
from grading.process.patience import HELD_UP, HOPE, KNOCK, MANY_SERVED, MOST_SERVED, NOTICE, PATIENCE, SLICE
from grading.results.causes import Cause
from grading.results.events import CLOSE, HALF_CLOSE, RESET
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.system.wire import reset
from grading.telling import diagnosis
from grading.telling.hints import kind

SHALLOW_BYTES = 4096  # of receive buffer, for somebody who will stop reading
KNOCKING = "a knock"  # the echo of what somebody says to see whether they are counted in
MANY_EMPTY_LINES = 4  # between two messages; fewer may be the server's way to end a line
MOST_NAMES = 12  # in a list that one takes in at a glance


class Person(Participant):
    """One connection to the server, and what one does and hears on it."""

    def __init__(self, talk: Talk, name: str, shallow: bool = False) -> None:
        super().__init__(name)
        self.talk = talk
        self.has_joined = not talk.dialect.joins
        talk.comes_to_rest()
        if shallow:
            talk.judge.sleeps(NOT_READING)
        talk.judge.comes(self)
        self.may_stop_reading = shallow
        self._said: dict[str, tuple[int, tuple[str, ...]]] = {}  # by each: how much was heard when one asked, and what
        self.server = talk.server  # to which this person came: there may be another one later
        self.sock = self._connects(shallow)
        self.port = self.sock.getsockname()[1]

    def _connects(self, shallow: bool) -> socket.socket:
        """Connect; if `shallow`, the buffers between the server and this person hold a few kilobytes only."""
        server = self.talk.server
        if not shallow:
            return let_in(server, self.name, segment_bytes=self.talk.segment_bytes)
        server.ask({"do": "shallow", "on": True})
        sock = let_in(server, self.name, SHALLOW_BYTES)
        server.ask({"do": "shallow", "on": False})
        return sock

    # Saying

    def sends(self, data: str | bytes, quietly: bool = False) -> None:
        """Send `data` in one segment, without adding anything."""
        data = data.encode() if isinstance(data, str) else data
        parts = (line.partition("MESSAGE:")[2] for line in data.decode("utf-8", "replace").split("\n"))
        texts = [text.strip() for text in parts if text]
        self.last_segment = [] if b"\r" in data else texts  # with line ends of two characters, all may be their fault
        self.said.update(texts)
        self.is_leaving = self.is_leaving or b"\nQUIT" in b"\n" + data
        if not quietly:
            self.talk.last_speaker = self
            self.talk.minutes.segment(self.name, "server", data)
        self.talk.judge.sends(self, data)
        try:
            self.sock.sendall(data)
        except TimeoutError:  # there is no room for more on the way: nobody has hung up
            raise Unmet(f"the server to read what {self} says", "it reads no more of it", late=True) from None
        except OSError as error:
            self.closed = self.closed or type(error).__name__

    def commands(self, line: str) -> None:
        """Send `line` and its newline."""
        self.sends(line + "\n")

    def says(self, text: str, quietly: bool = False) -> None:
        """Send `text` as a message."""
        self.sends(f"MESSAGE:{text}\n", quietly)

    def joins(self, name: str = "", perhaps: Cause | None = None) -> None:
        """Join, and hear that it worked; where it did not, that is `perhaps` why a check fails."""
        self.name = name or self.name
        self.sends(f"JOIN:{self.name}\n", quietly=True)
        before = len(self.talk.minutes.events)
        try:
            self.is_told(f"JOINED:{self.name}", quietly=True)
        except Unmet as unmet:
            if not any(line.startswith("ERROR:") for line in self.heard):
                seen = unmet.perhaps if kind(unmet.perhaps).is_seen else None
                unmet.perhaps = seen or perhaps or unmet.perhaps
            self.talk.minutes.segment(self.name, "server", f"JOIN:{self.name}\n".encode())
            self.talk.minutes.puts_last_at(before)  # what came instead stands there already
            raise

    def knocks(self) -> None:
        """Say something and wait for its echo: from now on the server counts this person in."""
        text = self.talk.knock(self.name)
        self.is_counted_in = self.hears_an_echo(text)
        self._read = len(self.heard)

    def is_heard_by(self, *listeners: Person) -> None:
        """Say a marker and let everyone hear it: whatever this person caused before has come by then.

        Twice, because only the second marker proves that the whole round of the first has gone out.
        """
        for _ in range(2):
            text = self.talk.marker()
            self.says(text, quietly=True)
            for person in listeners:
                person.hears(self, text, quietly=True)

    # Hearing

    def listens(self, seconds: float) -> bool:
        """Take in what has arrived, and let it be judged; wait up to `seconds` for it. False if nothing came."""
        was_closed = self.closed
        came = super().listens(seconds)
        if self.closed and not (was_closed or self.never_ends):
            self.talk.judge.is_hung_up_on(self)
        return came

    def _hears(self, line: str) -> None:
        super()._hears(line)
        self.talk.judge.hears(self, line)

    def hears_an_echo(self, text: str) -> bool:
        """Say `text`, and wait until it comes back, but not long; tell whether it did."""
        self.says(text, quietly=True)
        server = self.talk.server
        experience = server.production.experience
        beats = NOTICE if experience.comes_never(KNOCKING) else KNOCK
        is_heard = self._comes_soon(text, beats)
        if is_heard:
            experience.has_come(KNOCKING)
        elif beats == KNOCK and server.is_calm:
            experience.has_not_come(KNOCKING)
        return is_heard

    def hears_in_passing(self, text: str) -> bool:
        """Wait until `text` comes, but not long, and tell whether it did; what came before it is still to be heard."""
        heard = self.place_in_talk
        is_heard = self._comes_soon(text, NOTICE)
        self.rewinds(heard)
        return is_heard

    def _comes_soon(self, text: str, beats: int) -> bool:
        return self._finds_in_time(Wanted(text, lambda line: text in line), beats) is not None

    def hears(
        self, speaker: Person, text: str, quietly: bool = False, beats: int = PATIENCE, perhaps: Cause | None = None
    ) -> str:
        """Wait until this person hears `speaker` say `text`; return the line, exactly as it came.

        Where it does not come, that is `perhaps` why.
        """
        dialect, name = self.talk.dialect, speaker.name
        in_words = speech(dialect, name, text)
        fits = Wanted(in_words, lambda line: is_speech(dialect, name, text, line), speaker=speaker, text=text)
        try:
            return self._awaits(fits, quietly, beats)
        except Unmet as unmet:
            unmet.perhaps = perhaps or unmet.perhaps
            raise

    def is_told(self, line: str, quietly: bool = False, beats: int = PATIENCE) -> str:
        """Wait until this person hears exactly `line`, which is no message."""
        command = line.partition(":")[0]
        text = "" if command.isupper() else line  # it is a message as it came to others
        heard = self._awaits(Wanted(line, lambda heard: heard.strip() == line, command, text=text), quietly, beats)
        self.has_joined = self.has_joined or command == "JOINED"
        return heard

    def is_refused(self, what: str, beats: int = PATIENCE, perhaps: Cause | None = None) -> None:
        """Wait until this person hears an `ERROR:` in answer to `what`; where it does not, that is `perhaps` why."""
        in_words = f"ERROR:… in answer to {what}"
        try:
            self._awaits(Wanted(in_words, lambda heard: heard.startswith("ERROR:"), "ERROR"), beats=beats)
        except Unmet as unmet:
            unmet.perhaps = unmet.perhaps or perhaps
            raise

    def finds(self, pattern: str, wanted: str) -> str:
        """Wait until a line matches `pattern`, which begins with a command; `wanted` says in words which that is."""
        fits = re.compile(pattern).fullmatch
        return self._awaits(Wanted(wanted, lambda heard: bool(fits(heard.strip())), pattern.partition(":")[0]))

    def never_heard(self, text: str, cause: Cause | None = None) -> None:
        """Fail if any line so far holds `text`."""
        for line in self.heard:
            if text in line:
                expected, perhaps = f"{self.name} not to hear {text}", diagnosis.of_answer(line)
                raise Unmet(expected, shown(line), cause, missing=False, perhaps=perhaps)

    def heard_no_empty_lines(self, speaker: Person, start: int) -> None:
        """Fail if empty lines of `speaker` were told or refused between line number `start` and where we are."""
        lines = [line.strip() for line in self.heard[start : self._read]]
        refused = [line for line in lines if self is speaker and line.startswith("ERROR:")]
        empty = [line for line in lines if line in refused or says_nothing(line, speaker.name)]
        if lines.count("") >= MANY_EMPTY_LINES:
            empty.append("one empty line after the other")
        if empty:
            self.talk.minutes.line("server", self.name, empty[0])
            raise Unmet("empty lines to be ignored", f"{self} heard {shown(empty[0])}", missing=False)

    def heard_whole(self, *lines: str) -> None:
        """Fail if something stood before any of `lines` where it was heard."""
        for heard in (line.strip() for line in self.heard):
            for wanted in lines:
                if heard != wanted and heard.endswith(wanted):
                    cause = Waiting(self.talk, self, Wanted(wanted, wanted.__eq__)).of_beginning(heard)
                    raise Unmet(f"{self} to hear {wanted}", shown(heard), cause, missing=False)

    def heard_times(self, line: str, wanted: int = 1) -> None:
        """Fail unless exactly `line` was heard as many times as `wanted` so far."""
        self._counts(list(map(str.strip, self.heard)).count(line), line, wanted)

    def heard_text_times(self, text: str, wanted: int) -> None:
        """The same of a text, whatever name and time stand before it."""
        self._counts(sum(heard.strip().endswith(text) for heard in self.heard), text, wanted, is_message=True)

    def _counts(self, count: int, line: str, wanted: int, is_message: bool = False) -> None:
        if count != wanted:
            expected = f"{self.name} to hear {line} {times(wanted)}"
            cause = diagnosis.of_count(line, count, wanted) or (diagnosis.PASSED_OVER if is_message else None)
            raise Unmet(expected, f"it came {times(count)}", missing=count < wanted, perhaps=cause)

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
        self.is_heard_by(self)

    def said_by(self, speaker: Person) -> list[str]:
        """Return what `speaker` was heard to say so far, knocks and markers left out."""
        looked_at, said = self._said.get(speaker.name, (0, ()))
        texts = (line.partition(": ")[2] for line in self.heard[looked_at:] if is_by(line, speaker.name))
        said += tuple(text.strip() for text in texts if not self.talk.is_small_talk(text))
        self._said[speaker.name] = len(self.heard), said
        return list(said)

    def heard_history(self, speaker: Person, texts: list[str]) -> None:
        """Fail unless what `speaker` was heard to say so far is `texts`, in this order."""
        heard = self.said_by(speaker)
        for text in heard[:3]:
            self.talk.minutes.line("server", self.name, f"{speaker} […]: {text}")
        if heard != texts:
            perhaps = None if heard else diagnosis.NOT_KEPT
            raise Unmet(f"{self.name} to hear {told(texts)} on joining", told(heard) or "no message", perhaps=perhaps)

    def is_told_history(self, lines: list[str]) -> None:
        """Fail unless these lines come in their order, which are all that was said in the lobby."""
        for number, line in enumerate(lines):
            try:
                self.is_told(line)
            except Unmet as unmet:
                text = line.rpartition(": ")[2]
                if not any(text in heard for heard in self.heard):  # else it came, in another form
                    unmet.perhaps = unmet.perhaps or diagnosis.of_history(number, len(lines))
                raise

    def goes_to(self, place: str, quietly: bool = False) -> None:
        """Go into another room, and hear that it worked."""
        self.sends(f"JOIN_ROOM:{place}\n", quietly=quietly)
        self.is_told(f"JOINED_ROOM:{place}", quietly=quietly)
        self.place = place

    def sees_users(self, *names: str, soon: bool = False) -> None:
        """Ask who is online, and hear that it is `names`; ask again where it need only be so `soon`."""
        self.commands("LIST_USERS")
        line = self._hears_users(*names)
        for _ in self.talk.server.tries(PATIENCE) if soon else ():
            if _users(line) == sorted(names):
                break
            self.sends("LIST_USERS\n", quietly=True)
            line = self._hears_users(*names)
        if (listed := _users(line)) != sorted(names):
            absent = sorted(set(names) - set(listed))
            if len(names) <= MOST_NAMES or not absent:
                expected = f"{self.name} to hear USERS:{','.join(names)}, in whatever order"
                cause = diagnosis.of_collection(line)
                raise Unmet(expected, line, cause, late=soon, perhaps=diagnosis.of_users(names, _users(line)))
            expected = f"{self.name} to hear USERS: and the names of all {len(names)} who are there"
            raise Unmet(expected, f"{len(listed)} names, and {absent[0]} is not among them", late=soon)

    def lists_users(self, *names: str) -> None:
        """Hear the answer to LIST_USERS, with `names` and perhaps others in it."""
        self.rewinds()
        line = self._hears_users(*names)
        if set(names) - set(_users(line)):
            expected = f"{self.name} to hear USERS: with {' and '.join(names)}, who stay"
            raise Unmet(expected, line, missing=False)

    def _hears_users(self, *names: str, beats: int = PATIENCE) -> str:
        wanted = "USERS:" + ",".join(names)
        return self._awaits(Wanted(wanted, lambda line: line.startswith("USERS:"), "USERS"), beats=beats)

    def waits_until_gone(self, name: str) -> None:
        """Ask who is online until `name` is not, but not long: right servers may take a moment to forget somebody."""
        for _ in self.talk.server.tries(KNOCK):
            self.sends("LIST_USERS\n", quietly=True)
            line = self._finds_in_time(Wanted("USERS:", lambda line: line.startswith("USERS:"), "USERS"), KNOCK)
            if line is None and self.closed:
                self.talk.minutes.line(self.name, "server", "LIST_USERS")
            if line is None or name not in _users(line):
                return

    def heard_errors(self, wanted: int) -> None:
        """Fail unless exactly so many commands were refused so far."""
        self.takes_in_everything()
        errors = [line for line in self.heard if line.startswith("ERROR:")]
        if len(errors) != wanted:
            expected, got = f"{self.name} to hear an ERROR {times(wanted)}", f"it came {times(len(errors))}"
            raise Unmet(expected, got, perhaps=diagnosis.of_count("ERROR", len(errors), wanted))

    def _awaits(self, wanted: Wanted, quietly: bool = False, beats: int = PATIENCE) -> str:
        line = self._finds_in_time(wanted, beats)
        if line is None:
            raise Waiting(self.talk, self, wanted).failure()
        if not quietly:
            self.talk.minutes.line("server", self.name, line)
        return line

    def _finds_in_time(self, wanted: Wanted, beats: int) -> str | None:
        strays = Waiting(self.talk, self, wanted).strays
        server, kind = self.talk.server, self._kind(wanted)
        experience = server.production.experience
        if beats == PATIENCE and experience.comes_never(kind):
            beats = HOPE
        found = self._finds(wanted.fits, self._while_served(beats), strays)
        if found is not None:
            experience.has_come(kind)
        elif beats == PATIENCE and server.is_calm:
            experience.has_not_come(kind)
        return found

    def _while_served(self, beats: int) -> Iterator[float]:
        """Yield how long to wait next: for so many heartbeats, and on while lines come: it is behind them."""
        server, heard = self.talk.server, len(self.heard)
        yield from server.patience(beats)
        for _ in range(MOST_SERVED // HELD_UP if beats >= PATIENCE else 0):
            came, heard = len(self.heard) - heard, len(self.heard)
            if server.rested or not 0 < came < MANY_SERVED:  # who is so quick is not slow
                return
            yield from server.patience(HELD_UP)

    def _kind(self, wanted: Wanted) -> str:
        """Return what kind of line is wanted."""
        if wanted.command.isupper():
            return wanted.command
        return "a message" if wanted.speaker and wanted.speaker is not self else "an echo"

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
        self.talk.minutes.remark(self.name, "closes the connection", CLOSE)
        self.talk.comes_to_rest()
        self.takes_in_what_came()  # closing with unread bytes would be a reset
        self.talk.judge.leaves(self, politely=False)
        self.sock.close()

    def half_closes(self) -> None:
        """Say that nothing more will come, and go on listening."""
        self.is_leaving = True
        self.talk.minutes.remark(self.name, "closes its sending half (shutdown)", HALF_CLOSE)
        self.talk.comes_to_rest()
        self.talk.judge.leaves(self, politely=True)
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_WR)

    def resets(self) -> None:
        """Break the connection: the server's next read or write fails (RST)."""
        self.is_leaving = True
        self.talk.minutes.remark(self.name, "breaks the connection (reset)", RESET)
        self.talk.comes_to_rest()
        self.talk.judge.leaves(self, politely=False)
        reset(self.sock)

    def is_hung_up_on(self, beats: int = PATIENCE) -> bool:
        """Wait until the server closes the connection."""
        for seconds in self.talk.server.patience(beats):
            for _ in self._arrivals(seconds):
                pass
            if self.closed:
                return True
        return bool(self.closed)


def _users(line: str) -> list[str]:
    """Return the names in a list of users, each as often as it stands there."""
    return sorted(name.strip() for name in line.partition(":")[2].split(","))
