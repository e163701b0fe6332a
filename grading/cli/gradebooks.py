"""A platform's own gradebook is filled in where it lies: each cell that changes is told, and no other byte does."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from grading.exports import canvas, moodle
from grading.exports.delivery import Class as Graded
from grading.exports.filling import Filled
from grading.exports.sheet import Unusable
from grading.klass.roster import Roster
from grading.showing import saving
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.submission.values import BadSubmission


@dataclass(frozen=True)
class Book:
    """A file that is filled in."""

    path: Path
    fill: Callable[[bytes, Graded, Sequence[str]], Filled]

    def filled(self, graded: Graded, ungraded: Sequence[str] = ()) -> Filled:
        """Return what becomes of it; BadSubmission with a sentence if it cannot be filled in."""
        try:
            return self.fill(self.path.read_bytes(), graded, ungraded)
        except OSError as error:
            raise BadSubmission(f"{shown_path(self.path)} cannot be read: {error.strerror}.") from None
        except Unusable as error:
            raise BadSubmission(f"{shown_path(self.path)}: {error}") from None


def add(parser: argparse.ArgumentParser) -> None:
    """Let gradebooks be named."""
    parser.add_argument("--moodle", type=Path, metavar="FILE", help="fill in a grading worksheet of Moodle")
    parser.add_argument("--canvas", type=Path, metavar="FILE", help="fill in a gradebook that Canvas exported")
    column = "which column of it: a title, or the number behind it"
    parser.add_argument("--assignment", default="", metavar="TITLE", help=column)


def books(options: argparse.Namespace, known: Roster) -> list[Book]:
    """Return what is to be filled in; BadSubmission, before anything is graded, where that will not be possible."""
    also = {one.identity: one.also for one in known.people}
    found = []
    if options.moodle:
        found.append(
            Book(options.moodle, lambda data, graded, rest: moodle.worksheet(data, graded, also=also, ungraded=rest))
        )
    if options.canvas:
        column = options.assignment
        found.append(
            Book(options.canvas, lambda data, graded, rest: canvas.gradebook(data, graded, column, also, rest))
        )
    for book in found:
        book.filled([])
    return found


def fills(found: list[Book], graded: Graded, screen: ClassScreen, counts: bool, ungraded: Sequence[str] = ()) -> None:
    """Fill the gradebooks in, if that `counts`; tell each cell that changes, and whoever has none."""
    for book in found:
        filled = book.filled(graded, ungraded)
        screen.says(f"{shown_path(book.path)}:", "bold")
        for line in filled.diff.splitlines():
            screen.says(f"  {line}")
        if counts:
            saving.write(book.path, filled.data)
