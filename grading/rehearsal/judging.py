"""What a talk is worth: whether it holds on the page, and which mistakes it notices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from grading.rehearsal.hearing import Imagined, Miss, OnThePage, first_miss
from grading.rehearsal.mistakes import Mistaken, mistakes_of
from grading.rehearsal.reading import Talk


@dataclass(frozen=True)
class Worth:
    """How many mistakes of a step a talk notices, and of which kinds those are that it does not."""

    noticed: int
    of: int
    missed: tuple[tuple[str, int], ...]  # kinds, and how many of each; those of which most are missed first


def on_the_page(talk: Talk, step: int) -> Miss | None:
    """Return where a talk says something else than the page; None if it holds before every right server."""
    return first_miss(talk, OnThePage(step))


def worth(talk: Talk, step: int) -> Worth:
    """Return which mistakes of a step a talk notices that holds."""
    mistakes = mistakes_of(step)
    missed = [mistake for mistake in mistakes if not notices(talk, step, mistake)]
    kinds = Counter(mistake.kind for mistake in missed)
    return Worth(len(mistakes) - len(missed), len(mistakes), tuple(kinds.most_common()))


def notices(talk: Talk, step: int, mistake: type[Mistaken]) -> bool:
    """Tell whether a talk notices a mistake."""
    return first_miss(talk, Imagined(mistake(step))) is not None
