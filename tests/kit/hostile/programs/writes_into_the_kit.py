"""Writes into the kit.

server right passes files
"""

import os
for folder in ("", "grading", "grading/stage", "tests/step1"):
    try:
        open(f"{{KIT}}/{folder}/hostile-was-here", "w").close()
        os._exit(7)
    except OSError:
        pass
