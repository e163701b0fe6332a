"""pytest as people know it runs the suites, and a failure tells its story."""

from __future__ import annotations

import os
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from pathlib import Path

import pytest

from grading.course import EXERCISES, KIT
from grading.skeletons import finished
from grading.suite import collect

Pytest = Callable[..., "subprocess.CompletedProcess[str]"]


def bare_pytest() -> str:
    """Return the script that people call when they type `pytest`, which knows nothing of the folder one is in."""
    return "import sys; sys.path.remove(''); import pytest; sys.exit(pytest.main())"


@pytest.fixture
def run(tmp_path: Path) -> Pytest:
    """Type `pytest ...` in a folder of the kit; its memory of earlier runs is this test's own."""

    def runs(*words: str, folder: Path = KIT, **more: str) -> subprocess.CompletedProcess[str]:
        cache = ["-o", f"cache_dir={tmp_path / 'cache'}"]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PYTHON"))}
        environment = {**clean, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONIOENCODING": "utf-8", **more}
        command = [sys.executable, "-c", bare_pytest(), *words, *cache]
        return subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)

    return runs


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A right step 1."""
    folder = tmp_path / "work"
    folder.mkdir()
    for name, text in finished("step1").items():
        (folder / name).write_text(text, "utf-8")
    return folder


def test_the_checks_that_are_named_are_made_on_a_folder(run: Pytest, work: Path) -> None:
    done = run("tests/step1", "--work", str(work), "-k", "colons", "-q")
    assert "1 passed, " in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


def test_from_inside_the_folder_of_a_suite_it_is_the_same(run: Pytest, work: Path) -> None:
    here = KIT / "tests" / "step1"
    done = run(f"--work={os.path.relpath(work, here)}", "-k", "colons", "-q", folder=here)
    assert "1 passed, " in done.stdout, done.stdout + done.stderr


def test_a_failure_is_the_story_and_no_traceback(run: Pytest, work: Path) -> None:
    (work / "chat_server.py").write_text("import socket\nsocket.create_server(('localhost', 8080)).accept()\n")
    done = run("tests/step1/test_server.py", "--work", str(work), "-k", "colons")
    story = done.stdout.partition("✗ A message that contains colons arrives whole.\n")[2]
    assert story.startswith("  chat_server.py, step1: 0 of 3 points\n"), done.stdout + done.stderr
    assert "\n  expected  " in story and "\n  got       " in story and "\n  hint      " in story
    assert "Traceback" not in done.stdout and ".py:" not in story.partition("short test summary")[0]
    assert done.returncode == 1


def test_a_gate_that_failed_lets_the_rest_of_its_program_wait(run: Pytest, work: Path) -> None:
    (work / "chat_server.py").write_text("raise SystemExit('not today')\n")
    done = run("tests/step1", "--work", str(work), "-k", "starts or colons or any_text", "-rs")
    assert "waits until chat_server.py starts" in done.stdout, done.stdout + done.stderr
    outcomes = [line.partition(".py")[2].split()[0] for line in done.stdout.splitlines() if line.startswith("tests/")]
    assert outcomes == [".", "Fss"]


def test_after_the_first_failure_x_stops_and_lf_begins_there(run: Pytest, work: Path) -> None:
    before = (work / "chat_server.py").read_text("utf-8")
    (work / "chat_server.py").write_text("raise SystemExit('not today')\n")
    words = ("tests/step1/test_server.py", "--work", str(work), "-k", "starts or colons")
    assert "1 failed" in run(*words, "-x").stdout
    (work / "chat_server.py").write_text(before, "utf-8")
    done = run(*words, "--lf", "-v")
    assert "test_the_server_starts PASSED" in done.stdout, done.stdout + done.stderr
    assert "test_colons_in_a_text" not in done.stdout


def test_what_this_system_cannot_try_is_skipped_with_its_sentence(run: Pytest, work: Path, tmp_path: Path) -> None:
    done = run_with(run, tmp_path, "CannotTell('There is no such thing here.')", work)
    assert "There is no such thing here." in done.stdout, done.stdout + done.stderr
    assert "1 skipped" in done.stdout


def test_our_own_fault_is_an_error_and_not_a_failure(run: Pytest, work: Path, tmp_path: Path) -> None:
    done = run_with(run, tmp_path, "ZeroDivisionError('ours')", work)
    assert "1 error" in done.stdout and "failed" not in done.stdout.splitlines()[-1], done.stdout + done.stderr
    assert "The grader itself failed here; this is not your fault." in done.stdout
    assert "ZeroDivisionError: ours" in done.stdout


def run_with(run: Pytest, tmp_path: Path, what: str, work: Path) -> subprocess.CompletedProcess[str]:
    """Make one check where nobody can enter a room, for this reason."""
    (tmp_path / "nobody_enters.py").write_text(
        "from grading.people.room import Room\nfrom grading.results.unmet import CannotTell\n"
        f"def enter(*_, **__):\n    raise {what}\nRoom.enter = enter\n"
    )
    path = os.pathsep.join([str(KIT), str(tmp_path)])
    words = ("tests/step1/test_server.py", "--work", str(work), "-k", "colons", "-rs", "-p", "nobody_enters")
    return run(*words, PYTHONPATH=path)


def test_junit_gets_the_story(run: Pytest, work: Path, tmp_path: Path) -> None:
    (work / "chat_server.py").unlink()
    report = tmp_path / "report.xml"
    run("tests/step1/test_server.py", "--work", str(work), "-k", "colons", f"--junitxml={report}")
    (failure,) = ElementTree.parse(report).iter("failure")
    assert "there is no such file" in (failure.text or "")


def test_what_a_panel_of_tests_asks_for_names_each_check(run: Pytest) -> None:
    done = run("tests/step1", "--collect-only", "-q")
    named = {line for line in done.stdout.splitlines() if "::" in line}
    assert named == {
        f"tests/step1/test_{check.role.name}.py::{check.function.__name__}" for check in collect(EXERCISES["step1"])
    }


def test_a_folder_that_is_not_there_is_named(run: Pytest, tmp_path: Path) -> None:
    done = run("tests/step1", "--work", str(tmp_path / "nowhere"))
    assert f"There is no folder {tmp_path / 'nowhere'}." in done.stdout + done.stderr
    assert done.returncode == pytest.ExitCode.USAGE_ERROR


def test_without_a_folder_each_check_is_made_on_its_own_step(run: Pytest) -> None:
    done = run("tests/step1", "tests/step2", "-k", "test_server and not by_hand and starts", "-q")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


def test_the_tests_of_the_kit_are_ordinary_tests(run: Pytest) -> None:
    done = run("tests/kit/test_locks.py", "-q")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_screen_that_lacks_the_signs_gets_what_looks_like_them(run: Pytest, work: Path) -> None:
    (work / "chat_server.py").unlink()
    done = run("tests/step1/test_server.py", "--work", str(work), "-k", "colons", PYTHONIOENCODING="ascii")
    assert "\nx A message that contains colons arrives whole.\n" in done.stdout, done.stdout + done.stderr
