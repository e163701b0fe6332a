"""What a talk is worth: whether it holds on the page, and which mistakes it notices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from grading.rehearsal.hearing import Imagined, Miss, OnThePage, first_miss
from grading.rehearsal.mistakes import Mistaken, mistakes_of
from grading.rehearsal.reading import NOTHING, Talk

LONGEST = 60  # characters of a line that are shown


@dataclass(frozen=True)
class Worth:
    """How many mistakes of a step a talk notices, and of which kinds those are that it does not."""

    noticed: int
    of: int
    missed: tuple[tuple[str, int], ...]  # kinds, and how many of each; those of which most are missed first

    def kinds(self, most: int | None = None) -> str:
        """Return the kinds that it does not notice yet, so many at the most, as a sentence lists them."""
        named = [f"{kind} ({count})" for kind, count in self.missed]
        return ", ".join(named if most is None or len(named) <= most else [*named[:most], "more"])


def on_the_page(talk: Talk, step: int) -> Miss | None:
    """Return where a talk says something else than the page; None if it holds before every right server."""
    return first_miss(talk, OnThePage(step))


def told(miss: Miss) -> str:
    """Return where a talk and the page part, in a sentence."""
    where = f"line {miss.number}" if miss.number else "at its end"
    got = f"{miss.who} hears {_short(miss.got)}" if miss.got else f"{miss.who} hears nothing then"
    if not miss.is_sure:
        return f"{where}: a right server may say {_short(miss.got)} to {miss.who}, and need not."
    if not miss.number:
        return f"{where}: {got} as well. Who hears anything in a talk hears all that is written, and no more."
    if miss.wanted == NOTHING:
        return f"{where}: {got}, which the talk does not mention."
    return f"{where}: {got}, not {_short(miss.wanted)}."


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def worth(talk: Talk, step: int) -> Worth:
    """Return which mistakes of a step a talk notices that holds."""
    mistakes = mistakes_of(step)
    missed = [mistake for mistake in mistakes if not notices(talk, step, mistake)]
    kinds = Counter(mistake.kind for mistake in missed)
    return Worth(len(mistakes) - len(missed), len(mistakes), tuple(kinds.most_common()))


def notices(talk: Talk, step: int, mistake: type[Mistaken]) -> bool:
    """Tell whether a talk notices a mistake."""
    return first_miss(talk, Imagined(mistake(step))) is not None
