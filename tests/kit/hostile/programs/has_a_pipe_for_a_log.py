"""Has a named pipe in the place of its log. Nobody waits for what never comes.

server@bonus/log:nobody_forges right any
"""

import os
import sys

if "--log" in sys.argv:
    log = sys.argv[sys.argv.index("--log") + 1]
    sys.argv[sys.argv.index("--log") + 1] = f"{log}.own"
    try:
        os.mkfifo(log)
    except OSError:
        pass
