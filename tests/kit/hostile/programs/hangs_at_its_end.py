"""Works, and waits for ever when it is to end.

server right passes
"""

import atexit, time
atexit.register(time.sleep, 1000)
