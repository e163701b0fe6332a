"""Whoever judges all that people in a talk hear: each line must be explained by what somebody did."""

from __future__ import annotations

from dataclasses import dataclass

from grading.people.accusing import accused, of_absence, of_copy, what_asks_for
from grading.people.wording import times
from grading.protocol.forms import Form
from grading.protocol.model import Model
from grading.protocol.wrong import Kind, Wrong
from grading.results.events import CLOSE, HANGING_UP, LINE, SEGMENT, Event, Minutes
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.telling import diagnosis

# Where nobody can know what a server did, nothing is judged
SHAKEN = "threads are held up: who came first is what such a check finds out"
NOT_READING = "somebody stops reading: the server may hang up on them at any time"
TOO_MANY = "many come: what each of them hears is judged elsewhere, where there are few"
ENDED = "the server was ended: it may hang up on everybody"
AWAKE = ""
NOT_OPEN = "there is no server yet"


@dataclass(frozen=True)
class Accusation:
    """What was wrong first, with what its listener was to hear still, and where in the minutes it belongs."""

    wrong: Wrong
    owed: tuple[Form, ...]
    place: int


class Judge:
    """Feeds the model of the page with all that people do, and has it explain what they hear."""

    def __init__(self, minutes: Minutes) -> None:
        self.minutes = minutes
        self.accusation: Accusation | None = None
        self._after: list[str] = []  # what came after that to the same person
        self._asked: dict[object, str] = {}  # the line that somebody sent last
        self._last: dict[object, str] = {}  # the line that somebody heard before, and that is explained
        self._model: Model | None = None
        self._sleeps = NOT_OPEN

    @property
    def is_awake(self) -> bool:
        """Whether it judges what is heard."""
        return self._model is not None and not self.accusation

    @property
    def is_unsure(self) -> bool:
        """Whether what is wrong depends on what comes still: a line may be late, or never come."""
        return self.accusation is not None and self.accusation.wrong.kind is Kind.OUT_OF_TURN

    def begins_anew(self) -> None:
        """Another server is started: what people at an earlier one hear is not judged any more."""
        self._model = None
        self._sleeps = NOT_OPEN if self._sleeps == AWAKE else self._sleeps

    def wakes(self, step: int, joins: bool) -> None:
        """Judge by the page at a step from now on, unless something has spoken against that."""
        if self._model is None and self._sleeps == NOT_OPEN:
            self._model, self._sleeps = Model(step, joins), AWAKE

    def sleeps(self, reason: str) -> None:
        """Judge no more, as nobody can know what is right."""
        self._model, self._sleeps, self.accusation = None, reason, None

    # What people do

    def comes(self, person: object) -> None:
        """`person` is about to connect."""
        if self._model:
            self._model.comes(person)

    def sends(self, person: object, data: bytes) -> None:
        """`person` is about to send `data`."""
        if self._model and person in self._model.seats:
            self._model.sends(person, data)
            if not self.accusation:
                self._asked[person] = data.decode("utf-8", "replace").rstrip("\n").rpartition("\n")[2]

    def leaves(self, person: object, politely: bool) -> None:
        """`person` is about to end the connection; `politely`, if they go on listening."""
        if self._model and person in self._model.seats:
            self._model.leaves(person, politely)

    # What people hear

    def hears(self, person: object, line: str) -> None:
        """`person` hears `line`."""
        if self.accusation and self.accusation.wrong.person == person:
            self._after.append(line)
        if self._model and not self.accusation and person in self._model.seats:
            self._accuses(self._model, self._model.hears(person, line))
            if not self.accusation and line not in self._model.greetings.get(person, ()):
                self._last[person] = line

    def is_hung_up_on(self, person: object) -> None:
        """The server has ended the connection of `person`."""
        if self._model and not self.accusation and person in self._model.seats:
            self._accuses(self._model, self._model.hangs_up(person))

    def _accuses(self, model: Model, wrong: Wrong | None) -> None:
        if wrong:
            owed = tuple(model.owes(wrong.person))
            wrong = of_copy(wrong, owed, model.greetings.get(wrong.person, ()))
            self._after = []
            self.accusation = Accusation(wrong, owed, len(self.minutes.events))

    def failure(self) -> Unmet | None:
        """Put down what was wrong, and return how it is told; None if everything is explained."""
        if not self.accusation:
            return None
        wrong = of_absence(self.accusation.wrong, self.accusation.owed, self._after)
        place = self.accusation.place
        name = str(wrong.person)
        event = Event(LINE, "server", name, shown(wrong.line))
        if wrong.kind is Kind.HUNG_UP:
            event = Event(CLOSE, "server", name, HANGING_UP[CLOSE])
        if event not in self.minutes.events[place : place + 1]:  # where a check has put it down itself
            self.minutes.events.insert(place, event)
        del self.minutes.events[place + 1 :]
        before = Event(LINE, "server", name, shown(wrong.first))
        if wrong.kind is Kind.TOO_LATE and before not in self.minutes.events:  # the check had not come to it yet
            self.minutes.events.insert(place, before)
        last = self._last.get(wrong.person, "") if wrong.kind is Kind.NOBODY_SAID else ""
        if wrong.kind is Kind.NO_REASON:
            self._draws_what_was_asked(name, self.accusation)
        unmet = accused(wrong, self.accusation.owed, last, self._asked.get(wrong.person, ""), self._names)
        count = 2 + self._after.count(wrong.line)
        if wrong.kind is Kind.AGAIN and self._model and count > len(self._model.seats) + 1:
            unmet.perhaps = diagnosis.of_endless_copies(name, times(count))
        if unmet.cause is diagnosis.NOT_SPLIT and shown(last) not in {event.data for event in self.minutes.events}:
            self.minutes.events.insert(place, Event(LINE, "server", name, shown(last)))
        return unmet

    @property
    def _names(self) -> list[str]:
        """The names of all who ever came, also those by which they may be known."""
        seats = self._model.seats if self._model else {}
        return [name for person, seat in seats.items() for name in (str(person), *seat.names)]

    def _draws_what_was_asked(self, name: str, accusation: Accusation) -> None:
        """Put down the command that is answered by an ERROR, where a check has sent it without a word."""
        asked = self._asked.get(accusation.wrong.person, "")
        event = Event(SEGMENT, name, "server", f"{shown(asked)}\n")
        if asked and asked.partition(":")[0] == what_asks_for(accusation.owed) and event not in self.minutes.events:
            self.minutes.events.insert(accusation.place, event)
