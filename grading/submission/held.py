"""The folders of gradings: each is locked as long as its grading goes on. One that nobody holds was left behind by a
grading that was ended in the middle, by whatever, and the next one takes it away.

A lock ends with whoever has it. Where folders cannot be locked (Windows, some networks), none is taken away.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from grading.submission.folder import SCRATCH
from grading.system import locks

HELD = ".held"  # how the names of these folders end
ENTERING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW"))
NO_LOCK = -1  # instead of a descriptor, where there are no locks


def make(where: str | None = None) -> tuple[Path, int]:
    """Make a folder and hold it; return its descriptor, too: who closes that, or ends, holds it no more."""
    try:
        where = where or tempfile.gettempdir()
    except FileNotFoundError:  # that is what Python says where there is none
        raise OSError(errno.EROFS, os.strerror(errno.EROFS)) from None
    while True:
        folder = tempfile.mkdtemp(HELD, SCRATCH, where)
        descriptor = _hold(folder)
        if descriptor is not None:  # else somebody who tidies up was faster
            return Path(folder), descriptor


def sweep(places: set[str], remove: Callable[[Path], object]) -> None:
    """Let `remove` take away each folder of ours in these places that nobody holds."""
    for folder in [folder for place in places for folder in _ours(place)]:
        with contextlib.suppress(OSError):
            descriptor = _hold(folder)
            if descriptor not in (None, NO_LOCK):
                remove(Path(folder))
                os.close(descriptor)


def release(descriptor: int) -> None:
    """Hold a folder no more."""
    if descriptor != NO_LOCK:
        os.close(descriptor)


def _ours(place: str) -> Iterator[str]:
    """Yield the folders of gradings that this user has begun."""
    with contextlib.suppress(OSError), os.scandir(place) as entries:
        for entry in entries:
            if entry.name.startswith(SCRATCH) and entry.name.endswith(HELD) and _is_ours(entry):
                yield entry.path


def _is_ours(folder: os.DirEntry[str]) -> bool:
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            info = folder.stat(follow_symlinks=False)
            return stat.S_ISDIR(info.st_mode) and info.st_uid == os.geteuid()
    return False


def _hold(folder: str) -> int | None:
    """Return a descriptor that holds a folder; None where somebody else does, or has taken it away."""
    if sys.platform != "win32":
        try:
            descriptor = os.open(folder, ENTERING)
        except FileNotFoundError:
            return None
        try:
            if locks.take(descriptor) and locks.is_still(folder, descriptor):
                return descriptor
        except OSError:
            os.close(descriptor)
            return NO_LOCK
        os.close(descriptor)
        return None
    return NO_LOCK
