"""Opens five thousand sockets. It does not get them.

server right passes
"""

import os, socket
socks = []
try:
    for _ in range(5000):
        socks.append(socket.socket())
    os._exit(7)
except OSError:
    del socks
