"""The command line: arguments in, a grade on the screen, an exit status out."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

from grading import checks, report, saving
from grading.copies import TooBig
from grading.ending import FAILED, INTERRUPTED, OWN_FAULT, PASSED, UNUSABLE
from grading.launcher import KIT
from grading.results import Grade
from grading.showing import outputs_that_never_fail, visible
from grading.skeletons import PROGRAMS, STEPS, finished

MAINTAINERS = ("kit", "bench")  # what those who maintain the kit ask for


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{visible(message)}. `{report.command('--help')}` shows what can be typed.\n")


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = _Parser(prog="grader.py", description="Grade your chat server and client.")
    where = f"{', '.join(STEPS)}: grade that step. Nothing: show where you stand. kit, bench: test or measure the kit."
    parser.add_argument("step", nargs="?", choices=[*STEPS, *MAINTAINERS], metavar="STEP", help=where)
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder to grade (default: steps/STEP)")
    parser.add_argument("--solution", action="store_true", help="grade the reference solution as it is at STEP")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole result to FILE as well")
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture of the screen to FILE as well")
    parser.add_argument("--seed", type=int, metavar="N", help="repeat the schedule in which a race was lost")
    parser.add_argument("--debug", action="store_true", help="show all that is known about the first failure")
    arguments, rest = parser.parse_known_args(argv)
    if rest and arguments.step not in MAINTAINERS:
        parser.error(f"unknown: {' '.join(rest)}")
    arguments.rest = rest
    if arguments.solution and arguments.work:
        parser.error("--solution and --work exclude each other")
    if arguments.json and arguments.step in MAINTAINERS:
        parser.error(f"--json goes with a step, not with {arguments.step}")
    return arguments


def main(argv: list[str]) -> int:
    """Do what the command line says; return the exit status, whatever becomes of the screen."""
    with outputs_that_never_fail():
        arguments = _arguments(argv)
        if arguments.step in MAINTAINERS or arguments.solution:
            needed = KIT / ("tests/kit" if arguments.step in MAINTAINERS else "solution")
            if not needed.is_dir():
                print(f"This copy of the kit has no {needed.relative_to(KIT)}: it was left out for students.")
                return UNUSABLE
        if arguments.step in MAINTAINERS:
            return _maintain(arguments.step, arguments.rest, arguments.svg)
        return _show_a_grade(arguments)


def _show_a_grade(arguments: argparse.Namespace) -> int:
    aside = bool(arguments.json and saving.own_screen(arguments.json) == 1)  # the JSON alone goes to stdout
    screen = report.Screen(report.make_console(bool(arguments.svg), aside), arguments.debug)
    try:
        if not _can_be_saved(arguments, screen) or not _names_its_step(arguments, screen):
            return UNUSABLE
        status = _grade(arguments, screen) if arguments.step else _overview(arguments, screen)
        if arguments.svg:
            picture = screen.picture(_command(arguments, *(["--debug"] if arguments.debug else [])))
            status = _saves(arguments.svg, picture, status)
        return status
    except TooBig as error:
        screen.ends()
        screen.says(str(error))
        return UNUSABLE
    except KeyboardInterrupt:
        screen.ends()
        screen.says("Stopped.")
        os._exit(INTERRUPTED)  # the programs have ended; our threads need not come to theirs
    except Exception as error:
        screen.ends()
        screen.says(f"The grader itself failed: {type(error).__name__}: {error}. This is not your fault.", "red")
        screen.says("Run it again with --debug, and show the result to your instructor.")
        if arguments.debug:
            for line in traceback.format_exc().splitlines():
                screen.says(line)
        return OWN_FAULT


def _command(arguments: argparse.Namespace, *more: str) -> str:
    """Return what to type for the same to be graded again."""
    words = [arguments.step] if arguments.step else []
    if arguments.work:
        folder = str(arguments.work)
        words += ["--work", os.path.join(os.curdir, folder) if folder.startswith("-") else folder]
    return report.command(*words, *(["--solution"] if arguments.solution else []), *more)


def _can_be_saved(arguments: argparse.Namespace, screen: report.Screen) -> bool:
    """Take old results away; before any work is done, say so if new ones cannot be written."""
    programs = [str(_work(arguments) / name) for name in PROGRAMS if arguments.step]
    taken: list[str] = []
    for path in filter(None, (arguments.json, arguments.svg)):
        target = os.path.realpath(path)
        if target in programs:
            screen.says(f"{report.shown_path(path)} is a program to be graded: no result can be written there.")
            return False
        if target in taken:
            screen.says(f"--json and --svg cannot both be written to {report.shown_path(path)}.")
            return False
        taken.append(target)
        try:
            saving.clear(path)
        except OSError as error:
            screen.says(f"Nothing can be written to {report.shown_path(path)}: {error.strerror}.")
            return False
    return True


def _names_its_step(arguments: argparse.Namespace, screen: report.Screen) -> bool:
    needs_one = arguments.work or arguments.solution or arguments.json or arguments.seed is not None
    if needs_one and not arguments.step:
        screen.says(f"Which step? For example: {report.command('step1')} --work DIR --json FILE")
        return False
    return True


def _saves(path: Path, text: str, status: int) -> int:
    """Write a result; return `status`, or that of a grading that is lost if it cannot be written."""
    try:
        saving.write(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        where = visible(report.shown_path(path))
        print(f"The result could not be written to {where}: {error.strerror}.", file=sys.stderr)
        return OWN_FAULT
    return status


def _maintain(what: str, rest: list[str], svg: Path | None) -> int:
    """Test the kit itself, draw up its matrix of checks and mistakes, or measure its server beside others."""
    if what == "bench":
        command = ["tests.kit.bench", *rest, *(["--svg", str(svg.resolve())] if svg else [])]
    elif "--matrix" in rest:
        rest.remove("--matrix")
        command = ["tests.kit.matrix", *rest]
    else:
        command = ["pytest", "tests/kit", *rest]
    return subprocess.call([sys.executable, "-m", *command], cwd=KIT)


def _work(arguments: argparse.Namespace) -> Path:
    """Return the folder to grade, if it is not the solution that is to be graded."""
    return Path(os.path.realpath(arguments.work or KIT / "steps" / arguments.step))


def _grade(arguments: argparse.Namespace, screen: report.Screen) -> int:
    step = arguments.step
    with tempfile.TemporaryDirectory() as folder:
        work = _work(arguments)
        if arguments.solution:
            work = Path(os.path.realpath(folder))
            for name, text in finished(step).items():
                (work / name).write_text(text, "utf-8")
        if not _is_gradable(work, screen):
            return UNUSABLE
        screen.starts(step, "the reference solution" if arguments.solution else report.shown_path(work))
        grade = checks.grade(step, work, screen.progresses, arguments.seed)
        status = _status(grade)
        if arguments.json:  # first of all: the screen may be slow, or stopped
            status = _saves(arguments.json, grade.as_text(), status)
        screen.ends()
        screen.shows(grade, _command(arguments))
    return status


def _status(grade: Grade) -> int:
    return OWN_FAULT if grade.is_fault else PASSED if grade.passed else FAILED


def _is_gradable(work: Path, screen: report.Screen) -> bool:
    if not os.path.isdir(work):
        screen.says(f"There is no folder {report.shown_path(work)}.")
        return False
    if len(report.missing_programs(work)) == 2:
        screen.says(f"Neither chat_server.py nor chat_client.py is in {report.shown_path(work)}.")
        return False
    return True


def _overview(arguments: argparse.Namespace, screen: report.Screen) -> int:
    """Grade step after step until one is not finished."""
    screen.says("where you stand", "bold")
    grade = None
    for step in filter(lambda step: (KIT / "steps" / step).is_dir(), STEPS):
        work = KIT / "steps" / step
        if grade and not grade.passed:
            screen.says(f"  {report.DOT} {step:9}      not yet", "dim")
        elif not _is_gradable(work, screen):
            return UNUSABLE
        else:
            grade = checks.grade(step, work, screen.progresses)
            own = grade.of_step(step)
            screen.score(step, sum(check.points for check in own), sum(check.at_stake for check in own))
            if not grade.passed:
                screen.tells_of_earlier_steps(grade)
    if not grade:
        screen.says("There is no step in steps/.")
        return UNUSABLE
    command = report.command(grade.step)
    steps = report.next_steps(grade, command)
    screen.ends_with(steps if grade.passed else [*steps[:-1], f"What fails, and why: {command}"])
    return _status(grade)
