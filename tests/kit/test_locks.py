"""Whoever is busy with something is alone with it, and leaves nothing behind."""

from __future__ import annotations

import os
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from grading.system.locks import alone_with, take


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def test_two_are_never_busy_with_the_same_thing() -> None:
    inside: list[int] = []
    most: list[int] = []

    def work(number: int) -> None:
        with alone_with("a thing"):
            inside.append(number)
            most.append(len(inside))
            inside.remove(number)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(work, range(40)))
    assert max(most) == 1


def test_somebody_else_is_waited_for(folder: Path) -> None:
    with alone_with("a thing"):
        (path,) = folder.iterdir()
    with open(path, "ab") as theirs:
        assert take(theirs.fileno())
        came = threading.Event()

        def work() -> None:
            with alone_with("a thing"):
                came.set()

        thread = threading.Thread(target=work)
        thread.start()
        assert not came.wait(0.05)
    assert came.wait(60)
    thread.join()


@pytest.mark.skipif(sys.platform == "win32", reason="there, a file that is open cannot be taken away")
def test_no_file_is_left(folder: Path) -> None:
    with alone_with("a thing"):
        assert list(folder.iterdir())
    assert list(folder.iterdir()) == []


def test_where_no_file_can_be_made_the_work_is_done_all_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(folder / "nowhere"))
    with alone_with("a thing"):
        assert not os.path.exists(folder / "nowhere")
