"""Has a link to the instructor's home where it foresees a file that it will be handed. Nothing is written there.

client@bonus/files:a_file_is_sent right any
"""

import os
import sys

if "--downloads" in sys.argv:
    beside = os.path.dirname(sys.argv[sys.argv.index("--downloads") + 1])
    for name in ("empty.txt", "one.bin", "page.bin", "like lines.txt"):
        try:
            os.symlink("{{HOME}}/secret.txt", os.path.join(beside, name))
        except OSError:
            pass
