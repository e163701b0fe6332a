"""Who hears what in a talk, on a server: whether all comes that is written there, and nothing else."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Protocol

from grading.protocol.conversations import HALF_CLOSES, Act
from grading.protocol.forms import STAMP
from grading.protocol.model import NAMES, Model
from grading.rehearsal.reading import NOTHING, Talk
from grading.rehearsal.servers import Server

ANY_TIME = " [HH:MM:SS]"  # in a talk: whatever the time is
ANY_ERROR = "ERROR"
Said = tuple[int, str, str]  # the number of what was done, who hears then, and what


@dataclass(frozen=True)
class Heard:
    """A line that somebody heard."""

    who: str
    line: str
    is_sure: bool = True  # every server that does what the page says sends it


@dataclass(frozen=True)
class Miss:
    """Where a talk and a server part: somebody was to hear something, and heard something else."""

    number: int  # of the line of the talk; 0: after its end
    who: str
    wanted: str
    got: str  # empty: nothing


class Stage(Protocol):
    """A server, imagined or not, before which a talk is played."""

    def does(self, act: Act) -> Iterable[Heard]:
        """Do this; return what everybody hears of it."""


def first_miss(talk: Talk, stage: Stage, left_open: set[int] | None = None) -> Miss | None:
    """Return where a talk and a server part first; None if everybody hears just what is written.

    The lines of the talk that were heard, and need not be, are added to those that are `left_open`.
    """
    unread: dict[str, deque[Heard]] = {step.who: deque() for step in talk}
    for step in talk:
        if step.act:
            unread[step.who] = deque(heard for heard in unread[step.who] if heard.is_sure)
            for heard in stage.does(step.act):
                taken = step.joins and heard.who == step.who and heard.line == f"JOINED:{step.who}"
                unread.setdefault(heard.who, deque()).append(Heard(heard.who, heard.line, heard.is_sure and not taken))
        elif miss := _missed(step.number, step.hears, step.who, unread[step.who], left_open):
            return miss
    listeners = dict.fromkeys(step.who for step in talk if step.hears)
    misses = (_missed(0, NOTHING, who, unread[who]) for who in listeners)
    return next(filter(None, misses), None)


def _missed(number: int, wanted: str, who: str, unread: deque[Heard], left_open: set[int] | None = None) -> Miss | None:
    if wanted == NOTHING:
        surplus = next((heard.line for heard in unread if heard.is_sure), "")
        unread.clear()
        return Miss(number, who, NOTHING, surplus) if surplus else None
    while unread and not unread[0].is_sure and not fits(wanted, unread[0].line):
        unread.popleft()
    if not unread:
        return Miss(number, who, wanted, "")
    heard = unread.popleft()
    if not fits(wanted, heard.line):
        return Miss(number, who, wanted, heard.line)
    if left_open is not None and not heard.is_sure and not wanted.startswith("JOINED:"):
        left_open.add(number)
    return None


def fits(wanted: str, line: str) -> bool:
    """Tell whether a line is the one that a talk asks for: the words of an error and the time are left open."""
    if wanted == ANY_ERROR or wanted.startswith(f"{ANY_ERROR}:"):
        return line.startswith(f"{ANY_ERROR}:")
    return wanted.strip() == line.strip() or _timeless(wanted) == _timeless(line).strip()


def _timeless(line: str) -> str:
    return STAMP.sub(ANY_TIME, line, count=1) if STAMP.search(line) else line


class OnThePage:
    """A right server that knows of each line whether the page asks for it."""

    def __init__(self, step: int) -> None:
        self.left_open: set[Said] = set()  # what it said, and need not have
        self._server = Server(step)
        self._model = Model(step, joins=step >= NAMES)
        self._done = 0

    def does(self, act: Act) -> list[Heard]:
        """Do this; return what everybody hears of it."""
        self._done += 1
        if act.who not in self._model.seats or self._model.seats[act.who].left:
            self._model.comes(act.who)
        for piece in act.pieces:
            self._model.sends(act.who, piece)
        if act.leaves:
            self._model.leaves(act.who, politely=act.leaves == HALF_CLOSES)
        heard = [Heard(who, line, self._is_sure(who, line)) for who, line in self._server.does(act)]
        self._model.settles()  # nobody does anything before all of it is heard
        self.left_open |= {(self._done, one.who, one.line) for one in heard if not one.is_sure}
        return heard

    def _is_sure(self, who: str, line: str) -> bool:
        is_owed = any(form.fits(line) for form in self._model.owes(who))
        wrong = self._model.hears(who, line)
        return is_owed and not wrong


class Imagined:
    """A server that has a mistake, perhaps; what a right one may say as well, and need not, may come from it or not."""

    def __init__(self, server: Server, left_open: Collection[Said] = ()) -> None:
        self._server, self._left_open = server, left_open
        self._done = 0

    def does(self, act: Act) -> list[Heard]:
        """Do this; return what everybody hears of it."""
        self._done += 1
        said = self._server.does(act)
        return [Heard(who, line, (self._done, who, line) not in self._left_open) for who, line in said]
