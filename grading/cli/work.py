"""What a command that grades is given: one's own work, or the reference solution as it is at a step."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from grading.course import TALK, Exercise
from grading.showing.terminal import shown_path
from grading.skeletons import finished, finished_talk
from grading.submission.arriving import arrived
from grading.submission.values import BadSubmission, Submission


def reference(exercise: Exercise) -> Submission:
    """Return the reference solution as it is at an exercise."""
    files = finished(exercise.name)
    if TALK in exercise.roles:
        files[TALK.program] = finished_talk(exercise.name)
    return Submission({name: text.encode() for name, text in files.items()})


def handed_in(work: Path, exercise: Exercise) -> Submission:
    """Return what there is to grade; BadSubmission or TooBig if that is nothing, or too much."""
    if not os.path.exists(work):
        raise BadSubmission(f"There is no folder {shown_path(work)}.")
    names = exercise.programs
    is_folder = os.path.isdir(work)
    if is_folder and not os.access(work, os.R_OK | os.X_OK):
        raise BadSubmission(f"{shown_path(work)} cannot be read: you may not look into that folder.")
    if not is_folder or any(os.path.isfile(work / name) for name in names):  # else it may be any folder, a huge one
        submission = arrived(work)
        if is_folder or any(name in submission for name in names):
            return submission
    if not is_folder:
        raise BadSubmission(f"{shown_path(work)} is neither a folder with your programs nor a zip of one.")
    *others, last = names
    neither = f"Neither {', '.join(others)} nor {last} is" if others else f"{last} is not"
    raise BadSubmission(f"{neither} in {shown_path(work)}. {near(work, names)}".rstrip())


def near(work: Path, programs: Sequence[str]) -> str:
    """Return what may be meant where a folder lacks some programs."""
    from grading.cli import nearby  # reads archives, as most starts need not

    return nearby.told(work, programs)
