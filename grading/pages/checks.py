"""What a class tells about the checks: who fails them, which of them to doubt, and how sure their verdicts are."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from grading.pages import charts
from grading.pages.figures import FEWEST, Share, item_rest, wilson
from grading.pages.gathering import FAIL, PASS, PROVED, SEEN, SILENT, SILENT_TWICE, UNDECIDED, Student, Tally

OFTEN = 0.05  # share of those who pass it in a second run only, from which on a check is in doubt
SLOW_SECONDS, SLOWER = 5.0, 3.0  # on average; than the usual check
WEAK = 0.1  # correlation with the rest, below which a check tells little
SEVERAL = 5  # people who fail it, from which on that is no accident
RESTS_ON = {  # what it rests on that a check did not pass
    PROVED: "What came, or an exception, proves the mistake",
    SEEN: "Something came that is wrong",
    SILENT_TWICE: "Something did not come, and again did not",
    SILENT: "Something did not come",
    UNDECIDED: "Nobody can tell: no points are lost, and it is to be graded again",
}


@dataclass(frozen=True)
class Row:
    """What the page shows of a check."""

    tally: Tally
    share: Share  # that fail it, of those with whom it was made
    correlation: float | None  # with the points of all others
    usual: float  # seconds of the usual check

    @property
    def repeated(self) -> float:
        """The share of runs that were made once more."""
        return self.tally.repeated / len(self.tally.seconds) if self.tally.seconds else 0.0

    @property
    def seconds(self) -> float:
        """How long it takes on average."""
        return statistics.fmean(self.tally.seconds) if self.tally.seconds else 0.0

    @property
    def is_never_failed(self) -> bool:
        """Whether all pass it: it tells nothing about this class."""
        return bool(self.share.of) and not self.share.count

    @property
    def interval(self) -> Markup:
        """The share and its interval, drawn."""
        return charts.interval(self.share)

    @property
    def doubts(self) -> list[str]:
        """Why it may be a bad check."""
        return [*self._doubts_about_what_it_tells(), *self._doubts_about_how_it_runs()]

    def _doubts_about_what_it_tells(self) -> Iterator[str]:
        if self.share.count == self.share.of >= FEWEST:
            yield "everybody fails it"
        if self.correlation is not None and self.correlation < WEAK and self.share.count >= SEVERAL:
            yield "those who pass it have no more points elsewhere"

    def _doubts_about_how_it_runs(self) -> Iterator[str]:
        won = self.share.of - self.share.count
        if won and self.tally.late / won >= OFTEN:
            yield f"{self.tally.late} of {won} passed it in a second run only"
        if unsure := self.tally.evidence[UNDECIDED]:
            yield f"undecided {unsure} time{'s' * (unsure != 1)}"
        if self.seconds > max(SLOW_SECONDS, SLOWER * self.usual):
            yield f"slow: {self.seconds:.1f} s on average"


def rows(tallies: Sequence[Tally], sure: Sequence[Student]) -> list[Row]:
    """Return what the page shows of each check; the outcomes of those with a `sure` grade are in the same order."""
    usual = statistics.median([one for tally in tallies for one in tally.seconds] or [0.0])
    return [_row(number, tally, sure, usual) for number, tally in enumerate(tallies)]


def _row(number: int, tally: Tally, sure: Sequence[Student], usual: float) -> Row:
    made = [one for one in sure if one.outcomes[number : number + 1] in (PASS, FAIL)]
    passed = [one.outcomes[number] == PASS for one in made]
    worth = tally.check.max_points
    rest = [one.points - worth * won for one, won in zip(made, passed, strict=True)]
    return Row(tally, wilson(passed.count(False), len(made)), item_rest(passed, rest), usual)


def evidence_of(tallies: Sequence[Tally]) -> list[tuple[str, Share]]:
    """Return on what verdicts rest, the surest first, and how many do."""
    counts = [sum(tally.evidence[what] for tally in tallies) for what in RESTS_ON]
    return [(words, wilson(count, sum(counts))) for words, count in zip(RESTS_ON.values(), counts, strict=True)]
