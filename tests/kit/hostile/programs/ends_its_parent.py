"""Kills the process that started it.

server right any processes
"""

import os, signal
try:
    os.kill(os.getppid(), getattr(signal, "SIGKILL", signal.SIGTERM))
except OSError:
    pass
