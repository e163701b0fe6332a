"""What surrounds a submission: it sees no secrets of ours, and a worker may have a network of its own."""

from __future__ import annotations

import contextlib
import dataclasses
import errno
import json
import os
import socket
import subprocess
import sys
import textwrap

import pytest

from grading.course import KIT, STEP1
from grading.process.jail import NETWORK, USER, Jail
from grading.process.launcher import SOMEBODY, Launcher
from grading.process.patience import PATIENCE_FOR_START
from grading.process.production import Production
from grading.process.program import Program
from grading.submission.values import Submission

CLIENT = "chat_client.py"
TELLS = "import json, os\nwith open('told', 'w') as file: json.dump(dict(os.environ), file)\n"
LOCKS = """
import os, tempfile
for folder in (os.path.expanduser("~"), tempfile.gettempdir()):
    open(f"{folder}/runs-already", "x").close()
"""
TOKEN = "ghp_1234567890"
ALONE = Jail(namespaces=(USER, NETWORK))


@pytest.fixture
def secretive(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY", "XLANG", "COLUMNS", "PYTHONSTARTUP"):
        monkeypatch.setenv(name, TOKEN)
    monkeypatch.setenv("LC_TIME", "C.UTF-8")


def told(launcher: Launcher, how: str) -> dict[str, str]:
    """Start a program that writes down its environment, and return that."""
    production = Production(launcher, Submission({CLIENT: TELLS.encode()}), STEP1)
    with contextlib.ExitStack() as ending:
        ending.callback(production.close)
        if how == "for real":
            process = launcher.start_for_real(production.copy_of_work(), CLIENT)
            while process.terminal.read():
                pass
            launcher.end(process)
        else:
            program = Program(production, CLIENT)
            ending.callback(program.close)  # with which its folder is gone
            assert program.wait_for_end(PATIENCE_FOR_START) == 0, program.out.text
        environment: dict[str, str] = json.loads(next(production.scratch.glob("*/told")).read_text())
        return environment


@pytest.mark.parametrize("how", ["for real", "afresh", "warm"])
def test_no_secret_of_ours_gets_in(how: str, secretive: None) -> None:
    if how == "warm" and not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    with Launcher(warm=how == "warm") as launcher:
        environment = told(launcher, how)
    assert TOKEN not in environment.values()
    assert environment["PATH"]
    assert environment["LC_TIME"] == "C.UTF-8"


@pytest.mark.skipif(os.name != "posix", reason="there, programs have the home of whoever grades")
@pytest.mark.parametrize("warm", [False, True])
def test_no_run_finds_what_another_one_left_at_home(warm: bool) -> None:
    if warm and not hasattr(os, "fork"):
        pytest.skip("this system has no fork")
    with Launcher(warm=warm) as launcher, contextlib.ExitStack() as ending:
        production = Production(launcher, Submission({CLIENT: LOCKS.encode()}), STEP1)
        ending.callback(production.close)
        for _ in range(2):
            program = Program(production, CLIENT)
            try:
                assert program.wait_for_end(PATIENCE_FOR_START) == 0, program.out.text
            finally:
                program.close()
        assert [path.name for path in production.scratch.iterdir()] == ["the-whole-work"]


@pytest.mark.skipif(os.name != "posix", reason="There, another variable names the account.")
@pytest.mark.parametrize("how", ["for real", "afresh", "warm"])
def test_programs_find_a_name_for_whom_they_run_whether_their_account_has_one_or_not(
    how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):  # where `getpass.getuser` looks
        monkeypatch.delenv(name, raising=False)
    with Launcher(warm=how == "warm") as launcher:
        environment = told(launcher, how)
    assert environment["LOGNAME"] == environment["USER"] == SOMEBODY


def test_a_jail_is_made_of_what_is_needed(secretive: None) -> None:
    assert TOKEN not in Jail.here().environment.values()
    assert Jail.here().environment["LC_TIME"] == "C.UTF-8"
    assert Jail.here().around(TZ="UTC")["TZ"] == "UTC"


def test_without_namespaces_a_worker_is_started_as_it_is() -> None:
    assert Jail().wraps("python", "x.py") == ["python", "x.py"]


def in_a_network_of_its_own(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a worker in namespaces of its own, or skip the test where there are none."""
    allowed = subprocess.run(
        ALONE.wraps(sys.executable, "-c", ""), cwd=KIT, capture_output=True, text=True, check=False
    )
    if allowed.returncode:
        pytest.skip(f"here nobody may make namespaces: {allowed.stderr.strip().splitlines()[-1]}")
    return subprocess.run(ALONE.wraps(*command), cwd=KIT, capture_output=True, text=True, check=False)


def test_a_worker_in_a_network_of_its_own_reaches_nobody_else() -> None:
    with socket.create_server(("127.0.0.1", 0)) as ours:
        port = ours.getsockname()[1]
        calls = f"import socket; print(socket.socket().connect_ex(('127.0.0.1', {port})))"
        assert in_a_network_of_its_own(sys.executable, "-c", calls).stdout.split() == [str(errno.ECONNREFUSED)]


def test_a_worker_in_a_network_of_its_own_grades_as_ever() -> None:
    worker = textwrap.dedent("""
        from grading.course import STEP1
        from grading.grade import grade
        from grading.skeletons import finished
        from grading.submission.values import Submission
        files = {name: text.encode() for name, text in finished("step1").items()}
        found = grade(Submission(files), STEP1)
        print(found.points, found.max_points, *found.notes)
    """)
    done = in_a_network_of_its_own(sys.executable, "-c", worker)
    assert done.stdout.split() == ["68", "68"], done.stderr


def test_a_jail_is_a_value() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(ALONE, "namespaces", ())
    assert Jail(namespaces=(USER, NETWORK)) == ALONE
