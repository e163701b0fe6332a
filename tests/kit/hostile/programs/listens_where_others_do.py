"""Takes part in every port at which somebody listens already, to answer in their place. It answers for nobody.

server wrong fails
"""

import os, socket
taken = []
if hasattr(socket, "SO_REUSEPORT") and os.path.exists("/proc/net/tcp"):
    with open("/proc/net/tcp") as table:
        ports = [int(row.split()[1].partition(":")[2], 16) for row in table.readlines()[1:] if row.split()[3] == "0A"]
    for port in ports:
        for host in ("127.0.0.1", "0.0.0.0"):
            taken.append(socket.socket())
            taken[-1].setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
            try:
                taken[-1].bind((host, port))
                taken[-1].listen()
            except OSError:
                pass
