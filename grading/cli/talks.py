"""`--with-talks`: a course that wants it grades, with a step, the talk that its student wrote as a test."""

from __future__ import annotations

import argparse

from grading.course import EXERCISES, STEPS, TALK, Exercise, with_talk
from grading.submission.values import BadSubmission

SWITCH = "--with-talks"


def add(parser: argparse.ArgumentParser) -> None:
    """Let one say that talks count."""
    parser.add_argument(SWITCH, action="store_true", help=f"grade {TALK.program} as well, the student's own test")


def switch(options: argparse.Namespace) -> list[str]:
    """Return what to type for the same once more."""
    return [SWITCH] if options.with_talks else []


def exercise_of(options: argparse.Namespace) -> Exercise:
    """Return the exercise that was typed; BadSubmission where no talk belongs to it, and one was asked for."""
    if not options.with_talks:
        return EXERCISES[options.step]
    if options.step not in STEPS:
        raise BadSubmission(f"{SWITCH} goes with one of {', '.join(STEPS)}: no other has a talk.")
    return with_talk(EXERCISES[options.step])
