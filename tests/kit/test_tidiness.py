"""Nothing is left behind: no process, no file, whatever the program does and however the grader ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from grading.course import KIT
from grading.skeletons import finished
from grading.submission.held import HELD
from tests.kit.conftest import grader
from tests.kit.killing import submission

DEADLINE_SECONDS = 30.0  # for something that happens at once
MARK = "LC_ROLL"  # a variable that programs may see
ALL_AT_WORK = 4 if sys.platform == "linux" else 1  # processes: the grader, what surrounds programs, a program
TELLS = """
import os
with open(ROLL, "a") as roll:
    print(os.getpid(), file=roll)
"""
HIDES = """
import os, subprocess, sys
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"], start_new_session=True)
"""


def telling(folder: Path, roll: Path, more: str = "") -> Path:
    """Write a submission whose programs write down their process ids in the file `roll`, where they can reach it."""
    future = "from __future__ import annotations\n"
    told = ((TELLS if sys.platform != "linux" else "") + more).replace("ROLL", ascii(str(roll)).replace("'", '"'))
    files = {name: text.replace(future, future + told, 1) for name, text in finished("step1").items()}
    return submission(files, str(folder))


def is_alive(pid: int) -> bool:
    if sys.platform == "win32":
        return str(pid) in subprocess.run(["tasklist", "/FI", f"PID eq {pid}"], capture_output=True, text=True).stdout
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def alive(roll: Path) -> list[int]:
    """Return whoever has something to do with a run and is there: on Linux, programs cannot reach the roll."""
    if sys.platform != "linux":
        return [int(line) for line in roll.read_text().split() if is_alive(int(line))]
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if f"{MARK}={roll}".encode() in environ.read_bytes().split(b"\0"):
                found.append(int(environ.parent.name))
    return found


def survivors(roll: Path) -> list[int]:
    """Return who is still there, after the time that an ending process needs."""
    deadline = time.monotonic() + DEADLINE_SECONDS
    while (left := alive(roll)) and time.monotonic() < deadline:
        pass
    return left


@pytest.fixture
def roll(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file for those that run; its name stands in the environment of all that the grader starts."""
    path = tmp_path / "roll"
    path.touch()
    monkeypatch.setenv(MARK, str(path))
    return path


def test_no_process_is_left_after_a_run(roll: Path, tmp_path: Path) -> None:
    done = grader("step1", "--work", str(telling(tmp_path, roll)))
    assert done.returncode == 0, done.stdout
    assert survivors(roll) == []


@pytest.mark.takes(7)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells whose children have hidden themselves")
def test_not_even_one_that_hides_in_a_session_of_its_own(roll: Path, tmp_path: Path) -> None:
    grader("step1", "--work", str(telling(tmp_path, roll, HIDES)))
    assert survivors(roll) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there, Ctrl+C cannot be pressed for another process")
@pytest.mark.parametrize("how", ["SIGINT", "SIGTERM", "SIGHUP", "SIGKILL"])
def test_nothing_is_left_when_the_grader_is_stopped(
    how: str, roll: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch, work = tmp_path / "scratch", tmp_path / "work"
    scratch.mkdir()
    work.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    command = [sys.executable, "grader.py", "step1", "--work", str(telling(work, roll))]
    with subprocess.Popen(command, cwd=KIT, stdout=subprocess.PIPE, text=True, preexec_fn=_listens) as process:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while len(alive(roll)) < ALL_AT_WORK and time.monotonic() < deadline:
            pass
        process.send_signal(getattr(signal, how))
        output, _ = process.communicate(timeout=DEADLINE_SECONDS)
    assert survivors(roll) == []
    if how != "SIGKILL":
        assert "Stopped." in output
        assert process.returncode == 128 + getattr(signal, how)
        assert list(scratch.iterdir()) == []
    else:  # the next one takes away what is left
        assert grader("check", "colons", "step1", "--work", str(work)).returncode == 0
        assert list(scratch.glob(f"*{HELD}")) == []


def _listens() -> None:
    """Ignore no signal, as who runs in the background or under nohup does, and its children after it."""
    for number in (signal.SIGINT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


def test_no_file_is_left_in_the_folder_of_the_student(tmp_path: Path) -> None:
    submission(finished("step1"), str(tmp_path))
    with tempfile.TemporaryDirectory() as scratch:
        grader("step1", "--work", str(tmp_path), TMPDIR=scratch, TEMP=scratch)
        assert list(Path(scratch).iterdir()) == []
    assert {path.name for path in tmp_path.iterdir()} == {"chat_server.py", "chat_client.py"}
