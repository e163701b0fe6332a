"""Starts children in sessions of their own. None stays.

server right passes processes
"""

import os, subprocess, sys
sleep = [sys.executable, "-c", "import time; time.sleep(300)"]

for _ in range(5):
    subprocess.Popen(sleep, start_new_session=True)
