"""The classes that are measured: no two submissions are the same, and most of each round is not hostile."""

from __future__ import annotations

from pathlib import Path

from grading.course import EXERCISES
from grading.klass.intake import arrived
from tests.kit import class_bench
from tests.kit.class_bench import HOSTILE, ROUND, Measured
from tests.kit.seeded_class import STEP


def test_all_kinds_are_mixed_and_no_two_submissions_are_the_same(tmp_path: Path) -> None:
    fair = class_bench.people(tmp_path, ROUND + 5)
    assert len(fair) == ROUND + 5 - 2 * HOSTILE
    found = arrived(tmp_path, None, EXERCISES[STEP]).arrivals
    assert len({one.submission.digest for one in found if one.submission}) == ROUND + 5


def test_speed_is_of_checks_and_cost_of_submissions() -> None:
    assert Measured(count=4, seconds=8.0, checks=16).speed == 2.0
    assert Measured(count=4, seconds=8.0, checks=16).each == 2.0
