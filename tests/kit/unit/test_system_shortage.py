"""Where the grader itself lacks something, it says what, and what to do: no program fails for that."""

from __future__ import annotations

import errno
import os
import socket
import subprocess
import sys

import pytest

from grading.course import KIT
from grading.people.talk import let_in
from grading.results.unmet import Unmet
from grading.system import shortage

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="there are no such limits")


class Unreachable:
    """A server to which nobody can connect, for a reason."""

    def __init__(self, number: int) -> None:
        self._error = OSError(number, os.strerror(number))

    def connects(self, receive_bytes: int, segment_bytes: int) -> None:
        raise self._error

    def wait_for_end(self, patience: object) -> None:
        """It goes on."""


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.EADDRNOTAVAIL])
def test_who_cannot_connect_for_want_of_something_accuses_no_server(number: int) -> None:
    with pytest.raises(OSError) as raised:
        let_in(Unreachable(number), "Ann")  # type: ignore[arg-type]
    assert raised.value.errno == number


def test_who_is_refused_does() -> None:
    with pytest.raises(Unmet):
        let_in(Unreachable(errno.ECONNREFUSED), "Ann")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("error", "advice"),
    [
        (OSError(errno.ENOSPC, "full"), "let TMPDIR name a folder elsewhere"),
        (OSError(errno.EROFS, "nowhere"), "Let TMPDIR name one in which you may write"),
        (OSError(errno.EMFILE, "too many"), "ulimit -n 1024"),
        (MemoryError(), "End what you do not need"),
    ],
)
def test_what_has_run_out_is_told_with_what_to_do(error: BaseException, advice: str) -> None:
    assert advice in shortage.told(error)


@pytest.mark.parametrize("error", [OSError("no number"), FileNotFoundError(errno.ENOENT, "gone"), ValueError()])
def test_other_errors_are_no_shortage(error: BaseException) -> None:
    assert shortage.told(error) == ""


@on_posix
def test_with_too_few_open_files_nothing_is_graded() -> None:
    command = ["sh", "-c", 'ulimit -n 64 && exec "$@"', "sh", sys.executable, "grader.py", "step1", "--solution"]
    done = subprocess.run(command, cwd=KIT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stderr) == (3, "")
    assert "ulimit -n 1024, then run again." in " ".join(done.stdout.split())


@on_posix
def test_a_limit_that_one_may_raise_is_raised() -> None:
    asked = "from grading.system import shortage; print(shortage.opens_enough())"
    command = ["sh", "-c", 'ulimit -S -n 64 && exec "$@"', "sh", sys.executable, "-c", asked]
    assert subprocess.run(command, cwd=KIT, capture_output=True, text=True, check=True).stdout == "True\n"


def test_a_machine_that_does_not_know_itself_grades_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def knows_nobody(*_: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    assert shortage.lacking() == ""
    monkeypatch.setattr(socket, "getaddrinfo", knows_nobody)
    assert "127.0.0.1 localhost" in shortage.lacking()


@pytest.mark.skipif(not os.path.isdir("/proc/self"), reason="there is no folder here in which nobody can write")
def test_without_a_place_for_what_is_temporary_it_is_told_what_to_do() -> None:
    nowhere = "import sys, tempfile; tempfile._candidate_tempdir_list = lambda: ['/proc']; sys.argv[1:] = ['step1']"
    command = [
        sys.executable,
        "-c",
        f"{nowhere}; exec(open('grader.py').read(), {{'__name__': '__main__', '__file__': 'grader.py'}})",
    ]
    done = subprocess.run(command, cwd=KIT, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 3
    assert "Let TMPDIR name one" in " ".join(done.stdout.split())
    assert "failed" not in done.stdout
