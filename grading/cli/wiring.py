"""What `play` and `tap` have in common: a picture of the whole talk at the end."""

from __future__ import annotations

import sys
from pathlib import Path

from grading.drawing.svg import svg
from grading.results.visible import visible
from grading.showing import saving, terminal
from grading.start.ending import OWN_FAULT
from grading.wire.record import Record


def can_be_saved(path: Path | None) -> bool:
    """Take an old picture away; say so if no new one can be written there."""
    try:
        if path:
            saving.clear(path)
    except OSError as error:
        print(f"Nothing can be written to {visible(terminal.shown_path(path or Path()))}: {error.strerror}.")
        return False
    return True


def saves(path: Path | None, record: Record, title: str, status: int) -> int:
    """Write a picture of the whole talk; return `status`, or that of a picture that is lost."""
    if not path:
        return status
    where = visible(terminal.shown_path(path))
    try:
        saving.write(path, svg(record.diagram(), title).encode("utf-8", "backslashreplace"))
    except OSError as error:
        print(f"The picture could not be written to {where}: {error.strerror}.", file=sys.stderr)
        return OWN_FAULT
    print(f"The whole talk is in {where}.")
    return status
