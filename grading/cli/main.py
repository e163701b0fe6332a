"""The command line: arguments in, a grade on the screen, an exit status out."""

from __future__ import annotations

import argparse
from pathlib import Path

from grading.cli import grading, klass, maintaining
from grading.cli.parser import Parser
from grading.course import EXERCISES, KIT
from grading.exports.table import EXPORTS
from grading.showing.outputs import outputs_that_never_fail
from grading.start.ending import UNUSABLE

MAINTAINERS = ("kit", "bench")  # what those who maintain the kit ask for


def _export(text: str) -> tuple[str, Path]:
    """Return a form and the file that it is written to."""
    form, has_file, file = text.partition("=")
    if not has_file or form not in EXPORTS:
        raise argparse.ArgumentTypeError(f"{text!r} is not FORM=FILE with a form of {', '.join(EXPORTS)}")
    return form, Path(file)


def _parser() -> Parser:
    lines = [f"  {form:20} {export.sentence}" for form, export in EXPORTS.items()]
    forms = "\n".join(["forms of an export:", *lines])
    raw = argparse.RawDescriptionHelpFormatter
    parser = Parser(
        prog="grader.py", description="Grade your chat server and client.", epilog=forms, formatter_class=raw
    )
    names = ", ".join(EXERCISES)
    where = f"{names}: grade that step. Nothing: show where you stand. kit, bench: test or measure the kit."
    where += " intake, batch: a whole class; `batch --help` shows more."
    parser.add_argument("step", nargs="?", choices=[*EXERCISES, *MAINTAINERS], metavar="STEP", help=where)
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder to grade, or a zip (default: steps/STEP)")
    parser.add_argument("--solution", action="store_true", help="grade the reference solution as it is at STEP")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole result to FILE as well")
    also = "write the result in this form as well"
    parser.add_argument("--export", type=_export, action="append", default=[], metavar="FORM=FILE", help=also)
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture of the screen to FILE as well")
    parser.add_argument("--seed", type=int, metavar="N", help="repeat the schedule in which a race was lost")
    parser.add_argument("--debug", action="store_true", help="show all that is known about the first failure")
    return parser


def _arguments(argv: list[str]) -> argparse.Namespace:
    parser = _parser()
    arguments, rest = parser.parse_known_args(argv)
    if rest and arguments.step not in MAINTAINERS:
        parser.error(f"unknown: {' '.join(rest)}")
    arguments.rest = rest
    if arguments.solution and arguments.work:
        parser.error("--solution and --work exclude each other")
    if (arguments.json or arguments.export) and arguments.step in MAINTAINERS:
        parser.error(f"--json and --export go with a step, not with {arguments.step}")
    return arguments


def main(argv: list[str]) -> int:
    """Do what the command line says; return the exit status, whatever becomes of the screen."""
    with outputs_that_never_fail():
        if argv[:1] and argv[0] in klass.VERBS:
            return klass.run(argv)
        arguments = _arguments(argv)
        is_maintenance = arguments.step in MAINTAINERS
        if is_maintenance or arguments.solution:
            needed = KIT / ("tests/kit" if is_maintenance else "solution")
            if not needed.is_dir():
                print(f"This copy of the kit has no {needed.relative_to(KIT)}: it was left out for students.")
                return UNUSABLE
        return maintaining.run(arguments) if is_maintenance else grading.run(arguments)
