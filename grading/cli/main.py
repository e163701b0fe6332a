"""The command line: arguments in, a grade on the screen, an exit status out."""

from __future__ import annotations

import argparse
import os
import shutil
import textwrap

from grading.cli import grading
from grading.cli.names import Unknown, exercise_named, is_all_challenges
from grading.cli.parser import Parser
from grading.cli.verbs import VERBS, Verb
from grading.course import BONUS, KIT
from grading.exports.table import EXPORTS
from grading.showing.outputs import outputs_that_never_fail
from grading.start.ending import UNUSABLE

NARROWEST = 12  # columns of an explanation
OF_OTHERS = 0o077  # what a umask may take away


def _parser() -> Parser:
    verbs = [_explained(verb.name, verb.sentence) for verb in VERBS.values()]
    forms = [_explained(form, export.sentence) for form, export in EXPORTS.items()]
    raw = argparse.RawDescriptionHelpFormatter
    parser = Parser(
        prog="grader.py",
        description="Grade your chat server and client.",
        epilog="\n".join(["instead of a step:", *verbs, "", "forms of an export:", *forms]),
        formatter_class=raw,
        allow_abbrev=False,
    )
    grading.add(parser)
    return parser


def _explained(word: str, sentence: str) -> str:
    start = f"  {word:20} "
    width = max(shutil.get_terminal_size().columns - 2, len(start) + NARROWEST)  # as argparse has it
    return textwrap.fill(sentence, width, initial_indent=start, subsequent_indent=" " * len(start))


def _grades(argv: list[str]) -> int:
    parser = _parser()
    options = parser.parse_args(argv)
    if options.solution and options.work:
        parser.error("--solution and --work exclude each other")
    if options.watch and (
        options.solution or options.json or options.export or options.svg or options.html or options.seed is not None
    ):
        parser.error("--watch goes with a step and --work alone")
    if options.open and not options.html:
        parser.error("--open goes with --html FILE")
    if options.step and is_all_challenges(options.step):
        options.step = BONUS
    else:
        options.step = _named(parser, options.step) if options.step else None
    return grading.run(options)


def _named(parser: Parser, words: list[str]) -> str:
    try:
        return exercise_named(words, VERBS)
    except Unknown as complaint:
        parser.error(str(complaint))


def _does(verb: Verb, argv: list[str]) -> int:
    module = verb.module()
    parser = Parser(prog=f"grader.py {verb.name}", description=verb.sentence, allow_abbrev=False)
    module.add(parser)
    options, rest = parser.reads(argv)
    if rest and not verb.is_open:
        parser.does_not_know(rest)
    if verb.is_open and any(word.partition("=")[0] in ("--json", "--export") for word in rest):
        parser.error(f"--json and --export go with a step, not with {verb.name}")
    options.rest = rest
    return int(module.run(options))


def _lacks(folder: str) -> bool:
    """Say so where this copy of the kit lacks a folder."""
    if folder and not (KIT / folder).is_dir():
        print(f"This copy of the kit has no {folder}: it was left out for students.")
        return True
    return False


def _is_somewhere() -> bool:
    """Say so where the folder is gone from which one types: no path means anything there."""
    try:
        os.getcwd()
    except OSError:
        print("The folder that you are in is gone, or was made anew. Go into another one (cd), then run again.")
        return False
    return True


def main(argv: list[str]) -> int:
    """Do what the command line says; return the exit status, whatever becomes of the screen."""
    with outputs_that_never_fail():
        os.umask(os.umask(OF_OTHERS) & OF_OTHERS)  # what we write, we may read, whatever a shell says
        if not _is_somewhere():
            return UNUSABLE
        verb = VERBS.get(argv[0].casefold()) if argv else None
        if _lacks(verb.needs if verb else "solution" if "--solution" in argv else ""):
            return UNUSABLE
        return _does(verb, argv[1:]) if verb else _grades(argv)
