"""A save is noticed once, when the file has come to rest, whatever else happens in the folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from grading.home.saves import Saves


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "chat_server.py"
    path.write_text("x = 1\n")
    return path


def looks(saves: Saves, count: int = 3) -> list[bool]:
    return [saves.is_new() for _ in range(count)]


def test_a_save_is_noticed_once_and_nothing_else_is_one(file: Path) -> None:
    saves = Saves(file.parent)
    assert looks(saves) == [False] * 3
    file.write_text("x = 12\n")
    assert looks(saves) == [False, True, False]


def test_a_file_that_still_changes_is_waited_for(file: Path) -> None:
    saves = Saves(file.parent)
    for text in ("", "x", "x = "):
        file.write_text(text)
        assert not saves.is_new()
    assert saves.is_new()


def test_the_same_size_at_another_time_is_a_save(file: Path) -> None:
    saves = Saves(file.parent)
    os.utime(file, ns=(1, 1))
    assert looks(saves) == [False, True, False]


def test_a_file_that_comes_or_goes_is_a_save(file: Path) -> None:
    saves = Saves(file.parent)
    (file.parent / "more").mkdir()
    (file.parent / "more" / "rooms.py").touch()
    assert looks(saves) == [False, True, False]
    file.unlink()
    assert looks(saves) == [False, True, False]


@pytest.mark.parametrize("name", ["log.txt", "__pycache__/x.py", ".git/x.py", ".venv/x.py", ".chat-kit/x.py"])
def test_what_tools_and_programs_write_is_no_save(name: str, file: Path) -> None:
    (file.parent / ".venv").mkdir()
    (file.parent / ".venv" / "pyvenv.cfg").touch()
    saves = Saves(file.parent)
    (file.parent / name).parent.mkdir(exist_ok=True)
    (file.parent / name).touch()
    assert looks(saves) == [False] * 3


def test_a_folder_that_is_gone_is_no_trouble(tmp_path: Path) -> None:
    assert looks(Saves(tmp_path / "nowhere")) == [False] * 3


def test_a_file_that_is_handed_in_with_the_programs_counts_where_it_is_named(file: Path) -> None:
    talk = file.with_name("my-talk.txt")
    saves, others = Saves(file.parent, ("my-talk.txt",)), Saves(file.parent)
    talk.write_text("Ann joins")
    assert looks(saves) == [False, True, False]
    assert looks(others) == [False] * 3
