"""Stops the process that started it.

server right any processes
"""

import os, signal
try:
    if hasattr(signal, "SIGSTOP"):
        os.kill(os.getppid(), signal.SIGSTOP)
except OSError:
    pass
