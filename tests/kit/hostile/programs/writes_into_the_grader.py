"""Looks for a process whose memory it may write. There is none but its own.

server right passes processes
"""

import os
for pid in filter(str.isdigit, os.listdir("/proc") if os.path.isdir("/proc") else []):
    if pid != str(os.getpid()):
        try:
            open(f"/proc/{pid}/mem", "r+b").close()
            if int(open(f"/proc/{pid}/stat").read().split(") ")[1].split()[3]) != os.getsid(0):
                os._exit(7)
        except OSError:
            pass
