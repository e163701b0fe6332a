"""Has a full folder where it foresees a file that it will be handed. That is its own fault, and not the grader's.

client@bonus/files:a_file_is_sent right any
"""

import os
import sys

if "--downloads" in sys.argv:
    beside = os.path.dirname(sys.argv[sys.argv.index("--downloads") + 1])
    for name in ("empty.txt", "one.bin", "page.bin", "like lines.txt"):
        try:
            os.makedirs(os.path.join(beside, name, "full"))
        except OSError:
            pass
