"""`talk`: a conversation that a student wrote, before the page, before mistakes, and before the own server."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from grading.cli.main import main
from grading.course import EXERCISES, STEPS
from grading.skeletons import finished, finished_talk
from tests.kit.killing import submission
from tests.kit.mutants import MUTANTS


def talks(work: Path, text: str, step: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    file = work.parent / "my talk.txt"
    file.write_text(text, "utf-8")
    status = main(["talk", str(file), step, "--work", str(work)])
    return status, " ".join(capsys.readouterr().out.split())


def handed_out_talk(step: str) -> str:
    pages = EXERCISES[step].pages
    assert pages
    return (pages / "talk.txt").read_text("utf-8")


@pytest.mark.parametrize("talk", [handed_out_talk, finished_talk])
@pytest.mark.parametrize("step", STEPS)
def test_the_finished_server_passes_the_talks_of_each_step(
    step: str, talk: Callable[[str], str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "work").mkdir()
    work = submission(finished(step), str(tmp_path / "work"))
    status, said = talks(work, talk(step), step, capsys)
    assert (status, "✓ It holds" in said, "✓ Your server passes it" in said) == (0, True, True), said


def mutant(name: str, folder: Path) -> Path:
    [found] = [one for one in MUTANTS if one.name == name]
    (folder / "work").mkdir()
    return submission(found.sources(), str(folder / "work"))


def test_a_mistake_is_told_as_a_story_with_the_line_of_the_talk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = "Ann joins\nBob joins\nAnn: at 10:30\nBob hears at 10:30\n"
    status, said = talks(mutant("exactly_two_parts", tmp_path), text, "step1", capsys)
    assert status == 1
    assert "ValueError: too many values to unpack" in said
    assert "That was at line 3 of your talk." in said
    assert "does not look at this" not in said


def test_what_only_the_page_notices_is_told_as_such(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "Ann joins\nBob joins\nAnn: hi\nAnn: at 10:30\nCyd joins\nCyd hears nothing\n"
    status, said = talks(mutant("exactly_two_parts", tmp_path), text, "step1", capsys)
    assert status == 1
    assert "Your talk does not look at this" in said


def test_a_talk_that_says_something_else_than_the_page_is_played_before_nobody(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "work").mkdir()
    status, said = talks(tmp_path / "work", "Ann joins\nAnn: hi\nAnn hears Bob: hi", "step2", capsys)
    assert status == 1
    assert "✗ It does not hold, line 3: Ann hears Ann: hi, not Bob: hi." in said


def test_what_cannot_be_read_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "work").mkdir()
    assert talks(tmp_path / "work", "Ann hears", "step2", capsys)[0] == 2
    assert main(["talk", str(tmp_path / "none.txt")]) == 2
    assert "cannot be read: No such file" in " ".join(capsys.readouterr().out.split())
