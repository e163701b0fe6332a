"""`grader.py intake` and `grader.py batch`: what a whole class handed in, and its grades."""

from __future__ import annotations

import argparse
from pathlib import Path

from grading.cli.parser import Parser
from grading.klass import manifest, roster
from grading.klass.intake import Arrival, Class, arrived
from grading.showing import saving, terminal
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.start.ending import FAILED, PASSED, UNUSABLE
from grading.submission.values import BadSubmission, TooBig

INTAKE, BATCH = "intake", "batch"
VERBS = (INTAKE, BATCH)


def run(argv: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    arguments = _parser().parse_args(argv)
    screen = ClassScreen(terminal.make_console())
    try:
        return _intake(arguments, screen)
    except (TooBig, BadSubmission) as error:
        screen.says(str(error))
        return UNUSABLE


def _parser() -> Parser:
    parser = Parser(prog="grader.py", description="Look at what a class handed in, and grade it.")
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=Parser)
    intake = verbs.add_parser(INTAKE, help="tell what arrived, and grade nothing")
    intake.add_argument("folder", type=Path, metavar="FOLDER", help="what the platform lets you download, or its zip")
    _takes_a_roster(intake)
    return parser


def _takes_a_roster(parser: argparse.ArgumentParser) -> None:
    roster_help = "a CSV with a column identity, and any others by which a platform knows somebody"
    parser.add_argument("--roster", type=Path, metavar="FILE", help=roster_help)
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="write what arrived to FILE as JSON as well")


def _roster(arguments: argparse.Namespace) -> roster.Roster:
    if not arguments.roster:
        return roster.Roster()
    try:
        return roster.read(arguments.roster.read_bytes(), arguments.roster.name)
    except OSError as error:
        raise BadSubmission(f"{shown_path(arguments.roster)} cannot be read: {error.strerror}.") from None


def _intake(arguments: argparse.Namespace, screen: ClassScreen) -> int:
    found = arrived(arguments.folder, _roster(arguments))
    rows = [(one.who, *_programs(one), one.word) for one in found.arrivals]
    screen.tables(("who", "came as", "by", "a word"), rows)
    for note in found.notes:
        screen.says(note)
    graded = sum(one.submission is not None for one in found.arrivals)
    screen.says(f"{graded} of {len(found.arrivals)} can be graded.", "bold")
    status = PASSED if all(one.is_fine for one in found.arrivals) else FAILED
    return _saves_manifest(arguments, found, status)


def _programs(one: Arrival) -> tuple[str, str]:
    """Return under what name somebody's work came, and by which rules it was found."""
    rules = [one.rule, *(found.rule for found in one.found)]
    return one.source, ", ".join(rule for rule in dict.fromkeys(rules) if rule not in ("name", "exact")) or "name"


def _saves_manifest(arguments: argparse.Namespace, found: Class, status: int) -> int:
    if not arguments.manifest:
        return status
    try:
        saving.write(arguments.manifest, manifest.as_text(found).encode())
    except OSError as error:
        raise BadSubmission(f"Nothing can be written to {shown_path(arguments.manifest)}: {error.strerror}.") from None
    return status
