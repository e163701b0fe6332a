"""A room whose server keeps what is said in a file: what a check of the challenge `log` is written with."""

from __future__ import annotations

import calendar
import json
import math
import re
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from grading.course import Exercise
from grading.people.person import Person
from grading.people.room import Room
from grading.people.schedules import shake
from grading.people.stress import say
from grading.people.wording import spoken_text, stamp_of, told
from grading.process.patience import A_MOMENT
from grading.process.production import Production
from grading.process.program import CLOCK
from grading.results.causes import Cause
from grading.results.unmet import CannotTell, Unmet
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.system.zones import shown_at

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

Entry = dict[str, str]
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)\b.*")  # as ISO 8601 has them
LATE, EARLY = "23:40:00", "00:15:00"  # where a clock shows one of these, another day has begun in UTC, or none yet
NOON = 12  # o'clock in UTC: before it, such a day is yesterday's
AN_HOUR = 3600  # seconds: a time that is farther away is another one, or that of another day
OLDER = "its log is older than it is: what it knows from there is what such a check finds out"
FEW_BYTES = 1000  # of a log that becomes an older one soon
LONGEST_SHOWN = 120  # characters of a line in a file
FEW_SHOWN = 30  # characters of one message of many
WRITTEN_LATER = Cause("log-late", "It was written only after somebody had heard it.")
STILL_EMPTY = Cause("log-late", "Long after somebody has heard it, nothing at all is in the file.")
LATE_SECONDS = 0.8  # of a second, when the next one is near
SOME = 100  # characters of a message by which one sees how long an entry is besides
LOG = "chat.log"
MOST_LOG_BYTES = 10_000_000  # of one file, far more than is ever said
HALF = 20  # bytes of a line that was torn
FIRST_OF_SEVERAL = 0xC0  # of the bytes of one letter in UTF-8, or more


class Archive(Room):
    """A student's server with a log, and the people in it."""

    last_words = "That was all?"  # of a newcomer who has heard the history
    clock = CLOCK  # what the server's one shows as it starts

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self._folder = production.shared_folder()
        self._most_bytes = 0
        self.args = ("--log", str(self._folder.path / LOG))
        self.minutes.remark("the server", "is started with --log chat.log")

    def close(self) -> None:
        """Send everyone home, end the server, and remove its files."""
        super().close()
        self._folder.remove()

    # The server

    def keeps_short_files(self, most_bytes: int = FEW_BYTES) -> None:
        """Let the log become an older one soon. The server must not run yet."""
        self._most_bytes = most_bytes
        self.args += ("--log-bytes", str(most_bytes))
        self.minutes.remark("the server", f"gets --log-bytes {most_bytes}, too")

    def looks_at_the_clock_once(self) -> None:
        """Start the server with a clock that moves on by a second whenever one looks at it, and on another day."""
        self.clock = LATE if time.gmtime().tm_hour < NOON else EARLY
        self.opens(self.clock, tick=1.0)
        self.minutes.remark("the server's clock", "moves on by a second whenever the server looks at it")

    def begins_empty(self) -> None:
        """Let the log be there, with nothing in it. The server must not run yet."""
        self._folder.puts(LOG, [])
        self.minutes.remark("the log", "is there, and empty")

    def is_killed(self) -> None:
        """End the server without a warning (kill -9), and start it again with the same log."""
        port = self.server.listening[0][1]
        self.server.close()
        self.minutes.remark("the server", "is killed (kill -9)")
        self.starts_again(listen=port)

    def starts_again(self, **options: Unpack[Options]) -> None:
        """Start the server with the log that is there."""
        self.minutes.remark("the server", "is started again with --log chat.log")
        offset = self.server.offset  # its clock goes on where it was
        self.talk.people.clear()
        if (late := time.time() % 1) > LATE_SECONDS:
            time.sleep(1 - late)  # so that this second is still the same when the zone is made from it
        self.opens(clock=shown_at(time.time(), offset), **options)
        self.talk.judge.sleeps(OLDER)

    def fills_the_disk(self) -> None:
        """Let there be room for half a line more in the log."""
        if not self.server.ask({"do": "disk", "most_bytes": self._size() + HALF}):
            raise CannotTell("The grader cannot pretend that a disk is full here.")
        self.minutes.remark("the disk", "is full")

    def frees_the_disk(self) -> None:
        """Let there be room again."""
        self.server.ask({"do": "disk", "most_bytes": None})
        self.minutes.remark("the disk", "has room again")

    def _size(self) -> int:
        return self._folder.size(LOG) or 0

    # Those who talk

    def all_talk_at_once(self) -> None:
        """Let three people talk at once, again and again; fail unless the log holds it whole and in order."""
        self.opens(shaken=True)
        people = self.enter("Ann", "Bob", "Cyd")
        self.minutes.remark("Ann, Bob and Cyd", "talk at once")
        shake(self, lambda number: self._talk_at_once(people, number))

    def _talk_at_once(self, people: list[Person], number: int) -> Iterator[None]:
        ann, start = people[0], people[0].place_in_talk
        texts = {person: [f"{person} {number}.{line}" for line in (1, 2)] for person in people}
        yield
        for person in people:
            say(person, texts[person])
        yield
        for person in people:
            ann.rewinds(start)
            ann.hears(person, texts[person][-1], quietly=True)
        said = {text for own in texts.values() for text in own}
        heard = [text for line in ann.heard if (text := line.partition(": ")[2].strip()) in said]
        written = [text for entry in self.entries("message") if (text := str(entry.get("text"))) in said]
        if written != heard:
            wanted, there = _first_difference(heard, written)
            missing = len(written) < len(heard)
            raise Unmet(f"chat.log to hold {wanted}, as Ann heard them", there, missing=missing)

    def writes_before_it_speaks(self) -> None:
        """Start the server again, hold it up before one line after the other; fail where what was heard is not written.

        That is what the log would lack, were the server ended there.
        """
        self.server.close()
        self.starts_again(shaken=True)
        ann, bob = self.enter("Ann", "Bob")
        said: list[str] = []

        def speaks(number: int) -> Iterator[None]:
            said.append(f"moment {number}")
            yield
            ann.sends(f"MESSAGE:{said[-1]}\nPRIVATE:Bob:{said[-1]}\n", quietly=True)
            yield
            bob.hears(ann, said[-1], quietly=True)
            bob.is_told(f"PRIVATE:Ann:{said[-1]}", quietly=True)

        def looks() -> None:
            for person in (ann, bob):
                person.takes_in_what_came()
            if any(line.strip().endswith(f"]: {said[-1]}") for person in (ann, bob) for line in person.heard):
                self._has(said[-1])
            if f"PRIVATE:Ann:{said[-1]}" in map(str.strip, bob.heard) and self._count("private") < len(said):
                expected = "chat.log to hold an entry of the kind private for each whisper that was heard"
                raise Unmet(expected, "Bob has heard one that is not there", WRITTEN_LATER)

        shake(self, speaks, meanwhile=looks)

    def _count(self, kind: str) -> int:
        """Return how many entries of a kind there are."""
        return len(self.entries(kind, torn=True)) if self.files else 0

    def _has(self, text: str) -> None:
        """Fail if a message that was heard is not in the log."""
        if text not in self._written():
            raise Unmet(f"chat.log to hold {text}", "it was heard, and is not there", WRITTEN_LATER)

    def says_all(self, speaker: Person, listener: Person, texts: list[str]) -> list[str]:
        """Let `speaker` say one text after the other, each once the last was heard; return the lines."""
        lines = []
        for text in texts:
            speaker.says(text, quietly=True)
            lines.append(listener.hears(speaker, text, quietly=True).strip())
        self.minutes.remark(speaker.name, f"says {told([_in_short(text, FEW_SHOWN) for text in texts])}")
        return lines

    def newcomer_hears(self, speaker: str, texts: list[str]) -> list[str]:
        """Fail unless somebody who joins hears these messages of `speaker`, and no others; return the lines."""
        cyd = self.connect("Cyd")
        cyd.commands("JOIN:Cyd")
        cyd.is_told("JOINED:Cyd")
        cyd.says(self.last_words)
        cyd.hears(cyd, self.last_words)
        said = [line for line in cyd.heard if spoken_text(line, speaker) is not None]
        heard = [line.strip() for line in said if not self.talk.is_small_talk(line)]
        got = [str(spoken_text(line, speaker)) for line in heard]
        if got != texts:
            wanted, there = _first_difference(texts, got)
            raise Unmet(f"Cyd to hear, on joining, {wanted}", there)
        return heard

    def fills_the_file(self, speaker: Person, listener: Person) -> list[str]:
        """Say as much as the log may hold, and a byte more, which is the end of a line; fail if the log holds it.

        Return what was said.
        """
        before = self._size()
        said = self._says_something(speaker, listener, SOME)
        after = self._size()
        longest = after - before if after > before else after  # else it begins a file
        self.expects(longest > SOME, f"{LOG} to hold what {speaker} says as soon as it is heard", "it does not")
        for _ in range(self._most_bytes // SOME):  # more than fit, wherever an older file begins
            if self._most_bytes - self._size() <= 2 * longest + SOME:
                break
            said += self._says_something(speaker, listener, SOME)
        said += self._says_something(speaker, listener, self._most_bytes + 1 - self._size() - (longest - SOME))
        self.minutes.remark(speaker.name, "says as much as fits, and a byte more")
        self.files_stay_short()
        return said

    def _says_something(self, speaker: Person, listener: Person, length: int) -> list[str]:
        """Let `speaker` say a text of that length; return it."""
        text = "x" * max(1, length)
        speaker.says(text, quietly=True)
        listener.hears(speaker, text, quietly=True)
        return [text]

    # The files

    @property
    def files(self) -> list[str]:
        """The names of the files of the log that are there, the oldest first."""
        there = self._folder.names()
        numbered = [name for name in there if name.startswith(f"{LOG}.") and name[len(LOG) + 1 :].isdecimal()]
        older = sorted(numbered, key=lambda name: -int(name[len(LOG) + 1 :]))
        return [*older, *([LOG] if LOG in there else [])]

    def lines(self) -> list[bytes]:
        """Return the lines of all files, the oldest first."""
        files = filter(None, map(self._read, self.files))
        return [line for data in files for line in data.removesuffix(b"\n").split(b"\n")]

    def _read(self, name: str) -> bytes:
        """Return what is in a file of the log; fail where that is more than anybody has said."""
        data = self._folder.read(name, MOST_LOG_BYTES + 1) or b""
        if len(data) > MOST_LOG_BYTES:
            got = f"it is longer than {MOST_LOG_BYTES:,} bytes"
            raise Unmet(f"{name} to hold what was said, and no more", got, missing=False)
        return data

    def entries(self, *kinds: str, torn: bool = False) -> list[Entry]:
        """Return the entries for messages, or of other kinds; fail where a line is none, unless some are `torn`."""
        if not self.files:
            raise Unmet("a file chat.log", "there is none")
        found = []
        for line in self.lines():
            try:
                found.append(_entry(line))
            except ValueError as error:
                if not torn:
                    got = _in_short(line.decode("utf-8", "replace")) if line.strip() else "an empty line"
                    why = Cause("log-line", f"{error}.")
                    raise Unmet("each line of chat.log to be one JSON object", got, why) from None
        return [entry for entry in found if entry.get("kind") in (kinds or ("message", "private"))]

    def only(self, kind: str) -> Entry:
        """Fail unless there is one entry of a kind; return it."""
        entries = self.entries(kind)
        if not entries:
            raise Unmet(f"one entry of the kind {kind}", "there is none")
        if entries[1:]:
            last = _in_short(json.dumps(entries[-1]))
            raise Unmet(f"one entry of the kind {kind}", f"there are {len(entries)}, and the last one is {last}")
        return entries[0]

    def holds(self, *texts: str, by: Person | None = None, torn: bool = False) -> list[Entry]:
        """Fail unless the messages in the log, or those by one person, are these, in this order; return them."""
        entries = self.entries("message", torn=torn)
        mine = [entry for entry in entries if not by or entry.get("user") == by.name]
        said = [entry for entry in mine if not self.talk.is_small_talk(str(entry.get("text")))]
        got = [entry.get("text") for entry in said]
        if got != list(texts):
            wanted, there = _first_difference(texts, got)
            why = self._why_missing(texts) if got == list(texts[: len(got)]) else None
            raise Unmet(f"chat.log to hold {wanted}", there, why, missing=len(got) < len(texts))
        return said

    def _why_missing(self, texts: Sequence[str]) -> Cause | None:
        """Return why some of what was heard is not in the log, where it comes into it later, or nothing ever does."""
        self.server.passes(A_MOMENT)
        if self._written() >= set(texts):
            return WRITTEN_LATER
        return None if self.lines() else STILL_EMPTY

    def _written(self) -> set[str]:
        """The texts of all messages in the log, which may be in the middle of a line."""
        entries = self.entries("message", torn=True) if self.files else []
        return {str(entry.get("text")) for entry in entries}

    def knows(self, entry: Entry, **fields: str) -> None:
        """Fail unless an entry has these fields."""
        for key, value in fields.items():
            if entry.get(key) != value:
                got = _in_short(json.dumps(entry))
                raise Unmet(f'the entry to have "{key}": {json.dumps(value)}', got)

    def tells_the_time(self, entry: Entry, stamp: str = "") -> None:
        """Fail unless an entry has the local date and time; to the second, where that was heard as `stamp`."""
        now = time.time() + self.server.offset
        found = MOMENT.fullmatch(str(entry.get("time", "")))
        is_now = found and abs(_seconds(*found.groups()) - now) < AN_HOUR
        if not found or not is_now or stamp not in ("", found[2]):
            date, about = time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(now)).split()
            when = f'"{date}T{stamp}"' if stamp else f'"{date}T{about}", or a little earlier'
            raise Unmet(f'the entry to have "time": {when}', _in_short(json.dumps(entry)))

    def shows_the_local_time(self, line: str, speaker: Person) -> str:
        """Return the time in what was heard; fail unless it has the hour at which the clock began to go.

        Step 4 looks at the rest.
        """
        stamp = stamp_of(line, speaker.name)
        self.expects(stamp[:2] == self.clock[:2], f"the local time, which is {self.clock} or a little later", line)
        return stamp

    def stays_one_file(self) -> None:
        """Fail if the log has become an older one, where nobody said how long it may be."""
        names = " ".join(self.files)
        self.expects(names == LOG, f"what is in {LOG} to stay there", f"there is {names}")

    def files_stay_short(self) -> None:
        """Fail if a file has become longer than it may."""
        for name in self.files:
            if (size := self._folder.size(name) or 0) > self._most_bytes:
                raise Unmet(f"{name} to hold {self._most_bytes} bytes at the most", f"it holds {size}", missing=False)

    def never_holds(self, text: str) -> None:
        """Fail if `text` stands anywhere in the log."""
        if any(text.encode() in self._read(name) for name in self.files):
            raise Unmet(f"{text!r} not to be in the log", "it is there", missing=False)

    def lacks_its_last_newline(self) -> None:
        """Cut off the end of the last line of the log, and nothing else."""
        self._folder.puts(LOG, [self._read(LOG).rstrip(b"\n")])
        self.minutes.remark("chat.log", "lacks the newline of its last line")

    def ends_in_half_a_line(self) -> None:
        """Cut the last line of the log in two, as who is killed then leaves it: within a letter, if there is one."""
        data = self._read(LOG).rstrip(b"\n")
        begin = data.rfind(b"\n") + 1
        letters = [place for place in range(begin, len(data)) if data[place] >= FIRST_OF_SEVERAL]
        self._folder.puts(LOG, [data[: letters[0] + 1 if letters else (begin + len(data)) // 2]])
        self.minutes.remark("chat.log", "ends in the middle of its last line")


def _entry(line: bytes) -> Entry:
    """Return a line as an entry; ValueError with what is wrong."""
    try:
        entry: Any = json.loads(line.decode(), object_pairs_hook=_once)
    except RecursionError:
        raise ValueError("This is nested too deeply") from None
    if not isinstance(entry, dict):
        raise ValueError("This is JSON, but no object")
    return entry


def _seconds(date: str, clock: str) -> float:
    """Return how many seconds a date and a time are after the beginning of 1970; no number, if there are none such."""
    try:
        return calendar.timegm(time.strptime(f"{date} {clock}", "%Y-%m-%d %H:%M:%S"))
    except ValueError:
        return math.nan


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len(dict(pairs)) != len(pairs):
        raise ValueError("A key stands there twice")
    return dict(pairs)


def _in_short(text: str, most: int = LONGEST_SHOWN) -> str:
    text = shown(text)
    return text if len(text) <= most else f"{text[:most]}…"


def _first_difference(wanted: Sequence[str], got: Sequence[object]) -> tuple[str, str]:
    """Return in words what stands first in `wanted` and not in `got`, and what is there instead."""
    both = enumerate(zip(wanted, got, strict=False))
    place = next((i for i, (one, other) in both if one != other), min(len(wanted), len(got)))
    there = _in_short(str(got[place])) if place < len(got) else "no more" if got else "none"
    if place == len(wanted):
        return f"{len(wanted)} messages and no more", there
    return f"{_in_short(wanted[place])} as message {place + 1} of {len(wanted)}", there
