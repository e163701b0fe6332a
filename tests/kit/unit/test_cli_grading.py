"""Each run of one's own work begins with what has changed since the last one; nobody else's is remembered."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from grading.cli import grading as command
from grading.cli import standing
from grading.cli.main import main
from grading.course import STEP2
from grading.grade import works_of
from grading.home.memory import FOLDER, SWITCH, Memory, Run
from grading.results.values import FAILED, PASSED, Grade
from grading.skeletons import finished
from grading.submission.arriving import arrived
from grading.suite import collect
from tests.kit.conftest import finding
from tests.kit.killing import submission


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(SWITCH)
    (tmp_path / "work").mkdir()
    return submission(finished("step1"), str(tmp_path / "work"))


def grades(outcome: str, work: Path, monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    """Grade a work in which one thing fails, or passes."""
    found = Grade("step1", (finding("step1/server/x", "It is so.", "", 3, outcome),))
    monkeypatch.setattr(command, "grade", lambda *_: found)
    return main(["step1", "--work", str(work), *words])


def test_a_run_begins_with_what_has_changed(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shown = []
    for outcome in (FAILED, FAILED, PASSED, FAILED):
        grades(outcome, work, monkeypatch)
        shown.append(capsys.readouterr().out)
    assert ["since the last run" in screen for screen in shown] == [False, False, True, True]
    assert "\n\nsince the last run: +3 points\n  ✓ now true: It is so.\n\nscore\n" in shown[2]
    assert "\n\nsince the last run: -3 points\n  ✗ no longer true: It is so.\n\nscore\n" in shown[3]


@pytest.mark.parametrize("words", [["--seed", "1"], ["--export", "csv=FILE"]])
def test_what_is_graded_for_somebody_else_is_not_remembered(
    words: list[str], work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    grades(PASSED, work, monkeypatch, *(word.replace("FILE", str(work.parent / "file")) for word in words))
    assert not (work.parent / FOLDER).exists()


def test_where_an_earlier_step_fails_a_later_one_is_shown_as_it_was_graded_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv(SWITCH)
    monkeypatch.setattr(standing, "KIT", tmp_path)
    for step in ("step1", "step2"):
        (tmp_path / "steps" / step).mkdir(parents=True)
        submission(finished(step), str(tmp_path / "steps" / step))
    monkeypatch.setattr(standing, "grade", lambda *_: Grade("step1", (finding("step1/server/x", "", "", 3, FAILED),)))
    later = tmp_path / "steps" / "step2"
    checks = tuple(check.untried() for check in collect(STEP2))
    passed = tuple(replace(check, outcome=PASSED if check.role == "server" else FAILED) for check in checks)
    Memory(later).keeps("step2", Run().followed_by(Grade("step2", passed, works=works_of(arrived(later), STEP2))))
    main([])
    assert re.search(r"· step2 .* 41 of  53 points  as graded last\n", capsys.readouterr().out)
    (later / "chat_client.py").write_text("x = 1\n")
    main([])
    assert re.search(r"· step2 .* later ", capsys.readouterr().out)
