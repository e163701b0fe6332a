"""Sends one report that never ends.

server wrong fails
"""

import gc, threading
for control in gc.get_objects():
    if type(control).__name__ == "Control":
        threading.Thread(target=control.sock.sendall, args=(b"x" * 30_000_000,), daemon=True).start()
