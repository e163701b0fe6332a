"""Hostile and broken submissions are survived: the verdict is right, no harm is done, nothing stays."""

from __future__ import annotations

import sys

import pytest

from grading.cli.gaps import gaps
from grading.course import KIT
from tests.kit.hostile.cases import VERDICTS, cases
from tests.kit.hostile.rows import Row, rows

FEWEST = 60


def told(row: Row) -> str:
    return f"{row.case.name}: {'; '.join(row.wrong)}"


@pytest.mark.loads_the_machine
@pytest.mark.skipif(sys.platform != "linux", reason="what they try is there on Linux only")
def test_hostile_and_broken_submissions_are_survived() -> None:
    missing = gaps()
    found = [row for row in rows([]) if not row.case.needs & missing]
    assert [told(row) for row in found if not row.is_survived and not row.is_undecided] == []


def test_each_says_what_it_tries_and_what_must_be_true() -> None:
    assert len(cases()) >= FEWEST
    for case in cases():
        assert case.tries.endswith("."), case.name
        assert case.verdict in VERDICTS, case.name


def test_the_page_for_instructors_says_how_many_there_are() -> None:
    assert f"with {len(cases())} hostile or broken submissions" in (KIT / "README.md").read_text("utf-8")
