"""What the kit's own tests share."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from grading.course import KIT
from grading.process.launcher import Launcher
from grading.results.values import CheckResult

GOLDEN = Path(__file__).parent / "golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden screens anew")


@pytest.fixture(scope="session")
def launcher() -> Iterator[Launcher]:
    """One warm interpreter for all programs of a test run."""
    with Launcher() as launcher:
        yield launcher


def finding(id: str, *rest: Any, **more: Any) -> CheckResult:
    """Return what a check of the chat found out: title, hint and points, then whatever CheckResult knows."""
    exercise, role, name = id.split("/")
    return CheckResult(exercise, role, f"chat_{role}.py", name, *rest, **more)


def grader(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `python grader.py` as a person would, on a terminal of 80 columns without colours."""
    plain = {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1", **environment}
    command = [sys.executable, "grader.py", *arguments]
    return subprocess.run(command, cwd=KIT, env=plain, capture_output=True, encoding="utf-8", check=False)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """Compare a text with the one on file, or put it there."""

    def compare(name: str, text: str) -> None:
        path = GOLDEN / f"{name}.txt"
        if request.config.getoption("--update-golden"):
            path.write_text(text, "utf-8", newline="\n")
        assert text == path.read_text("utf-8")

    return compare
