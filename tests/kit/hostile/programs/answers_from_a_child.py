"""A hidden child listens at once and answers nothing. That is no server.

server none fails
"""

import os, socket, time
if hasattr(os, "fork") and os.fork():
    time.sleep(20)
    os._exit(0)
socket.create_server(("localhost", 8080))
time.sleep(20)
