"""An interpreter that a program starts is on the stage, whatever options it gets; all else is started as it was."""

from __future__ import annotations

import subprocess
import sys

import pytest

from grading.course import KIT
from grading.stage.children import hearing

COMMANDS = {
    "python -I server.py -I": "python -s server.py -I",
    "python3 -E server.py": "python3 server.py",
    "python -uES -m chat -S": "python -u -m chat -S",
    "python -Ic 1 -E": "python -sc 1 -E",
    "python -X dev -W error -I server.py": "python -X dev -W error -s server.py",
    "python -uX dev -I server.py": "python -uX dev -s server.py",
    "python -XIE -WES server.py": "python -XIE -WES server.py",
    "python --check-hash-based-pycs always -E -": "python --check-hash-based-pycs always -",
    "python": "python",
    "grep -I -E word": "grep -I -E word",
}
START = """
import os, subprocess, sys
from grading.stage import children
children.let_them_follow({})
words = [sys.executable, "-I", "-c", "import sys; print(sys.flags.ignore_environment)"]
subprocess.run(words, check=True)
os.execv(words[0], words)
"""


@pytest.mark.parametrize(("command", "started"), COMMANDS.items())
def test_options_that_let_an_interpreter_look_at_no_variable_are_left_away(command: str, started: str) -> None:
    assert hearing(command.split()) == started.split()


def test_what_is_no_command_stays_what_it_is() -> None:
    assert hearing(None) is None


def test_whoever_starts_an_isolated_interpreter_starts_one_that_looks_at_its_variables() -> None:
    done = subprocess.run([sys.executable, "-c", START], cwd=KIT, stdout=subprocess.PIPE, text=True, check=True)
    assert done.stdout.split() == ["0", "0"]
