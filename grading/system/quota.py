"""A folder that holds so much and no more (Linux, for a process with mounts of its own; elsewhere there is none).

Such a folder lies in memory, and only this process sees it, with what it starts: whatever ends them, it is gone then.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

MOUNTS = 0x00020000  # a mount namespace, see unshare(2)
ALONE, WHOLE_TREE, NO_SUID, NO_DEVICES = 1 << 18, 1 << 14, 2, 4  # see mount(2): private, recursive, nosuid, nodev
DETACH = 2  # see umount2(2)
PASSABLE = 0o711  # the mode of a folder that others only pass through
_own: list[bool] = []  # whether the mounts of this process are its own


def takes_effect() -> None:
    """Know that this process has just entered a mount namespace; what it mounts there is seen nowhere else."""
    _own.append(sys.platform == "linux" and not _libc().mount(b"none", b"/", None, ALONE | WHOLE_TREE, None))


def limit(folder: Path, most_bytes: int, most_files: int, mode: int = PASSABLE) -> bool:
    """Let an empty folder hold so much and no more; False where that cannot be."""
    if not any(_own):
        return False
    options = f"size={most_bytes},nr_inodes={most_files},mode={mode:04o}".encode()
    return not _libc().mount(b"tmpfs", os.fsencode(folder), b"tmpfs", NO_SUID | NO_DEVICES, options)


def lift(folder: Path) -> None:
    """Let a folder be as it was before, with all gone that came into it."""
    if any(_own):
        _libc().umount2(os.fsencode(folder), DETACH)


def _libc() -> Any:
    import ctypes  # nobody else needs it

    return ctypes.CDLL(None, use_errno=True)
