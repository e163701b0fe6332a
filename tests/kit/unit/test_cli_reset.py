"""`reset` puts back what was handed out, keeps what was there, and says both."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.cli.main import main
from grading.home.memory import FOLDER
from grading.showing.terminal import command
from grading.skeletons import finished, original
from tests.kit.killing import submission


@pytest.fixture
def work(tmp_path: Path) -> Path:
    (tmp_path / "step2").mkdir()
    return submission(finished("step2"), str(tmp_path / "step2"))


def reset(work: Path, *words: str) -> int:
    return main(["reset", *words, "--work", str(work)])


def copies(work: Path) -> dict[str, str]:
    """Return what was kept of each program."""
    return {path.name.partition(".")[0]: path.read_text("utf-8") for path in work.parent.glob(f"{FOLDER}/*/*.py")}


def test_a_step_is_put_back_and_what_was_there_is_kept(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = finished("step2")
    assert reset(work, "step", "2") == 0
    assert all((work / name).read_bytes() == original("step2", name).read_bytes() for name in before)
    assert copies(work) == {name.removesuffix(".py"): text for name, text in before.items()}
    assert "is kept in" in capsys.readouterr().out


@pytest.mark.parametrize("named", ["server", "chat_server.py"])
def test_one_program_is_put_back_alone(named: str, work: Path) -> None:
    assert reset(work, "2", named) == 0
    assert (work / "chat_server.py").read_bytes() == original("step2", "chat_server.py").read_bytes()
    assert (work / "chat_client.py").read_text("utf-8") == finished("step2")["chat_client.py"]


def test_one_function_is_put_back_alone(work: Path) -> None:
    assert reset(work, "step2", "broadcast()") == 0
    changed, before = (work / "chat_server.py").read_text("utf-8"), finished("step2")["chat_server.py"]
    assert changed.count("TODO") == 1
    assert set(before.splitlines()) - set(changed.splitlines())
    assert list(copies(work)) == ["chat_server"]


def test_what_is_as_it_was_is_left_alone(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    reset(work, "2")
    kept = copies(work)
    assert reset(work, "2") == 0
    assert copies(work) == kept
    assert "nothing to do" in capsys.readouterr().out


def test_a_program_that_is_gone_comes_back(work: Path) -> None:
    (work / "chat_server.py").unlink()
    assert reset(work, "2", "server") == 0
    assert (work / "chat_server.py").exists()


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("2", "main"), "main is in chat_server.py and chat_client.py: name the program, too."),
        (("2", "nothing"), "There is no nothing in the first version of chat_server.py."),
        (("2", "mian", "server"), "There is no mian in the first version of chat_server.py. Did you mean main?"),
        (("2", "convers"), "There is no convers in the first version of chat_client.py. Did you mean converse?"),
        (("2", "one", "two"), "One function at a time: one or two."),
        (("stpe2",), "There is no stpe2. Did you mean step2?"),
        (("2", "chat_servr.py"), "There is no chat_servr.py. Did you mean chat_server.py?"),
        (("2", "clint"), "There is no clint. Did you mean client?"),
        (("2", "servr", "main"), "There is no servr. Did you mean server?"),
        (("parse",), f"Name the step, too: {command('reset', 'step1', 'parse')}."),
        (("step9", "parse"), "There is no step9; there are step1, step2, step3, step4, advanced, bonus."),
    ],
)  # fmt: skip
def test_what_cannot_be_put_back_is_told_and_changes_nothing(
    words: tuple[str, ...], told: str, work: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reset(work, *words) == 2
    assert " ".join(capsys.readouterr().out.split()) == told
    assert copies(work) == {}
    assert (work / "chat_server.py").read_text("utf-8") == finished("step2")["chat_server.py"]


@pytest.fixture
def challenge(tmp_path: Path) -> Path:
    (tmp_path / "encryption").mkdir()
    return submission(finished("bonus/encryption"), str(tmp_path / "encryption"))


def test_a_file_beside_the_programs_of_a_challenge_is_put_back_too(challenge: Path) -> None:
    before = (challenge / "chat_server.py").read_bytes()
    assert reset(challenge, "encryption", "secure.py") == 0
    assert (challenge / "secure.py").read_bytes() == original("bonus/encryption", "secure.py").read_bytes()
    assert (challenge / "chat_server.py").read_bytes() == before


def test_all_that_was_handed_out_of_a_challenge_is_put_back(challenge: Path) -> None:
    assert reset(challenge, "bonus/encryption") == 0
    names = ["chat_client.py", "chat_server.py", "secure.py"]
    assert [(challenge / name).read_bytes() == original("bonus/encryption", name).read_bytes() for name in names] == [
        True
    ] * 3


def test_a_function_is_found_in_whatever_file_it_stands(challenge: Path) -> None:
    assert reset(challenge, "encryption", "readinto") == 0
    assert (challenge / "secure.py").read_text("utf-8").count("TODO: ") == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("encryption", "secret.py"), "There is no secret.py. Did you mean secure.py?"),
        (("encryption", "tls.py"), "There is no tls.py; there are chat_server.py, chat_client.py, secure.py."),
        (("web", "chat.html", "show"), "chat.html is no Python: put back the whole file."),
    ],
)
def test_what_cannot_be_put_back_of_a_challenge_is_told(
    words: tuple[str, ...], told: str, challenge: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert reset(challenge, *words) == 2
    assert capsys.readouterr().out == f"{told}\n"


def test_without_a_copy_nothing_is_changed(work: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (work.parent / FOLDER).write_text("in the way")
    assert reset(work, "2") == 2
    assert "Nothing more was changed" in capsys.readouterr().out
    assert (work / "chat_server.py").read_text("utf-8") == finished("step2")["chat_server.py"]
