"""A disk that is full for one program, as far as this system can pretend that."""

from __future__ import annotations

import sys

CAN_BE_FULL = sys.platform == "linux"  # elsewhere, no process can limit another one


def is_full(pid: int, most_bytes: int) -> None:
    """Let a program write no file beyond so many bytes: where one is as long already, writing to it fails."""
    if sys.platform == "linux":
        import resource

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most_bytes, resource.RLIM_INFINITY))


def has_room(pid: int) -> None:
    """Let it write again."""
    if sys.platform == "linux":
        import resource

        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
