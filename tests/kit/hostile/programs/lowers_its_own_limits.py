"""Takes a second of the processor and no file for its own limits, and blocks all signals. It ends as it likes.

server right any
"""

import os, signal
if os.name == "posix":
    import resource
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (1, 1))
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
