"""Whatever ends a grading on a platform, its result is there, says what was known, and calls nothing else a 0."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from grading.cli import deliver
from grading.cli.deliver import NOT_REACHED, Delivering, delivers
from grading.course import STEP1, Exercise
from grading.grade import How
from grading.results.values import ERROR, PASSED, Grade
from grading.submission.values import Submission
from grading.suite import collect

FIRST, SECOND = (replace(check.untried(), outcome=PASSED) for check in collect(STEP1)[:2])
AT_ONCE = 0.0  # seconds


def gradescope(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def test_the_result_grows_with_every_check(tmp_path: Path) -> None:
    out = tmp_path / "results.json"
    delivering = Delivering(STEP1, [("gradescope", out), ("json", tmp_path / "grade.json")])
    delivering.writes(delivering.so_far())
    assert "score" not in gradescope(out)
    for number, result in enumerate((FIRST, SECOND), 1):
        delivering.progresses(result, 0)
        outcomes = [test["extra_data"]["outcome"] for test in gradescope(out)["tests"]]
        assert outcomes.count("passed") == number
        assert outcomes.count("error") == len(collect(STEP1)) - number
        assert "score" not in gradescope(out)
    assert len(gradescope(tmp_path / "grade.json")["checks"]) == len(collect(STEP1))


def test_whoever_takes_too_long_gets_what_is_known_and_no_0(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known, stops = threading.Event(), threading.Event()

    def slow(submission: Submission, exercise: Exercise, how: How) -> Grade:
        assert how.progress
        how.progress(FIRST, 1)
        known.set()
        stops.wait()
        raise AssertionError

    monkeypatch.setattr(deliver, "grade", slow)
    graded = deliver._graded

    def begun(*words: Any) -> Any:
        future = graded(*words)
        known.wait()
        return future

    monkeypatch.setattr(deliver, "_graded", begun)
    (tmp_path / "work").mkdir()
    found = delivers(tmp_path / "work", STEP1, [("vpl", tmp_path / "out")], AT_ONCE)
    stops.set()
    assert found.is_fault and found.points == FIRST.points
    assert {check.got for check in found.checks if check.outcome == ERROR} == {NOT_REACHED}
    assert "Grade :=>>" not in (tmp_path / "out").read_text("utf-8")


def test_what_a_platform_has_not_set_is_told_and_nothing_is_graded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("CLASSROOM", raising=False)
    monkeypatch.setattr(deliver, "grade", lambda *_: pytest.fail("something was graded"))
    words = ["step1", str(tmp_path), "--budget", "1", f"classroom50={tmp_path / 'result.json'}"]
    assert deliver.main(words) == 2
    assert "CLASSROOM" in capsys.readouterr().err


def test_the_last_word_is_written_once_nothing_runs_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "out"
    monkeypatch.setattr(deliver, "grade", lambda *_: Grade("step1", (FIRST,)))
    (tmp_path / "work").mkdir()
    delivers(tmp_path / "work", STEP1, [("json", out)], 60.0, lambda: out.write_text("written by somebody else"))
    assert json.loads(out.read_text("utf-8"))["points"] == FIRST.points


def test_what_is_no_submission_gets_no_points_and_hears_why(tmp_path: Path) -> None:
    (tmp_path / "work.zip").write_bytes(b"no zip")
    found = delivers(tmp_path / "work.zip", STEP1, [("gradescope", tmp_path / "out")], AT_ONCE)
    assert not found.is_fault and not found.points
    assert gradescope(tmp_path / "out")["score"] == 0
    assert "zip" in gradescope(tmp_path / "out")["output"]


@pytest.mark.parametrize(
    ("files", "graded"),
    [
        (["work/chat_server.py", "work/util.py", "__MACOSX/._chat_server.py"], ["chat_server.py", "util.py"]),
        (["a/b/chat_server.py"], ["chat_server.py"]),
        (["chat_server.py", "old/chat_client.py"], ["chat_server.py", "old/chat_client.py"]),
        (["work/chat_server.py", "README.md"], ["README.md", "work/chat_server.py"]),
        (["main.py"], ["main.py"]),
    ],
)
def test_a_folder_around_all_of_it_is_seen_through(
    files: list[str], graded: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in files:
        (tmp_path / "in" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "in" / name).write_bytes(b"x = 1\n")
    seen: list[list[str]] = []

    def notes(submission: Submission, exercise: Exercise, how: How) -> Grade:
        seen.append(sorted(submission.files))
        return Grade("step1", (FIRST,))

    monkeypatch.setattr(deliver, "grade", notes)
    delivers(tmp_path / "in", STEP1, [], 60)
    assert seen == [graded]


def test_the_graders_own_fault_is_not_swallowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*_: object) -> Grade:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(deliver, "grade", breaks)
    with pytest.raises(RuntimeError, match="ours"):
        delivers(tmp_path, STEP1, [("json", tmp_path / "out")], 60.0)
    assert "error" in (tmp_path / "out").read_text("utf-8")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("chat_server (1).py", "it is called chat_server (1).py there"),
        ("server.py", "it is not among server.py"),
        ("work.zip", "it is not among work.zip"),
        (".DS_Store", "there is no such file"),
    ],
)
def test_of_a_program_that_is_not_there_the_student_hears_what_is_there_instead(
    name: str, told: str, tmp_path: Path
) -> None:
    work = tmp_path / "work"
    work.mkdir()
    (work / name).write_bytes(b"x")
    (work / "chat_client.py").write_text("raise SystemExit\n", "utf-8")
    first = delivers(work, STEP1, [("gradescope", tmp_path / "results.json")], 60.0).checks[0]
    assert (first.expected, first.got) == ("chat_server.py to be in the folder", told)
