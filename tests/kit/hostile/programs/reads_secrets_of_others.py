"""Looks for a secret in the environments of other processes.

server right passes processes
"""

import glob, os
for path in glob.glob("/proc/[0-9]*/environ"):
    try:
        if b"{{SECRET}}" in open(path, "rb").read():
            os._exit(7)
    except OSError:
        pass
