"""Starts a thousand threads that sleep.

server right any
"""

import threading, time
try:
    for _ in range(1000):
        threading.Thread(target=time.sleep, args=(60,), daemon=True).start()
except RuntimeError:
    pass
