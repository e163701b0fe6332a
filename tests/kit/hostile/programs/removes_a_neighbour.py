"""Removes what somebody else has handed in.

server right passes files
"""

import os
for name in ("chat_server.py", "chat_client.py"):
    try:
        os.unlink(f"{{NEIGHBOUR}}/{name}")
    except OSError:
        pass
