"""The challenges: what is handed out starts and passes what is finished, and the reference and its like pass all."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grading.course import ADVANCED, CHALLENGES, KIT
from grading.process.launcher import Launcher
from grading.skeletons import all_files, finished, handed_out
from grading.suite import collect
from tests.kit.killing import run, submission

VARIANTS = KIT / "tests" / "kit" / "variants"  # right programs unlike ours, each in a folder CHALLENGE/NAME
each_challenge = pytest.mark.parametrize("challenge", CHALLENGES)


def failures(work: Path, exercise: str, launcher: Launcher, ids: list[str] | None = None) -> list[str]:
    results = run(work, exercise, launcher, ids or ())
    return [f"{r.id}: expected {r.expected}, got {r.got}, {r.because}" for r in results if not r.is_fine]


def own(challenge: str) -> list[str]:
    """Return the ids of the checks that only this challenge has."""
    return [check.id for check in collect(CHALLENGES[challenge]) if check.exercise.name == challenge]


def of_advanced() -> list[str]:
    """Return the ids of the checks of `advanced` itself: those that find out whether the chat still works."""
    return [check.id for check in collect(ADVANCED) if check.exercise is ADVANCED]


def test_what_is_handed_out_is_what_the_solution_renders_to() -> None:
    differing = [str(path) for path, text in all_files().items() if path.read_text("utf-8") != text]
    assert differing == []


@each_challenge
def test_the_reference_of_a_challenge_passes_advanced_and_its_own_checks(challenge: str, launcher: Launcher) -> None:
    with tempfile.TemporaryDirectory() as folder:
        ids = [*of_advanced(), *own(challenge)]
        assert failures(submission(finished(challenge), folder), challenge, launcher, ids) == []


@each_challenge
def test_a_skeleton_passes_advanced_and_fails_each_check_of_its_own(challenge: str, launcher: Launcher) -> None:
    ids = [*of_advanced(), *own(challenge)]
    results = run(KIT / "steps" / challenge, challenge, launcher, ids)
    assert sorted(result.id for result in results if not result.is_fine) == sorted(own(challenge))
    assert any("# TODO: " in text for text in handed_out(challenge).values())


@pytest.mark.parametrize(
    "variant", sorted(VARIANTS.glob("bonus/*/*/")), ids=lambda path: f"{path.parent.name}-{path.name}"
)
def test_a_fair_variant_of_a_challenge_passes_it(variant: Path, launcher: Launcher) -> None:
    challenge = variant.parent.relative_to(VARIANTS).as_posix()
    files = {path.name: path.read_text("utf-8") for path in variant.glob("*.py")}
    given = {name: text for name, text in finished(challenge).items() if "/" in name or name == "chat_client.py"}
    with tempfile.TemporaryDirectory() as folder:
        assert failures(submission({**given, **files}, folder), challenge, launcher, own(challenge)) == []


@each_challenge
def test_mypy_has_nothing_to_say_about_a_challenge(challenge: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = submission(finished(challenge), folder)
        names = [path.name for path in work.glob("*.py")]
        cache = KIT / ".mypy_cache" / "linux"  # where what Python itself has was read before
        settings = ["--config-file", str(KIT / "pyproject.toml"), "--cache-dir", str(cache), "--platform", "linux"]
        read = [sys.executable, "-m", "mypy", *settings, *names]
        done = subprocess.run(read, cwd=work, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, f"Success: no issues found in {len(names)} source files\n")


def test_each_challenge_says_what_it_needs_exactly_where_it_needs_something() -> None:
    for challenge in CHALLENGES.values():
        assert challenge.pages
        assert (challenge.pages / "requirements.txt").is_file() == bool(challenge.needs)
