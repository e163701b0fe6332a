"""What takes all that the machine has to give: `grader.py kit` runs these tests last, one after the other."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grading.course import KIT
from tests.kit.hostile.cases import cases
from tests.kit.hostile.rows import LOADING
from tests.kit.test_hostile import not_survived, on_linux


@on_linux
def test_submissions_that_take_all_there_is_are_survived() -> None:
    assert {case.name for case in cases()}.issuperset(LOADING)
    assert not_survived(list(LOADING)) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no nice")
def test_a_right_program_passes_on_a_busy_machine_too() -> None:
    soak = [sys.executable, "-m", "tests.kit.soak", "--rounds", "1", "--only", "reference", "--nice", "9"]
    done = subprocess.run(soak, cwd=KIT, capture_output=True, text=True, check=False)
    assert done.stdout.rstrip().endswith(", 0 wrong verdicts"), done.stdout
