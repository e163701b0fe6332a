"""Leaves a note for the programs of others in a ring of keys, which stays when it has ended. It finds none.

server right passes calls
"""

import ctypes
import platform

KEYCTL = {"x86_64": 248, "aarch64": 217}

if (number := KEYCTL.get(platform.machine())) and ctypes.CDLL(None).syscall(number, b"user", b"n", b"x", 1, -3) >= 0:
    raise SystemExit(7)
