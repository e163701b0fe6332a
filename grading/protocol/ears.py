"""The ears of one listener: which lines are to come, which may come, and in which order.

What one connection caused comes in the order in which it was caused: that is a lane. Lines of different lanes come in
any order. Where a line may belong to more than one lane, all readings are kept until one is left: nobody is accused who
may be right.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from grading.protocol.forms import Form

Lane = tuple[Hashable, ...]  # what comes in it, and who caused it
Numbers = dict[Lane, int]  # in each lane: the number of the last promise that was kept
Places = frozenset[tuple[Lane, int]]  # the same, as a key
ANYTIME = "anytime"  # a lane for one promise alone
MOST_READINGS = 64  # beyond that, some of each kind; a right server then still finds its own among them


@dataclass(eq=False, slots=True)
class Promise:
    """A line that will come, if it is needed, or may come."""

    lane: Lane
    number: int  # promises of a lane are kept in the order of their numbers
    cause: Any  # the connection that caused it
    form: Form
    needed: bool
    room: str | None = None  # in which it is to be heard; None: everywhere
    passing: bool = False  # good for a moment only: the same may be asked again
    off: bool = False  # a rival was kept: this one is not to come any more
    loose: bool = False  # it was needed once, and is not any more
    past: bool = False  # kept, or skipped, for certain
    heard: bool = False  # a line was heard that kept it, or another one like it
    outcome: Callable[[], None] | None = None  # to be called once it was kept, for certain
    rivals: Sequence[Promise] = ()  # of these and this, one comes
    follow: Sequence[Promise] = ()  # what is needed, too, once this one was kept
    falls: Sequence[Promise] = ()  # what does not come either, once a rival was kept
    kind: Hashable = field(init=False)  # what comes in its lane

    def __post_init__(self) -> None:
        self.kind = self.lane[0]

    def loosens(self) -> None:
        """Let it come or not."""
        self.needed, self.loose = False, True
        self.follow = ()


class Ears:
    """What one listener is to hear."""

    def __init__(self) -> None:
        self.lanes: dict[Lane, list[Promise]] = {}
        self.anytime: list[Promise] = []
        self._readings: list[Places] = [frozenset()]

    def expect(self, promise: Promise) -> Promise:
        """Take in a promise, at its place in its lane."""
        lane = self.lanes.setdefault(promise.lane, [])
        at = len(lane)
        while at and lane[at - 1].number > promise.number:
            at -= 1
        lane.insert(at, promise)
        return promise

    def bear(self, promise: Promise) -> None:
        """Let a line come at any time, once: it has no turn."""
        if promise.lane[0] != ANYTIME:
            promise.lane = (ANYTIME, *promise.lane, promise.number)
        self.anytime.append(promise)

    def hear(self, line: str) -> list[Promise]:
        """Return the promises that `line` may keep; none if nothing explains it, and then it counts as not heard."""
        kept: dict[int, Promise] = {}
        following: dict[Places, None] = {}

        def asks(promise: Promise) -> bool:
            return promise.form.fits(line)

        fits = functools.cache(asks) if len(self._readings) > 1 else asks  # each is asked once
        for places in self._readings:
            at = dict(places)
            for promise in self._kept_by(fits, at):
                kept[id(promise)] = promise
                following[frozenset({**at, promise.lane: promise.number}.items())] = None
        if following:
            self._readings = list(following)
            if len(following) > MOST_READINGS:
                self._readings = self._some_of_each_kind(following)
            self._tidy()
        return list(kept.values())

    def owed(self) -> list[Promise]:
        """Return what has to come still, in the reading that leaves the least of it."""
        return min((list(self._left(dict(places))) for places in self._readings), key=len)

    def in_doubt(self) -> list[Promise]:
        """Return what may have to come still, since one of the readings leaves it."""
        return max((list(self._left(dict(places))) for places in self._readings), key=len)

    @property
    def owes_nothing(self) -> bool:
        """Whether nothing has to come any more in one of the readings."""
        return not self.lanes or any(not any(self._left(dict(places))) for places in self._readings)

    def is_past(self, promise: Promise) -> bool:
        """Tell whether a promise was kept, or can come no more."""
        return promise.past or all(dict(places).get(promise.lane, 0) >= promise.number for places in self._readings)

    def ahead(self, line: str) -> tuple[Promise, Promise] | None:
        """Return the promise that `line` would keep if it was its turn, and the one that comes first."""
        for places in self._readings:
            at = dict(places)
            for name, lane in self.lanes.items():
                before = [promise for promise in lane if promise.number > at.get(name, 0) and not promise.off]
                for promise in before:
                    if promise.form.fits(line):
                        return promise, next(earlier for earlier in before if earlier.needed)
        return None

    def all(self) -> Iterator[Promise]:
        """Yield every promise that was not tidied away."""
        for lane in [*self.lanes.values(), self.anytime]:
            yield from lane

    def may_be(self, kind: str, line: str) -> bool:
        """Tell whether a line may be one of a kind."""
        lanes = (lane for name, lane in self.lanes.items() if name[0] == kind)
        promises = itertools.chain((one for one in self.anytime if one.kind == kind), *lanes)
        return any(not one.off and one.form.fits(line) for one in promises)

    def drop(self, kind: str, before: int) -> None:
        """Let nothing more of a kind come that was promised `before`, and need not come."""
        self.anytime = [one for one in self.anytime if one.kind != kind or one.number >= before]
        for name, lane in self.lanes.items():
            if name[0] == kind:
                for promise in lane:
                    promise.off = promise.off or (promise.number < before and not promise.needed)

    def loosen_first(self, kind: str) -> None:
        """Let the first line of each lane of a kind come or not."""
        for name, lane in self.lanes.items():
            if name[0] == kind:
                for promise in itertools.islice((one for one in lane if one.needed), 1):
                    promise.loosens()

    def forget(self) -> None:
        """Let nothing more come of what was promised."""
        self.lanes.clear()
        self.anytime.clear()
        self._readings = [frozenset()]

    def _kept_by(self, fits: Callable[[Promise], bool], at: Numbers) -> list[Promise]:
        """Return what a line may keep: what has its turn, or else what has none, or would be heard before its turn."""
        found, has_its_turn = [], False
        for name, lane in self.lanes.items():
            done = at.get(name, 0)
            is_first = True  # none of this lane is skipped for it
            for promise in lane:
                if promise.number > done and not promise.off:
                    if fits(promise):
                        found.append(promise)
                        has_its_turn = has_its_turn or is_first
                    is_first = False
                    if promise.needed:
                        break
        if not has_its_turn:
            borne = (one for one in self.anytime if one.lane not in at and not one.off and fits(one))
            found += itertools.islice(borne, 1)
        return found

    def _some_of_each_kind(self, readings: Iterable[Places]) -> list[Places]:
        """Return as many readings as are kept: of one kind are those that agree where something has to come still."""
        lanes = {name for name, lane in self.lanes.items() if any(one.needed and not one.off for one in lane)}
        kinds: dict[Places, list[Places]] = {}
        for places in sorted(readings, key=lambda places: sum(1 for _ in self._left(dict(places)))):
            kinds.setdefault(frozenset(place for place in places if place[0] in lanes), []).append(places)
        in_turn = itertools.chain.from_iterable(itertools.zip_longest(*kinds.values()))
        return list(itertools.islice(filter(None, in_turn), MOST_READINGS))

    def _left(self, at: Numbers) -> Iterator[Promise]:
        """Yield what has to come still."""
        for name, lane in self.lanes.items():
            done = at.get(name, 0)
            for promise in lane:
                if promise.needed and not promise.off and promise.number > done:
                    yield promise

    def _tidy(self) -> None:
        """Drop what is behind us in every reading."""
        if len(self._readings) > 1:
            return
        at = dict(self._readings[0])
        for one in [one for one in self.anytime if one.lane in at]:
            self.anytime.remove(one)
            one.past = True
        for name in list(at):
            lane = self.lanes.get(name, [])
            while lane and lane[0].number <= at[name]:
                lane.pop(0).past = True
            if not lane:
                self.lanes.pop(name, None)
                del at[name]
        self._readings = [frozenset(at.items())]
