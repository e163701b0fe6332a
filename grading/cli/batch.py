"""`grader.py batch`: grade a whole class."""

from __future__ import annotations

import argparse
import os
import sys
from collections import Counter
from pathlib import Path

from grading.cli import class_pages, gradebooks, spreading, talks
from grading.cli.classes import does, roster_of, saves_manifest, stays_outside, step_named, takes_a_roster
from grading.cli.gaps import gaps
from grading.cli.guarding import tells_of_gaps
from grading.cli.needs import has_all
from grading.course import EXERCISES
from grading.exports.spreadsheet import AGAIN, GRADED, REFUSED
from grading.klass.arrival import Class
from grading.klass.batch import LINES, TABLE, Batch, Watching, changes, default_folder, regraded
from grading.klass.intake import NOTHING, arrived
from grading.klass.programs import few
from grading.klass.store import Store, alone_in
from grading.klass.team import DEADLINE_SECONDS, Outcome
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.start.ending import FAILED, OWN_FAULT, PASSED, UNUSABLE

REST = {REFUSED: "cannot be graded", AGAIN: "to be graded again: type the same once more"}  # by state


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `batch`."""
    parser.add_argument("step", type=step_named, metavar="STEP", help=", ".join(EXERCISES))
    parser.add_argument("folder", type=Path, metavar="SUBMISSIONS", help="what the platform lets you download")
    talks.add(parser)
    takes_a_roster(parser)
    gradebooks.add(parser)
    class_pages.add(parser)
    spreading.add(parser)
    out = "where the results are kept (default: beside SUBMISSIONS)"
    parser.add_argument("--out", type=Path, metavar="DIR", help=out)
    cores = "how many are graded side by side (default: one on each core)"
    parser.add_argument("--workers", type=_count, default=_cores(), metavar="N", help=cores)
    deadline = f"the most that one may take (default: {DEADLINE_SECONDS:.0f})"
    parser.add_argument("--deadline", type=_count, default=DEADLINE_SECONDS, metavar="SECONDS", help=deadline)
    parser.add_argument("--seed", type=int, metavar="N", help="repeat the schedule in which a race was lost")
    dry = "show every point that somebody would gain or lose; nothing counts yet"
    parser.add_argument("--dry-run", action="store_true", help=dry)


def run(options: argparse.Namespace) -> int:
    """Grade the class; return the exit status."""
    return does(_batch, options)


def _count(text: str) -> int:
    if not text.isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 1 on")
    return int(text)


def _cores() -> int:
    if sys.platform == "linux":
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _batch(options: argparse.Namespace, screen: ClassScreen) -> int:
    class_pages.can_be_made(options)
    exercise, known = talks.exercise_of(options), roster_of(options)
    books = gradebooks.books(options, known)
    if not has_all(exercise, screen):
        return UNUSABLE
    out = options.out or default_folder(options.folder, exercise)
    stays_outside(out, options.folder)
    found = arrived(options.folder, known, exercise)
    if options.script:
        print(spreading.script_for(options, exercise, len(found.arrivals), out), end="")
        return PASSED
    saves_manifest(options, found, PASSED)
    _tells_troubles(found, screen)
    with alone_in(out, _part(options)):
        store = Store(out, is_shared=bool(options.shard))
        batch = Batch(found, exercise, store, options.seed, options.shard)
        _grades(batch, options, screen)
        return _ends(batch, books, options, screen)


def _part(options: argparse.Namespace) -> str:
    """Return how the lock of a part is called besides that of the whole."""
    return f"-{options.shard.number}-of-{options.shard.count}" if options.shard else ""


def _tells_troubles(found: Class, screen: ClassScreen) -> None:
    for one in found.arrivals:
        if told := f"{one.trouble} {one.doubt}".strip():
            who = f"{one.name} ({one.who})" if one.name not in ("", one.who) else one.who
            screen.says(f"{who}: {told}")
    for note in found.notes:
        screen.says(note)


def _grades(batch: Batch, options: argparse.Namespace, screen: ClassScreen) -> None:
    def starts(count: int) -> None:
        if count:
            tells_of_gaps(gaps())
        if count and batch.pythons:
            was = " and ".join(batch.pythons)
            screen.says(f"All of it is graded again, since Python is another one; until now, it was {was}.")
        screen.starts(count)

    def ended(who: str, outcome: Outcome) -> None:
        screen.ended(who, _told(outcome), outcome.is_last)

    counts = not (options.dry_run or options.shard)
    with spreading.graders(options, batch.exercise, batch.store.folder) as graders:
        batch.runs(graders, Watching(starts, screen.progresses, ended), counts)
    screen.ends()


def _ends(batch: Batch, books: list[gradebooks.Book], options: argparse.Namespace, screen: ClassScreen) -> int:
    if options.shard:
        again = f"; {len(batch.faults)} {REST[AGAIN]}" if batch.faults else ""
        screen.says(f"Part {options.shard} is done: {len(batch.fresh)} graded just now{again}.", "bold")
        return OWN_FAULT if batch.faults else PASSED
    _tells_moves(batch, screen)
    status = _dry(batch, screen) if options.dry_run else _counts(batch, screen)
    class_pages.write(options, batch, screen)
    if books:
        graded = list(batch.graded())
        have_one = {who for who, _ in graded}
        ungraded = [one.who for one in batch.arrived.arrivals if one.who not in have_one]
        gradebooks.fills(books, graded, screen, not options.dry_run, ungraded)
    return status


def _tells_moves(batch: Batch, screen: ClassScreen) -> None:
    """Tell who had a grade, and is not there any more, or not under that name."""
    if renamed := [f"{was} is {now} now" for was, now in batch.moved.renamed.items()]:
        screen.says(f"{few(renamed)}: the same work.")
    if gone := list(batch.moved.gone):
        screen.says(f"{few(gone)} had a grade, and {'is' if len(gone) == 1 else 'are'} not in the class any more.")


def _told(outcome: Outcome) -> str:
    if outcome.grade and not outcome.grade.is_fault:
        return f"{outcome.grade.points} of {outcome.grade.max_points} points"
    return f"{outcome.trouble}; {'grade again' if outcome.is_last else 'it is tried once more'}"


def _counts(batch: Batch, screen: ClassScreen) -> int:
    """Write the class down, say what it comes to, and return the exit status."""
    batch.counts()
    if rows := [(one.who, _points(one.before), _points(one.after)) for one in regraded(batch)]:
        screen.tables(("who", "had before", "has now"), rows)
    lines = batch.lines()
    states = Counter(line.state for line in lines)
    absent = sum(one.trouble == NOTHING for one in batch.arrived.arrivals)
    states[REFUSED] -= absent
    passed = sum(line.passed for line in lines)
    rest = [f"nothing came from {absent}"] * bool(absent)
    rest += [f"{states[state]} {words}" for state, words in REST.items() if states[state]]
    fresh = sum(line.name in batch.fresh for line in lines)
    now = f"{states[GRADED]} of {len(lines)} graded, {fresh} of them just now; {passed} passed everything"
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
    changes_are = "1 change" if len(found) == 1 else f"{len(found)} changes"
    screen.says(f"{changes_are}. Nothing counts yet." if found else "Nothing changes.", "bold")
    return OWN_FAULT if batch.faults else FAILED if found else PASSED


def _points(points: int | None) -> str:
    return "none" if points is None else str(points)
