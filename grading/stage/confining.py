"""What keeps a program in its place, from within: its limits, an account of its own, and what Linux has besides.

The fork server confines itself once, with all that it will start; each program gets its limits and its account before
it begins. Whatever a system refuses is named, and the rest holds all the same.
"""

from __future__ import annotations

import os
import sys

from grading.stage import landlock, refusing
from grading.stage.messages import SYSTEM_BYTES, SYSTEM_FILES, Cell

if sys.platform != "win32":
    import resource
if sys.platform == "linux":
    import ctypes

    _libc = ctypes.CDLL(None, use_errno=True)

ADOPT, SHOW, DROP, LAST_RIGHT = 36, 4, 24, 63  # see prctl(2): subreaper, dumpable, …, capbset_drop
NAMESPACES = 0x00020000 | 0x08000000 | 0x04000000 | 0x20000000  # mounts, signals between processes, names, processes
OF_USERS = 0x10000000
ALONE, WHOLE_TREE, NO_SUID = 1 << 18, 1 << 14, 2 | 4 | 8  # see mount(2): private, recursive, nosuid nodev noexec
IN_MEMORY = "/dev/shm"
FEW_FILES = f"size={SYSTEM_BYTES},nr_inodes={SYSTEM_FILES},mode=1777".encode()  # there, and nothing of it stays
KILLED_FIRST = "1000"  # where memory runs out, see proc(5)
LOST_SECONDS = 5  # of processor time that a process gets beyond its limit to notice it
LIMITS = {  # names in Cell, and in the module resource
    "processor_seconds": "RLIMIT_CPU", "memory_bytes": "RLIMIT_AS", "file_bytes": "RLIMIT_FSIZE",
    "open_files": "RLIMIT_NOFILE", "processes": "RLIMIT_NPROC",
}  # fmt: skip
VERSION_3, ALL_RIGHTS = 0x20080522, 0xFFFFFFFF  # see capset(2)


def confine(cell: Cell) -> list[str]:
    """Confine this process and all that it will start; return the names of the layers that this system refuses."""
    if sys.platform != "linux":
        return list(cell["layers"])
    layers = {
        "processes": lambda: _alone_with_processes(cell),
        "files": lambda: _sees_only(cell),
        "rights": _has_no_rights,
        "calls": refusing.refuse,
    }
    refused = []
    for name in cell["layers"]:
        try:
            layers[name]()
        except OSError:
            refused.append(name)
    _ask(ADOPT, 1)
    _ask(SHOW, 0)  # who runs as the same user cannot look into this process either
    return refused


def lets_files_grow(most_bytes: int | None) -> bool:
    """Set how long a file of this process may become; None: as long as it may be at all. False where that fails."""
    if sys.platform != "win32":
        _, highest = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (highest if most_bytes is None else most_bytes, highest))
    return sys.platform != "win32"


def become_confined(cell: Cell) -> None:
    """Take the limits and the account of a program."""
    if sys.platform == "win32":
        return
    for name, limit in cell["limits"].items():
        if name != "processes" or cell["counts_processes"]:
            _limit(LIMITS[name], limit)
    _limit("RLIMIT_CORE", 0)
    if sys.platform == "linux":
        _is_killed_first()
        if user := cell["user"]:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
        landlock.gains_no_rights()
        _ask(SHOW, 1)


def _limit(name: str, limit: int) -> None:
    if sys.platform != "win32":
        what = getattr(resource, name)
        _, most = resource.getrlimit(what)
        is_free = most == resource.RLIM_INFINITY
        limit = limit if is_free else min(limit, most)
        try:
            resource.setrlimit(what, (limit, limit + LOST_SECONDS if name == "RLIMIT_CPU" and is_free else limit))
        except (OSError, ValueError):
            pass  # some systems know a limit, and do not keep it


def _is_killed_first() -> None:
    try:
        with open("/proc/self/oom_score_adj", "w") as file:
            file.write(KILLED_FIRST)
    except OSError:
        pass


def _alone_with_processes(cell: Cell) -> None:
    """Be the first process in a place from which no other is seen; raise OSError where that is not allowed."""
    if sys.platform == "linux":
        user, group = os.getuid(), os.getgid()
        if _libc.unshare(NAMESPACES | (OF_USERS if user else 0)):
            raise OSError(ctypes.get_errno(), "no new namespaces")
        if user:
            _stays_who_it_is(user, group)
        if child := os.fork():
            _waits_for(child)
        if _libc.mount(b"none", b"/", None, ALONE | WHOLE_TREE, None) or _libc.mount(
            b"proc", b"/proc", b"proc", NO_SUID, None
        ):
            os._exit(1)  # whoever started this tries again without
        if not any(path.startswith(f"{IN_MEMORY}/") for path in cell["writes"]):
            _libc.mount(b"tmpfs", IN_MEMORY.encode(), b"tmpfs", NO_SUID, FEW_FILES)


def _stays_who_it_is(user: int, group: int) -> None:
    for file, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        with open(f"/proc/self/{file}", "w") as opened:
            opened.write(text)


def _waits_for(child: int) -> None:
    """Hold no descriptor that somebody waits for, and end as `child` does."""
    if sys.platform != "win32":
        os.closerange(0, 1024)
        os._exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) & 255)


def _sees_only(cell: Cell) -> None:
    landlock.restrict(cell["reads"], cell["writes"])


def _has_no_rights() -> None:
    """Give up what makes root more than another user, but for what it takes to start programs as somebody else."""
    if sys.platform == "linux" and not os.getuid():
        header = (ctypes.c_uint32 * 2)(VERSION_3, 0)
        kept = 1 << 5 | 1 << 6 | 1 << 7  # kill, setgid, setuid
        rights = (ctypes.c_uint32 * 6)(kept, kept, 0, 0, 0, 0)
        for right in range(LAST_RIGHT):
            if not kept >> right & 1:
                _ask(DROP, right)
        if _libc.capset(ctypes.byref(header), ctypes.byref(rights)):
            raise OSError(ctypes.get_errno(), "capset")


def _ask(what: int, *values: int) -> bool:
    """Ask the system for something by prctl(2); False where it refuses."""
    if sys.platform == "linux":
        return not _libc.prctl(what, *map(ctypes.c_ulong, (*values, 0, 0, 0, 0)[:4]))
    return False
