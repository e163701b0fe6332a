"""Where a folder lacks the programs, something near may be meant: another spelling of the name, or a folder in it."""

from __future__ import annotations

import contextlib
import itertools
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from grading.klass.fitting import fitting
from grading.showing.terminal import shown_path
from grading.submission.folder import is_clutter

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


def _names(folder: Path) -> Iterator[str]:
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in itertools.islice(entries, MOST_NAMES):
            yield entry.name
