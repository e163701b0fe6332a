"""Where a folder has no programs, what lies near is named: another spelling, or a folder in it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grading.cli import nearby
from grading.cli.work import handed_in
from grading.course import STEP1
from grading.submission.values import BadSubmission


@pytest.mark.parametrize(
    "name", ["Chat_Server.py", "chat-server.py", "chat_server.py.txt", "chat_server (1).py", "chat_server.ipynb"]
)
def test_another_spelling_is_named(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert nearby.told(tmp_path, STEP1.programs) == f"{name} is there: its name has to be chat_server.py."


@pytest.mark.parametrize("name", ["my_chat_server.py", "test_chat_server.py", "server.py", "notes.txt"])
def test_what_may_be_anything_is_not(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert nearby.told(tmp_path, STEP1.programs) == ""


def test_a_folder_in_it_is_named(tmp_path: Path) -> None:
    for folder in ("src", "__pycache__"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "chat_client.py").touch()
    assert nearby.told(tmp_path, STEP1.programs) == f"There is one in {tmp_path / 'src'}: name that folder."


def test_where_nothing_can_be_looked_at_nothing_is_near(tmp_path: Path) -> None:
    assert nearby.told(tmp_path / "nowhere", STEP1.programs) == ""


@pytest.mark.parametrize("name", ["work.tar.gz", "notes.txt", "work.zip/"])
def test_what_is_no_folder_is_told_as_such(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / name
    path.mkdir() if name.endswith("/") else path.touch()
    with pytest.raises(BadSubmission) as raised:
        handed_in(path, STEP1)
    assert ("neither a folder" in str(raised.value)) == (not name.endswith("/"))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="whoever runs this may look everywhere")
def test_a_folder_that_cannot_be_looked_into_is_told_as_such(tmp_path: Path) -> None:
    tmp_path.chmod(0)
    with pytest.raises(BadSubmission, match="you may not look into that folder"):
        handed_in(tmp_path, STEP1)
    tmp_path.chmod(0o700)


def test_the_folder_that_one_is_in_is_called_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSubmission) as raised:
        handed_in(Path(os.path.realpath(".")), STEP1)
    assert str(raised.value).endswith(f"is in {os.path.realpath(tmp_path)}.")
