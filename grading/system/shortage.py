"""What the grader may run out of itself: that is no fault of what it grades, and there is something to do about it."""

from __future__ import annotations

import contextlib
import errno
import os
import socket
import sys

from grading.system import wire

if sys.platform != "win32":
    import resource

ENOUGH_FILES = 256  # that are open at a time: twelve checks side by side take fewer; macOS starts with as many
MANY_FILES = 1024  # that are asked for, where they can be had
ENOUGH_TASKS = 300  # processes and threads, besides those that run: a grading has about half as many
MANY_TASKS = 10_000  # where so many are allowed, nobody counts those that run
MORE_TASKS = "End what you do not need, or ask for more (ulimit -u), then run again."
REACHING_SECONDS = 5.0
NO_ROOM, NO_PLACE, NO_FILES, NO_MEMORY, NO_PORTS = range(5)
KINDS = {
    "ENOSPC": NO_ROOM, "EDQUOT": NO_ROOM, "EFBIG": NO_ROOM, "EROFS": NO_PLACE, "EMFILE": NO_FILES, "ENFILE": NO_FILES,
    "ENOMEM": NO_MEMORY, "EAGAIN": NO_MEMORY, "ENOBUFS": NO_MEMORY, "EADDRNOTAVAIL": NO_PORTS, "EADDRINUSE": NO_PORTS,
}  # fmt: skip
OF_CONNECTING = (NO_FILES, NO_MEMORY, NO_PORTS)  # why one cannot connect, whoever listens there
WORDS = {
    NO_ROOM: "There is no room left on the disk. Make some, or let TMPDIR name a folder elsewhere",
    NO_PLACE: "There is no folder here for what is temporary. Let TMPDIR name one in which you may write",
    NO_FILES: f"Too few files can be open here at a time. Type: ulimit -n {MANY_FILES}",
    NO_MEMORY: "This machine has no memory left, or lets no more processes run. End what you do not need",
    NO_PORTS: "This machine has no ports left for connections. Wait a minute",
}
_BY_NUMBER = {getattr(errno, name): kind for name, kind in KINDS.items() if hasattr(errno, name)}


def opens_enough() -> bool:
    """Let this process open as many files at a time as grading needs; False where that is not allowed."""
    if sys.platform != "win32":
        now, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        if resource.RLIM_INFINITY != now < MANY_FILES:
            wanted = MANY_FILES if most == resource.RLIM_INFINITY else min(most, MANY_FILES)
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
                now = wanted
        return now == resource.RLIM_INFINITY or now >= ENOUGH_FILES
    return True


def is_ours(error: OSError) -> bool:
    """Tell whether somebody could not connect for want of something on our side."""
    return _BY_NUMBER.get(error.errno or 0) in OF_CONNECTING and not isinstance(error, TimeoutError)


def told(error: BaseException) -> str:
    """Say what has run out, and what to do; empty where an error is about something else."""
    kind = NO_MEMORY if isinstance(error, MemoryError) else None
    if isinstance(error, OSError):
        kind = _BY_NUMBER.get(error.errno or 0)
    return f"{WORDS[kind]}, then run again." if kind is not None else ""


def lacking() -> str:
    """Say what grading cannot do without, and what to do; empty where all is there."""
    if not opens_enough():
        return f"{WORDS[NO_FILES]}, then run again."
    if not _runs_enough():
        return f"You may run too few processes and threads here at a time: grading takes {ENOUGH_TASKS}. {MORE_TASKS}"
    return _not_to_be_reached()


def _runs_enough() -> bool:
    """Let this user run as many processes and threads as allowed; tell whether enough are left (not for root)."""
    if sys.platform != "win32" and os.geteuid():
        now, most = resource.getrlimit(resource.RLIMIT_NPROC)
        if now not in (resource.RLIM_INFINITY, most):
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(resource.RLIMIT_NPROC, (most, most))
                now = most
        return now == resource.RLIM_INFINITY or now >= MANY_TASKS or now - _tasks_of(os.geteuid()) >= ENOUGH_TASKS
    return True


def _tasks_of(user: int) -> int:
    """Return how many processes and threads a user has, where the system says so; else 0."""
    count = 0
    with contextlib.suppress(OSError), os.scandir("/proc") as entries:
        for entry in entries:
            if entry.name.isdecimal():
                with contextlib.suppress(OSError):
                    count += len(os.listdir(f"/proc/{entry.name}/task")) if entry.stat().st_uid == user else 0
    return count


def _not_to_be_reached() -> str:
    """Say so where one cannot connect to this machine from itself."""
    try:
        with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as visitor:
            visitor.settimeout(REACHING_SECONDS)
            visitor.connect(server.getsockname())
            wire.reset(visitor)
    except OSError as error:
        return told(error) or f"Programs on this machine cannot reach each other at 127.0.0.1: {error.strerror}."
    try:
        socket.getaddrinfo("localhost", None)
    except OSError:
        return (
            "This machine does not know localhost. Put the line `127.0.0.1 localhost` into /etc/hosts, then run again."
        )
    return ""
