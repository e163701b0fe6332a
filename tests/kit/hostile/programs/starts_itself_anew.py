"""Becomes a new interpreter, three times.

server right any
"""

import os, sys
count = int(os.environ.get("LC_COUNT", "0"))
if count < 3:
    os.environ["LC_COUNT"] = str(count + 1)
    os.execv(sys.executable, [sys.executable, *sys.argv])
