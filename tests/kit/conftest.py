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
from grading.home.memory import SWITCH
from grading.process.launcher import Launcher
from grading.results.values import CheckResult

os.environ[SWITCH] = "off"  # no test may depend on what another one has graded
GOLDEN = Path(__file__).parent / "golden"
MOST_TAKE = 0.1  # seconds, of the tests that do not say how long they take


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden screens anew")
    parser.addoption("--shard", metavar="N/OF", type=shard, help="run one part of the tests, such as 1/3")


def shard(words: str) -> tuple[int, int]:
    """Read `1/3`: the first of three parts."""
    number, count = map(int, words.split("/"))
    if not 1 <= number <= count:
        raise ValueError(words)
    return number, count


def shards(items: list[pytest.Item], count: int) -> list[int]:
    """Return in which of `count` parts each test is, so that all parts take about as long.

    What takes long is dealt out first, each to the part that takes least so far. What can share what was prepared is
    in one part: all tests of a mutant, and all of a file that says so.
    """
    takes: dict[str, float] = {}
    for item in items:
        takes[_together(item)] = takes.get(_together(item), 0.0) + _seconds(item)
    parts, part_of = [0.0] * count, {}
    for group in sorted(takes, key=lambda group: -takes[group]):
        shortest = parts.index(min(parts))
        parts[shortest] += takes[group]
        part_of[group] = shortest + 1
    return [part_of[_together(item)] for item in items]


def _together(item: pytest.Item) -> str:
    mutant = item.callspec.params.get("mutant") if hasattr(item, "callspec") else None
    if item.get_closest_marker("together"):
        return item.nodeid.partition("::")[0]
    return mutant.name if mutant else item.nodeid


def _seconds(item: pytest.Item) -> float:
    mark = item.get_closest_marker("takes")
    return float(mark.args[0]) if mark else MOST_TAKE


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where one part is asked for, leave the others out."""
    if wanted := config.getoption("--shard"):
        number, count = wanted
        dealt = list(zip(items, shards(items, count), strict=True))
        config.hook.pytest_deselected(items=[item for item, shard in dealt if shard != number])
        items[:] = [item for item, shard in dealt if shard == number]


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
    plain = {
        **os.environ,
        "COLUMNS": "80",
        "NO_COLOR": "1",
        "PYTHONUTF8": "1",
        "CHAT_KIT_TYPED": "python",
        **environment,
    }
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
