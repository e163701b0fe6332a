"""Landlock: a process gives up what it does not need of the files, for itself and all that it will start."""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

CREATE, ADD, RESTRICT = 444, 445, 446  # system calls, the same on every architecture
VERSION, BENEATH = 1, 1
READING = 1 << 0 | 1 << 2 | 1 << 3  # execute, read file, read folder
OF_FILES = 1 << 0 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15  # what concerns files: the rest is about folders
RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}  # that each version knows
SCOPES_FROM = 6  # the first version that also holds signals and abstract sockets within
NO_NEW_RIGHTS = 38  # see prctl(2)


def restrict(reads: Iterable[str], writes: Iterable[str]) -> None:
    """Let this process only read what is below `reads`, and do what it likes below `writes`; OSError if it cannot."""
    if sys.platform != "linux":
        raise OSError("only Linux has Landlock")
    libc = ctypes.CDLL(None, use_errno=True)
    version = libc.syscall(CREATE, None, 0, VERSION)
    known = max((rights for first, rights in RIGHTS.items() if first <= version), default=0)
    if not known:
        raise OSError("this system has no Landlock")
    wanted = struct.pack("QQQ", known, 0, 3 if version >= SCOPES_FROM else 0)
    wanted = wanted if version >= SCOPES_FROM else wanted[: 16 if version >= 4 else 8]
    rules = _checked(libc.syscall(CREATE, wanted, len(wanted), 0))
    try:
        for path in reads:
            _allow(libc, rules, path, READING)
        for path in writes:
            _allow(libc, rules, path, known)
        gains_no_rights()
        _checked(libc.syscall(RESTRICT, rules, 0))
    finally:
        os.close(rules)


def gains_no_rights() -> None:
    """Let no program that is started from here on have more rights than we: else the system lets nobody confine it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(NO_NEW_RIGHTS, *map(ctypes.c_ulong, (1, 0, 0, 0)))


def _allow(libc: ctypes.CDLL, rules: int, path: str, rights: int) -> None:
    try:
        place = os.open(path, getattr(os, "O_PATH", 0) | getattr(os, "O_CLOEXEC", 0))
    except OSError:
        return  # it is not there
    try:
        rights = rights if os.path.isdir(path) else rights & OF_FILES
        _checked(libc.syscall(ADD, rules, BENEATH, struct.pack("=Qi", rights, place), 0))
    finally:
        os.close(place)


def _checked(result: int) -> int:
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
