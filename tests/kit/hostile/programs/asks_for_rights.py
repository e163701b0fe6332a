"""Asks for the rights of root, in ways that others left open.

server right passes files
"""

import os
if hasattr(os, "setuid"):
    was = os.getuid()
    try:
        os.setuid(0)
        if was:
            os._exit(7)
    except OSError:
        pass
    for path in ("/etc/shadow", "/proc/1/environ"):
        try:
            open(path).read()
            os._exit(7)
        except OSError:
            pass
