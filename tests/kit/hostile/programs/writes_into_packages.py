"""Writes among the packages of the interpreter.

server right passes files
"""

import os, sys
for folder in [entry for entry in sys.path if entry.endswith("-packages")]:
    try:
        path = os.path.join(folder, "hostile-was-here")
        open(path, "w").close()
        os.unlink(path)
        os._exit(7)
    except OSError:
        pass
