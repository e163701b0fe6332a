"""Stops itself before it listens.

server none fails
"""

import os, signal, time
if hasattr(signal, "SIGSTOP"):
    os.kill(os.getpid(), signal.SIGSTOP)
time.sleep(20)
