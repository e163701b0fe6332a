"""Writes where everybody keeps what is temporary. Nothing of it stays.

server right passes files
"""

import os
for path in ("{{TMP}}/hostile-was-here", "{{TMP}}/../hostile-was-here"):
    try:
        open(path, "w").close()
    except OSError:
        pass
