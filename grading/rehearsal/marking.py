"""Where a talk that was handed in is judged: in thought, before right servers and wrong ones. No program runs."""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Callable, Collection
from dataclasses import dataclass
from fractions import Fraction

from grading.course import TALK, Exercise
from grading.process.production import Production
from grading.process.program import Program
from grading.rehearsal.hearing import Miss
from grading.rehearsal.judging import LONGEST, Worth, on_the_page, told, worth
from grading.rehearsal.reading import is_comment, lines_of, read_talk
from grading.results.causes import Cause, Place
from grading.results.events import Minutes
from grading.results.unmet import Unmet
from grading.wire.scene import Misunderstood

NAME_DIGITS = 16  # of a digest


@dataclass(frozen=True)
class Judged:
    """What there is to know about a talk."""

    lines: tuple[str, ...]
    trouble: Misunderstood | None = None  # why it cannot be read
    miss: Miss | None = None  # where it says something else than the page
    worth: Worth = Worth(0, 0, ())

    def place(self, number: int) -> Place | None:
        """Return where a line of it stands; None where none is meant."""
        return Place(TALK.program, number, code=self.lines[number - 1].strip()[:LONGEST]) if number else None


class Rehearsal:
    """The venue of the checks of a talk. The same talk comes to the same end on every machine, however busy it is."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        self.minutes = Minutes()
        self.programs: list[Program] = []
        self._production, self._judge = production, _judge(exercise)

    @property
    def _judged(self) -> Judged:
        return self._production.once(self._judge)

    def can_be_read(self) -> None:
        """Fail where a line means nothing, or nobody listens."""
        if error := self._judged.trouble:
            place = self._judged.place(error.line)
            sentence = (
                _quoted(place) if place else "A talk is a short text file, with a line for each thing that happens."
            )
            raise Unmet("a talk that can be read", str(error), Cause("talk-unreadable", sentence, place))

    def is_none_of(self, digests: Collection[str]) -> None:
        """Fail where it is a talk with one of these digests: it was handed out."""
        if digest(self._judged.lines) in digests:
            cause = Cause("talk-handed-out", "Comments do not count.")
            raise Unmet("a talk of your own", "talk.txt, as it was handed out", cause)

    def holds(self) -> None:
        """Fail where it says something else than the page."""
        if miss := self._judged.miss:
            place = self._judged.place(miss.number)
            sentence = _quoted(place) if place else f"What {miss.who} hears after the last line counts as well."
            cause = Cause("talk-not-true", sentence, place)
            raise Unmet("every server that does what the page says to pass the talk", told(miss), cause)

    def notices(self, share: Fraction) -> None:
        """Fail where it does not hold, or notices a smaller share of the mistakes of the step."""
        self.holds()
        found = self._judged.worth
        least = math.ceil(found.of * share)
        if found.noticed < least:
            cause = Cause("talk-notices-little", f"It does not notice yet: {found.kinds()}.")
            raise Unmet(f"at least {least} of {found.of} mistakes to be noticed", f"{found.noticed} are", cause)

    def adds_up(self) -> None:
        """Nothing is left over: no program took part."""

    def close(self) -> None:
        """Nothing runs."""


@functools.cache
def _judge(exercise: Exercise) -> Callable[[Production], Judged]:
    """Return who judges the talk of an exercise, always the same one."""

    def judges(production: Production) -> Judged:
        lines: tuple[str, ...] = ()
        try:
            lines = tuple(lines_of(production.submission.read(TALK.program)))
            talk = read_talk(lines, exercise.dialect.joins is True)
        except Misunderstood as error:
            return Judged(lines, error)
        step = len(exercise.ladder)
        miss = on_the_page(talk, step)
        return Judged(lines, None, miss, Worth(0, 0, ()) if miss else worth(talk, step))

    return judges


def digest(lines: Collection[str]) -> str:
    """Return a digest of a talk; comments and what surrounds a line do not count."""
    said = [line.strip() for line in lines if not is_comment(line.strip())]
    return hashlib.sha256("\n".join(said).encode("utf-8", "replace")).hexdigest()[:NAME_DIGITS]


def _quoted(place: Place) -> str:
    return f"{place.file}:{place.line}: {place.code}"
