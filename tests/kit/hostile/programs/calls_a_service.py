"""Calls a service of this machine.

server right passes network
"""

import _socket, os
try:
    _socket.socket().connect(("127.0.0.1", {{PORT}}))
    os._exit(7)
except OSError:
    pass
