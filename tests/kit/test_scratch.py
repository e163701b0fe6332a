"""Copies of many files are made in memory where there is room; nobody's choice of a folder is overruled."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest

from grading.submission import scratch
from grading.submission.values import Submission

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


def made_in(files: int) -> str:
    submission = Submission({f"{number}.txt": b"" for number in range(files)})
    return scratch.Place().scratch(submission).parents[2].name


def deep_place() -> scratch.Place:
    place = scratch.Place()
    inside = place.scratch(Submission({}))
    here = os.open(inside, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        here, before = os.open("d", os.O_RDONLY, dir_fd=here), here
        os.close(before)
    os.close(here)
    return place


def test_all_is_removed_however_deep_it_is() -> None:
    place = deep_place()
    place.remove()
    assert not any(folder.exists() for folder in place.folders)


@pytest.mark.skipif(os.open not in os.supports_dir_fd, reason="folders are removed by their names here")
def test_however_deep_it_is_our_other_threads_have_descriptors_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    place, taken, real = deep_place(), list[int](), os.open

    def opens(*words: Any, **more: Any) -> int:
        taken.append(real(*words, **more))
        return taken[-1]

    monkeypatch.setattr(os, "open", opens)
    place.remove()
    assert taken
    assert max(taken) - min(taken) < 100
    assert not any(folder.exists() for folder in place.folders)


def test_few_files_are_copied_to_the_usual_place() -> None:
    assert made_in(3) == "usual"


@linux
def test_many_files_are_copied_to_memory() -> None:
    assert made_in(4) == "memory"


@linux
@pytest.mark.parametrize("name", scratch.CHOSEN)
def test_a_place_that_somebody_chose_is_used(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, str(tmp_path / "usual"))
    assert made_in(4) == "usual"


@linux
def test_memory_that_is_nearly_full_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scratch, "ROOM_BYTES", 10**18)
    assert made_in(4) == "usual"
