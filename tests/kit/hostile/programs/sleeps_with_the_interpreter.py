"""Sleeps, and lets no other thread of its own go on meanwhile.

server none fails
"""

import ctypes, os, time

(ctypes.PyDLL(None) if os.name == "posix" else time).sleep(1000)
