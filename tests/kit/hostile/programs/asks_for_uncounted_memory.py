"""Asks for memory where no limit counts it: files without a name, segments, a disk of its own. There is none.

server right passes calls
"""

import ctypes
import os


def gets_some() -> bool:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.shmget(0, 4096, 0o1600) >= 0 or libc.memfd_create(b"hostile", 0) >= 0:
        return True
    if not (child := os.fork()):
        os._exit(int(libc.unshare(0x10020000) == 0))
    return bool(os.waitpid(child, 0)[1])


if gets_some():
    os._exit(7)
