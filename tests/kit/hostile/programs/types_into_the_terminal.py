"""Types into every terminal that it finds. It finds none but its own.

server right passes processes
"""

import os, sys
if sys.platform == "linux":
    import fcntl, glob, termios
    for path in glob.glob("/dev/pts/[0-9]*"):
        try:
            terminal = os.open(path, os.O_RDWR | os.O_NOCTTY)
            fcntl.ioctl(terminal, termios.TIOCSTI, b" ")
        except OSError:
            continue
        if os.path.realpath("/proc/self/fd/0") != path:
            os._exit(7)
