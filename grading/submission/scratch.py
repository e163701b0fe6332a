"""The folder for the copies of a work: the usual place for what is temporary, or memory where there are many files."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

MEMORY = "/dev/shm"  # on Linux, see shm_overview(7)
MANY = 500  # entries, from which on a disk may take seconds to make them
ROOM_BYTES = 2_000_000_000  # that must be free in memory
CHOSEN = ("TMPDIR", "TEMP", "TMP")  # variables by which somebody chooses the place


def make_scratch(work: Path) -> Path:
    """Make an empty folder for the copies of `work`."""
    in_memory = sys.platform == "linux" and not any(map(os.environ.get, CHOSEN)) and _has_many(work) and _has_room()
    return Path(tempfile.mkdtemp(prefix="chat-kit-", dir=MEMORY if in_memory else None))


def _has_many(work: Path) -> bool:
    count = 0
    for _, folders, files in os.walk(work):
        count += len(folders) + len(files)
        if count > MANY:
            return True
    return False


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
