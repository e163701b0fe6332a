"""seccomp: the system refuses this process, and all that it will start, what no chat program ever asks it for.

That is memory which no limit counts, such as files without a name and segments of System V; keys, queues and
semaphores of the system, which stay when a program has ended; namespaces and mounts, in which limits begin anew; and
the memory and descriptors of others.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

from grading.stage import landlock

# Numbers of system calls: those of x86_64, and those of architectures that came later, see unistd.h
REFUSED = {
    "memfd_create": (319, 279), "memfd_secret": (447, 447), "shmget": (29, 194), "msgget": (68, 186),
    "semget": (64, 190), "mq_open": (240, 180),
    "add_key": (248, 217), "request_key": (249, 218), "keyctl": (250, 219),
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "umount2": (166, 39), "pivot_root": (155, 41),
    "open_tree": (428, 428), "move_mount": (429, 429), "fsopen": (430, 430), "mount_setattr": (442, 442),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "pidfd_getfd": (438, 438),
    "kcmp": (312, 272), "bpf": (321, 280), "perf_event_open": (298, 241), "userfaultfd": (323, 282),
    "io_uring_setup": (425, 425), "fanotify_init": (300, 262),
}  # fmt: skip
CLONE, CLONE3, SECCOMP = (56, 220), (435, 435), (317, 277)
ARCHITECTURES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7), "riscv64": (1, 0xC00000F3)}  # see audit.h
OTHER_TABLE = 0x40000000  # x32: the same system calls under other numbers
NEW_NAMESPACES = 0x7E020000  # all flags of clone(2) that make one, but for that of time
LOAD, EQUALS, AT_LEAST, HAS_ANY, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06  # instructions, see linux/filter.h
NUMBER_AT, ARCHITECTURE_AT, FLAGS_AT = 0, 4, 16  # in struct seccomp_data
ALLOW, REFUSE = 0x7FFF0000, 0x00050000
FILTER, UNHURRIED = 1, 4  # SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW
Instruction = tuple[int, int, int, int]  # what to do, how many to skip if it is so, and if not, and a number


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = [("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p)]


def refuse() -> None:
    """Let this process, and all that it will start, do without; OSError where that cannot be asked for."""
    column, architecture = ARCHITECTURES.get(platform.machine() if sys.platform == "linux" else "", (-1, 0))
    if column < 0 or struct.calcsize("P") < 8:
        raise OSError(errno.ENOSYS, "the system calls of this architecture are not known")
    data = b"".join(struct.pack("=HBBI", *one) for one in instructions(column, architecture))
    libc = ctypes.CDLL(None, use_errno=True)
    landlock.gains_no_rights()
    asked = _Program(len(data) // 8, data)
    if libc.syscall(SECCOMP[column], FILTER, UNHURRIED, ctypes.byref(asked)):
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


def instructions(column: int, architecture: int) -> list[Instruction]:
    """Return what the system is to do at each call; what is refused looks as if one had no right to it."""
    refused = [numbers[column] for numbers in REFUSED.values()]
    first: list[Instruction] = [
        (LOAD, 0, 0, ARCHITECTURE_AT),
        (EQUALS, 1, 0, architecture),
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
        (LOAD, 0, 0, NUMBER_AT),
        (AT_LEAST, 0, 1, OTHER_TABLE),
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
        (EQUALS, 0, 1, CLONE3[column]),  # whose flags cannot be looked at; the library takes the other one then
        (RETURN, 0, 0, REFUSE | errno.ENOSYS),
        (EQUALS, 0, 3, CLONE[column]),
        (LOAD, 0, 0, FLAGS_AT),
        (HAS_ANY, len(refused) + 2, 0, NEW_NAMESPACES),
        (RETURN, 0, 0, ALLOW),
    ]
    each: list[Instruction] = [(EQUALS, len(refused) - at, 0, number) for at, number in enumerate(refused)]
    return [*first, *each, (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE | errno.EPERM)]
