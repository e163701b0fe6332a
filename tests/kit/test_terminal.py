"""A program finds what it finds at a person's desk, and what counts is what stands on its screen."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from grading.course import STEP1
from grading.people.desk import Desk
from grading.process.launcher import Launcher
from grading.process.patience import PATIENCE, PATIENCE_FOR_END
from grading.process.production import Production
from grading.process.program import Program
from grading.submission.arriving import arrived
from grading.system import blocked
from tests.kit.killing import submission

CLIENT = "chat_client.py"
needs_terminal = pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")


@contextmanager
def running(source: str, folder: Path, launcher: Launcher) -> Iterator[Program]:
    """Run a program that is a client to nobody."""
    production = Production(launcher, arrived(submission({CLIENT: source}, str(folder))), STEP1)
    program = Program(production, CLIENT)
    try:
        yield program
    finally:
        program.close()
        production.close()


def shows(program: Program, *lines: str) -> bool:
    return program.wait_for_screen(lambda: list(lines) == [line for line in program.out.screen.lines if line], PATIENCE)


def waits_for_keys(program: Program) -> bool:
    return program.wait_for_screen(program.keyboard.is_asked, PATIENCE)


def lines_of(program: Program) -> list[str]:
    """Return what the program has printed once it has ended."""
    assert program.wait_for_end(PATIENCE_FOR_END) is not None
    return program.out.screen.lines


FINDINGS = {
    "all streams are terminals": ("import os; print([os.isatty(n) for n in (0, 1, 2)])", "[True, True, True]"),
    "the terminal has a size": ("import os; print(tuple(os.get_terminal_size()))", "(80, 24)"),
    "no other size is in the environment": ("import os; print(os.environ.get('COLUMNS'))", "None"),
    "it is the controlling terminal": ("print(open('/dev/tty').isatty())", "True"),
    "it can be asked for its settings": (
        "import sys, termios; print(bool(termios.tcgetattr(0)[3] & termios.ECHO))",
        "True",
    ),
    "curses knows it": ("import curses; curses.setupterm(); print(curses.tigetnum('cols'))", "80"),
    "streams have their names": ("import sys; print(sys.stdin.name, sys.stdout.name)", "<stdin> <stdout>"),
    "text is UTF-8": ("import sys; print(sys.stdin.encoding, sys.stdout.encoding)", "utf-8 utf-8"),
}


@needs_terminal
@pytest.mark.parametrize("what", FINDINGS)
def test_a_program_finds_a_terminal(what: str, tmp_path: Path, launcher: Launcher) -> None:
    source, found = FINDINGS[what]
    with running(source, tmp_path, launcher) as program:
        assert lines_of(program) == [found]


@needs_terminal
def test_what_is_printed_shows_at_its_newline_and_a_prompt_before_input_reads(
    tmp_path: Path, launcher: Launcher
) -> None:
    source = "print('hello')\nprint('> ', end='')\nname = input('who? ')\nprint('I am', name)\ninput()\n"
    with running(source, tmp_path, launcher) as program:
        assert shows(program, "hello", "> who?")
        program.keyboard.types("Ann")
        assert shows(program, "hello", "> who? Ann", "I am Ann")


SLOW_TO_ASK = """
import getpass, time
began = time.monotonic()
while time.monotonic() < began + 0.6: pass
print('I am', getpass.getpass('who? '))
"""


@needs_terminal
@pytest.mark.skipif(blocked.listens(os.getpid(), ()) is None, reason="nobody can tell who waits for what is typed")
def test_who_throws_away_what_came_before_the_question_is_asked_for_nothing_sooner(
    tmp_path: Path, launcher: Launcher
) -> None:
    with running(SLOW_TO_ASK, tmp_path, launcher) as program:
        assert waits_for_keys(program)
        program.keyboard.types("Ann")
        assert shows(program, "who?", "I am Ann")


@needs_terminal
def test_one_read_returns_one_line(tmp_path: Path, launcher: Launcher) -> None:
    source = "import os\nfor _ in range(2):\n    print(os.read(0, 1000))\n"
    with running(source, tmp_path, launcher) as program:
        program.keyboard.types("one")
        program.keyboard.types("two")
        lines = lines_of(program)
        assert [line for line in lines if line.startswith("b'")] == ["b'one\\n'", "b'two\\n'"]


@needs_terminal
def test_enter_is_a_letter_of_its_own_for_who_reads_keys(tmp_path: Path, launcher: Launcher) -> None:
    source = "import sys, tty\ntty.setraw(0)\nprint('keys?', end='\\r\\n', flush=True)\nprint([sys.stdin.read(1)])\n"
    with running(source, tmp_path, launcher) as program:
        assert shows(program, "keys?")
        program.keyboard.types("")
        assert lines_of(program)[-1] == r"['\r']"


@needs_terminal
def test_the_end_of_the_input_is_a_key(tmp_path: Path, launcher: Launcher) -> None:
    source = "try:\n    input('? ')\nexcept EOFError:\n    print('over')\nprint(input('again? '))\n"
    with running(source, tmp_path, launcher) as program:
        assert shows(program, "?")
        program.process.terminal.ends_the_input()
        assert shows(program, "? over", "again?")
        program.keyboard.types("yes")
        assert lines_of(program)[-1] == "yes"


@needs_terminal
def test_ctrl_c_is_a_key_that_interrupts_and_for_some_programs_a_letter(tmp_path: Path, launcher: Launcher) -> None:
    source = (
        "import os, tty\ntry:\n    input('? ')\nexcept KeyboardInterrupt:\n    print('stopped')\n"
        "tty.setraw(0)\nprint('raw', end='\\r\\n', flush=True)\nprint(os.read(0, 9))\n"
    )
    with running(source, tmp_path, launcher) as program:
        assert waits_for_keys(program)
        program.interrupt()
        assert program.wait_for_screen(lambda: "raw" in program.out.screen.lines, PATIENCE)
        program.interrupt()
        assert lines_of(program)[-1] == "b'\\x03'"


@needs_terminal
def test_a_daemon_thread_at_the_keyboard_does_not_change_how_a_program_ends(tmp_path: Path, launcher: Launcher) -> None:
    source = (
        "import sys, threading, time\nthreading.Thread(target=input, args=('? ',), daemon=True).start()\n"
        "while threading.active_count() < 2: pass\nprint('bye')\nsys.exit(5)\n"
    )
    with running(source, tmp_path, launcher) as program:
        assert program.wait_for_end(PATIENCE_FOR_END) == 5


@needs_terminal
def test_what_both_streams_say_is_on_one_screen(tmp_path: Path, launcher: Launcher) -> None:
    source = "import sys\nprint('one')\nprint('two', file=sys.stderr)\nprint('three')\n"
    with running(source, tmp_path, launcher) as program:
        assert lines_of(program) == ["one", "two", "three"]


@needs_terminal
def test_a_program_that_asks_its_terminal_gets_an_answer(tmp_path: Path, launcher: Launcher) -> None:
    source = "import os, tty\ntty.setcbreak(0)\nos.write(1, b'12345\\x1b[6n')\nprint(os.read(0, 99))\n"
    with running(source, tmp_path, launcher) as program:
        assert lines_of(program)[-1].endswith("b'\\x1b[1;6R'")


@needs_terminal
def test_a_program_that_takes_keys_gets_one_letter_at_a_time(tmp_path: Path, launcher: Launcher) -> None:
    source = (
        "import os, tty\ntty.setcbreak(0)\nprint('ready', flush=True)\nkeys = []\n"
        "while not keys or keys[-1] not in (b'\\n', b'\\r'): keys.append(os.read(0, 99))\nprint(keys)\n"
    )
    with running(source, tmp_path, launcher) as program:
        assert program.wait_for_screen(lambda: "ready" in program.out.screen.lines, PATIENCE)
        program.keyboard.types("a€")
        assert "[b'a', b'\\xe2\\x82\\xac', b'\\n']" in lines_of(program)[-1]


IMPATIENT = """
import socket, sys, termios, time
sock = socket.create_connection(("localhost", 8080))
termios.tcflush(0, termios.TCIFLUSH)  # what was typed before is lost
print("Enter username: ", end="", flush=True)
print(sys.stdin.readline(), flush=True)
sock.recv(1)
"""


@needs_terminal
def test_nothing_is_typed_before_the_program_had_the_chance_to_ask(tmp_path: Path, launcher: Launcher) -> None:
    production = Production(launcher, arrived(submission({CLIENT: IMPATIENT}, str(tmp_path))), STEP1)
    desk = Desk(production, STEP1)
    try:
        desk.sits_down(knock=False)
        desk.sees("Alice")
    finally:
        desk.close()
        production.close()


def test_settings_for_python_do_not_reach_a_program(
    tmp_path: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    monkeypatch.setenv("PYTHONOPTIMIZE", "2")
    work = submission({CLIENT: "import os\nprint(sorted(n for n in os.environ if n[:6] == 'PYTHON'))\n"}, str(tmp_path))
    with Launcher() as fresh:
        process = fresh.start_for_real(Production(fresh, arrived(work), STEP1).copy_of_work(), CLIENT)
        seen = b""
        while data := process.terminal.read():
            seen += data
    assert os.environ["PYTHONOPTIMIZE"] == "2"
    assert seen.split() == [b"[]"]
