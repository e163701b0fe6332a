"""The command line writes exports as it writes its JSON: told before, first of all, all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.cli import grading as command
from grading.cli.main import main
from grading.exports.table import EXPORTS
from grading.results.values import Grade
from grading.skeletons import finished
from tests.kit.killing import submission
from tests.kit.unit.samples import FAILING, OPEN, RUNNER, UNSURE


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A submission of Ann's, for which the grader finds the same failures at once."""
    return found(FAILING, tmp_path, monkeypatch)


def found(grade: Grade, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(command, "grade", lambda *_: grade)
    for name in RUNNER:
        monkeypatch.delenv(name, raising=False)
    work = folder / "ann"
    work.mkdir()
    return submission(finished("step1"), str(work))


def test_every_form_is_written_in_one_go(work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in RUNNER.items():
        monkeypatch.setenv(name, value)
    words = [word for form in EXPORTS for word in ("--export", f"{form}={tmp_path / form}")]
    assert main(["step2", "--work", str(work), *words]) == 1
    for form, export in EXPORTS.items():
        assert (tmp_path / form).read_bytes().decode() == export.write(FAILING, OPEN)


def test_what_nobody_could_tell_ends_as_our_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    work = found(UNSURE, tmp_path, monkeypatch)
    assert main(["step2", "--work", str(work), "--export", f"vpl={tmp_path / 'out'}"]) == 3
    assert "Grade :=>>" not in (tmp_path / "out").read_text("utf-8")


@pytest.mark.parametrize("words", ["nothing=x", "gradescope", "", "=x"])
def test_a_form_that_there_is_not_is_told_with_those_that_there_are(
    words: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["step2", "--work", str(work), "--export", words])
    assert ending.value.code == 2
    told = capsys.readouterr().err
    assert all(form in told for form in EXPORTS)


def test_a_form_that_is_misspelled_is_told_with_the_one_that_was_meant(
    work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["step2", "--work", str(work), "--export", "Gradescope=x"])
    assert "Did you mean gradescope?" in capsys.readouterr().err


def test_what_a_platform_has_to_say_of_itself_is_asked_for_before_grading(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in set(RUNNER) - {"MODE", "USERNAME"}:
        monkeypatch.setenv(name, RUNNER[name])
    monkeypatch.setattr(command, "grade", lambda *_: pytest.fail("it was graded"))
    assert main(["step2", "--work", str(work), "--export", f"classroom50={tmp_path / 'out'}"]) == 2
    assert "the platform's runner has to set MODE, USERNAME." in " ".join(capsys.readouterr().out.split())
    assert not (tmp_path / "out").exists()


def test_a_file_name_may_hold_the_sign_between_form_and_file(work: Path, tmp_path: Path) -> None:
    main(["step2", "--work", str(work), "--export", f"vpl={tmp_path / 'a=b'}"])
    assert (tmp_path / "a=b").read_text("utf-8").endswith("Grade :=>> 6\n")
