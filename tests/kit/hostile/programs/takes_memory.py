"""Asks for six gigabytes. It does not get them.

server right passes
"""

import mmap, os
try:
    mmap.mmap(-1, 6_000_000_000)
    os._exit(7)
except (OSError, ValueError, MemoryError):
    pass
