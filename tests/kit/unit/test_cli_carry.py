"""`carry` writes the next step from one's own, and says what it did not."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.cli import carry
from grading.cli.main import main
from grading.course import EXERCISES
from grading.home.memory import SWITCH, Memory
from grading.results.values import FAILED, PASSED, Grade
from grading.skeletons import finished, original
from tests.kit.conftest import finding
from tests.kit.killing import submission


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a folder with a finished step 2 and the skeleton of step 3."""
    monkeypatch.delenv(SWITCH, raising=False)
    for name, texts in (("step 2", finished("step2")), ("step 3", skeleton("step3"))):
        (tmp_path / name).mkdir()
        submission(texts, str(tmp_path / name))
    finds(monkeypatch, PASSED)
    return tmp_path


def skeleton(step: str) -> dict[str, str]:
    return {name: original(step, name).read_text("utf-8") for name in EXERCISES[step].programs}


def finds(monkeypatch: pytest.MonkeyPatch, outcome: str) -> None:
    check = finding("step1/server/x", "All hear it.", "Why?", 3, outcome, "a", "b")
    monkeypatch.setattr(carry, "grade", lambda *_: Grade("step3", (check,)))


def carries(place: Path, *words: str) -> int:
    return main(["carry", "2", "--work", str(place / "step 2"), "--to", str(place / "step 3"), *words])


def test_the_next_step_starts_from_ones_own_and_a_copy_of_what_was_there_is_kept(
    place: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    mine = place / "step 2" / "chat_server.py"
    mine.write_text(mine.read_text("utf-8").replace("speaker", "who_speaks"), "utf-8")
    worked_on = place / "step 3" / "chat_server.py"
    worked_on.write_text("# mine\n", "utf-8")
    (place / "step 2" / "helpers.py").write_text("x = 1\n", "utf-8")
    assert carries(place) == 0
    there = (place / "step 3" / "chat_server.py").read_text("utf-8")
    assert "who_speaks" in there and "TODO" in there
    assert (place / "step 3" / "helpers.py").is_file()
    assert "yours, as it was: " in capsys.readouterr().out
    [copy] = (place / ".chat-kit" / "step 3").glob("chat_server.*.py")
    assert copy.read_text("utf-8") == "# mine\n"
    assert Memory(place / "step 3").starts()["chat_server.py"] == there


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_whatever_ends_ones_lines_the_next_step_begins_as_usual(end: str, place: Path) -> None:
    names = EXERCISES["step2"].programs
    assert carries(place) == 0
    usual = {name: (place / "step 3" / name).read_bytes().decode() for name in names}
    for name, text in finished("step2").items():
        (place / "step 2" / name).write_bytes(b"\xef\xbb\xbf" + text.replace("\n", end).encode())
    assert carries(place) == 0
    for name in names:
        assert (place / "step 3" / name).read_bytes().decode() == usual[name].replace("\n", end)


def test_nothing_is_carried_onto_itself(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["carry", "2", "--work", str(place / "step 2"), "--to", str(place / "step 2")]) == 2
    assert "name another folder." in " ".join(capsys.readouterr().out.split())
    assert (place / "step 2" / "chat_server.py").read_text("utf-8") == finished("step2")["chat_server.py"]


def test_what_fails_there_is_not_carried_and_what_would_not_come_along_is_named(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine = place / "step 2" / "chat_server.py"
    mine.write_text(f"{mine.read_text('utf-8')}\n\nprint(3)\n", "utf-8")
    finds(monkeypatch, FAILED)
    assert carries(place) == 1
    screen = capsys.readouterr().out
    assert "Not carried" in screen
    assert "yours, which would be left behind (chat_server.py):\n      line " in screen
    assert "and then copy by hand what is left behind:\n" in screen


def test_what_is_not_finished_is_not_carried(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    submission(skeleton("step2"), str(place / "step 2"))
    assert carries(place) == 2
    assert "step 2 is not finished yet: " in " ".join(capsys.readouterr().out.split())


def test_where_earlier_checks_fail_nothing_is_written_unless_anyway(
    place: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    finds(monkeypatch, FAILED)
    before = (place / "step 3" / "chat_server.py").read_bytes()
    assert carries(place) == 1
    said = capsys.readouterr().out
    assert "Not carried" in said and "✗ All hear it." in said and "--anyway" in said
    assert (place / "step 3" / "chat_server.py").read_bytes() == before
    assert carries(place, "--anyway") == 0


def test_nothing_follows_the_last_step(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["carry", "advanced"]) == 2
    assert capsys.readouterr().out == "Nothing follows advanced: each challenge comes with a finished one.\n"


def test_no_python_is_told_with_its_line(place: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (place / "step 2" / "chat_client.py").write_text("x = (1,\n", "utf-8")
    assert carries(place) == 2
    assert capsys.readouterr().out.startswith("chat_client.py is no whole Python: ")
