"""Races, lost on purpose: a scene is played again and again, each time with threads held up at another line."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, Protocol

from grading.process import reports
from grading.process.patience import SHAKING_SECONDS
from grading.process.production import Production
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.system.machine import is_crowded
from grading.system.processes import standing_still
from grading.telling import stacks
from grading.telling.hints import kind

ALL = 1_000_000_000  # lines apart: more than there are
HELD = "One thread stood still before this line while others went on."
ALL_HELD = "Threads stood still before these lines while others went on."
HASTE = 4  # times as long counts a schedule of a program that never rests: who is held does not know when to go on
LINE = "{file}:{line}: {code}"
REPEATS = 4  # of a scene in which nobody is held up, or of the schedule that was asked for

Scene = Callable[[int], Iterator[None]]
Look = Callable[[], None]


class Place(Protocol):
    """Where a program runs whose threads are held up: a room, or a desk."""

    production: Production
    is_in_turmoil: bool  # people do all at once what they do

    @property
    def programs(self) -> list[Program]:
        """The student's programs that took part, the latest one last."""


def shake(
    room: Place,
    scene: Scene,
    apart: tuple[int, ...] = (ALL,),
    unlike: bool = False,
    meanwhile: Look | None = None,
    then: Callable[[], None] | None = None,
) -> None:
    """Play `scene` again and again, each time with a thread of the program held up at another line; fail if one fails.

    A scene prepares itself, yields, lets people do what they do, yields again, and looks what came of it. A thread
    that is held goes on when all others have come to rest. Where many threads are busy, one may be held at each of
    several lines in the same schedule: lines so many `apart`. One of two such lines may hide what goes wrong at the
    other; with a second number, no two lines share each of their schedules. Where what goes wrong most likely lies
    where the threads do `unlike` things, the lines to which several of them come are tried last: who notes under the
    lock whether a name is free, and acts on it later, passes the same lines either way. What must be true at each
    moment, `meanwhile` looks at, while one is held: then even a program with a single thread is tried. What somebody
    does only `then`, while one is held, never comes too early. The program must have been started with `shaken=True`.
    """
    schedules = Schedules(room, scene, unlike, meanwhile, then)
    for schedules.apart in apart:
        for turn in schedules:
            schedules.play(turn)


class Schedules:
    """The turns, one a schedule, in which threads are held before the lines to which the program came so far.

    A place is the number that the stage gives to such a line. Its turn is what is left when that is divided by how far
    `apart` the lines of one schedule are. The turn None holds nobody.
    """

    apart = ALL

    def __init__(
        self, room: Place, scene: Scene, unlike: bool, meanwhile: Look | None, then: Callable[[], None] | None
    ) -> None:
        self.room = room
        self.scene = scene
        self.unlike = unlike
        self.meanwhile = meanwhile
        self.then = then
        self._places: dict[int, int] = {}  # and how many threads came there at the most
        self._threads = 0  # that came to any of them
        self._seconds = 0.0  # that this took while the machine was calm, or the program itself made it busy
        self._numbers = itertools.count(1)

    def __iter__(self) -> Iterator[int | None]:
        seed = self.room.production.seed  # the turn that is asked for, if one is
        yield from [seed] * (REPEATS if seed is not None or not self._places else 0)
        tried: set[int] = set()
        least = 0 if self.meanwhile else 1
        while seed is None and self._threads > least and self._seconds < SHAKING_SECONDS:
            turn = next((turn for turn in self.turns() if turn not in tried), None)
            if turn is None:
                break
            tried.add(turn)
            yield turn

    def turns(self) -> Iterator[int]:
        """Yield the turns of the places to which the program came so far."""
        places = sorted(self._places, key=lambda place: self.unlike and self._places[place] > 1)
        return (place % self.apart for place in places)

    def play(self, turn: int | None) -> None:
        """Play the scene once, and hold threads up where it is the `turn` of a line; fail if something goes wrong."""
        began = time.monotonic()
        seen = Seen()
        try:
            scene = self.scene(next(self._numbers))
            next(scene)
            seen = self._at_once(scene, turn)
            if seen.unmet:
                raise seen.unmet
            next(scene, None)
        except Unmet as unmet:
            raise self._blamed(unmet, turn, seen.held) from None
        for place, threads in seen.places.items():
            self._places[place] = max(self._places.get(place, 0), threads)
        self._threads = max(self._threads, seen.threads)
        if not (is_crowded() and seen.rests):
            self._seconds += (time.monotonic() - began) * (1 if seen.rests else HASTE)

    @property
    def _program(self) -> Program:
        """The one whose threads are held up."""
        return self.room.programs[-1]

    def _at_once(self, scene: Iterator[None], turn: int | None) -> Seen:
        """Let people do all at once what they do in this scene, and return what the stage saw meanwhile."""
        program = self._program
        program.ask({"do": "shake", "turn": turn, "apart": self.apart})
        self.room.is_in_turmoil = True
        unmet = None
        try:
            with standing_still(program.process.pid):
                next(scene)
            if self.then:
                program.comes_to_rest()
                self.then()
            unmet = self._is_wrong_meanwhile()
        finally:
            self.room.is_in_turmoil = False
            seen = Seen.of(program.ask({"do": "settle"}))
        seen.unmet = unmet
        return seen

    def _is_wrong_meanwhile(self) -> Unmet | None:
        """Return what is wrong while all threads rest or are held, if anything is."""
        if self.meanwhile:
            self._program.comes_to_rest()
            try:
                self.meanwhile()
            except Unmet as unmet:
                return unmet
        return None

    def _blamed(self, unmet: Unmet, turn: int | None, held: list[str]) -> Unmet:
        """Return `unmet` as it is told where it takes threads that stand still before certain lines."""
        stands = unmet.cause or (stacks.told_locks(self._program.threads()) if unmet.late else None)
        if turn is None or not held:
            return Unmet(unmet.expected, unmet.got, stands, unmet.late, unmet.perhaps, unmet.missing)
        known = unmet.perhaps if kind(unmet.perhaps).is_certain else None
        perhaps = known or Cause("race", "\n".join([HELD if len(held) == 1 else ALL_HELD, *held]))
        got = f"{unmet.got} (again with --seed {turn})"
        return Unmet(unmet.expected, got, stands, unmet.late, perhaps, unmet.missing)


@dataclass
class Seen:
    """What the stage saw in one schedule, as far as it can be believed."""

    places: dict[int, int] = field(default_factory=dict)  # to which threads came, and how many
    threads: int = 0  # that came to any of them
    held: list[str] = field(default_factory=list)  # the lines before which threads stood still
    rests: bool = True  # whether all came to rest in the end
    unmet: Unmet | None = None  # what was wrong before these went on

    @classmethod
    def of(cls, answer: Any) -> Seen:
        """Return what the stage's `answer` says; nothing, where a program forged it or there is none."""
        try:
            places = {int(place): int(threads) for place, threads in answer["places"]}
            held = [LINE.format(**line)[: reports.LONGEST] for line in answer["held"][: reports.MOST_PLACES]]
            return cls(places, int(answer["threads"]), held, bool(answer["rests"]))
        except reports.NONSENSE:
            return cls()
