"""A child that starts another one whenever it is about to end, twenty times.

server right passes processes
"""

import os, time
if hasattr(os, "fork") and not os.fork():
    os.setsid()
    for _ in range(20):
        if os.fork():
            os._exit(0)
        time.sleep(0.5)
    os._exit(0)
