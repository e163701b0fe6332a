"""The protocol page and the checks are one thing: no sentence without a check, no check without a sentence."""

from __future__ import annotations

import re

import pytest

from grading.course import EXERCISES, KIT
from grading.protocol.tolerated import Tolerated
from grading.suite import Check, collect

PAGE = (KIT / "steps" / "PROTOCOL.md").read_text("utf-8")
MARK = re.compile(r"<!--([^>]*)-->")
BINDING = ("Lines", "What is said", "Names", "Errors", "Rooms and history", "What the programs", "Bonus")  # sections
ITEM = re.compile(r"^(?:\* |\| (?:step|advanced|moderation|files)).*(?:\n  .*)*", re.MULTILINE)  # of a list or a table


CHECKS = {check.id: check for exercise in EXERCISES.values() for check in collect(exercise)}


def names() -> list[str]:
    """Return the names of the sentences, as they stand on the page."""
    return [name for mark in MARK.findall(PAGE) for name in mark.split()]


def items() -> list[str]:
    """Return what binds a program: each item of a list, and each row of a table."""
    sections = re.split(r"^## ", PAGE, flags=re.MULTILINE)
    return [item for section in sections if section.startswith(BINDING) for item in ITEM.findall(section)]


def test_every_item_of_the_page_has_a_name() -> None:
    assert len(items()) > 30
    assert [item for item in items() if not MARK.search(item)] == []


def test_no_name_stands_twice() -> None:
    assert len(set(names())) == len(names())


def test_every_sentence_has_a_check() -> None:
    looked_at = {name for check in CHECKS.values() for name in check.terms.rests}
    assert [name for name in names() if name not in looked_at] == []


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_every_check_rests_on_a_sentence_of_the_page(check: Check) -> None:
    assert check.terms.rests
    assert [name for name in check.terms.rests if name not in names()] == []


@pytest.mark.parametrize("point", Tolerated, ids=lambda point: point.name.lower())
def test_what_no_server_is_accused_of_stands_on_the_page(point: Tolerated) -> None:
    assert f"* {point.value}" in PAGE.replace("\n  ", " ")
