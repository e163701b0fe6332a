"""What can be typed for the pages of a class: `--html` for all of it, `--reports` for a page for each student."""

from __future__ import annotations

import argparse
import contextlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from grading.cli import talks
from grading.cli.classes import stays_outside
from grading.cli.pages import lacking
from grading.course import TALK, Exercise
from grading.klass.arrival import Arrival
from grading.klass.batch import Batch
from grading.results.values import Grade
from grading.results.visible import shown
from grading.showing import saving
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.submission.values import BadSubmission
from grading.telling.advice import Typing, advice

PSEUDONYMS = "pseudonyms.csv"  # beside the results
UNGRADED = "What came cannot be graded; `python grader.py intake` tells why."
UNFIT = re.compile(r"[^\w.@ -]+")  # for the name of a file, on any system
LONGEST_NAME = 100  # characters of a file's name, before its end


def add(parser: argparse.ArgumentParser) -> None:
    """Say which pages of a class can be asked for."""
    html = "write a page about the class to FILE: causes, points, checks, whom to talk to; with pseudonyms"
    parser.add_argument("--html", type=Path, metavar="FILE", help=html)
    parser.add_argument("--names", action="store_true", help="show who is who on that page")
    reports = "write a page for each student into FOLDER, which can be sent as it is"
    parser.add_argument("--reports", type=Path, metavar="FOLDER", help=reports)


def can_be_made(options: argparse.Namespace) -> None:
    """Take an old page away; BadSubmission or OSError if those that are asked for could not be made, or written."""
    asked = [path for path in (options.html, options.reports) if path]
    if asked and (why := lacking()):
        raise BadSubmission(why)
    for path in asked:
        stays_outside(path, options.folder)
    if options.html:
        saving.clear(options.html)
    if options.reports:
        options.reports.mkdir(parents=True, exist_ok=True)


def write(options: argparse.Namespace, batch: Batch, screen: ClassScreen) -> None:
    """Write the pages that are asked for, and say where they are."""
    if options.html:
        from grading.pages import klass  # needs what others do without

        names = {} if options.names else _pseudonyms(batch)
        others = [(one.who, _why(one, options.names)) for one in batch.arrived.arrivals if not one.submission]
        called = {} if options.names else {one.who: one.name for one in batch.arrived.arrivals}
        text = klass.page(batch.exercise.name, _graded(batch), others, names, called)
        saving.write(options.html, text.encode())
        screen.says(f"{shown_path(options.html)} is the page of the class.")
    if options.reports:
        count = sum(1 for _ in _reports(options.reports, batch))
        screen.says(f"{shown_path(options.reports)} has a report for each of {count}.")


def _why(one: Arrival, are_names: bool) -> str:
    """Return why somebody has no grade; on a page with pseudonyms, without the names of files, which may say who."""
    return one.word if are_names or not one.source else UNGRADED


def _graded(batch: Batch) -> Iterator[tuple[str, Grade]]:
    for one in batch.arrived.arrivals:
        if grade := batch.grade(one):
            yield one.who, grade


def _pseudonyms(batch: Batch) -> dict[str, str]:
    """Return the pseudonyms of all who are in the class: those of the last page, and new ones for who is new."""
    from grading.pages import pseudonyms

    table, known = batch.store.folder / PSEUDONYMS, dict[str, str]()
    with contextlib.suppress(FileNotFoundError):
        known = pseudonyms.from_table(table.read_bytes())
    known |= {now: known[was] for was, now in batch.moved.renamed.items() if was in known and now not in known}
    names = pseudonyms.named((one.who for one in batch.arrived.arrivals), known)
    saving.write(table, pseudonyms.as_table(names, known))
    return names


def _reports(folder: Path, batch: Batch) -> Iterator[Path]:
    """Write a report for each one who has a grade."""
    from grading.pages.report import About, report

    arrivals = batch.arrived.arrivals
    files = file_names([one.who for one in arrivals], batch.exercise.name)
    for one in arrivals:
        if (grade := batch.grade(one)) and one.submission:
            next_steps = advice(grade, batch.exercise, for_anybody(batch.exercise))
            about = About(_called(one), one.submission.files, next_steps)
            saving.write(folder / files[one.who], report(grade, about).encode())
            yield folder / files[one.who]


def _called(one: Arrival) -> str:
    return f"{one.name} ({one.who})" if one.name and one.name != one.who else one.who


def for_anybody(exercise: Exercise) -> Typing:
    """Return how things are called in a report that is sent to somebody."""
    start, page = "python grader.py", "steps/{}/README.md"
    more = f" {talks.SWITCH}" if TALK in exercise.roles else ""

    def grades(step: str) -> str:
        return f"{start} {step}{more}"

    return Typing(grades(exercise.name), grades, lambda file: file, lambda one: page.format(one.name))


def file_names(people: Iterable[str], prefix: str) -> dict[str, str]:
    """Return the name of a file for each of these people, which every system can have, and nobody else has."""
    names, taken = dict[str, str](), set[str]()
    for who in people:
        stem = f"{prefix}-{UNFIT.sub('_', shown(who))}"[:LONGEST_NAME]
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        names[who] = f"{name}.html"
    return names
