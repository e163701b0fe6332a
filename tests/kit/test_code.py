"""The code is clean, on every system."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

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


@pytest.mark.takes(9)
@pytest.mark.parametrize("platform", ["linux", "darwin", "win32"])
def test_mypy_has_nothing_to_say(platform: str) -> None:
    assert complaints("mypy", "--cache-dir", f".mypy_cache/{platform}", "--platform", platform, *PROGRAMS) == ""


@pytest.mark.takes(20)
def test_mypy_has_nothing_to_say_about_the_tests() -> None:
    assert complaints("mypy", "--cache-dir", ".mypy_cache/tests", "--platform", "linux", *TESTS) == ""


def pins(path: Path, pattern: str) -> dict[str, str]:
    return dict(re.findall(pattern, path.read_text("utf-8"), re.MULTILINE))


def test_who_reads_a_commit_has_the_versions_of_the_tests() -> None:
    exact = pins(KIT / "tests" / "kit" / "requirements.txt", r"^([a-z]+)==([\d.]+)$")
    hooks = pins(KIT / ".pre-commit-config.yaml", r"/(?:mirrors-)?([a-z]+)(?:-pre-commit)?\n +rev: v([\d.]+)$")
    assert hooks == {tool: exact[tool] for tool in ("ruff", "mypy")}


def test_who_reads_a_commit_reads_what_the_tests_read() -> None:
    hooks = re.findall(r"^ +args: \[(.*)\]$", (KIT / ".pre-commit-config.yaml").read_text("utf-8"), re.MULTILINE)
    assert [hook.replace('"', "").split(", ") for hook in hooks] == [PROGRAMS, TESTS]


def test_every_tool_of_the_tests_has_an_exact_version() -> None:
    lines = (KIT / "tests" / "kit" / "requirements.txt").read_text("utf-8").splitlines()
    assert [line for line in lines if line and not line.startswith("#") and "==" not in line] == []


def test_mypy_finds_the_same_packages_in_a_commit() -> None:
    files = [
        KIT / "requirements.txt",
        KIT / "solution" / "requirements.txt",
        KIT / "tests" / "kit" / "requirements.txt",
        KIT / "grading" / "pages" / "requirements.txt",
    ]
    lines = [line for file in files for line in file.read_text("utf-8").splitlines() if line and line[0] != "#"]
    hooks = re.findall(r"^ {10}- (\S+)$", (KIT / ".pre-commit-config.yaml").read_text("utf-8"), re.MULTILINE)
    assert sorted(hooks) == sorted(line for line in lines if not line.startswith(("mypy", "ruff")))
