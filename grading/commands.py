"""The command line: arguments in, a grade on the screen, an exit status out."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path
from typing import NoReturn

from grading import checks, report
from grading.launcher import KIT
from grading.results import Grade
from grading.skeletons import STEPS, finished

PASSED, FAILED, UNUSABLE, OWN_FAULT, INTERRUPTED = 0, 1, 2, 3, 130
MAINTAINERS = ("kit", "bench")  # what those who maintain the kit ask for


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(UNUSABLE, f"{message}. `python grader.py --help` shows what can be typed.\n")


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
    return arguments


def main(argv: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    arguments = _arguments(argv)
    if arguments.step in MAINTAINERS or arguments.solution:
        needed = KIT / ("tests/kit" if arguments.step in MAINTAINERS else "solution")
        if not needed.is_dir():
            print(f"This copy of the kit has no {needed.relative_to(KIT)}: it was left out for students.")
            return UNUSABLE
    if arguments.step in MAINTAINERS:
        return _maintain(arguments.step, arguments.rest, arguments.svg)
    screen = report.Screen(report.make_console(record=bool(arguments.svg)), arguments.debug)
    try:
        status = _grade(arguments, screen) if arguments.step else _overview(arguments, screen)
        if arguments.svg:
            screen.saves(arguments.svg, "python grader.py " + " ".join(argv[: argv.index("--svg")]))
        return status
    except KeyboardInterrupt:
        screen.ends()
        screen.says("Stopped.")
        sys.stdout.flush()
        os._exit(INTERRUPTED)  # the programs have ended; our threads need not come to theirs
    except Exception as error:
        screen.ends()
        screen.says(f"The grader itself failed: {type(error).__name__}: {error}. This is not your fault.", "red")
        screen.says("Run it again with --debug, and show the result to your instructor.")
        if arguments.debug:
            traceback.print_exc()
        return OWN_FAULT


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


def _grade(arguments: argparse.Namespace, screen: report.Screen) -> int:
    step = arguments.step
    command = f"python grader.py {step}" + (f" --work {arguments.work}" if arguments.work else "")
    with tempfile.TemporaryDirectory() as folder:
        work = (arguments.work or KIT / "steps" / step).resolve()
        if arguments.solution:
            work, command = Path(folder), command + " --solution"
            for name, text in finished(step).items():
                (work / name).write_text(text, "utf-8")
        if not _is_gradable(work, screen):
            return UNUSABLE
        screen.starts(step, "the reference solution" if arguments.solution else report.shown_path(work))
        grade = _run(step, work, screen, arguments.seed)
        screen.shows(grade, command)
        if arguments.json:
            arguments.json.write_text(json.dumps(grade.as_json(), indent=2, ensure_ascii=False) + "\n", "utf-8")
    return OWN_FAULT if grade.is_fault else PASSED if grade.passed else FAILED


def _run(step: str, work: Path, screen: report.Screen, seed: int | None = None) -> Grade:
    try:
        return checks.grade(step, work, screen.progresses, seed)
    finally:
        screen.ends()


def _is_gradable(work: Path, screen: report.Screen) -> bool:
    if not work.is_dir():
        screen.says(f"There is no folder {report.shown_path(work)}.")
        return False
    if len(report.missing_programs(work)) == 2:
        screen.says(f"Neither chat_server.py nor chat_client.py is in {report.shown_path(work)}.")
        return False
    return True


def _overview(arguments: argparse.Namespace, screen: report.Screen) -> int:
    """Grade step after step until one is not finished."""
    if arguments.work or arguments.solution:
        screen.says("Which step? For example: python grader.py step1 --work DIR")
        return UNUSABLE
    screen.says("where you stand", "bold")
    grade = None
    for step in filter(lambda step: (KIT / "steps" / step).is_dir(), STEPS):
        work = KIT / "steps" / step
        if grade and not grade.passed:
            screen.says(f"  {report.DOT} {step:9}      not yet", "dim")
        elif not _is_gradable(work, screen):
            return UNUSABLE
        else:
            grade = _run(step, work, screen)
            own = grade.of_step(step)
            screen.score(step, sum(check.points for check in own), sum(check.max_points for check in own))
            if not grade.passed:
                screen.tells_of_earlier_steps(grade)
    if not grade:
        screen.says("There is no step in steps/.")
        return UNUSABLE
    screen.says("")
    screen.says("next", "bold")
    command = f"python grader.py {grade.step}"
    steps = report.next_steps(grade, command)
    for line in steps if grade.passed else [*steps[:-1], f"What fails, and why: {command}"]:
        screen.says(f"  {line}")
    return OWN_FAULT if grade.is_fault else PASSED if grade.passed else FAILED
