"""Leaves two thousand files wherever it may. None stays.

server right passes files
"""

import os, tempfile
for folder in (os.getcwd(), tempfile.gettempdir(), os.path.expanduser("~")):
    try:
        for number in range(700):
            open(os.path.join(folder, f"left-behind-{number}"), "w").close()
    except OSError:
        pass
