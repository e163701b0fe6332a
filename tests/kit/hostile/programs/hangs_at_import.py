"""Waits for ever before it does anything.

server none fails
"""

import time
time.sleep(1000)
