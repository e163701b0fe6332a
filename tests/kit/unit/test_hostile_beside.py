"""Others grade the hostile set only where nothing can leave a sandbox; what they find is read as it is meant."""

from __future__ import annotations

import argparse
import io
import shutil
import sys

import pytest
from rich.console import Console

from tests.kit.hostile import beside, rivals, sandbox
from tests.kit.hostile.cases import cases
from tests.kit.hostile.rivals import FAILS, NO_VERDICT, PASSES, verdict
from tests.kit.hostile.rows import Row, read

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="sandboxes are there on Linux only")


@pytest.mark.parametrize(
    ("passed", "expected"),
    [
        ([True, True], PASSES),
        ([True, False], FAILS),
        ([False, None], FAILS),
        ([True, None], NO_VERDICT),
        ([], NO_VERDICT),
    ],
)
def test_what_check50_could_not_tell_is_no_verdict(passed: list[bool | None], expected: int) -> None:
    assert verdict(1, passed) == expected


def test_how_check50_was_ended_is_not_forgotten() -> None:
    assert verdict(-9, []) == -9


def test_what_check50_shows_stands_behind_what_it_found() -> None:
    assert rivals.read('{"results": [{"passed": null}]}\nshown') == ([None], "\nshown")
    assert rivals.read('{"error": {}}') == ([], '{"error": {}}')
    assert rivals.read("") == ([], "")


def test_without_bubblewrap_nobody_grades(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    monkeypatch.setattr(beside, "rows", lambda names: pytest.fail("somebody was graded"))
    assert beside.show([], tuple(rivals.RIVALS.values())) == 2
    assert "bubblewrap" in capsys.readouterr().out


def test_where_the_sandbox_leaks_nobody_grades(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "why_not", lambda: "")
    monkeypatch.setattr(sandbox, "leaks", lambda: ["it is root"])
    monkeypatch.setattr(beside, "rows", lambda names: pytest.fail("somebody was graded"))
    assert beside.show([], tuple(rivals.RIVALS.values())) == 2


@pytest.mark.skipif(bool(sandbox.why_not()), reason="only root can enter a sandbox, and only with bubblewrap")
def test_nothing_leaves_the_sandbox() -> None:
    assert sandbox.leaks() == []


def test_nobody_is_graded_by_a_stranger() -> None:
    parser = argparse.ArgumentParser(exit_on_error=False)
    beside.add(parser)
    assert [rival.name for rival in parser.parse_args(["--beside", "check50,pytest"]).beside] == ["check50", "pytest"]
    with pytest.raises(argparse.ArgumentError, match="nobody is called 'unittest'"):
        parser.parse_args(["--beside", "unittest"])


def test_a_judge_who_said_nothing_is_no_survival() -> None:
    case = cases()[0]
    assert read(case, '{"wrong": [], "seconds": 1.0}\n').is_survived
    assert not read(case, "Killed").is_survived
    assert not read(case, "").is_survived


def test_each_column_has_its_total() -> None:
    one, two = cases()[:2]
    ours = [Row(one, (), 1.0), Row(two, (), 1.0)]
    theirs = [Row(one, (), 1.0), Row(two, ("something [still] runs",), 1.0)]
    console = Console(file=io.StringIO(), width=100, markup=False)
    console.print(beside.table({"ours": ours, "theirs": theirs}))
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "no: something [still] runs" in shown
    assert [word in shown for word in ("2 of 2", "1 of 2")] == [True, True]
