"""Calls the grader a hundred times and says nothing.

server right any
"""

import gc, socket
socks = []
for control in gc.get_objects():
    if type(control).__name__ == "Control":
        import _socket
        for _ in range(100):
            sock = _socket.socket()
            sock.connect(("127.0.0.1", control.port))
            socks.append(sock)
