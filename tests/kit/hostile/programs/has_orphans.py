"""Starts children whose parent ends at once, in sessions of their own.

server right passes processes
"""

import os, time
if hasattr(os, "fork"):
    for _ in range(5):
        if not os.fork():
            os.setsid()
            if not os.fork():
                os.closerange(0, 256)
                time.sleep(300)
            os._exit(0)
