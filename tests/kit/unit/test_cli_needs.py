"""What a challenge needs is told, and got only once somebody has agreed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from grading.cli import needs
from grading.course import Exercise, Role
from grading.showing.terminal import Report
from grading.start import environment

NOWHERE = "no-such-package-anywhere>=7"


@pytest.fixture
def challenge(tmp_path: Path) -> Exercise:
    (tmp_path / "requirements.txt").write_text(f"# for a test\n{NOWHERE}\n", "utf-8")
    return Exercise("bonus/test", tmp_path, (Role("server", "s.py"),), pages=tmp_path, needs="it is a test")


@pytest.fixture
def got(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was got in the end; nothing is installed, and no other Python is there."""
    lacking: list[str] = []
    monkeypatch.setattr(environment, "go_on_with", lambda files: None)
    monkeypatch.setattr(environment, "ensure_also", lambda files, names: lacking.extend(names))
    return lacking


def asked(challenge: Exercise, is_agreed: bool = False) -> tuple[bool, str]:
    screen = io.StringIO()
    has_all = needs.has_all(challenge, Report(Console(file=screen, width=200)), is_agreed)
    return has_all, screen.getvalue()


def test_a_challenge_without_requirements_has_all_it_needs(challenge: Exercise, got: list[str]) -> None:
    assert asked(Exercise("echo", challenge.suite, challenge.roles)) == (True, "")


def test_nothing_is_got_where_nobody_can_agree(challenge: Exercise, got: list[str]) -> None:
    has_all, told = asked(challenge)
    assert (has_all, got) == (False, [])
    assert f"bonus/test needs {NOWHERE}, which no step needs: it is a test.\n" in told
    assert "bonus/test --install" in told


def test_what_one_agreed_to_is_got(challenge: Exercise, got: list[str]) -> None:
    assert asked(challenge, is_agreed=True)[0]
    assert got == [NOWHERE]
