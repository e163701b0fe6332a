"""What the pages show of the grader, made anew: pictures of its screens, and a screen that is quoted."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from xml.dom import minidom

from grading.course import KIT
from tests.kit.killing import submission
from tests.kit.mutants import MUTANTS

PAGE = KIT / "README.md"
PICTURES = KIT / "steps" / "screens"
PARTS = ("grader.py", "requirements.txt", "grading", "tests/step1")  # of the kit, that grade step 1
MISTAKE = "exactly_two_parts"  # the mutant whose story the page explains
HEADING, AFTER = "## How to read a failure\n\n", "\n\n1. "  # what stands before and behind the quoted screen
MARKED = ("✗", "  chat_server.py", "     Ann", "  expected", "  because", "  hint", "next")  # get a number each
MARGIN = 88  # columns of a quoted line, before its number
ALL_PASS = """
import sys
from dataclasses import replace
from grading.cli import grading as command
from grading.cli.main import main
from grading.results.values import PASSED, Grade
from grading.suite import collect

def grade(submission, exercise, *how):
    return Grade(exercise.name, tuple(replace(check.untried(), outcome=PASSED) for check in collect(exercise)))

command.grade = grade
sys.exit(main(sys.argv[1:]))
"""  # what a submission is shown that does everything right, without the minute that it takes to find out


def screen_of_a_full_pass(picture: Path) -> None:
    """Take a picture of the last screen that a student sees."""
    command = [sys.executable, "-c", ALL_PASS, "advanced", "--solution", "--svg", str(picture)]
    subprocess.run(command, cwd=KIT, env=_plain(), stdout=subprocess.DEVNULL, check=True)


def quoted_screen(folder: Path) -> str:
    """Return the screen that the page explains, as it stands there; it is made by a copy of the kit in `folder`."""
    for part in PARTS:
        copy = shutil.copytree if (KIT / part).is_dir() else shutil.copy
        (folder / part).parent.mkdir(parents=True, exist_ok=True)
        copy(KIT / part, folder / part)
    (folder / "steps" / "step1").mkdir(parents=True)
    [mutant] = [mutant for mutant in MUTANTS if mutant.name == MISTAKE]
    submission(mutant.sources(), str(folder / "steps" / "step1"))
    command = [sys.executable, "grader.py", "step1"]
    done = subprocess.run(command, cwd=folder, env=_plain(), stdout=subprocess.PIPE, encoding="utf-8", check=False)
    return "\n".join(_numbered(done.stdout.rstrip().splitlines()))


def _numbered(lines: list[str]) -> list[str]:
    """Return a screen as a page quotes it, with a number behind each line that is explained below."""
    found = [next((i for i, line in enumerate(lines) if line.startswith(mark)), -1) for mark in MARKED]
    numbers = {line: number for number, line in enumerate(found, 1)}
    quoted = [f"    {line}" for line in lines]
    return [f"{line:{MARGIN}}({numbers[i]})" if i in numbers else line.rstrip() for i, line in enumerate(quoted)]


def with_quoted(page: str, screen: str) -> str:
    """Return the page with this screen where it quotes one."""
    before, _, rest = page.partition(HEADING)
    return before + HEADING + screen + AFTER + rest.partition(AFTER)[2]


def words(picture: Path) -> list[str]:
    """Return what a picture of a screen says, line by line: how it is drawn is up to whoever draws it."""
    lines: dict[str, str] = {}
    for text in minidom.parse(str(picture)).getElementsByTagName("text"):
        line = text.getAttribute("y")
        lines[line] = lines.get(line, "") + "".join(node.nodeValue or "" for node in text.childNodes)
    return [re.sub(r"\s", " ", line).rstrip() for line in lines.values()]


def _plain() -> dict[str, str]:
    return {**os.environ, "COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1", "CHAT_KIT_TYPED": "python"}
