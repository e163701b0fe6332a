"""What a grading leaves behind that was ended in the middle, the next one takes away; what is in use, nobody does."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from grading.course import KIT
from grading.submission import held, scratch

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there, folders cannot be locked")
MAKES = "from grading.submission import scratch\nplace = scratch.Place()\nprint(flush=True)\ninput()"


@pytest.fixture(autouse=True)
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The place for what is temporary, for this process and those that it starts."""
    folder = tmp_path / "usual"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def test_what_a_killed_grading_left_behind_is_taken_away(usual: Path) -> None:
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", MAKES], cwd=KIT, stdin=pipe, stdout=pipe) as process:
        assert process.stdout and process.stdout.readline() == b"\n"
        scratch.sweep()
        assert len(list(usual.iterdir())) == 1  # it still runs
        process.kill()
    assert len(list(usual.iterdir())) == 1
    scratch.sweep()
    assert list(usual.iterdir()) == []


def test_a_grading_begins_with_taking_it_away(usual: Path) -> None:
    for _ in range(2):
        with subprocess.Popen([sys.executable, "-c", MAKES], cwd=KIT, stdin=-1, stdout=-1) as process:
            assert process.stdout and process.stdout.readline() == b"\n"
            process.kill()
        assert len(list(usual.iterdir())) == 1


def test_who_runs_keeps_what_is_theirs_until_the_end(usual: Path) -> None:
    place = scratch.Place()
    scratch.sweep()
    assert len(list(usual.iterdir())) == 1
    place.remove()
    assert list(usual.iterdir()) == []


def test_nothing_else_is_taken_away(usual: Path) -> None:
    others = [usual / name for name in ("chat-kit-other", "mine.held", "chat-kit-file.held", "chat-kit-link.held")]
    others[0].mkdir()
    others[1].mkdir()
    others[2].touch()
    others[3].symlink_to(others[1])
    scratch.sweep()
    assert sorted(usual.iterdir()) == sorted(others)


def test_whoever_tidies_up_just_then_takes_nothing_away_that_is_needed(
    usual: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder that is gone, or held by another, before it could be held is no folder for a grading."""
    made, mkdtemp = list[str](), tempfile.mkdtemp

    def makes(*words: str) -> str:
        made.append(mkdtemp(*words))
        if len(made) == 1:
            os.rmdir(made[0])
        if len(made) == 2:
            assert held._hold(made[1]) is not None
        return made[-1]

    monkeypatch.setattr(tempfile, "mkdtemp", makes)
    folder, descriptor = held.make()
    assert [str(folder)] == made[2:]
    held.release(descriptor)
