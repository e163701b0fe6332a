"""A desk at which files are handed out and taken in: what a check of the client of `files` is written with."""

from __future__ import annotations

import contextlib
import re
import select
import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.desk import FENCE, Desk
from grading.people.lanes import AT_ONCE, Flow, Lane, Scales, filled
from grading.process.patience import NOTICE, PATIENCE, SILENCE_KEPT
from grading.process.production import Production
from grading.results.causes import Cause
from grading.results.events import SHOWN, TYPED
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.submission.scratch import CHOSEN
from grading.submission.shared import Shared
from grading.telling import diagnosis

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

TICKET = "[A-Za-z0-9]{16,64}"
DEVICE = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d) *(\..*)?", re.IGNORECASE | re.DOTALL | re.ASCII)
NO_GOOD = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')  # in the name of a file
MOST_BYTES = 255  # of a name
HALF = 2 / 5  # of a file
SOME = 100  # bytes by which one knows a file again
MINE = b"This was here before.\n"
DOWNLOADS = "downloads"  # a folder
CLIMBED = "climbed"  # stands in the name of what would lie elsewhere
MOST_READ = 20  # files of the right size in which one looks whether they are the right one
WRITTEN_OVER = Cause("written-over", "Both found the same name free: the later one was put in the place of the other.")
HOME = "/home/alice"  # what we call the folder in which all of it happens, wherever it is


class FileDesk(Desk):
    """A student's client with a folder for downloads; files come and go through our server."""

    is_in_turmoil = False  # nobody here waits meanwhile

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self._shared = production.shared_folder()
        self.folder = self._shared.path
        self.downloads = self.folder / DOWNLOADS
        self._below = DOWNLOADS  # the folder for downloads, seen from the one that is shared
        self._exercise = exercise
        self._temporary = production.shared_folder()
        self.lanes: list[Lane] = []
        self._on_their_way: dict[str, Lane] = {}  # of what has not arrived, by the tickets
        self._said_of_files: list[str] = []
        self._tickets = 0

    def sits_down(self, *args: str, name: str = "Alice", knock: bool = True, **options: Unpack[Options]) -> None:
        """Start the client with a folder for downloads, which is not there yet, and wait until it has joined."""
        own = ("--downloads", str(self.downloads), "--username", name)
        options["environ"] = dict.fromkeys(CHOSEN, str(self._temporary.path))
        super().sits_down(*own, *args, name=name, knock=knock, **options)

    def wants_a_new_folder_in_another(self) -> None:
        """Let the folder for downloads be in one that is not there either. The client must not run yet."""
        self._below = f"new/{DOWNLOADS}"
        self.downloads = self.folder / self._below
        self.minutes.remark("the folder for downloads", "is to be in another one that is not there")

    # Handing out

    def makes(self, name: str, pieces: Iterable[bytes]) -> Path:
        """Make a file that can be sent; return where it is."""
        return self._shared.puts(name, pieces)

    def changes(self, path: Path, pieces: Iterable[bytes]) -> None:
        """Let a file that was made hold something else."""
        self._shared.changes(path.name, pieces)

    def offers(self, path: Path, shared: Shared | None = None, person: str = "Bob") -> str:
        """Type that somebody is to have a file that this desk or another one `shared`; return its ticket."""
        self._puts_in_words(f"/send {person} {path}", f"/send {person} {HOME}/{path.name}")
        rest = f"{person}:{(shared or self._shared).size(path.name)}:{path.name}"
        found = self._wire_finds(f"OFFER:{TICKET}:{re.escape(rest)}", f"OFFER:ticket:{rest}")
        return found.split(":")[1]

    def offers_in_another_run(self, path: Path) -> str:
        """Let the client run once more, and offer a file; return the ticket."""
        self.minutes.remark("the client", f"is started once more, and offers {path.name} first")
        with contextlib.closing(FileDesk(self.production, self._exercise)) as again:
            again.sits_down()
            return again.offers(path, self._shared)

    def offers_nothing(self, path: str) -> None:
        """Type that Bob is to have something that is no file; fail unless the client says anything about that."""
        self.types(f"/send Bob {path}")
        self.finds(lambda: bool(self.eyes.news()), "that there is no such file")

    def sends_no_more(self, lane: Lane) -> None:
        """Fail if more bytes come on a connection on which all of a file has come."""
        for seconds in self.client.patience(NOTICE):
            if more := lane.takes(seconds):
                raise Unmet("the client to send what was offered and no more", f"{len(more)} bytes more", missing=False)

    def uploads(self, ticket: str) -> Lane:
        """Let Bob accept, and the client send: return the connection on which it begins."""
        self.wire_says(f"ACCEPTED:{ticket}\n", quietly=True)
        self.minutes.line("server", "client", "ACCEPTED:ticket")
        lane = self._lane_comes("UPLOAD", ticket)
        lane.says("GO")
        return lane

    # Taking in

    def is_offered(self, name: str, size: int, person: str = "Ann") -> str:
        """Let somebody offer a file; return its ticket."""
        self._tickets += 1
        ticket = f"Ticket{self._tickets:010}"
        line = f"OFFERED:{ticket}:{person}:{size}:{name}"
        self.wire_says(f"{line}\n", quietly=True)
        self.minutes.line("server", "client", self._masked(line))
        self._is_up_to_date()
        return ticket

    def _is_up_to_date(self) -> None:
        """Let our server say something, and wait until it is on the screen: nobody answers before they can know."""
        text = f"{FENCE} {self._tickets}"
        self.wire_says(f"Zoe: {text}\n", quietly=True)
        if not self.client.wait_for_screen(lambda: text in self.printed, PATIENCE):
            expected = f"{self.name} to see what comes behind an offer"
            raise Unmet(expected, "nothing new", late=True, perhaps=self._why_it_is_silent())

    def accepts(self, ticket: str) -> Lane:
        """Type that this person wants what Ann offers; return the connection on which it is to come."""
        self.answers("/accept Ann", f"ACCEPT:{ticket}")
        self.wire_says(f"ACCEPTED:{ticket}\n")
        return self._lane_comes("DOWNLOAD", ticket)

    def answers(self, typed: str, line: str) -> None:
        """Type an answer; fail unless the client sends `line`."""
        self._puts_in_words(typed, typed)
        self._wire_finds(re.escape(line), line)

    def receives(self, name: str, data: bytes, lane: Lane) -> Path:
        """Fail unless exactly one more file lies in the folder for downloads, these bytes; return where it is."""
        try:
            lane.is_told("RECEIVED")
        except Unmet:
            for line in self.eyes.news()[-1:]:  # it may say why
                self.minutes.line("client", self.name, self._masked(line), SHOWN)
            raise
        self.minutes.remark("the client", "sends RECEIVED on that connection")
        self._on_their_way = {ticket: other for ticket, other in self._on_their_way.items() if other is not lane}
        there = self._lies_there()
        found = self._holds(data, sorted(there, key=lambda file: (file != name, file.startswith("."))))
        self.client.ask({"do": "go on"})  # who has one thread for all it does was held with it
        if not found:
            self.has_not_climbed()
            told = ", ".join(f"{_told(file)} of {self._size(file)} bytes" for file in there)
            expected = f"{shown(self._masked(name))} to lie in the folder for downloads, {len(data)} bytes as they came"
            raise Unmet(expected, f"there is {told or 'nothing'}", missing=not told)
        return self.downloads / found

    def _holds(self, data: bytes, names: list[str]) -> str:
        """Return the first of some files that holds just that; an empty string where none does."""
        alike = [name for name in names if self._size(name) == len(data)]
        return next((name for name in alike[:MOST_READ] if self.reads(self.downloads / name, len(data)) == data), "")

    def _size(self, name: str) -> int:
        return self._shared.size(f"{self._below}/{name}") or 0

    def reads(self, path: Path, most_bytes: int = AT_ONCE) -> bytes | None:
        """Return what is in a file that has come, if it is there."""
        return self._shared.read(f"{self._below}/{path.name}", most_bytes)

    def gets(self, name: str, data: bytes) -> Path:
        """Let Ann hand over a file that is accepted; return where it lies."""
        ticket = self.is_offered(name, len(data))
        lane = self.accepts(ticket)
        self.minutes.remark("the server", f"sends GO and {len(data)} bytes")
        lane.says("GO")
        Flow(lane, None, [data]).runs(len(data))
        path = self.receives(name, data, lane)
        self.wire_says(f"FINISHED:{ticket}\n", quietly=True)
        return path

    def gets_half(self, name: str, size: int = 5000) -> Lane:
        """Let Ann hand over a file, of which not even half comes, and wait until the client has read that."""
        half = int(size * HALF)
        lane = self.accepts(self.is_offered(name, size))
        lane.says("GO")
        Flow(lane, None, [filled(half)]).runs(half)
        self.minutes.remark("the server", f"sends GO and {half:,} of {size:,} bytes")
        self.client.reads(lane.sock.getpeername()[1], lane.sock.getsockname()[1])
        self.client.comes_to_rest()
        return lane

    def twins_come_at_once(self, number: int) -> Iterator[None]:
        """Let two files of one name end at once; fail unless both are there. This is a scene: see `schedules.py`."""
        name, texts = f"twin{number}.bin", [f"{text} {number}".encode() for text in ("one", "another")]
        before = self._lies_there()
        tickets = [self.is_offered(name, len(text)) for text in texts]
        lanes = [self.accepts(ticket) for ticket in tickets]
        yield
        for lane, text in zip(lanes, texts, strict=True):
            lane.puts(b"GO\n" + text)
        self.minutes.remark("the server", "sends GO and all bytes of both, at once")
        yield
        for lane, ticket in zip(lanes, tickets, strict=True):
            lane.is_told("RECEIVED")
            self.wire_says(f"FINISHED:{ticket}\n", quietly=True)
        there = [file for file in self._lies_there() if file not in before]
        gone = [text for text in texts if not self._holds(text, there)]
        if gone:
            expected = "both of two files of one name that come at once to lie in the folder for downloads"
            got, cause = ("neither does", None) if gone == texts else ("one of them is gone", WRITTEN_OVER)
            raise Unmet(expected, got, perhaps=cause, missing=False)

    def nothing_comes(self, lane: Lane) -> None:
        """Let nothing come on a connection for longer than a client in a hurry waits; fail if that ends it."""
        self.minutes.remark("the server", "sends nothing there for a long time")
        self.client.passes(SILENCE_KEPT)
        lane.takes()
        if lane.closed:
            expected = "the client to wait until its file comes, or the server ends that"
            raise Unmet(expected, "it closed the connection for the file", perhaps=diagnosis.LOST_PATIENCE)

    def lies_not_there_yet(self, name: str) -> None:
        """Fail if something lies under this name, of which half has come."""
        self.expects(
            name not in self._lies_there(),
            f"nothing to be called {name} until all of it is there",
            "it is there already",
        )

    def lies_nowhere_else(self) -> None:
        """Fail if what has come so far lies in the folder for temporary files."""
        begun = (self._temporary.read(name, SOME) for name in self._temporary.finds(""))
        expected = "what comes to lie in the folder for downloads, and in no other one"
        self.expects(filled(SOME) not in begun, expected, "there is some of it in the one for temporary files")

    def comes_in_nobodys_way(self, name: str) -> None:
        """Fail if a file that comes is written over another one, which has the name that it has while it comes."""
        lane = self.gets_half(name)
        others = self._lies_there()
        lane.ends_here()
        self.keeps_only()
        for other in others:
            self._shared.puts(f"{self._below}/{other}", [MINE])
            self.minutes.remark(_told(other), "is a file that lies there already")
        self.gets(name, filled(4096))
        for other in others:
            stays = self._shared.read(f"{self._below}/{other}", len(MINE) + 1) == MINE
            self.expects(stays, f"{_told(other)} to stay what it was", "it is another one, or gone")

    def keeps_only(self, *names: str) -> None:
        """Fail unless, after a moment, these and no other files lie in the folder for downloads."""
        for seconds in self.client.patience(PATIENCE):
            there = self._lies_there()
            if sorted(names) == there:
                return
            time.sleep(seconds)
        expected = f"{' and '.join(names) or 'nothing'} to lie in the folder for downloads"
        got = " and ".join(map(_told, there)) or "nothing"
        raise Unmet(expected, got, late=True, missing=len(there) < len(names))

    def is_called(self, path: Path, name: str) -> None:
        """Fail unless what came has this name."""
        self.expects(path.name == name, f"the file to be called {name}", _told(path.name))

    def opens_no_lane(self) -> None:
        """Fail if the client opens another connection."""
        for seconds in self.client.patience(NOTICE):
            if select.select(self._listeners, [], [], seconds)[0]:
                raise Unmet("the client to open no connection for a file that nobody wanted", "it does", missing=False)

    def has_not_climbed(self) -> None:
        """Fail if what came lies anywhere but in the folder for downloads."""
        above = self.production.scratch.glob(f"*{CLIMBED}*")
        for path in (*map(self.folder.joinpath, self._shared.finds(CLIMBED)), *above):
            if self.downloads not in path.parents:
                got = self._masked(str(path)).replace(str(self.production.scratch), "/home")
                raise Unmet("all that comes to lie in the folder for downloads", f"there is {got}", missing=False)

    def is_a_good_name(self, path: Path) -> None:
        """Fail if the name of what came is one that some systems do not take, or take for something else."""
        name = path.name
        why = ""
        if NO_GOOD.search(name):
            why = "there are characters in it that Windows does not take, or that nobody sees"
        elif name != name.rstrip(". "):
            why = "it ends in a dot or a blank"
        elif DEVICE.fullmatch(name):
            why = "on Windows, that is a device"
        elif len(name.encode()) > MOST_BYTES:
            why = f"it is longer than {MOST_BYTES} bytes"
        self.expects(not why, "a name that every system takes", f"{shown(name)}: {why}")

    # All of it

    def weighs(self) -> Scales:
        """Return what tells how much memory the client takes from now on."""
        return Scales(self.client, "client")

    def adds_up(self) -> None:
        """Fail if the client has sent what nobody typed, or shows what nobody said."""
        for line in self._said_of_files:
            self.heard.remove(line)
        super().adds_up()

    def close(self) -> None:
        """End the client and our server, and remove its files."""
        super().close()
        for lane in self.lanes:
            lane.sock.close()
        for folder in (self._shared, self._temporary):
            folder.remove()

    def _puts_in_words(self, text: str, in_words: str) -> None:
        self._notices()
        self.minutes.line(self.name, "client", in_words, TYPED)
        self.types(text, quietly=True)

    def _wire_finds(self, pattern: str, in_words: str) -> str:
        """Wait until the client sends a line like that, about a file, which nobody typed; return it."""
        fits = re.compile(pattern).fullmatch
        found = self._finds(lambda heard: bool(fits(heard)), self.client.patience(PATIENCE), self._strays)
        if found is None:
            raise self._missed(in_words)
        self.minutes.line("client", "server", in_words)
        self._said_of_files.append(found)
        return found

    def _lane_comes(self, command: str, ticket: str) -> Lane:
        """Wait for another connection of the client, which begins with this command and ticket."""
        for seconds in self.client.patience(PATIENCE):
            self.takes_in_what_came()
            if ready := select.select(self._listeners, [], [], seconds)[0]:
                lane = Lane(ready[0].accept()[0], self.client, "the server")
                self.lanes.append(lane)
                self._on_their_way[ticket] = lane
                self.minutes.remark("the client", "opens a connection for the file")
                lane.is_told(f"{command}:{ticket}")
                return lane
        stands = self.client.where_it_stands()
        raise Unmet(
            f"the client to open a connection that begins with {command}:ticket", "none came", stands, late=True
        )

    def _gives_up(self, line: str) -> bool:
        """Tell whether a line declines a file whose connection has ended too soon: a client may say so."""
        command, _, ticket = line.partition(":")
        lane = self._on_their_way.get(ticket) if command == "DECLINE" else None
        return lane is not None and lane.has_ended

    def _hears(self, line: str) -> None:
        if not self._gives_up(line):
            super()._hears(line)

    def _lies_there(self) -> list[str]:
        """Return the names of the files in the folder for downloads."""
        return self._shared.names(self._below)

    def _missed(self, line: str) -> Unmet:
        """Put down what the client sent instead, without what is another one each time."""
        events = self.minutes.events
        before = len(events)
        unmet = super()._missed(line)
        unmet.got = self._masked(unmet.got)
        events[before:] = [replace(event, data=self._masked(event.data)) for event in events[before:]]
        return unmet

    def _masked(self, text: str) -> str:
        masked = re.sub(f"OFFER:{TICKET}:", "OFFER:ticket:", text.replace(str(self.folder), HOME))
        for offer in [line.split(":", 4) for line in self._said_of_files if line.startswith("OFFER:")]:
            masked = masked.replace(offer[1], f"the ticket of {offer[4]}")
        return masked


def _told(name: str) -> str:
    """Return the name of a file; those that begin with a dot are others each time."""
    return "one whose name begins with a dot" if name.startswith(".") else shown(name)
