"""Starts forty children that sleep.

server right any
"""

import os, subprocess, sys
sleep = [sys.executable, "-c", "import time; time.sleep(300)"]

for _ in range(40):
    subprocess.Popen(sleep)
