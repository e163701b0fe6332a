"""Four children keep the processors busy, and the server is wrong.

server wrong fails
"""

import os, subprocess, sys
sleep = [sys.executable, "-c", "import time; time.sleep(300)"]

for _ in range(4):
    subprocess.Popen([sys.executable, "-c", "while True: pass"])
