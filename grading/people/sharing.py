"""A room in which people hand files to one another: what a check of the server of `files` is written with."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.crossing import Crossing
from grading.people.lanes import AT_ONCE, BIG, Flow, Lane, Scales, big_file, filled
from grading.people.person import Person
from grading.people.room import Room
from grading.people.stress import keep_no_more
from grading.people.talk import let_in
from grading.process.patience import HELD_UP, NOTICE, SILENCE_KEPT
from grading.process.production import Production
from grading.process.program import CLOCK, Program
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.system.processes import belongings, standing_still
from grading.system.wire import reset
from grading.telling import diagnosis

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

SOME = 10  # bytes of a file
MEETING_SECONDS = 10.0  # for which one of the two waits for the other at least, says the page
LATER_SECONDS = 5.0  # after which the other comes
SHARED = "where files are handed on, the page says more"
UPLOAD, DOWNLOAD = "UPLOAD", "DOWNLOAD"
NEWLINE = "\n"


@dataclass(frozen=True)
class Parcel:
    """A file that one person has offered to another."""

    ticket: str
    sender: Person
    receiver: Person
    size: int


class FileRoom(Room):
    """A student's server that passes files on, and the people in it."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self.lanes: list[Lane] = []
        self._parcels = 0

    def opens(self, clock: str = CLOCK, **options: Unpack[Options]) -> Program:
        """Start the server and wait until it listens."""
        server = super().opens(clock, **options)
        self.talk.judge.sleeps(SHARED)
        return server

    def limits(self, most_bytes: int) -> None:
        """Let no file be longer than that. The server must not run yet."""
        self.args = ("--max-file-bytes", str(most_bytes))
        self.minutes.remark("the server", f"is started with --max-file-bytes {most_bytes}")

    def ticket(self) -> str:
        """Return a ticket that nobody has used here."""
        self._parcels += 1
        return f"Ticket{self._parcels:010}"  # who takes small letters for large ones gives another one back

    # What is said

    def offers(self, sender: Person, receiver: Person, size: int, name: str = "photo.png", ticket: str = "") -> Parcel:
        """Let `sender` offer a file, perhaps with a ticket of their own, and `receiver` hear of it."""
        parcel = Parcel(ticket or self.ticket(), sender, receiver, size)
        sender.commands(f"OFFER:{parcel.ticket}:{receiver}:{size}:{name}")
        receiver.is_told(f"OFFERED:{parcel.ticket}:{sender}:{size}:{name}")
        return parcel

    def agree(self, sender: Person, receiver: Person, size: int) -> Parcel:
        """Let `receiver` accept what `sender` offers."""
        parcel = self.offers(sender, receiver, size)
        receiver.commands(f"ACCEPT:{parcel.ticket}")
        self.is_news("ACCEPTED", parcel)
        return parcel

    def is_news(self, news: str, parcel: Parcel, *people: Person) -> None:
        """Fail unless both, or only those `people`, hear what has become of the file."""
        for person in people or {parcel.receiver: None, parcel.sender: None}:
            person.is_told(f"{news}:{parcel.ticket}")

    # What travels

    def comes(self, command: str, person: Person, ticket: str, early: bytes = b"") -> Lane:
        """Return another connection of `person`, which begins with `command`, and what goes out with that."""
        behind = f" and {len(early):,} bytes in one segment" if early else ""
        self.minutes.remark(person.name, f"opens a connection for the file, and sends {command}:{ticket}{behind}")
        lane = Lane(let_in(self.server, person.name), self.server, person.name)
        self.lanes.append(lane)
        lane.puts(f"{command}:{ticket}\n".encode() + early)
        return lane

    def comes_alone(self, command: str, person: Person, ticket: str) -> Lane:
        """Let `person` open a connection, and nobody the one for the other side yet; fail if anything comes there."""
        lane = self.comes(command, person, ticket)
        self.server.reads(self.server.listening[0][1], lane.sock.getsockname()[1])
        self.lets_the_server_work()
        answers = lane.answers()
        self.expects(not answers, f"{person} to hear GO once both are there", f"{shown(''.join(answers))} before that")
        return lane

    def both_come(self, parcel: Parcel) -> tuple[Lane, Lane]:
        """Let both open their connections, and hear GO on them."""
        down = self.comes(DOWNLOAD, parcel.receiver, parcel.ticket)
        up = self.comes(UPLOAD, parcel.sender, parcel.ticket)
        for lane in (up, down):
            lane.goes()
        return up, down

    def hands_over(
        self, parcel: Parcel, pieces: Iterable[bytes], scales: Scales | None = None, says: tuple[str, ...] = ()
    ) -> None:
        """Let a file travel that was accepted; fail unless it arrives as it was sent, and both are told so."""
        up, down = self.both_come(parcel)
        self.minutes.remark(parcel.sender.name, f"sends {parcel.size:,} bytes")
        Flow(up, down, pieces, scales=scales).arrives(str(parcel.receiver), parcel.size)
        self.has_it(parcel, down, *says)

    def passes_on(self, parcel: Parcel, up: Lane, down: Lane, size: int) -> None:
        """Let the sender send the first bytes only; fail unless they reach the receiver."""
        self.minutes.remark(parcel.sender.name, f"sends {size:,} of {parcel.size:,} bytes")
        up.puts(filled(size))
        Flow(None, down, [filled(size)]).arrives(str(parcel.receiver), size)

    def has_it(self, parcel: Parcel, down: Lane, *pieces: str) -> None:
        """Let the receiver say that all has come; fail unless both are told so, and the connection ends."""
        for piece in pieces or ("RECEIVED\n",):
            self.minutes.remark(parcel.receiver.name, f"sends {shown(piece.removesuffix(NEWLINE))} on it")
            down.puts(piece.encode())
            if not piece.endswith("\n"):
                self.lets_the_server_work()
        self.is_news("FINISHED", parcel)
        more = down.ends()
        self.expects(more == 0, f"{parcel.receiver} to get {parcel.size:,} bytes and no more", f"{more:,} more came")

    def goes_well(self, sender: Person, receiver: Person, size: int = 4096) -> None:
        """Fail unless a small file can be handed over just now."""
        self.hands_over(self.agree(sender, receiver, size), [filled(size)])

    def stands_still(self, parcel: Parcel, pieces: Iterable[bytes]) -> tuple[Flow, Lane]:
        """Let the receiver read nothing, until the sender can send no more; return what is on its way, and to where."""
        up, down = self.both_come(parcel)
        flow = Flow(up, None, pieces)
        flow.runs(parcel.size, HELD_UP)
        self.minutes.remark(parcel.receiver.name, "does not read")
        self.minutes.remark(parcel.sender.name, "sends as much as goes")
        return flow, down

    def loses_nothing(self) -> None:
        """Start the server again, hold its threads up; fail if a file is lost where people cross each other's way."""
        self.server.close()
        self.talk.people.clear()
        self.minutes.remark("the server", "is started again, and its threads are held up")
        self.opens(shaken=True)
        ann, bob = self.enter("Ann", "Bob")
        self.minutes.remark(
            "Ann", "offers a file, again and again, to somebody who leaves just then, or comes with Eve"
        )
        Crossing(self, self.ticket, self.lanes, ann, bob).begins()

    def waits_for_who_comes_later(self) -> None:
        """Let one come soon, and the other a few seconds later; fail unless both hear GO."""
        ann, bob = self.enter("Ada", "Ben")
        parcel = self.agree(ann, bob, SOME)
        began = time.monotonic()
        lanes = [self.comes_alone(UPLOAD, ann, parcel.ticket)]
        self.server.leaps(LATER_SECONDS)
        self.minutes.remark("everybody", f"waits for {LATER_SECONDS:g} seconds")
        lanes.append(self.comes(DOWNLOAD, bob, parcel.ticket))
        for lane in lanes:
            try:
                lane.goes()
            except Unmet as unmet:
                if time.monotonic() - began + LATER_SECONDS > MEETING_SECONDS:  # then it may have failed
                    return
                unmet.perhaps = unmet.perhaps or diagnosis.LOST_PATIENCE
                raise

    def waits_for_the_slow(self) -> None:
        """Start the server again, in a hurry; fail unless it waits for a slow sender, and for a slow receiver."""
        self.server.close()
        self.talk.people.clear()
        self.opens(hurried=True)
        ann, bob = self.enter("Ann", "Bob")
        parcel = self.agree(ann, bob, BIG)
        with standing_still(self.server.process.pid):  # neither waits for the other
            down, up = self.comes(DOWNLOAD, bob, parcel.ticket), self.comes(UPLOAD, ann, parcel.ticket)
        for lane in (up, down):
            lane.goes()
        flow = Flow(up, down, big_file())
        self._goes_on(flow, "Ann", "send")
        flow.out = None
        flow.runs(BIG, HELD_UP)
        flow.out = down
        self._goes_on(flow, "Bob", "read")

    def _goes_on(self, flow: Flow, who: str, does: str) -> None:
        """Let nothing happen for a long time; fail unless more bytes pass after that."""
        self.minutes.remark(who, f"{does}s nothing for a long time, and then goes on")
        self.server.passes(SILENCE_KEPT)
        wanted = min(BIG, flow.sent + AT_ONCE)  # more than lies on the way
        flow.runs(wanted)
        if flow.came < wanted:
            expected = f"the server to wait until {who} {does}s on"
            if flow.is_broken:
                raise Unmet(expected, "it closed the connections", perhaps=diagnosis.LOST_PATIENCE)
            raise Unmet(expected, "no more bytes come", late=True)

    def sends_on(self, up: Lane) -> None:
        """Send as much as goes, until the server has hung up."""
        self.minutes.remark(up.name, "sends on")
        Flow(up, None, big_file()).runs(BIG)

    def keeps_nothing(self, deeds: Iterable[Callable[[], None]]) -> None:
        """Fail if the server still has a thread or a connection for most of these deeds, once they are done."""
        before = belongings(self.server.process.pid)
        for deed in deeds:
            deed()
        keep_no_more(self.server, before, "the server to keep nothing of files that have ended")

    def weighs(self) -> Scales:
        """Return what tells how much memory the server takes from now on."""
        return Scales(self.server, "server")

    def breaks_off(self, lane: Lane) -> None:
        """Let a connection for a file break (RST)."""
        self.minutes.remark(lane.name, "breaks the connection for the file (reset)")
        reset(lane.sock)

    def hangs_up(self, lane: Lane) -> None:
        """Let a connection for a file end in an orderly way."""
        self.minutes.remark(lane.name, "closes the connection for the file")
        lane.ends_here()

    def has_sent_all(self, lane: Lane) -> None:
        """Let the sender's connection end behind the last byte, and the server notice that."""
        self.hangs_up(lane)
        self.server.passes(NOTICE)

    def close(self) -> None:
        """Send everyone home and end the server."""
        for lane in self.lanes:
            with contextlib.suppress(OSError):
                lane.sock.close()
        super().close()
