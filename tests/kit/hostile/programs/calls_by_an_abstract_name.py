"""Calls a service of this machine that has no place on the disk.

server right passes network
"""

import os, socket, sys
if sys.platform == "linux":
    try:
        socket.socket(socket.AF_UNIX).connect("\0hostile-{{PORT}}")
        os._exit(7)
    except OSError:
        pass
