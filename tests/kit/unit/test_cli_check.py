"""`check` finds the checks that speak of something, makes these alone, and shows the talk of each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from grading.cli import check as command
from grading.cli.main import main
from grading.cli.names import apart
from grading.course import STEP2
from grading.grade import How
from grading.results.events import LINE, Event
from grading.results.json import from_text
from grading.results.values import PASSED, Grade
from grading.skeletons import finished
from grading.suite import collect
from tests.kit.killing import submission


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[set[str]]:
    """The checks that were made: all pass, and in each somebody says something."""
    made: list[set[str]] = []

    def grade(submission: object, exercise: object, how: How) -> Grade:
        chosen = [check for check in collect(STEP2) if how.only and check.id in how.only]
        made.append({check.id for check in chosen})
        talk = (Event(LINE, "Ann", "server", "MESSAGE:a:b"),)
        return Grade("step2", tuple(replace(check.untried(), outcome=PASSED, events=talk) for check in chosen))

    monkeypatch.setattr(command, "grade", grade)
    return made


def test_the_checks_that_speak_of_it_are_made_and_their_talk_is_shown_though_they_pass(
    asked: list[set[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = submission(finished("step2"), str(tmp_path))
    assert main(["check", "Colons", "step", "2", "--work", str(work)]) == 0
    expected = {check.id for check in collect(STEP2) if "colons" in f"{check.id} {check.untried().title}".lower()}
    assert asked == [expected]
    shown = capsys.readouterr().out
    assert shown.count("MESSAGE:a:b") == len(expected) > 1
    assert "All of step 2" in shown


def test_the_result_of_these_checks_alone_is_written_where_one_asks_for_it(
    asked: list[set[str]], tmp_path: Path
) -> None:
    work, result = submission(finished("step2"), str(tmp_path)), tmp_path / "result.json"
    assert main(["check", "colons", "2", "--work", str(work), "--json", str(result)]) == 0
    assert {check.id for check in from_text(result.read_text("utf-8")).checks} == asked[0]


def test_no_program_is_written_over_by_a_result(
    asked: list[set[str]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    work = submission(finished("step2"), str(tmp_path))
    assert main(["check", "colons", "2", "--work", str(work), "--json", str(work / "chat_server.py")]) == 2
    assert "is a program to be graded" in " ".join(capsys.readouterr().out.split())
    assert asked == []


def test_a_word_that_no_check_knows_is_told_with_one_that_is_close(
    asked: list[set[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "colns", "2"]) == 2
    assert capsys.readouterr().out == "No check of step 2 speaks of colns. Did you mean colons?\n"
    assert asked == []


@pytest.mark.parametrize("words", [("torn", "log"), ("torn", "bonus", "log"), ("bonus/log", "torn")])
def test_a_challenge_is_named_by_its_last_name_at_the_end(words: tuple[str, ...]) -> None:
    assert apart(words) == ("bonus/log", ["torn"])


def test_a_word_that_is_also_the_name_of_a_challenge_is_a_word_where_it_stands_alone_or_first() -> None:
    assert apart(["log"]) == ("", ["log"])
    assert apart(["files", "step3"]) == ("step3", ["files"])


def test_all_challenges_at_once_are_refused(asked: list[set[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "colons", "bonus"]) == 2
    assert capsys.readouterr().out.startswith("Here one at a time: bonus/encryption or ")
    assert asked == []


def test_several_words_must_all_be_there() -> None:
    words = [check for check in collect(STEP2) if command.fits(check, ["message", "colons"])]
    assert 0 < len(words) < len([check for check in collect(STEP2) if command.fits(check, ["message"])])
