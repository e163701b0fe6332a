"""Writes into the instructor's home.

server right passes files
"""

import os
for path in ("{{HOME}}/hostile-was-here", "{{HOME}}/.local/lib/usercustomize.py"):
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        open(path, "w").close()
    except OSError:
        pass
