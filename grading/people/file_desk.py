"""A desk at which files are handed out and taken in: what a check of the client of `files` is written with."""

from __future__ import annotations

import contextlib
import re
import select
import shutil
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.desk import FENCE, Desk
from grading.people.lanes import Flow, Lane, Scales, filled
from grading.process.patience import NOTICE, PATIENCE
from grading.process.production import Production
from grading.results.events import SHOWN, TYPED
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.telling import silence

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

TICKET = "[A-Za-z0-9]{16,64}"
DEVICE = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d) *(\..*)?", re.IGNORECASE | re.DOTALL | re.ASCII)
NO_GOOD = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f-\x9f]')  # in the name of a file
MOST_BYTES = 255  # of a name
HALF = 2 / 5  # of a file
SOME = 100  # bytes by which one knows a file again
MINE = b"This was here before.\n"
FOR_WHILE = ("TMPDIR", "TEMP", "TMP")  # variables that say where files are put that nobody keeps
HOME = "/home/alice"  # what we call the folder in which all of it happens, wherever it is


class FileDesk(Desk):
    """A student's client with a folder for downloads; files come and go through our server."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self.folder = production.empty_folder()
        self.downloads = self.folder / "downloads"
        self._exercise = exercise
        self._temporary = production.empty_folder()
        self.lanes: list[Lane] = []
        self._said_of_files: list[str] = []
        self._tickets = 0

    def sits_down(self, *args: str, name: str = "Alice", knock: bool = True, **options: Unpack[Options]) -> None:
        """Start the client with a folder for downloads, which is not there yet, and wait until it has joined."""
        own = ("--downloads", str(self.downloads), "--username", name)
        options["environ"] = dict.fromkeys(FOR_WHILE, str(self._temporary))
        super().sits_down(*own, *args, name=name, knock=knock, **options)

    def wants_a_new_folder_in_another(self) -> None:
        """Let the folder for downloads be in one that is not there either. The client must not run yet."""
        self.downloads = self.folder / "new" / "downloads"
        self.minutes.remark("the folder for downloads", "is to be in another one that is not there")

    # Handing out

    def makes(self, name: str, pieces: Iterable[bytes]) -> Path:
        """Make a file that can be sent; return where it is."""
        path = self.folder / name
        with path.open("wb") as file:
            file.writelines(pieces)
        return path

    def offers(self, path: Path) -> str:
        """Type that Bob is to have a file; fail unless the client offers it; return the ticket."""
        self._puts_in_words(f"/send Bob {path}", f"/send Bob {HOME}/{path.name}")
        rest = f"Bob:{path.stat().st_size}:{path.name}"
        found = self._wire_finds(f"OFFER:{TICKET}:{re.escape(rest)}", f"OFFER:ticket:{rest}")
        return found.split(":")[1]

    def offers_in_another_run(self, path: Path) -> str:
        """Let the client run once more, and offer a file; return the ticket."""
        self.minutes.remark("the client", f"is started once more, and offers {path.name} first")
        with contextlib.closing(FileDesk(self.production, self._exercise)) as again:
            again.sits_down()
            return again.offers(path)

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

    def is_offered(self, name: str, size: int, ticket: str = "") -> str:
        """Let Ann offer a file; return its ticket."""
        self._tickets += 1
        ticket = ticket or f"ticket{self._tickets:010}"
        line = f"OFFERED:{ticket}:Ann:{size}:{name}"
        self.wire_says(f"{line}\n", quietly=True)
        self.minutes.line("server", "client", self._masked(line))
        self._is_up_to_date()
        return ticket

    def _is_up_to_date(self) -> None:
        """Let our server say something, and wait until it is on the screen: nobody answers before they can know."""
        text = f"{FENCE} {self._tickets}"
        self.wire_says(f"Zoe: {text}\n", quietly=True)
        if not self.client.wait_for_screen(lambda: text in self.printed, PATIENCE):
            perhaps = silence.told_client(self.client.threads())
            raise Unmet(f"{self.name} to see what comes behind an offer", "nothing new", late=True, perhaps=perhaps)

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
        there = self._lies_there()
        self.client.ask({"do": "go on"})  # who has one thread for all it does was held with it
        found = [path for path, content in there.items() if content == data]
        if not found:
            self.has_not_climbed()
            told = ", ".join(f"{_told(path)} of {len(content)} bytes" for path, content in there.items())
            expected = f"{shown(self._masked(name))} to lie in the folder for downloads, {len(data)} bytes as they came"
            raise Unmet(expected, f"there is {told or 'nothing'}", missing=not told)
        return min(found, key=lambda path: (path.name != name, path.name.startswith(".")))

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

    def lies_not_there_yet(self, name: str) -> None:
        """Fail if something lies under this name, of which half has come."""
        found = (self.downloads / name).exists()
        self.expects(not found, f"nothing to be called {name} until all of it is there", "it is there already")

    def lies_nowhere_else(self) -> None:
        """Fail if what has come so far lies in another folder than that for downloads."""
        places = {
            "the one for temporary files": self._temporary,
            "the one in which the client runs": self.client.folder,
        }
        for in_words, folder in places.items():
            for path in filter(Path.is_file, folder.rglob("*")):
                with path.open("rb") as file:
                    found = file.read(SOME) == filled(SOME)
                expected = "what comes to lie in the folder for downloads, and in no other one"
                self.expects(not found, expected, f"there is some of it in {in_words}")

    def comes_in_nobodys_way(self, name: str) -> None:
        """Fail if a file that comes is written over another one, which has the name that it has while it comes."""
        lane = self.gets_half(name)
        others = list(self._lies_there())
        lane.ends_here()
        self.keeps_only()
        for path in others:
            path.write_bytes(MINE)
            path.chmod(0o666)  # whoever the program is
            self.minutes.remark(_told(path), "is a file that lies there already")
        self.gets(name, filled(4096))
        for path in others:
            stays = path.exists() and path.read_bytes() == MINE
            self.expects(stays, f"{_told(path)} to stay what it was", "it is another one, or gone")

    def keeps_only(self, *names: str) -> None:
        """Fail unless, after a moment, these and no other files lie in the folder for downloads."""
        for seconds in self.client.patience(PATIENCE):
            there = self._lies_there()
            if sorted(names) == sorted(path.name for path in there):
                return
            time.sleep(seconds)
        expected = f"{' and '.join(names) or 'nothing'} to lie in the folder for downloads"
        got = " and ".join(map(_told, there)) or "nothing"
        raise Unmet(expected, got, late=True, missing=len(there) < len(names))

    def is_called(self, path: Path, name: str) -> None:
        """Fail unless what came has this name."""
        self.expects(path.name == name, f"the file to be called {name}", _told(path))

    def opens_no_lane(self) -> None:
        """Fail if the client opens another connection."""
        for seconds in self.client.patience(NOTICE):
            if select.select(self._listeners, [], [], seconds)[0]:
                raise Unmet("the client to open no connection for a file that nobody wanted", "it does", missing=False)

    def has_not_climbed(self) -> None:
        """Fail if what came lies anywhere but in the folder for downloads."""
        above = self.production.scratch.glob("*climbed*")
        for path in (*self.folder.rglob("*climbed*"), *above):
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
        for folder in (self.folder, self._temporary):
            shutil.rmtree(folder, ignore_errors=True)

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
                self.minutes.remark("the client", "opens a connection for the file")
                lane.is_told(f"{command}:{ticket}")
                return lane
        stands = self.client.where_it_stands()
        raise Unmet(
            f"the client to open a connection that begins with {command}:ticket", "none came", stands, late=True
        )

    def _lies_there(self) -> dict[Path, bytes]:
        """Return what lies in the folder for downloads; what is taken away while we look is not there."""
        there: dict[Path, bytes] = {}
        for path in filter(Path.is_file, self.downloads.glob("*")):
            with contextlib.suppress(OSError):
                there[path] = path.read_bytes()
        return there

    def _missed(self, line: str) -> Unmet:
        """Put down what the client sent instead, without what is another one each time."""
        events = self.minutes.events
        before = len(events)
        unmet = super()._missed(line)
        unmet.got = self._masked(unmet.got)
        events[before:] = [replace(event, data=self._masked(event.data)) for event in events[before:]]
        return unmet

    def _masked(self, text: str) -> str:
        return re.sub(f"OFFER:{TICKET}:", "OFFER:ticket:", text.replace(str(self.folder), HOME))


def _told(path: Path) -> str:
    """Return the name of a file; those that begin with a dot are others each time."""
    return "one whose name begins with a dot" if path.name.startswith(".") else shown(path.name)
