"""Leaves notes for the programs of others in a queue and a semaphore, which stay when it has ended. There are none.

server right passes calls
"""

import ctypes
import platform

QUEUE, SEMAPHORE = {"x86_64": (240, 64), "aarch64": (180, 190)}.get(platform.machine(), (0, 0))
MAKE = 0o1102
if QUEUE:
    call = ctypes.CDLL(None).syscall
    if call(QUEUE, b"hostile", MAKE, 0o666, None) >= 0 or call(SEMAPHORE, 0x5EED, 1, 0o1666) >= 0:
        raise SystemExit(7)
