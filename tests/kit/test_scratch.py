"""Copies of many files are made in memory where there is room; nobody's choice of a folder is overruled."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import pytest

from grading.submission import scratch

linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a folder in memory")


@pytest.fixture(autouse=True)
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in scratch.CHOSEN:
        monkeypatch.delenv(name, raising=False)
    for place in ("work", "usual", "memory"):
        (tmp_path / place).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "usual"))
    monkeypatch.setattr(scratch, "MEMORY", str(tmp_path / "memory"))
    monkeypatch.setattr(scratch, "ROOM_BYTES", 0)
    monkeypatch.setattr(scratch, "MANY", 3)


def made_in(tmp_path: Path, files: int) -> str:
    for number in range(files):
        (tmp_path / "work" / f"{number}.txt").touch()
    return scratch.make_scratch(tmp_path / "work").parent.name


def test_few_files_are_copied_to_the_usual_place(tmp_path: Path) -> None:
    assert made_in(tmp_path, 3) == "usual"


@linux
def test_many_files_are_copied_to_memory(tmp_path: Path) -> None:
    assert made_in(tmp_path, 4) == "memory"


@linux
@pytest.mark.parametrize("name", scratch.CHOSEN)
def test_a_place_that_somebody_chose_is_used(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, str(tmp_path / "usual"))
    assert made_in(tmp_path, 4) == "usual"


@linux
def test_memory_that_is_nearly_full_is_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "ROOM_BYTES", 10**18)
    assert made_in(tmp_path, 4) == "usual"
