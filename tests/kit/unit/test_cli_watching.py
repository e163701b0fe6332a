"""Who watches sees each save graded, has keys where there is a keyboard, and gets the terminal back as it was."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.course import KIT
from grading.skeletons import finished

if sys.platform == "win32":
    pytest.skip("there, no other process can be given keys", allow_module_level=True)

from tests.kit.killing import submission
from tests.kit.terminals import Terminal

INSTANT = f"""
import sys, threading
sys.path.insert(0, {str(KIT)!r})
from dataclasses import replace
from grading.cli import watching
from grading.cli.main import main
from grading.results.causes import Cause
from grading.results.values import FAILED, PASSED, Circumstances, Grade
from tests.kit.conftest import finding

class Launcher:
    def __init__(self):
        self.closed = threading.Event()
    def close(self):
        self.closed.set()

def check(name, outcome):
    cause = None if outcome == PASSED else Cause(name, f"Because of {{name}}.")
    found = finding(f"step2/server/{{name}}", f"It is {{name}}.", f"Think of {{name}}.", 3, outcome, "a", "b", cause)
    return replace(found, circumstances=Circumstances(printed=("ready",)))

def grade(submission, exercise, how):
    said = submission.read("chat_server.py").decode().split()
    if said[0] == "endless":
        print("begun", file=told, flush=True)
        how.launcher.closed.wait()
        print("ended", file=told, flush=True)
        how.progress(check("endless", PASSED), 9)
        print("heard", file=told, flush=True)
    checks = [check(name, PASSED if name in said else FAILED) for name in ("red", "green")]
    for left, one in enumerate(checks):
        how.progress(one, left)
    return Grade(exercise.name, tuple(checks))

told = open(sys.argv.pop(1), "a")
watching.Launcher, watching.grade = Launcher, grade
sys.exit(main(sys.argv[1:]))
"""
WATCHING = "– watching  h hint  a all  n next  w talk  o page  r run again  q quit"


class Work:
    """A folder with a program that says which of its checks pass."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "work"
        self.folder.mkdir()
        self.told = folder / "told"  # what becomes of a grading that has no end
        self.told.touch()
        self.program = folder / "watch.py"
        self.program.write_text(textwrap.dedent(INSTANT), "utf-8")
        self.saves("red")

    @property
    def words(self) -> list[str]:
        return [str(self.told), "step2", "--watch", "--work", str(self.folder)]

    def saves(self, text: str) -> None:
        """Save as editors do: all at once."""
        (self.folder / "new").write_text(text, "utf-8")
        os.replace(self.folder / "new", self.folder / "chat_server.py")


@pytest.fixture
def work(tmp_path: Path) -> Work:
    return Work(tmp_path)


@pytest.fixture
def terminal(work: Work) -> Iterator[Terminal]:
    terminal = Terminal(work.program, *work.words)
    yield terminal
    terminal.close()


def sees(terminal: Terminal, *lines: str) -> None:
    """Wait until these lines are on the screen, and nothing is graded."""
    terminal.until(lambda: all(line in terminal.lines() for line in (*lines, WATCHING)))


def test_each_save_is_graded_and_q_ends_it(terminal: Terminal, work: Work) -> None:
    sees(terminal, "  · step2        3 of   6 points", "✗ It is green.")
    work.saves("green")
    sees(terminal, "✗ It is red.")
    work.saves("green red")
    sees(terminal, "  ✓ step2        6 of   6 points")
    assert not any("run again:" in line for line in terminal.lines())
    terminal.types("q")
    assert terminal.end() == 0
    assert terminal.has_settings_of_the_start()


def test_keys_show_the_hint_the_next_failure_and_grade_again(terminal: Terminal, work: Work) -> None:
    work.saves("nothing")
    sees(terminal, "✗ It is red.", "  ✗ server  It is green.")
    assert not any("hint " in line for line in terminal.lines()[:-1])
    terminal.types("h")
    sees(terminal, "hint 1 of 4: what is not true")
    terminal.types("hh")
    sees(terminal, "hint 3 of 4: a question", "Think of red. Where in your program does that matter?")
    terminal.types("n")
    sees(terminal, "✗ It is green.")
    assert not any("Think of" in line for line in terminal.lines())
    terminal.types("h")
    sees(terminal, "hint 1 of 4: what is not true")
    terminal.types("n")
    sees(terminal, "✗ It is red.", "  ✗ server  It is green.")
    terminal.types("rx\x1b[Aq")
    assert terminal.end() == 1


def test_a_and_n_say_so_where_there_is_no_more_to_show(terminal: Terminal, work: Work) -> None:
    sees(terminal, "✗ It is green.")
    for key in "an":
        terminal.types(key)
        terminal.until(lambda: "".join(terminal.lines()[-1:]).startswith("– nothing else fails  h hint"))
        terminal.types("ww")
        sees(terminal, "✗ It is green.")
    work.saves("nothing")
    sees(terminal, "  ✗ server  It is green.")
    terminal.types("a")
    terminal.until(lambda: "".join(terminal.lines()[-1:]).startswith("– all that fails  h hint"))
    terminal.types("a")
    sees(terminal, "  ✗ server  It is green.")
    work.saves("red green")
    sees(terminal, "  ✓ step2        6 of   6 points")
    terminal.types("n")
    terminal.until(lambda: "".join(terminal.lines()[-1:]).startswith("– nothing fails  h hint"))


def test_w_shows_what_the_program_printed_and_o_the_page_and_again_the_story(terminal: Terminal, work: Work) -> None:
    sees(terminal, "✗ It is green.")
    terminal.types("w")
    sees(terminal, "what chat_server.py printed", "  ready")
    terminal.types("w")
    sees(terminal, "next")
    terminal.types("o")
    terminal.until(lambda: any("When something goes wrong" in line for line in terminal.lines()))
    terminal.types("o")
    sees(terminal, "✗ It is green.", "next")


def test_a_save_in_the_middle_of_a_grading_stops_it(terminal: Terminal, work: Work) -> None:
    sees(terminal, "✗ It is green.")
    work.saves("endless")
    terminal.until(lambda: work.told.stat().st_size > 0)
    assert "✗ It is green." in terminal.lines()  # the story stays
    work.saves("green")
    sees(terminal, "✗ It is red.")
    terminal.types("q")
    assert terminal.end() == 1
    assert work.told.read_text().split() == ["begun", "ended"]


def test_a_program_that_is_gone_for_a_moment_ends_nothing(terminal: Terminal, work: Work) -> None:
    sees(terminal, "✗ It is green.")
    (work.folder / "chat_server.py").unlink()
    terminal.until(
        lambda: "".join(terminal.lines()[-1:]).startswith("✗ Neither chat_server.py nor chat_client.py is in")
    )
    work.saves("green")
    sees(terminal, "✗ It is red.")


@pytest.mark.parametrize(("key", "status"), [("q", 1), ("\x04", 1), ("\x03", 130), ("", 143)])
def test_however_it_ends_the_terminal_is_as_before(key: str, status: int, terminal: Terminal) -> None:
    sees(terminal, "✗ It is green.")
    assert not terminal.has_settings_of_the_start()
    terminal.types(key) if key else os.kill(terminal._child, signal.SIGTERM)
    assert terminal.end() == status
    assert terminal.has_settings_of_the_start()
    assert not terminal.screen.cursor.hidden


def test_nothing_is_left_of_a_grading_that_ctrl_c_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    scratch, work = tmp_path / "scratch", tmp_path / "work"
    scratch.mkdir()
    work.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    terminal = Terminal(KIT / "grader.py", "step1", "--watch", "--work", str(submission(finished("step1"), str(work))))
    try:
        terminal.until(lambda: any(line.startswith("– grading: ") for line in terminal.lines()))
        terminal.types("\x03")
        assert terminal.end() == 130
        assert list(scratch.iterdir()) == []
        assert sorted(path.name for path in work.iterdir()) == ["chat_client.py", "chat_server.py"]
    finally:
        terminal.close()


def test_without_a_terminal_there_are_no_keys_and_each_grade_comes_after_the_other(work: Work) -> None:
    command = [sys.executable, str(work.program), *work.words]
    plain = {**os.environ, "COLUMNS": "80", "PYTHONUTF8": "1"}
    signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored, and so by children
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, env=plain, text=True) as watching:
        assert watching.stdout
        first = list(iter(watching.stdout.readline, "– watching; Ctrl+C ends it\n"))
        assert "✗ It is green.\n" in first and "  hint      Think of green.\n" in first
        work.saves("green red")
        second = list(iter(watching.stdout.readline, "– watching; Ctrl+C ends it\n"))
        assert "– grading again\n" in second and "  ✓ step2        6 of   6 points\n" in second
        watching.send_signal(signal.SIGINT)
        assert watching.stdout.read().endswith("Stopped.\n")
    assert watching.returncode == 130


def test_watching_goes_with_a_step_alone(capsys: pytest.CaptureFixture[str], work: Work, tmp_path: Path) -> None:
    from grading.cli.main import main

    for words in (["--solution"], ["--json", str(tmp_path / "x")], ["--seed", "1"]):
        with pytest.raises(SystemExit) as ending:
            main(["step2", "--watch", *words])
        assert ending.value.code == 2
    assert main(["--watch"]) == 2
    assert "Which step?" in capsys.readouterr().out
