"""Play a talk before a student's own server, for real."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace

from grading.people.accusing import accused
from grading.people.playing import WORD, Company, Finding, Mouth
from grading.people.room import Room
from grading.process.evidence import why
from grading.process.production import Production
from grading.protocol.conversations import Act, Conversation
from grading.protocol.model import NAMES, Model
from grading.protocol.wrong import Wrong
from grading.rehearsal.hearing import Heard, first_miss
from grading.rehearsal.reading import Talk
from grading.results.events import Event
from grading.results.unmet import Unmet
from grading.results.values import FAILED, PASSED, CheckResult


@dataclass(frozen=True)
class Played:
    """How a talk went before a server."""

    result: CheckResult
    line: int = 0  # of the talk, at which something was wrong
    is_noticed: bool = True  # by what the talk itself says, not only by the page


def play(talk: Talk, production: Production, title: str) -> Played:
    """Play a talk before the server of a submission; the page judges all that anybody hears, and so does the talk."""
    exercise = production.exercise
    room = Room(production, exercise)
    role = exercise.roles[0]
    result = CheckResult(exercise.name, role.name, role.program, "talk", title, "", 0, PASSED)
    try:
        return _plays(talk, room, result)
    except Unmet as unmet:
        return Played(_failed(result, room, unmet, room.minutes.events))
    finally:
        room.close()


def _plays(talk: Talk, room: Room, result: CheckResult) -> Played:
    step = len(room.exercise.ladder)
    room.opens()
    listening = _Listening(step, room.joins)
    company = _Careful(room, step, model=listening)
    try:
        found = company.plays(tuple(step.act for step in talk if step.act))
    finally:
        company.close()
    if not found:
        return Played(replace(result, events=tuple(company.minutes.events)))
    acts = [step for step in talk if step.act]
    unmet = accused(found.wrong, found.owed, found.last)
    failed = _failed(result, room, unmet, company.minutes.events)
    noticed = first_miss(talk, _AllAtOnce(listening.heard)) is not None
    return Played(failed, acts[found.played - 1].number, noticed)


def _failed(result: CheckResult, room: Room, unmet: Unmet, events: Iterable[Event]) -> CheckResult:
    cause = unmet.cause or (why(room.server, unmet.missing) if room.talk.servers else None) or unmet.perhaps
    failed = replace(result, outcome=FAILED, expected=unmet.expected, got=unmet.got, cause=cause)
    return replace(failed, events=tuple(events))


class _Careful(Company):
    """A company in which the server is known to count in whoever has come, before anybody does anything else."""

    def plays(self, conversation: Conversation) -> Finding | None:
        self._later = deque(conversation)
        return super().plays(conversation)

    def _plays(self, act: Act, is_fenced: bool) -> None:
        self._later.popleft()
        after = next((one for one in self._later if one.who == act.who), None)
        is_going = act.leaves or (after and after.leaves and not after.data)
        super()._plays(act, is_fenced or not is_going)
        if self.step < NAMES and not act.data and not act.leaves and not self.wrong:
            self._fences_all()


class _Listening(Model):
    """The page, which keeps what everybody has heard."""

    def __init__(self, step: int, joins: bool) -> None:
        super().__init__(step, joins)
        self.heard: list[Heard] = []

    def hears(self, person: object, line: str) -> Wrong | None:
        is_owed = any(form.fits(line) for form in self.owes(person))
        wrong = super().hears(person, line)
        if not (isinstance(person, Mouth) and _is_for_us(person, line)):
            self.heard.append(Heard(str(person), line, is_owed or wrong is not None))
        return wrong


def _is_for_us(person: Mouth, line: str) -> bool:
    """Tell whether a line answers what was asked only to be sure that all has come."""
    return WORD in line or (person.fences > 0 and line.startswith("ERROR:"))


class _AllAtOnce:
    """What was heard, whoever did something then."""

    def __init__(self, heard: list[Heard]) -> None:
        self._heard = heard

    def does(self, act: Act) -> list[Heard]:
        """Return all that everybody heard, the first time."""
        heard, self._heard = self._heard, []
        return heard
