"""Makes its terminal raw, hides the cursor, changes the letters, and leaves it so. The next program has another one.

client right any
"""

import os, sys
if os.name == "posix" and sys.stdin.isatty():
    import tty
    tty.setraw(0)
    os.write(1, b"\x1b[?1049h\x1b[?25l\x1b(0")
