"""The code is clean, on every system."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grading.course import KIT

PROGRAMS = ["grader.py", "grading", "solution", "tests/kit/killing.py"]  # what runs anywhere
TESTS = ["--explicit-package-bases", "tests", "--exclude", "tests/kit/(variants|bench/servers)/"]  # programs as found


def complaints(*command: str) -> str:
    done = subprocess.run([sys.executable, "-m", *command], cwd=KIT, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr if done.returncode else ""


@pytest.mark.parametrize("words", [("check",), ("format", "--check")], ids=" ".join)
def test_ruff_has_nothing_to_say(words: tuple[str, ...]) -> None:
    assert complaints("ruff", *words, ".") == ""


@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_mypy_has_nothing_to_say(platform: str) -> None:
    assert complaints("mypy", "--platform", platform, *PROGRAMS) == ""


def test_mypy_has_nothing_to_say_about_the_tests() -> None:
    assert complaints("mypy", "--platform", "linux", *TESTS) == ""
