"""The page of a class: what is wrong, how often, why, whom to talk to and what to teach next."""

from __future__ import annotations

import base64
import hashlib
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from markupsafe import Markup

from grading.pages import charts
from grading.pages.checks import evidence_of, rows
from grading.pages.figures import FEWEST, Share, kuder_richardson, wilson
from grading.pages.gathering import FAIL, PASS, UNSURE, UNTRIED, WAITS, Gathering, Student, Tally
from grading.pages.grouping import Group, grouped
from grading.pages.reading import Section, heading_of, idea_of, section_for
from grading.pages.rendering import TEMPLATES, drawing, rendered
from grading.results.causes import Place
from grading.results.values import FAILED, CheckResult, Grade
from grading.telling.story import tell

DRAWN_BYTES = 700_000  # of drawings in a page; the smallest groups have none where there are more
DRAWN_LINES = 12  # of a drawing
OWN_LINES = 8  # of the students' code, that a group shows at once
MOST_LINES = 40  # that it shows at all
MOST_TREES = 8
BRANCHES = 3  # checks, from which on a cause has a tree
LONGEST_HEAD = 34  # characters above a column
LEAVES = 14  # checks below one cause
TALKS = 10  # people to talk to
DRAWN = ((FAIL, "f"), (UNSURE, "e"), (WAITS, "w"), (UNTRIED, "u"))


@dataclass(frozen=True)
class OwnLine:
    """A line that somebody wrote, at which it went wrong."""

    name: str
    place: Place


@dataclass(frozen=True)
class Card:
    """What the page shows of a group."""

    group: Group
    anchor: str
    share: Share  # of all who were graded
    lost: float  # points, on average, for this reason
    lines: tuple[OwnLine, ...]
    facts: tuple[tuple[str, str], ...]
    hint: str
    section: Section | None
    drawing: Markup = Markup("")

    @property
    def told(self) -> CheckResult:
        """The failure whose story is shown."""
        return self.group.example.told

    @property
    def has_a_tree(self) -> bool:
        """Whether several people fail so many checks for this one reason that one wants to see which."""
        return self.group.size > 1 and len(self.group.lost) >= BRANCHES


def page(
    exercise: str,
    graded: Iterable[tuple[str, Grade]],
    others: Sequence[tuple[str, str]] = (),
    names: Mapping[str, str] = {},
    called: Mapping[str, str] = {},
) -> str:
    """Return the page of a class: a pure function of the grades, of why `others` have none, and of people's names.

    `names` are shown, for those who have one, and what they are `called` is not.
    """
    gathering = Gathering(names, called)
    for who, grade in graded:
        gathering.adds(who, grade)
    script = (TEMPLATES / "class.js").read_text("utf-8")
    return rendered(
        "class.html",
        title=heading_of(exercise),
        others=sorted((names.get(who, who), why) for who, why in others),
        are_pseudonyms=bool(names),
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        fewest=FEWEST,
        shown=OWN_LINES,
        **_Class(gathering).shown(),
    )


class _Class:
    """All that the page shows of a class."""

    def __init__(self, gathering: Gathering) -> None:
        self.students = gathering.students
        self.tallies = list(gathering.tallies.values())
        self.sure = [one for one in self.students if one.is_sure]
        self.worth = {id: tally.check.max_points for id, tally in gathering.tallies.items()}
        failing = [one.failing for one in self.students if one.failing]
        self.groups = grouped(one for one in failing if one.told.outcome == FAILED)

    def shown(self) -> dict[str, object]:
        cards, checked = self._cards(), rows(self.tallies, self.sure)
        return {
            "students": self._in_order(),
            "sure": self.sure,
            "unsure": sorted((one for one in self.students if not one.is_sure), key=lambda one: one.name),
            "passes": wilson(sum(one.passes for one in self.sure), len(self.sure)),
            "most": max((one.max_points for one in self.students), default=0),
            "quarters": self._quarters(),
            "agreement": kuder_richardson([[letter == PASS for letter in one.outcomes] for one in self.sure]),
            "cards": [card for card in cards if card.group.size > 1],
            "alone": [card for card in cards if card.group.size == 1],
            "next": cards[:3],
            "reading": cards[0].section or idea_of(cards[0].told.exercise) if cards else None,
            "talks": self._talks(cards),
            "trees": [self._tree(card) for card in cards if card.has_a_tree][:MOST_TREES],
            "rows": checked,
            "evidence": evidence_of(self.tallies),
            "histogram": self._histogram(),
            "heads": self._heads(),
            "cells": lambda outcomes: charts.cells(outcomes, DRAWN),
            "columns": len(self.tallies),
        }

    def _in_order(self) -> list[Student]:
        """Return everybody so that those who fail alike stand together: by their group, and in it by their points."""
        place = {member.who: n for n, group in enumerate(self.groups) for member in group.members}
        return sorted(self.students, key=lambda one: (place.get(one.name, -1), -one.points, one.name))

    def _quarters(self) -> list[float]:
        points = [one.points for one in self.sure]
        if len(points) < 2:
            return [float(sum(points))] * 3
        return statistics.quantiles(points, n=4, method="inclusive")

    def _histogram(self) -> Markup:
        if len(self.sure) < FEWEST:
            return Markup("")
        return charts.histogram([one.points for one in self.sure], max(one.max_points for one in self.sure))

    def _heads(self) -> Markup:
        names = [tally.check.name.replace("_", " ")[:LONGEST_HEAD] for tally in self.tallies]
        places = [(tally.check.exercise, tally.check.role) for tally in self.tallies]
        firsts = {n for n, place in enumerate(places) if not n or places[n - 1] != place}
        return charts.heads(names, firsts)

    # Groups

    def _cards(self) -> list[Card]:
        cards = [self._card(number, group) for number, group in enumerate(self.groups, 1)]
        left, drawn = DRAWN_BYTES, []
        for number, card in enumerate(cards, 1):
            title = f"Group {number}: {card.group.name}"
            picture = drawing(card.told, title, DRAWN_LINES) if left > 0 else Markup("")
            left -= len(picture.encode())
            drawn.append(replace(card, drawing=picture))
        return drawn

    def _card(self, number: int, group: Group) -> Card:
        facts = dict(tell(group.example.told).facts)
        hint = facts.pop("hint", "")
        lost = sum(self.worth[id] * count for id, count in group.lost.items()) / group.size
        share = wilson(group.size, len(self.students))
        section = section_for(group.example.told)
        section = section if section and section.is_idea else None
        return Card(group, f"group-{number}", share, lost, _own_lines(group), tuple(facts.items()), hint, section)

    def _tree(self, card: Card) -> tuple[Card, list[tuple[str, list[tuple[Tally, int]]]], int]:
        """Return a cause, the checks that most of a group fail for it by exercise, and how many others there are."""
        lost = card.group.lost
        common = [tally for tally in self.tallies if lost[tally.check.id] * 2 >= card.group.size]
        leaves = [(tally, lost[tally.check.id]) for tally in common[:LEAVES]]
        branches = [(key, list(own)) for key, own in groupby(leaves, key=lambda leaf: leaf[0].check.exercise)]
        return card, branches, len(lost) - len(leaves)

    def _talks(self, cards: Sequence[Card]) -> list[tuple[Student, Card | None]]:
        """Return those who have fewest points, with the group that they stand in."""
        of = {member.who: card for card in cards for member in card.group.members}
        behind = sorted((one for one in self.sure if not one.passes), key=lambda one: (one.points, one.name))
        return [(one, of.get(one.name)) for one in behind[:TALKS]]


def _own_lines(group: Group) -> tuple[OwnLine, ...]:
    """Return the lines at which it went wrong, of as many members as are shown."""
    placed = ((one, one.told.cause.place) for one in group.members if one.told.cause)
    return tuple(OwnLine(one.who, place) for one, place in placed if place and place.code)[:MOST_LINES]
