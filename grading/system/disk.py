"""A disk that is full for one program, as far as this system can pretend that."""

from __future__ import annotations

import sys

CAN_BE_FULL = sys.platform == "linux"  # elsewhere, no process can limit another one


def is_full(pid: int, most_bytes: int) -> None:
    """Let a program write no file beyond so many bytes: where one is as long already, writing to it fails."""
    _allows(pid, most_bytes)


def has_room(pid: int) -> None:
    """Let it write again."""
    _allows(pid, None)


def _allows(pid: int, most_bytes: int | None) -> None:
    """Set the limit that the program has; the highest that it may have stays, for few may raise that."""
    if sys.platform == "linux":
        import resource

        _, highest = resource.prlimit(pid, resource.RLIMIT_FSIZE)
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (highest if most_bytes is None else most_bytes, highest))
