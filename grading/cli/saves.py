"""What a command writes beside the screen: it can be written, or one is told before any work is done."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection
from pathlib import Path

from grading.results.visible import visible
from grading.showing import saving
from grading.showing.terminal import Report, shown_path
from grading.start.ending import OWN_FAULT


def clears(path: Path, graded: Collection[str], report: Report) -> bool:
    """Take an old result away; before any work is done, say so if a new one cannot be written there."""
    if os.path.realpath(path) in graded:
        report.says(f"{shown_path(path)} is a program to be graded: no result can be written there.")
        return False
    try:
        saving.clear(path)
    except OSError as error:
        report.says(f"Nothing can be written to {shown_path(path)}: {error.strerror}.")
        return False
    return True


def saves(path: Path, text: str, status: int) -> int:
    """Write a result; return `status`, or that of a grading that is lost if it cannot be written."""
    try:
        saving.write(path, text.encode("utf-8", "backslashreplace"))
    except OSError as error:
        where = visible(shown_path(path))
        print(f"The result could not be written to {where}: {error.strerror}.", file=sys.stderr)
        return OWN_FAULT
    return status
