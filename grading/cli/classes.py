"""What the verbs for instructors have in common: the step, the roster, the manifest, and how they end."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from grading.cli.names import Unknown, exercise_named
from grading.klass import manifest, roster
from grading.klass.arrival import Class
from grading.klass.shelf import names_in
from grading.showing import saving, terminal
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.start.ending import OWN_FAULT, UNUSABLE, interrupted
from grading.submission.values import BadSubmission, TooBig
from grading.system import shortage


def does(what: Callable[[argparse.Namespace, ClassScreen], int], options: argparse.Namespace) -> int:
    """Do `what` before a screen for a class; return the exit status."""
    screen = ClassScreen(terminal.make_console())
    if lack := shortage.lacking():
        screen.says(lack)
        return OWN_FAULT
    try:
        return what(options, screen)
    except (TooBig, BadSubmission) as error:
        screen.says(str(error))
        return UNUSABLE
    except OSError as error:
        screen.says(f"{error.filename or 'A file'} cannot be read or written: {error.strerror}.")
        return OWN_FAULT
    except KeyboardInterrupt:
        screen.ends()
        screen.says("Stopped. What was graded is kept: type the same again to go on.")
        return interrupted()
    finally:
        screen.ends()


def step_named(text: str) -> str:
    """Return the exercise that was typed, as argparse wants it."""
    try:
        return exercise_named([text])
    except Unknown as complaint:
        raise argparse.ArgumentTypeError(str(complaint)) from None


def takes_a_roster(parser: argparse.ArgumentParser) -> None:
    """Let one name the file of the roster, and one for the manifest."""
    roster_help = "a CSV with a column identity, and any others by which a platform knows somebody"
    parser.add_argument("--roster", type=Path, metavar="FILE", help=roster_help)
    parser.add_argument("--manifest", type=Path, metavar="FILE", help="write what arrived to FILE as JSON as well")


def roster_of(options: argparse.Namespace) -> roster.Roster:
    """Return who is in the class, as far as the command line says."""
    if not options.roster:
        return roster.Roster()
    try:
        return roster.read(options.roster.read_bytes(), options.roster.name, lambda: names_in(options.folder))
    except OSError as error:
        raise BadSubmission(f"{shown_path(options.roster)} cannot be read: {error.strerror}.") from None


def stays_outside(path: Path, hand_ins: Path) -> None:
    """BadSubmission with a sentence if what is written there would be taken for a hand-in the next time."""
    if Path(os.path.realpath(path)).is_relative_to(os.path.realpath(hand_ins)):
        raise BadSubmission(f"{shown_path(path)} would be taken for a hand-in: name another place.")


def saves_manifest(options: argparse.Namespace, found: Class, status: int) -> int:
    """Write what arrived, if that was asked for; return `status`."""
    if not options.manifest:
        return status
    stays_outside(options.manifest, options.folder)
    saving.write(options.manifest, manifest.as_text(found).encode())
    return status
