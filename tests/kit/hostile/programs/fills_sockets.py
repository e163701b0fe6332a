"""Takes a gigabyte and more for what waits in sockets, and is charged for none of it. It is given back in time.

server right any
"""

import socket

kept = []
try:
    for _ in range(900):
        kept += socket.socketpair()
        for sock in kept[-2:]:
            sock.setblocking(False)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1 << 21)
            try:
                while sock.send(bytes(60_000)):
                    pass
            except OSError:
                pass
except OSError:
    pass
