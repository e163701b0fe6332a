"""What surrounds the processes of a submission, as data: their environment, where they start, limits, namespaces.

Who enters a network namespace is the process that grades, with all that it starts, and not the program alone: checks
talk to the program over loopback, its stage calls the grader there, and each network namespace has a loopback of its
own. So a grader shares one with the programs that it grades, and with nobody else (`alone`). What a program sees of the
disk and of other processes is the matter of `cell.py`.
"""

from __future__ import annotations

import os
import socket
import struct
import sys
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from grading.course import KIT
from grading.system import quota

ALLOWED = {  # names of variables that a program may see; whatever else is in ours, it is nobody's business
    "PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LANGUAGE", "TZ", "TZDIR", "TMPDIR", "TEMP", "TMP", "TERM",
    "LD_LIBRARY_PATH", "VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "PYTHONUSERBASE",
    # Windows
    "SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "OS", "APPDATA", "LOCALAPPDATA", "PROGRAMDATA",
    "ALLUSERSPROFILE", "PROGRAMFILES", "PROGRAMFILES(X86)", "PROGRAMW6432", "COMMONPROGRAMFILES",
    "COMMONPROGRAMFILES(X86)", "COMMONPROGRAMW6432", "PUBLIC", "USERPROFILE", "USERNAME", "USERDOMAIN", "HOMEDRIVE",
    "HOMEPATH", "COMPUTERNAME", "NUMBER_OF_PROCESSORS", "PROCESSOR_ARCHITECTURE", "PROCESSOR_IDENTIFIER",
}  # fmt: skip
FAMILIES = ("LC_", "DYLD_", "WINE")  # how the names of further ones begin; what runs in Wine must find its place again
USER, NETWORK, MOUNTS = "user", "network", "mounts"
FLAGS = {USER: 0x10000000, NETWORK: 0x40000000, MOUNTS: quota.MOUNTS}  # see unshare(2)
GET_FLAGS, SET_FLAGS, UP = 0x8913, 0x8914, 0x1  # of a network interface, see netdevice(7)
REQUEST = "16sH22x"  # struct ifreq: a name and flags


@dataclass(frozen=True)
class Limits:
    """What a process of a submission may take; None: as much as there is. See `stage/confining.py`."""

    processor_seconds: int | None = 90
    memory_bytes: int | None = 4_000_000_000  # of addresses: threads reserve many, and use few
    file_bytes: int | None = 64_000_000  # of one file
    open_files: int | None = 2_048
    processes: int | None = 2_000  # and threads, of all that run at a time


@dataclass(frozen=True)
class Jail:
    """What surrounds the processes of a submission."""

    environment: Mapping[str, str] = field(default_factory=dict)
    folder: Path = KIT  # where they start, unless they start in a copy of the work
    limits: Limits = Limits()
    namespaces: tuple[str, ...] = ()  # that the worker enters which grades
    walls: bool = True  # whether programs see only what they need

    @staticmethod
    def here() -> Jail:
        """Return the jail that is possible everywhere: of the environment, a program sees what it needs."""
        seen = {name: value for name, value in os.environ.items() if _is_allowed(name)}
        return Jail(seen, walls=not _no_walls)

    def around(self, **more: str) -> dict[str, str]:
        """Return the environment of a process, with some variables of ours."""
        return {**self.environment, **({"TERM": "xterm-256color"} if os.name == "posix" else {}), **more}

    def wraps(self, *command: str) -> list[str]:
        """Return what to start in place of `command`, a worker that grades, so that it runs in the namespaces."""
        if not self.namespaces:
            return list(command)
        return [sys.executable, "-m", "grading.process.jail", ",".join(self.namespaces), *command]


_alone: list[bool] = []  # whether this process has entered a network of its own


_no_walls: list[bool] = []  # whether somebody wants none


def no_walls() -> None:
    """Let programs that are started from now on see and reach whatever we do."""
    _no_walls.append(True)


def alone() -> bool:
    """Let this process share a network with nobody but what it starts from now on; False where that cannot be.

    It must have one thread only: the others, and what they have started, would stay where they are.
    """
    if threading.active_count() > 1:
        return is_alone()
    if not _alone:
        try:
            own = (NETWORK, MOUNTS)
            enter(own if sys.platform == "linux" and os.geteuid() == 0 else (USER, *own))
            _alone.append(True)
            quota.takes_effect()
        except OSError:
            _alone.append(False)
    return _alone[0]


def is_alone() -> bool:
    """Tell whether this process shares its network with nobody but what it has started."""
    return any(_alone)


def enter(namespaces: tuple[str, ...]) -> None:
    """Let this process, which must have one thread only, enter new namespaces; OSError where that is not allowed."""
    if sys.platform != "linux":
        raise OSError("only Linux has namespaces")
    import ctypes  # nobody else needs it

    user, group = os.getuid(), os.getgid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(sum(FLAGS[name] for name in namespaces)):
        raise OSError(ctypes.get_errno(), f"no new namespaces: {os.strerror(ctypes.get_errno())}")
    if USER in namespaces:  # who one is stays the same
        Path("/proc/self/setgroups").write_text("deny")
        Path("/proc/self/uid_map").write_text(f"{user} {user} 1")
        Path("/proc/self/gid_map").write_text(f"{group} {group} 1")
    if NETWORK in namespaces:
        _bring_loopback_up()


def _bring_loopback_up() -> None:
    if sys.platform == "win32":
        return
    import fcntl

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        found = fcntl.ioctl(sock, GET_FLAGS, struct.pack(REQUEST, b"lo", 0))
        _, flags = struct.unpack(REQUEST, found)
        fcntl.ioctl(sock, SET_FLAGS, struct.pack(REQUEST, b"lo", flags | UP))


def _is_allowed(name: str) -> bool:
    return name in ALLOWED or name.startswith(FAMILIES)


def main(namespaces: str, *command: str) -> None:
    """Enter namespaces, and become `command` there."""
    enter(tuple(namespaces.split(",")))
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(*sys.argv[1:])
