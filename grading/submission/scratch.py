"""The folder for the copies of a work: the usual place for what is temporary, or memory where there are many files."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from grading.submission.folder import SCRATCH
from grading.submission.values import Submission

MEMORY = "/dev/shm"  # on Linux, see shm_overview(7)
MANY = 500  # files, from which on a disk may take seconds to make them
ROOM_BYTES = 2_000_000_000  # that must be free in memory
CHOSEN = ("TMPDIR", "TEMP", "TMP")  # variables by which somebody chooses the place


def make_scratch(submission: Submission) -> Path:
    """Make an empty folder for the copies of a submission."""
    many = len(submission.files) + len(submission.links) + len(submission.folders) > MANY
    in_memory = sys.platform == "linux" and not any(map(os.environ.get, CHOSEN)) and many and _has_room()
    return Path(tempfile.mkdtemp(prefix=SCRATCH, dir=MEMORY if in_memory else None))


def _has_room() -> bool:
    """Tell whether there is memory to spare for files, from which programs can be started, too."""
    if sys.platform == "win32":
        return False
    try:
        found = os.statvfs(MEMORY)
    except OSError:
        return False
    may_run = not found.f_flag & getattr(os, "ST_NOEXEC", 0)
    return may_run and os.access(MEMORY, os.W_OK) and found.f_bavail * found.f_frsize > ROOM_BYTES
