"""What a talk is worth: whether it holds on the page, and which mistakes it notices."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from grading.rehearsal.hearing import Imagined, Miss, OnThePage, Said, first_miss
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


@dataclass(frozen=True)
class Held:
    """A talk, held against the page of a step."""

    talk: Talk  # what of it every right server does
    miss: Miss | None = None  # where it says something else than the page
    left_open: tuple[int, ...] = ()  # lines of it that a right server may say, and need not
    may_be_said: frozenset[Said] = frozenset()  # what a right server says then, and need not


def held(talk: Talk, step: int) -> Held:
    """Hold a talk against the page."""
    page, left_open = OnThePage(step), set[int]()
    miss = first_miss(talk, page, left_open)
    whole = tuple(one for one in talk if one.number not in left_open)
    return Held(whole, miss, tuple(sorted(left_open)), frozenset(page.left_open))


def on_the_page(talk: Talk, step: int) -> Miss | None:
    """Return where a talk says something else than the page; None if it holds before every right server."""
    return held(talk, step).miss


def told(miss: Miss) -> str:
    """Return where a talk and the page part, in a sentence."""
    where = f"line {miss.number}" if miss.number else "at its end"
    got = f"{miss.who} hears {_short(miss.got)}" if miss.got else f"{miss.who} hears nothing then"
    if not miss.number:
        return f"{where}: {got} as well. Who hears anything in a talk hears all that is written, and no more."
    if miss.wanted == NOTHING:
        return f"{where}: {got}, which the talk does not mention."
    return f"{where}: {got}, not {_short(miss.wanted)}."


def _short(line: str) -> str:
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def worth(talk: Talk, step: int) -> Worth:
    """Return which mistakes of a step a talk notices that holds; what the page leaves open counts for nothing."""
    on_page, mistakes = held(talk, step), mistakes_of(step)
    missed = [mistake for mistake in mistakes if not _notices(on_page, step, mistake)]
    kinds = Counter(mistake.kind for mistake in missed)
    return Worth(len(mistakes) - len(missed), len(mistakes), tuple(kinds.most_common()))


def notices(talk: Talk, step: int, mistake: type[Mistaken]) -> bool:
    """Tell whether a talk notices a mistake."""
    return _notices(held(talk, step), step, mistake)


def _notices(on_page: Held, step: int, mistake: type[Mistaken]) -> bool:
    return first_miss(on_page.talk, Imagined(mistake(step), on_page.may_be_said)) is not None
