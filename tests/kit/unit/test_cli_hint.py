"""`hint` opens one depth more on what was told last, and remembers how deep it is open."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.cli import hint
from grading.cli.main import main
from grading.home.memory import SWITCH, Memory
from grading.results.causes import Cause
from grading.results.values import FAILED, PASSED, Grade
from tests.kit.conftest import finding


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(SWITCH, raising=False)
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def graded(work: Path, code: str, outcome: str = FAILED) -> None:
    check = finding("step2/server/x", "Bob hears it.", "Why?", 3, outcome, "a", "b", Cause(code, "So it was."))
    hint.keeps(Memory(work), Grade("step2", (check,)))


def says(capsys: pytest.CaptureFixture[str], work: Path, *words: str) -> str:
    assert main(["hint", "step2", "--work", str(work), *words]) == 0
    return capsys.readouterr().out


def test_each_call_opens_one_depth_more_and_the_last_one_stays(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graded(work, "removed-twice")
    for depth in (1, 2, 3, 4, 4):
        assert f"hint {depth} of 4" in says(capsys, work)
    assert "hint 2 of 4" in says(capsys, work, "--depth", "2")
    deepest = says(capsys, work)
    assert "hint 4 of 4, the last:" in deepest
    assert "There is no deeper one." in deepest
    assert f"--work {work}" in deepest.splitlines()[-1]


def test_another_cause_begins_with_the_first_depth(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graded(work, "removed-twice")
    assert "hint 1 of 4" in says(capsys, work)
    graded(work, "race")
    assert "hint 1 of 4" in says(capsys, work)
    graded(work, "removed-twice")
    assert "hint 2 of 4" in says(capsys, work)


def test_where_all_passed_there_is_nothing_to_hint_at(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graded(work, "race")
    graded(work, "race", PASSED)
    assert main(["hint", "step2", "--work", str(work)]) == 2
    assert "no failure to give a hint about" in capsys.readouterr().out


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"schema": 9}', "null"])
def test_what_is_kept_may_be_nonsense(text: str, work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Memory(work).keeps_told("step2", text)
    assert main(["hint", "step2", "--work", str(work)]) == 2


def test_an_unknown_step_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["hint", "stepp2"]) == 2
    assert "Did you mean step2?" in capsys.readouterr().out


def test_where_nothing_can_be_remembered_the_next_depth_is_named(
    work: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    graded(work, "race")
    monkeypatch.setattr(Memory, "opens", lambda *_: None)
    assert "--depth 2" in says(capsys, work)
    assert "--depth 4" in says(capsys, work, "--depth", "3")
