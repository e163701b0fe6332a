"""What a page needs of a class, taken from one grade after another, so that never all of them are held at once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grading.pages.grouping import Failing, failing
from grading.results.events import SILENCE
from grading.results.values import ERROR, FAILED, PASSED, CheckResult, Grade
from grading.telling.hints import kind

PASS, FAIL, UNSURE, WAITS, UNTRIED = "pfewu"  # what became of a check, a letter each
PROVED, SEEN, SILENT_TWICE, SILENT, UNDECIDED = range(5)  # on what a verdict rests, the surest first
WORD = re.compile(r"[^\W_]+")
SHORTEST = 3  # letters of a name that can be told from any word


@dataclass(frozen=True)
class Student:
    """What one person came to."""

    name: str  # as the page shows it
    points: int
    max_points: int
    outcomes: str  # a letter for each check
    failing: Failing | None

    @property
    def is_sure(self) -> bool:
        """Whether the points are a grade."""
        return UNSURE not in self.outcomes

    @property
    def passes(self) -> bool:
        """Whether nothing speaks against the work."""
        return not set(self.outcomes) & {FAIL, UNSURE, WAITS}


@dataclass
class Tally:
    """What is known of one check over the class."""

    check: CheckResult  # not run
    seconds: list[float] = field(default_factory=list)
    repeated: int = 0
    late: int = 0  # those who passed it when it was run once more
    evidence: Counter[int] = field(default_factory=Counter)  # of verdicts that it fails


class Gathering:
    """A class in the making."""

    def __init__(self, names: Mapping[str, str], called: Mapping[str, str] = {}) -> None:
        self._names = names  # as the page shows people, by who they are
        self._called = called  # what it must not show, by who they are
        self.students: list[Student] = []
        self.tallies: dict[str, Tally] = {}

    def adds(self, who: str, grade: Grade) -> None:
        """Take in somebody's grade."""
        shown = self._names.get(who, who)
        found = failing(shown, grade)
        if found and shown != who:
            found = replace(found, told=masked(found.told, who, shown, self._called.get(who, "")))
        outcomes = "".join(map(outcome, grade.checks))
        self.students.append(Student(shown, grade.points, grade.max_points, outcomes, found))
        for check in grade.checks:
            self._tallies(check)

    def _tallies(self, check: CheckResult) -> None:
        tally = self.tallies.get(check.id)
        if not tally:
            tally = self.tallies[check.id] = Tally(replace(check, events=(), cause=None, expected="", got=""))
        if outcome(check) in (PASS, FAIL, UNSURE):
            tally.seconds.append(check.circumstances.seconds)
            tally.repeated += check.circumstances.repeated
            tally.late += check.circumstances.repeated and check.outcome == PASSED
        if outcome(check) in (FAIL, UNSURE):
            tally.evidence[evidence(check)] += 1


def outcome(check: CheckResult) -> str:
    """Return what became of a check, as a letter."""
    if check.outcome in (PASSED, FAILED, ERROR):
        return {PASSED: PASS, FAILED: FAIL, ERROR: UNSURE}[check.outcome]
    return UNTRIED if check.is_untried else WAITS


def evidence(check: CheckResult) -> int:
    """Return on what it rests that a check fails."""
    if check.outcome == ERROR:
        return UNDECIDED
    if check.cause and kind(check.cause).is_certain:
        return PROVED
    if not any(event.kind == SILENCE for event in check.events):
        return SEEN
    return SILENT_TWICE if check.circumstances.repeated else SILENT


def masked(check: CheckResult, who: str, shown: str, name: str = "") -> CheckResult:
    """Return a failure in which who it is, and the whole name, are replaced wherever the program, or its text, says it.

    A first name alone is not: it may be that of one of the people in the talks.
    """
    words = WORD.findall(name)
    turned = [words[i:] + words[:i] for i in range(len(words))] if len(words) > 1 else []
    forms = [re.escape(who)] * (len(who) >= SHORTEST) + [r"[\W_]*".join(map(re.escape, one)) for one in turned]
    if not forms:
        return check
    called = re.compile(rf"(?<![^\W_])(?:{'|'.join(forms)})(?![^\W_])", re.IGNORECASE)

    def mask(text: str) -> str:
        return called.sub(lambda _: shown, text)

    cause = check.cause
    if cause:
        place = cause.place
        if place:
            place = replace(place, file=mask(place.file), function=mask(place.function), code=mask(place.code))
        cause = replace(cause, sentence=mask(cause.sentence), place=place)
    events = tuple(replace(event, data=mask(event.data)) for event in check.events)
    return replace(check, expected=mask(check.expected), got=mask(check.got), cause=cause, events=events)
