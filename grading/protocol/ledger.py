"""What may be on its way to whom: the deeds of people, and the promises to those who are to hear of them."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Collection, Iterable

from grading.protocol.ears import Promise
from grading.protocol.forms import Exactly, Form, Refusal, Users
from grading.protocol.seats import OUT, Deed, Person, Places, Seat
from grading.protocol.tolerated import Tolerated

REPLAYED, OWN_NEWS, ERRORS, LATE = "replayed", "own news", "errors", "late"  # lanes of their own
KEPT = 60  # messages of each room
REMEMBERED = 500  # deeds, to explain a line by


class Ledger:
    """Who is where, what each line caused, and who has to hear of it still."""

    def __init__(self, step: int, joins: bool = True, strict: Collection[Tolerated] = ()) -> None:
        self.step = step
        self.joins = joins or step > 1  # whether one must join to be heard; only step 1 knows servers without
        self.strict = strict  # points that are not left open, for once
        self.seats: dict[Person, Seat] = {}
        self.greetings: dict[Person, list[str]] = {}  # what people heard that can have been a greeting
        self.again: set[Person] = set()  # whose last answer is good for a moment only: the same may be asked again
        self.lingering: set[str] = set()  # the names of those who left, until they are known to be free
        self.listed: set[str] = set()  # those of them that may still stand in the list of users
        self._number = 0
        self._deeds: deque[Deed] = deque(maxlen=REMEMBERED)
        self._behind_quit: deque[str] = deque(maxlen=REMEMBERED)  # the arguments of what does not count
        self._too_long: deque[tuple[Person, str]] = deque(maxlen=REMEMBERED)  # lines that are to be refused
        self._flying: list[Deed] = []  # that may still reach somebody who comes now
        self._late: list[Deed] = []  # of those who left: the server may not have come to them yet
        self._said: dict[str | None, deque[Deed]] = {}  # in each room
        self._batch, self._speakers, self._mixed = 0, set[Seat](), set[int]()
        self._batched: deque[Deed] = deque()
        self._lists: deque[Users] = deque(maxlen=KEPT)

    def allows(self, point: Tolerated) -> bool:
        """Tell whether a point is left open."""
        return point not in self.strict

    def _next(self) -> int:
        self._number += 1
        return self._number

    def _does(self, seat: Seat, form: Form, rooms: Places | None, sure: bool) -> Deed:
        deed = Deed(self._next(), seat, form, rooms, sure)
        self._deeds.append(deed)
        self._flying.append(deed)
        if len(self._flying) % REMEMBERED == 0:
            self._lands()
        return deed

    def _lands(self) -> None:
        self._flying = [deed for deed in self._flying if not deed.is_done]

    def _tells(self, deed: Deed, to: Seat, needed: bool, room: str | None = None, lane: str = "") -> Promise:
        needed = needed and to.reads
        promise = Promise((lane, deed.seat), deed.number, deed.seat, deed.form, needed, room)
        deed.promises[to] = promise
        return to.ears.expect(promise)

    def _refuses(self, seat: Seat, needed: bool) -> Promise:
        needed = needed and not seat.may_have_left
        return self._tells(self._does(seat, Refusal(), frozenset(), needed), seat, needed, lane=ERRORS)

    def _or_is_refused(
        self, answer: Promise, seat: Seat, outcome: Callable[[], None] | None = None, passing: bool = False
    ) -> None:
        """Instead of the answer, an ERROR may come."""
        refusal = self._refuses(seat, needed=False)
        refusal.outcome, refusal.passing = outcome, passing
        answer.rivals, refusal.rivals = [refusal], [answer]

    def _announces(self, seat: Seat, line: str, needed: bool) -> Deed:
        """Tell `line` to everyone who takes part; `seat` itself may hear it."""
        deed = self._does(seat, Exactly(line), None, needed)
        for other in list(self.seats.values()):
            if other is seat:
                if self.allows(Tolerated.OWN_ARRIVAL):
                    other.ears.bear(Promise((OWN_NEWS, seat), deed.number, seat, deed.form, needed=False))
            elif other.may_be_in and other.is_open:
                self._tells(deed, other, needed and other.is_in and not other.left)
        return deed

    def _replays(self, seat: Seat, room: str, needed: bool, most: int, in_order: bool) -> list[Promise]:
        """Let `seat` hear what was said in `room`: the last ones must come, if `needed`. Return those."""
        told = self._last_of(room, most)
        mixed = any(deed.batch in self._mixed for deed, _ in told)
        promises = []
        for deed, is_sure in told:
            lane = (REPLAYED, deed.seat if mixed else seat)
            promise = Promise(lane, self._next(), seat, deed.form, needed and is_sure)
            if in_order:
                seat.ears.expect(promise)
                deed.replayed.add(seat)
            else:
                seat.ears.bear(promise)
            promises += [promise] * is_sure
        return promises

    def _last_of(self, room: str, most: int) -> list[tuple[Deed, bool]]:
        """Return what may be among the last messages of a room, each with whether it is, for certain."""
        told: list[tuple[Deed, bool]] = []
        said = list(self._said.get(room, ()))
        earlier, sure_after = AtOnce(said), AtOnce()
        for after, deed in enumerate(reversed(said)):
            is_mixed = deed.batch in self._mixed
            earlier.drops(deed)
            before = earlier.with_others(deed) if is_mixed else 0
            surely_after = sure_after.count - (sure_after.with_others(deed) if is_mixed else 0)
            is_sure = deed.sure and deed.is_done
            if surely_after < most:
                told.append((deed, is_sure and after + before < most))
            elif not is_mixed:
                break
            if is_sure:
                sure_after.adds(deed)
        return told[::-1]

    def _keeps(self, deed: Deed) -> None:
        """Keep a message for those who come later."""
        for room in (deed.rooms or frozenset()) - {OUT}:
            self._said.setdefault(room, deque(maxlen=KEPT)).append(deed)
        for seat in self.seats.values():  # whoever is about to hear the history may hear it without its first message
            if seat.proven <= seat.moved:
                seat.ears.loosen_first(REPLAYED)
        self._puts_into_batch(deed)

    def _puts_into_batch(self, deed: Deed) -> None:
        """Find out which messages may have come to the server in another order."""
        if self._speakers != {deed.seat}:
            while self._batched and self._batched[0].is_done:
                self._batched.popleft()
            if not self._batched:
                self._batch += 1
                self._speakers = set()
        self._speakers.add(deed.seat)
        self._batched.append(deed)
        deed.batch = self._batch
        if len(self._speakers) > 1:
            self._mixed.add(self._batch)

    def _moves(self, seat: Seat, here: Places, number: int) -> None:
        """`seat` is somewhere else from now on: what is on its way may reach it there, and need not where it was."""
        seat.been = seat.places
        seat.here, seat.moved = here, number
        for promise in seat.ears.all():
            if promise.cause is not seat and (OUT in here or (promise.room and here != {promise.room})):
                promise.loosens()
        self._lands()
        if here == {OUT} or not seat.is_open:
            return
        for deed in self._flying + self._late:
            is_heard = deed.rooms is None or deed.rooms & here
            if is_heard and deed in self._late:
                seat.ears.bear(Promise((LATE, deed.seat), deed.number, deed.seat, deed.form, needed=False))
            elif is_heard and deed.seat is not seat and seat not in deed.promises:
                self._tells(deed, seat, needed=False)


class AtOnce:
    """Some messages: how many of them came at once with another, so that nobody knows which was the first?"""

    def __init__(self, deeds: Iterable[Deed] = ()) -> None:
        self.count = 0
        self._in_batch: Counter[int] = Counter()
        self._by_speaker: Counter[tuple[int, Seat]] = Counter()
        for deed in deeds:
            self.adds(deed)

    def adds(self, deed: Deed, times: int = 1) -> None:
        """Count one more."""
        self.count += times
        self._in_batch[deed.batch] += times
        self._by_speaker[deed.batch, deed.seat] += times

    def drops(self, deed: Deed) -> None:
        """Count one of them no more."""
        self.adds(deed, times=-1)

    def with_others(self, deed: Deed) -> int:
        """Return how many of them, by other speakers, may have come before `deed` or after it."""
        return self._in_batch[deed.batch] - self._by_speaker[deed.batch, deed.seat]
