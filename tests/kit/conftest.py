"""What the kit's own tests share."""

from __future__ import annotations

import os
import subprocess
import sys
import zlib
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


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="write the golden screens anew")
    parser.addoption("--shard", metavar="N/OF", type=shard, help="run one part of the tests, such as 1/3")


def shard(words: str) -> tuple[int, int]:
    """Read `1/3`: the first of three parts."""
    number, count = map(int, words.split("/"))
    if not 1 <= number <= count:
        raise ValueError(words)
    return number, count


def shard_of(item: pytest.Item, count: int) -> int:
    """Return in which of `count` parts a test is: the same one on every machine, and one for all tests of a mutant."""
    mutant = item.callspec.params.get("mutant") if hasattr(item, "callspec") else None
    return zlib.crc32((mutant.name if mutant else item.nodeid).encode()) % count + 1


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where one part is asked for, leave the others out."""
    if wanted := config.getoption("--shard"):
        number, count = wanted
        others = [item for item in items if shard_of(item, count) != number]
        items[:] = [item for item in items if shard_of(item, count) == number]
        config.hook.pytest_deselected(items=others)


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
