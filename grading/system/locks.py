"""Locks between processes: a locked file, which the system unlocks when its process ends in whatever way."""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
import threading
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

if sys.platform == "win32":
    import msvcrt

    IS_TAKEN = OSError  # wine does not say which one
else:
    import fcntl

    IS_TAKEN = BlockingIOError

LOOKING_SECONDS = 0.02  # between two looks at a lock that somebody else holds
WHOSE = zlib.crc32(os.path.expanduser("~").encode("utf-8", "replace"))  # another user may not open our files
_ours: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)


def take(descriptor: int) -> bool:
    """Lock an open file, or on POSIX a folder; False if somebody else has."""
    try:
        if sys.platform == "win32":
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except IS_TAKEN:
        return False
    return True


@contextlib.contextmanager
def alone_with(what: str, tells: Callable[[], None] = lambda: None, children: bool = False) -> Iterator[None]:
    """Wait until nobody else on this machine, in this process or another one of this user, is busy with `what`.

    It is told once where one has to wait. What is started meanwhile is busy with it as well, if `children` are.
    """
    with _ours[what], contextlib.ExitStack() as held:
        with contextlib.suppress(OSError):  # where no file can be made, nobody else can be waited for
            path = Path(tempfile.gettempdir(), f"chat-kit-{WHOSE}-{what}.lock")
            file = _wait_for(path, tells)
            os.set_inheritable(file.fileno(), children)
            held.callback(_give_back, path, file)
        yield


def _wait_for(path: Path, tells: Callable[[], None]) -> IO[bytes]:
    waits = False
    while True:
        file = open(path, "ab")  # whoever gets it closes it
        while not take(file.fileno()):
            if not waits:
                tells()
            waits = True
            time.sleep(LOOKING_SECONDS)
        if is_still(path, file.fileno()):
            return file
        file.close()  # who had it before took it away


def is_still(path: str | Path, descriptor: int) -> bool:
    """Tell whether what is open lies at a path: somebody who had its lock before may have taken it away."""
    with contextlib.suppress(FileNotFoundError):
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    return False


def _give_back(path: Path, file: IO[bytes]) -> None:
    with contextlib.suppress(OSError):  # Windows keeps what is open
        os.unlink(path)
    file.close()
