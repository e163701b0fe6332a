"""Whatever is broken about a submission, the first screen says what and where."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from grading.course import STEP1
from grading.results.json import from_text
from grading.skeletons import finished
from grading.submission.values import Submission
from grading.suite import collect
from tests.kit.conftest import grader
from tests.kit.killing import submission

GOOD = finished("step1")
SERVER, CLIENT = GOOD["chat_server.py"], GOOD["chat_client.py"]


def broken(folder: Path, server: str | None = SERVER, client: str | None = CLIENT) -> tuple[int, str]:
    """Grade a step 1 with these two programs; return exit status and screen."""
    files = {"chat_server.py": server, "chat_client.py": client}
    submission({name: text for name, text in files.items() if text is not None}, str(folder))
    done = grader("step1", "--work", str(folder))
    assert "Traceback" not in done.stdout + done.stderr
    return done.returncode, " ".join(done.stdout.split())


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    done = grader("step1", "--work", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "There is no folder" in done.stdout


def test_an_empty_folder_is_not_gradable(tmp_path: Path) -> None:
    done = grader("step1", "--work", str(tmp_path))
    assert done.returncode == 2
    assert "Neither chat_server.py nor chat_client.py" in done.stdout


@pytest.mark.takes(7)
def test_a_zip_is_graded_as_the_folder_in_it(tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    submission(GOOD, str(tmp_path / "work"))
    packed = shutil.make_archive(str(tmp_path / "ann"), "zip", tmp_path, "work")
    target = tmp_path / "result.json"
    done = grader("step1", "--work", packed, "--json", str(target))
    assert done.returncode == 0, done.stdout
    files = {name: text.encode() for name, text in GOOD.items()}
    assert from_text(target.read_text("utf-8")).submission == Submission(files).digest


@pytest.mark.parametrize("data", [b"", b"PK", b"no zip at all"])
def test_a_broken_zip_is_refused_in_one_line(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "ann.zip").write_bytes(data)
    done = grader("step1", "--work", str(tmp_path / "ann.zip"))
    assert done.returncode == 2
    assert " ".join(done.stdout.split()).startswith("ann.zip cannot be read as a zip")
    assert done.stdout.rstrip().endswith("Zip it again.")


def test_no_result_is_written_over_the_zip_that_is_graded(tmp_path: Path) -> None:
    (tmp_path / "ann.zip").write_bytes(b"precious")
    done = grader("step1", "--work", str(tmp_path / "ann.zip"), "--json", str(tmp_path / "ann.zip"))
    assert done.returncode == 2
    assert (tmp_path / "ann.zip").read_bytes() == b"precious"


def test_a_wrong_word_on_the_command_line_is_answered_in_one_line() -> None:
    done = grader("step9")
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.takes(6)
def test_a_missing_program_is_named_and_the_other_one_is_graded(tmp_path: Path) -> None:
    status, screen = broken(tmp_path, client=None)
    assert status == 1
    assert "expected chat_client.py to be in the folder got there is no such file" in screen
    servers = sum(check.terms.points for check in collect(STEP1) if check.role.name == "server")
    assert f"step1 {servers} of" in screen


WORDS = {
    "an encoding that nobody knows": ("# coding: no-such\n", ["chat_server.py:1: SyntaxError: unknown encoding"]),
    "a syntax error": ("def main(:\n    pass\n", ["chat_server.py:1", "SyntaxError"]),
    "an import error": ("import no_such_module\n", ["chat_server.py:1", "ModuleNotFoundError", "no_such_module"]),
    "a crash at the start": ("x = 1\nprint(1 / 0)\n", ["chat_server.py:2", "ZeroDivisionError", "print(1 / 0)"]),
    "an end without listening": ("print('done')\n", ["ended with exit status 0 before it listened"]),
    "an exit with a status": ("import os\nos._exit(7)\n", ["ended with exit status 7 before it listened"]),
    "never listening": ("import time\ntime.sleep(1000)\n", ["does not listen", "chat_server.py:2", "time.sleep(1000)"]),
    "printing for ever": (
        "while True:\n    print('Hello')\n",
        ["prints without end", "chat_server.py:2", "print('Hello')"],
    ),
    "waiting for input": ("name = input('Name? ')\n", ["does not listen", "chat_server.py:1", "input('Name? ')"]),
    "an unfilled TODO": (
        "class Server:\n    def start(self):\n        raise NotImplementedError\n\n\nServer().start()\n",
        ["chat_server.py:3", "start is still a TODO"],
    ),
}


@pytest.mark.takes(3)
@pytest.mark.parametrize("what", WORDS)
def test_the_screen_says_what_keeps_a_server_from_starting(what: str, tmp_path: Path) -> None:
    source, words = WORDS[what]
    status, screen = broken(tmp_path, server=source)
    assert status == 1
    for word in ["the server to listen for connections", *words]:
        assert word in screen


@pytest.mark.takes(3)
@pytest.mark.parametrize("source", ["def main(:\n", "import no_such_module\n", "print(1 / 0)\n"])
def test_the_screen_says_what_keeps_a_client_from_starting(source: str, tmp_path: Path) -> None:
    status, screen = broken(tmp_path, client=source)
    assert status == 1
    assert "the client to connect to the server" in screen
    assert "chat_client.py:1" in screen


@pytest.mark.takes(5)
@pytest.mark.parametrize(
    "habit",
    {
        "chats on stdout": "import sys\nfor _ in range(5000): print('x' * 100)\n",
        "chats on stderr": "import sys\nfor _ in range(5000): sys.stderr.write('x' * 100 + '\\n')\n",
        "closes its standard streams": "import os\nfor n in (0, 1, 2): os.close(n)\nprint = lambda *a, **k: 0\n",
        "changes the directory": "import os, tempfile\nos.chdir(tempfile.gettempdir())\n",
        "starts a child and forgets it": (
            "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        ),
    }.items(),
    ids=lambda habit: habit[0],
)
def test_a_strange_habit_costs_a_right_server_nothing(habit: tuple[str, str], tmp_path: Path) -> None:
    future = "from __future__ import annotations\n"
    server = SERVER.replace(future, future + "\n" + habit[1], 1)
    status, screen = broken(tmp_path, server=server)
    assert status == 0, screen


@pytest.mark.takes(11)
def test_a_program_that_forges_reports_gains_nothing(tmp_path: Path) -> None:
    forged = (
        "import gc, socket, time\n"
        "for sock in [o for o in gc.get_objects() if isinstance(o, socket.socket)]:\n"
        '    sock.sendall(b\'{"listening": [2, 9]}\\n{"passed": true}\\nrubbish\\n[]\\n\')\n'
        "time.sleep(1000)\n"
    )
    status, screen = broken(tmp_path, server=forged)
    assert status == 1
    assert "grader itself" not in screen


@pytest.mark.takes(3)
def test_a_client_that_prints_for_ever_is_told_as_that(tmp_path: Path) -> None:
    status, screen = broken(tmp_path, client="while True:\n    print('Hello')\n")
    assert status == 1
    assert "the client to connect to the server got it prints without end, and does not connect" in screen
    assert "chat_client.py:2" in screen


@pytest.mark.takes(25)
def test_no_busy_machine_excuses_a_client_that_floods_its_screen(tmp_path: Path) -> None:
    right, wrong = (
        "        for line in self.lines():\n            self.show(line)\n",
        "            self.show(self.lines())\n",
    )
    assert CLIENT.count(right) == 1
    status, screen = broken(tmp_path, client=CLIENT.replace(right, f"        while True:\n{wrong}"))
    assert status == 1
    assert "generator object" in screen
    assert "too busy" not in screen


def test_the_json_holds_everything(tmp_path: Path) -> None:
    submission(GOOD, str(tmp_path))
    target = tmp_path / "result.json"
    done = grader("step1", "--work", str(tmp_path), "--json", str(target))
    assert done.returncode == 0
    grade = from_text(target.read_text("utf-8"))
    assert grade.passed
    assert grade.exercise == "step1"
    assert [check.id for check in grade.checks] == [check.id for check in collect(STEP1)]
    assert grade.points == grade.max_points == sum(check.terms.points for check in collect(STEP1))
    assert all(check.circumstances.seconds for check in grade.checks)
