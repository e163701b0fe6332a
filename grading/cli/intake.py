"""`grader.py intake`: tell what a class handed in, and grade nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from grading.cli import talks
from grading.cli.classes import does, roster_of, saves_manifest, step_named, takes_a_roster
from grading.course import EXERCISES, PROGRAMS, TALK
from grading.klass.arrival import Arrival
from grading.klass.intake import arrived
from grading.showing.klass import ClassScreen
from grading.start.ending import FAILED, PASSED


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `intake`."""
    parser.add_argument("folder", type=Path, metavar="FOLDER", help="what the platform lets you download, or its zip")
    step = "whose programs count where somebody handed in several steps"
    parser.add_argument("--step", type=step_named, metavar="STEP", help=f"{step}: {', '.join(EXERCISES)}")
    talks.add(parser)
    takes_a_roster(parser)


def run(options: argparse.Namespace) -> int:
    """Show what arrived; return the exit status: whether all of it is fine."""
    return does(_intake, options)


def _intake(options: argparse.Namespace, screen: ClassScreen) -> int:
    programs = (*PROGRAMS, TALK.program) if options.with_talks else PROGRAMS
    exercise = talks.exercise_of(options) if options.step else None
    found = arrived(options.folder, roster_of(options), exercise, programs)
    rows = [(_who(one), *_programs(one), f"{one.word} {one.doubt}".rstrip()) for one in found.arrivals]
    screen.tables(("who", "came as", "by", "a word"), rows)
    for note in found.notes:
        screen.says(note)
    graded = sum(one.submission is not None for one in found.arrivals)
    screen.says(f"{graded} of {len(found.arrivals)} can be graded.", "bold")
    status = PASSED if all(one.is_fine for one in found.arrivals) else FAILED
    return saves_manifest(options, found, status)


def _who(one: Arrival) -> str:
    """Return who it is, with the name where nothing came that shows it."""
    return one.who if one.source or one.name in ("", one.who) else f"{one.who} ({one.name})"


def _programs(one: Arrival) -> tuple[str, str]:
    """Return under what name somebody's work came, and by which rules it was found."""
    if not one.source:
        return "", ""
    rules = [one.rule, *(found.rule for found in one.found)]
    return one.source, ", ".join(rule for rule in dict.fromkeys(rules) if rule not in ("name", "exact")) or "name"
