"""Hostile and broken submissions are survived: the verdict is right, no harm is done, nothing stays."""

from __future__ import annotations

import sys

import pytest

from grading.cli.gaps import gaps
from grading.course import KIT
from tests.kit.hostile.cases import VERDICTS, cases
from tests.kit.hostile.rows import LOADING, SIDE_BY_SIDE, Row, rows

FEWEST = 60
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="what they try is there on Linux only")
BESIDE_OTHERS = 4  # at a time, while other tests run


def told(row: Row) -> str:
    return f"{row.case.name}: {'; '.join(row.wrong)}"


def not_survived(names: list[str], side_by_side: int = SIDE_BY_SIDE) -> list[str]:
    missing = gaps()
    found = [row for row in rows(names, side_by_side) if not row.case.needs & missing]
    return [told(row) for row in found if not row.is_survived and not row.is_undecided]


@pytest.mark.takes(105)
@on_linux
def test_hostile_and_broken_submissions_are_survived() -> None:
    assert not_survived([case.name for case in cases() if case.name not in LOADING], BESIDE_OTHERS) == []


def test_each_says_what_it_tries_and_what_must_be_true() -> None:
    assert len(cases()) >= FEWEST
    for case in cases():
        assert case.tries.endswith("."), case.name
        assert case.verdict in VERDICTS, case.name


def test_the_page_for_instructors_says_how_many_there_are() -> None:
    assert f"with {len(cases())} hostile or broken submissions" in (KIT / "README.md").read_text("utf-8")
