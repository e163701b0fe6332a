"""`grader.py similarity`: lay out what a class handed in for tools that compare, and say what to type."""

from __future__ import annotations

import argparse
from pathlib import Path

from grading.cli.classes import does, roster_of, stays_outside, step_named, takes_a_roster
from grading.course import EXERCISES
from grading.klass import similarity
from grading.klass.intake import arrived
from grading.packs.archive import write
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.start.ending import PASSED


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `similarity`."""
    parser.add_argument("step", type=step_named, metavar="STEP", help=", ".join(EXERCISES))
    parser.add_argument("folder", type=Path, metavar="SUBMISSIONS", help="what the platform lets you download")
    parser.add_argument("out", type=Path, metavar="OUT", help="a folder that is not there yet")
    takes_a_roster(parser)


def run(options: argparse.Namespace) -> int:
    """Lay the class out; return the exit status."""
    return does(_similarity, options)


def _similarity(options: argparse.Namespace, screen: ClassScreen) -> int:
    exercise = EXERCISES[options.step]
    stays_outside(options.out, options.folder)
    found = arrived(options.folder, roster_of(options), exercise)
    files = similarity.files(found.arrivals, exercise)
    write(files, options.out)
    count = len({name.split("/")[1] for name in files if name.startswith(similarity.SUBMISSIONS)})
    screen.says(f"{shown_path(options.out)} has {count} submissions, and the skeletons, which the tools leave out.")
    for tool, command in similarity.commands(options.out, exercise):
        print(f"{tool + ':':10} {command}")  # in one line, however long, so that it can be copied
    return PASSED
