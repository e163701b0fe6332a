"""Has a link to a file of the instructor's in the place of its log, of which a check cuts the end. That stays whole.

server@bonus/log:torn_last_line right any
"""

import os
import sys

if "--log" in sys.argv:
    log = sys.argv[sys.argv.index("--log") + 1]
    sys.argv[sys.argv.index("--log") + 1] = f"{log}.own"
    try:
        os.unlink(log)
    except OSError:
        pass
    try:
        os.symlink("{{HOME}}/secret.txt", log)
    except OSError:
        pass
