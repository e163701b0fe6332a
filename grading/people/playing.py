"""Play conversations against a running server, and let the model judge all that anybody hears."""

from __future__ import annotations

import contextlib
import math
import select
import socket
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from grading.people.accusing import of_absence
from grading.people.listener import Listener
from grading.people.room import Room
from grading.people.talk import let_in
from grading.process.patience import HUSH, ONE_CONVERSATION_SECONDS, PATIENCE, SLICE
from grading.protocol.conversations import CLOSES, HALF_CLOSES, IN_WORDS, RESETS, Act, Conversation, and_all_leave
from grading.protocol.forms import Form
from grading.protocol.model import LEAVING, NAMES, Model
from grading.protocol.shrinking import shrunk
from grading.protocol.wrong import Kind, Wrong
from grading.results.events import CLOSE, HALF_CLOSE, RESET, Minutes
from grading.results.unmet import Unmet
from grading.system.machine import kept_waiting, this_thread_waited
from grading.system.wire import reset

HANGING_UP = "the end of a connection that somebody has half closed"
BETWEEN_PIECES = 0.0003  # seconds in which the server may read one segment before the next one comes
FENCES = 2  # only the second one proves that the whole round of the first has gone out
AT_FIRST = (0.002, 0.004, 0.008)  # seconds from one try to the next
QUICKACK = getattr(socket, "TCP_QUICKACK", None)  # only Linux has it; elsewhere it takes a little longer
MOST_EXTENSION = 6  # times as long may conversations take where the machine is busy
LAST = 2  # conversations that are tried together with one that fails, but not on a server of its own
BEATS_OF_SHRINKING = 3  # heartbeats; what fails with so few is tried with more patience in the end
FENCE = "PING"  # a command that nobody knows
WORD = "this is number"  # what people say for the same purpose, where an unknown command need not be answered
KINDS = {CLOSES: CLOSE, HALF_CLOSES: HALF_CLOSE, RESETS: RESET}  # of events


@dataclass(frozen=True)
class Finding:
    """What was wrong, and how many acts of the conversation were played by then."""

    wrong: Wrong
    played: int
    owed: tuple[Form, ...] = ()  # what that person was still to hear
    last: str = ""  # and the last line that it heard


class Mouth(Listener):
    """Somebody in a conversation: a connection, and the lines that came on it and were not judged yet."""

    sock: socket.socket

    def __init__(self, who: str, sock: socket.socket) -> None:
        super().__init__()
        self.who = who
        self.sock = sock
        self.is_fenced = False  # says more than its name, so that one thing more changes nothing
        self.fences = 0  # answers to come that nobody wants to read about

    def __str__(self) -> str:
        return self.who

    @property
    def is_open(self) -> bool:
        return self.sock.fileno() >= 0 and not self.closed

    def news(self) -> list[str]:
        """Return the lines that nobody has looked at, and count them as seen."""
        lines = self.lines_ahead
        self._read = len(self.heard)
        return lines

    def takes_in(self) -> None:
        """Take in what came, and say so at once: some servers send the next line only then (Nagle's algorithm)."""
        self.listens(0)
        if QUICKACK is not None:
            with contextlib.suppress(OSError):
                self.sock.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)


class Company:
    """One server, and all who take part in the conversations on it, one after the other."""

    def __init__(self, room: Room, step: int, beats: int = HUSH, model: Model | None = None) -> None:
        self.room = room
        self.step = step
        self.beats = beats  # heartbeats without a line until one that does not come is missed
        self.model = model or Model(step, room.joins)
        self.mouths: dict[str, Mouth] = {}
        self.minutes = Minutes()  # of the last conversation
        self.wrong: Wrong | None = None
        self.is_spent = False  # the server may still talk to somebody who has left: it is not played before again
        self._owed: tuple[Form, ...] = ()
        self._place = 0  # how many lines had come, the wrong one included, to whom it came
        self._words = 0
        self._lines_heard = 0
        self._listeners: list[Mouth] = []

    def plays(self, conversation: Conversation) -> Finding | None:
        """Play a conversation to its end, or up to the first thing that is wrong, or until it has taken too long."""
        self.wrong, self._owed, self.minutes = None, (), Minutes()
        chatty = _who_says_more_than_a_name(conversation)
        end = time.monotonic() + ONE_CONVERSATION_SECONDS
        for number, act in enumerate(conversation, 1):
            if time.monotonic() > end:
                self.is_spent = True
                return None
            self._plays(act, act.who in chatty and not _is_before_leaving(act.who, conversation[number:]))
            if self.wrong:
                return self._stops(number)
        self._ends()
        return self._stops(len(conversation)) if self.wrong else None

    def close(self) -> None:
        """Send everyone home."""
        for mouth in self._listeners:
            mouth.sock.close()

    # Acts

    def _plays(self, act: Act, is_fenced: bool) -> None:
        mouth = self.mouths.get(act.who)
        if mouth is None or self.model.seats[mouth].left:  # who has said QUIT comes back on another connection
            mouth = self._connects(act.who)
        mouth.is_fenced = is_fenced
        self._waits_for_names(mouth, act)
        self._sends(mouth, act.pieces)
        if act.leaves:
            self.minutes.remark(act.who, IN_WORDS[act.leaves], KINDS[act.leaves])
            self._leaves(mouth, act.leaves)
        elif not act.pieces:
            self.minutes.remark(act.who, "connects")
        if act.waits and self._hears_all():
            self._repeats(mouth, act)
            self._fences([mouth])

    def _connects(self, who: str) -> Mouth:
        mouth = self.mouths[who] = Mouth(who, let_in(self.room.server, who))
        self._listeners.append(mouth)
        self.model.comes(mouth)
        return mouth

    def _sends(self, mouth: Mouth, pieces: Iterable[bytes], quietly: bool = False) -> None:
        for number, piece in enumerate(pieces):
            if number:
                time.sleep(BETWEEN_PIECES)
            if not quietly:
                self.minutes.segment(mouth.who, "server", piece)
            self.model.sends(mouth, piece)
            with contextlib.suppress(OSError):
                mouth.sock.sendall(piece)

    def _leaves(self, mouth: Mouth, how: str) -> None:
        if self.step < LEAVING:
            self._leaves_in_peace(mouth)
            return
        del self.mouths[mouth.who]
        self._takes_in(0)
        if how == HALF_CLOSES:
            self._half_closes(mouth)
        else:
            self._hangs_up(mouth, how)

    def _leaves_in_peace(self, mouth: Mouth) -> None:
        """Leave while nobody speaks, and hang up only after the server: before step 3, others may suffer from less.

        Whoever has never been heard need not hear the first fence, so that may still be on its way to them.
        """
        self._fences_all()
        self._half_closes(mouth)
        experience = self.room.production.experience
        hurries = self.is_spent or experience.comes_never(HANGING_UP)
        self._is_hung_up_on([mouth], 1 if hurries else PATIENCE)
        self.room.talk.comes_to_rest()
        del self.mouths[mouth.who]
        if mouth.is_open:
            self.is_spent = True
            experience.has_not_come(HANGING_UP)
        else:
            experience.has_come(HANGING_UP)
            self._takes_in(0)
            self._hangs_up(mouth, CLOSES)

    def _hangs_up(self, mouth: Mouth, how: str) -> None:
        self.model.leaves(mouth, politely=False)
        self._listeners.remove(mouth)
        with contextlib.suppress(OSError):
            mouth.sock.close() if how == CLOSES else reset(mouth.sock)

    def _half_closes(self, mouth: Mouth) -> None:
        self.model.leaves(mouth, politely=True)
        with contextlib.suppress(OSError):
            mouth.sock.shutdown(socket.SHUT_WR)

    def _waits_for_names(self, mouth: Mouth, act: Act) -> None:
        """Make sure, before somebody whispers, that those who have left are gone: right servers may take a moment."""
        target = act.data.removeprefix(b"PRIVATE:").partition(b":")[0].decode("utf-8", "replace").strip()
        if act.data.startswith(b"PRIVATE:") and target in self.model.listed:
            ask = Act(act.who, b"LIST_USERS\n")
            self._sends(mouth, ask.pieces)
            if self._hears_all():
                self._repeats(mouth, ask)

    def _repeats(self, mouth: Mouth, act: Act) -> None:
        """Do it again where the answer was good for a moment only."""
        if mouth not in self.model.again:
            return
        for _ in self._tries():
            self.model.again.discard(mouth)
            self._sends(mouth, [act.data], quietly=True)
            self._hears_all()
            if mouth not in self.model.again or self.wrong:
                return
        self.wrong = Wrong(Kind.STILL_THERE, mouth, mouth.heard[-1])

    def _tries(self) -> Iterator[None]:
        for seconds in AT_FIRST:
            time.sleep(seconds)
            yield
        yield from self.room.server.tries(self.beats)

    # Ends

    def _fences(self, mouths: Iterable[Mouth]) -> None:
        """Let `mouths` say something that is answered: what the server did for them before is done by then."""
        for mouth in mouths:
            if mouth.is_fenced and self.mouths.get(mouth.who) is mouth and self.step >= NAMES and not self.wrong:
                mouth.fences += 1
                self._sends(mouth, [f"{FENCE}\n".encode()], quietly=True)
        self._hears_all()

    def _fences_all(self) -> None:
        """Let everybody say something that is answered, as often as it takes."""
        for _ in range(FENCES):
            self._fences_each()

    def _fences_each(self) -> None:
        if self.step < NAMES:  # where an unknown command need not be answered
            for mouth in self.mouths.values():
                self._words += 1
                self._sends(mouth, [f"MESSAGE:{WORD} {self._words}\n".encode()], quietly=True)
            self._hears_all()
        for mouth in self.mouths.values():
            mouth.is_fenced = True
        self._fences(self.mouths.values())

    def _ends(self) -> None:
        """Make sure that nothing more comes, and send everyone home."""
        self._fences_all()
        self.model.settles()
        going = list(self.mouths.values())
        for mouth in going:
            self._leaves(mouth, HALF_CLOSES)
        self._is_hung_up_on(going, 1)
        self._hears_all()
        self._go_home()

    def _go_home(self) -> None:
        for mouth in self._listeners:
            mouth.sock.close()
            self.model.leaves(mouth, politely=False)
        self._listeners.clear()
        self.model.settles()

    def _is_hung_up_on(self, mouths: list[Mouth], beats: int) -> None:
        """Wait until the server has closed the connections of `mouths`, if it does."""
        end = time.monotonic() + SLICE
        while any(mouth.is_open for mouth in mouths) and time.monotonic() < end:
            self._takes_in(SLICE)
        for seconds in self.room.server.patience(beats) if any(mouth.is_open for mouth in mouths) else ():
            if not any(mouth.is_open for mouth in mouths):
                return
            self._takes_in(seconds)

    # Hearing

    def _hears_all(self) -> bool:
        """Take in what comes until nobody waits for anything; False if something is wrong."""
        end = time.monotonic() + SLICE
        while self._is_waiting() and time.monotonic() < end:
            self._takes_in(SLICE)
        while self._is_waiting() and self._hears_anything():
            pass
        self._takes_in(0)
        self.wrong = self.wrong or self._missing()
        return not self.wrong

    def _hears_anything(self) -> bool:
        """Take in what comes until nobody waits any more; False if nothing came for as long as one has patience."""
        before = self._lines_heard
        for seconds in self.room.server.patience(self.beats):
            end = time.monotonic() + seconds
            while self._is_waiting() and (left := end - time.monotonic()) > 0:
                self._takes_in(left)
            if not self._is_waiting() or self._lines_heard > before:
                return True
        return False

    def _is_waiting(self) -> bool:
        return not self.wrong and any(self.model.waits(mouth) for mouth in self._listeners)

    def _missing(self) -> Wrong | None:
        return next((self.model.misses(mouth) for mouth in self._listeners if self.model.waits(mouth)), None)

    def _takes_in(self, seconds: float) -> None:
        """Let everyone hear what has come; wait up to `seconds` for something."""
        by_sock = {mouth.sock: mouth for mouth in self._listeners if mouth.is_open}
        if not by_sock:
            time.sleep(seconds)
            return
        ready, _, _ = select.select(list(by_sock), [], [], seconds)
        for sock in ready:
            mouth = by_sock[sock]
            mouth.takes_in()
            self._judges(mouth)

    def _judges(self, mouth: Mouth) -> None:
        lines = mouth.news()
        for place, line in enumerate(lines, len(mouth.heard) - len(lines) + 1):
            self._lines_heard += 1
            if self.wrong:
                return
            self.wrong = self.model.hears(mouth, line)
            self._owed, self._place = (tuple(self.model.owes(mouth)), place) if self.wrong else ((), 0)
            self._puts_down(mouth, line)
        if mouth.closed:
            self.wrong = self.wrong or self.model.hangs_up(mouth)

    def _puts_down(self, mouth: Mouth, line: str) -> None:
        """Put down a line that was heard, but for the answer to what nobody wants to read about."""
        is_answer = mouth.fences > 0 and line.startswith("ERROR:")
        mouth.fences -= is_answer
        if self.wrong and WORD in line:
            self.minutes.remark("everyone", f"says something, as in {WORD} 1")
        if self.wrong or not (is_answer or WORD in line):
            self.minutes.line("server", mouth.who, line)

    def _stops(self, number: int) -> Finding:
        assert self.wrong
        self.wrong = self._hears_out(self.wrong)
        mouth = self.wrong.person
        last = mouth.heard[-1] if isinstance(mouth, Mouth) and mouth.heard else ""
        return Finding(self.wrong, number, self._owed, last)

    def _hears_out(self, wrong: Wrong) -> Wrong:
        """Return what is wrong once the line that should have come first has had its time: it may never come."""
        mouth = wrong.person
        if not isinstance(mouth, Mouth) or wrong.kind is not Kind.OUT_OF_TURN:
            return wrong
        for seconds in self.room.server.patience(self.beats):
            if not mouth.is_open or of_absence(wrong, self._owed, mouth.heard[self._place :]) is wrong:
                break
            mouth.listens(seconds)
        return of_absence(wrong, self._owed, mouth.heard[self._place :])


class Companies:
    """The companies that play in a room: before one server, and before a new one whenever something went wrong."""

    def __init__(self, room: Room) -> None:
        self.room = room
        self._company: Company | None = None
        self._is_spent = False
        self._played: list[Conversation] = []  # on the server that runs
        self._before: Conversation = ()  # what was played last on the server on which something went wrong

    def plays(self, conversation: Conversation, afresh: bool = False, beats: int = HUSH) -> Finding | Unmet | None:
        """Play a conversation; start a server first if it must be `afresh`, or if something went wrong before."""
        if self._company and (afresh or self._is_spent):
            self._ends(self._company)
        if not self._company:
            self._company = Company(self.room, len(self.room.exercise.ladder))
        self._company.beats = beats
        try:
            found: Finding | Unmet | None = self._company.plays(conversation)
        except Unmet as unmet:
            found = unmet
        self._is_spent = found is not None or self._company.is_spent
        if found:
            self._before = tuple(act for played in self._played[-LAST:] for act in and_all_leave(played))
        self._played.append(conversation)
        return found

    def waited(self) -> float:
        """Return for how many seconds the server that runs, and we, could have gone on and got no processor."""
        return this_thread_waited() + sum(kept_waiting(server.process.pid) for server in self.room.talk.servers)

    @property
    def minutes(self) -> Minutes:
        """What happened in the last conversation."""
        assert self._company, "nothing was played"
        return self._company.minutes

    def shrinks(
        self,
        conversation: Conversation,
        most: int,
        seconds: float = math.inf,
        is_enough: Callable[[], bool] = lambda: False,
    ) -> tuple[Conversation, Finding | Unmet] | None:
        """Return the shortest conversation that fails like this one on a server of its own, and how; or None.

        It is looked for in so many tries, and for so many seconds, unless it `is_enough` before.
        """
        end = time.monotonic() + seconds
        before = self._before
        kind = _kind(self.plays(conversation, afresh=True, beats=BEATS_OF_SHRINKING))
        takes_more = not kind and bool(before)
        if takes_more:  # it takes what was said earlier
            conversation = (*before, *conversation)
            kind = _kind(self.plays(conversation, afresh=True, beats=BEATS_OF_SHRINKING))

        def fails(candidate: Conversation) -> bool:
            if time.monotonic() > end or is_enough():
                return False
            return _kind(self.plays(candidate, takes_more, BEATS_OF_SHRINKING)) is kind

        shortest = conversation
        if kind:
            few = _of_few(conversation, self._company)
            shortest = shrunk(few if fails(few) else conversation, fails, most)
        tries = () if is_enough() else dict.fromkeys((shortest, conversation))
        return next(filter(None, map(self._surely, tries)), None)

    def _surely(self, conversation: Conversation) -> tuple[Conversation, Finding | Unmet] | None:
        """Return a conversation if it fails on a server of its own, and how."""
        found = self.plays(conversation, afresh=True, beats=HUSH)
        return (conversation, found) if found else None

    def close(self) -> None:
        """Send everyone home, and end the server."""
        if self._company:
            self._ends(self._company)

    def _ends(self, company: Company) -> None:
        company.close()
        for server in self.room.talk.servers:
            server.close()
        self.room.talk.servers.clear()
        self._company = None
        self._played.clear()


def _of_few(conversation: Conversation, company: Company | None) -> Conversation:
    """Return what two people did of a conversation: who heard what was wrong in it, and who acted last."""
    wrong = company.wrong if company else None
    two = {str(wrong.person) if wrong else "", conversation[-1].who}
    return tuple(act for act in conversation if act.who in two)


def _kind(found: Finding | Unmet | None) -> Kind | type[Unmet] | None:
    """Return what kind of failure it is."""
    return found.wrong.kind if isinstance(found, Finding) else type(found) if found else None


def first_failure(
    companies: Companies, conversations: Iterable[Conversation], seconds: float
) -> tuple[Conversation, Finding | Unmet] | None:
    """Play one conversation after the other, for as long as there is time; return the first that fails, and how.

    Where the machine is what is slow, there is more time: else a wrong program would pass because others were busy.
    """
    started, lost = time.monotonic(), 0.0
    for conversation in conversations:
        took = time.monotonic() - started
        is_over = took - lost > seconds and not companies.room.server.is_starved
        if is_over or took > MOST_EXTENSION * seconds:
            break
        waited = companies.waited()
        if found := companies.plays(conversation):
            return conversation, found
        lost += max(0.0, companies.waited() - waited)  # less, where another server was started meanwhile
    return None


def _is_before_leaving(who: str, later: Conversation) -> bool:
    """Tell whether the next thing that somebody does is to leave: then nothing comes between."""
    return any(act.leaves and not act.data for act in [act for act in later if act.who == who][:1])


def _who_says_more_than_a_name(conversation: Conversation) -> set[str]:
    """Return who says something after it joined; the others are left in peace, since that is what may go wrong."""
    return {act.who for act in conversation if act.data and not act.data.startswith((b"JOIN:", b"QUIT"))}
