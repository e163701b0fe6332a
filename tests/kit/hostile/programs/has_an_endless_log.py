"""Its log is sixty megabytes long, of one line. Nobody reads all of that again and again.

server@bonus/log:nobody_forges right any
"""

import os
import sys

if "--log" in sys.argv:
    log = sys.argv[sys.argv.index("--log") + 1]
    with open(log, "a") as file:
        file.truncate(60_000_000)
