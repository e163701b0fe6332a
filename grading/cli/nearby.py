"""Where a folder lacks the programs, something near may be meant: another spelling of the name, or a folder in it."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from grading.klass.fitting import fitting
from grading.klass.programs import few
from grading.results.visible import shown
from grading.showing.terminal import shown_path
from grading.submission.folder import is_clutter
from grading.submission.values import Submission

MOST_NAMES = 1_000  # in a folder that are looked at: it may be any
IS_IT = ("case", "spelling", "copy", "ending", "other kind")  # rules by which a file of another name is the program


def told(work: Path, programs: Sequence[str]) -> str:
    """Return a sentence on what may be meant; empty where nothing is near."""
    names = sorted(_names(work))
    for program in programs:
        if found := [name for name in names if fitting(name, program) in IS_IT]:
            return f"{found[0]} is there: its name has to be {program}."
    folders = [work / name for name in names if not is_clutter(name) and os.path.isdir(work / name)]
    for folder in folders:
        if any(os.path.isfile(folder / program) for program in programs):
            return f"There is one in {shown_path(folder)}: name that folder."
    return ""


def explained(work: Submission, programs: Sequence[str]) -> Submission:
    """Return a submission that says of each program which it lacks what is there instead."""
    names, lacking = work.at_the_top(), [program for program in programs if program not in work]
    why = dict(work.left_out)
    for program in lacking:
        meant = [name for name in names if fitting(name, program) in IS_IT]
        there = [name for name in names if name not in programs and not is_clutter(name)]
        if meant:
            why.setdefault(program, f"is called {shown(meant[0])} there")
        elif there:
            why.setdefault(program, f"is not among {few(there)}")
    return replace(work, left_out=why)


def _names(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in itertools.islice(entries, MOST_NAMES):
            yield entry.name
