"""Works, and ignores all signals.

server right passes
"""

import signal
for number in (signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)):
    signal.signal(number, signal.SIG_IGN)
