"""`grader.py intake` and `grader.py batch`: what a whole class handed in, and its grades."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from grading.cli.parser import Parser
from grading.course import EXERCISES
from grading.klass import manifest, roster
from grading.klass.batch import LINES, TABLE, Batch, Watching, changes, default_folder
from grading.klass.intake import Arrival, Class, arrived
from grading.klass.store import AGAIN, GRADED, REFUSED, Store, alone_in
from grading.klass.team import DEADLINE_SECONDS, Outcome, Team
from grading.showing import saving, terminal
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.start.ending import FAILED, INTERRUPTED, OWN_FAULT, PASSED, UNUSABLE
from grading.submission.values import BadSubmission, TooBig
from grading.system import families

INTAKE, BATCH = "intake", "batch"
VERBS = (INTAKE, BATCH)
REST = {REFUSED: "cannot be graded", AGAIN: "to be graded again: type the same once more"}  # by state


def run(argv: list[str]) -> int:
    """Do what the command line says; return the exit status."""
    arguments = _parser().parse_args(argv)
    screen = ClassScreen(terminal.make_console())
    try:
        return _intake(arguments, screen) if arguments.verb == INTAKE else _batch(arguments, screen)
    except (TooBig, BadSubmission) as error:
        screen.says(str(error))
        return UNUSABLE
    except OSError as error:
        screen.says(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.")
        return OWN_FAULT
    except KeyboardInterrupt:
        screen.ends()
        screen.says("Stopped. What was graded is kept: type the same again to go on.")
        return INTERRUPTED
    finally:
        screen.ends()


def _parser() -> Parser:
    parser = Parser(prog="grader.py", description="Look at what a class handed in, and grade it.")
    verbs = parser.add_subparsers(dest="verb", required=True, parser_class=Parser)
    intake = verbs.add_parser(INTAKE, help="tell what arrived, and grade nothing")
    intake.add_argument("folder", type=Path, metavar="FOLDER", help="what the platform lets you download, or its zip")
    _takes_a_roster(intake)
    batch = verbs.add_parser(BATCH, help="grade all of it; what is graded already is not graded again")
    batch.add_argument("step", choices=EXERCISES, metavar="STEP", help=", ".join(EXERCISES))
    batch.add_argument("folder", type=Path, metavar="SUBMISSIONS", help="what the platform lets you download")
    _takes_a_roster(batch)
    out = "where the results are kept (default: beside SUBMISSIONS)"
    batch.add_argument("--out", type=Path, metavar="DIR", help=out)
    cores = "how many are graded side by side (default: one on each core)"
    batch.add_argument("--workers", type=_count, default=_cores(), metavar="N", help=cores)
    deadline = f"the most that one may take (default: {DEADLINE_SECONDS:.0f})"
    batch.add_argument("--deadline", type=_count, default=DEADLINE_SECONDS, metavar="SECONDS", help=deadline)
    batch.add_argument("--seed", type=int, metavar="N", help="repeat the schedule in which a race was lost")
    dry = "show every point that somebody would gain or lose; nothing counts yet"
    batch.add_argument("--dry-run", action="store_true", help=dry)
    return parser


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _takes_a_roster(parser: argparse.ArgumentParser) -> None:
    roster_help = "a CSV with a column identity, and any others by which a platform knows somebody"
    parser.add_argument("--roster", type=Path, metavar="FILE", help=roster_help)
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="write what arrived to FILE as JSON as well")


def _batch(arguments: argparse.Namespace, screen: ClassScreen) -> int:
    exercise = EXERCISES[arguments.step]
    found = arrived(arguments.folder, _roster(arguments), exercise)
    _saves_manifest(arguments, found, PASSED)
    for one in found.arrivals:
        if one.trouble:
            screen.says(f"{one.who}: {one.trouble}")
    for note in found.notes:
        screen.says(note)
    out = arguments.out or default_folder(arguments.folder, exercise)
    with alone_in(out):
        batch = Batch(found, exercise, Store(out), arguments.seed)
        _grades(batch, arguments, screen)
        return _dry(batch, screen) if arguments.dry_run else _counts(batch, screen)


def _grades(batch: Batch, arguments: argparse.Namespace, screen: ClassScreen) -> None:
    def ended(who: str, outcome: Outcome) -> None:
        screen.ended(who, _told(outcome), outcome.is_last)

    team = Team(arguments.workers, arguments.deadline)
    team.adopts = families.adopts_orphans()
    batch.runs(team, Watching(screen.starts, screen.progresses, ended), counts=not arguments.dry_run)
    screen.ends()


def _told(outcome: Outcome) -> str:
    if outcome.grade and not outcome.grade.is_fault:
        return f"{outcome.grade.points} of {outcome.grade.max_points} points"
    return f"{outcome.trouble}; {'grade again' if outcome.is_last else 'it is tried once more'}"


def _counts(batch: Batch, screen: ClassScreen) -> int:
    """Write the class down, say what it comes to, and return the exit status."""
    batch.counts()
    lines = batch.lines()
    states = Counter(line.state for line in lines)
    passed = sum(line.passed for line in lines)
    rest = [f"{states[state]} {words}" for state, words in REST.items() if states[state]]
    now = f"{states[GRADED]} of {len(lines)} graded, {batch.count} of them just now; {passed} passed everything"
    screen.says("; ".join([now, *rest]) + ".", "bold")
    screen.says(f"{shown_path(batch.store.folder / TABLE)} has a row for each, {LINES} all that is known.")
    if states[AGAIN]:
        return OWN_FAULT
    return PASSED if passed == len(lines) else FAILED


def _dry(batch: Batch, screen: ClassScreen) -> int:
    """Show what would change, and return the exit status: whether anything would."""
    found = changes(batch)
    rows = [(one.who, _points(one.before), _points(one.after), one.check or "all of it") for one in found]
    if rows:
        screen.tables(("who", "before", "after", "check"), rows)
    screen.says(f"{len(found)} changes. Nothing counts yet." if found else "Nothing changes.", "bold")
    return OWN_FAULT if batch.faults else FAILED if found else PASSED


def _points(points: int | None) -> str:
    return "none" if points is None else str(points)


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
    saving.write(arguments.manifest, manifest.as_text(found).encode())
    return status
