"""Looks for the browser in which its page is tried, to give it orders: it could read what is not for it. Nobody listens.

gateway@bonus/web:text_is_never_html right passes network account
"""

import _socket
import os
import threading
import time


def is_browser(port: int) -> bool:
    sock = _socket.socket(_socket.AF_INET, _socket.SOCK_STREAM)
    try:
        sock.settimeout(1)
        sock.connect(("127.0.0.1", port))
        sock.send(b"GET /json/version HTTP/1.1\r\nHost: localhost\r\n\r\n")
        return b"Browser" in sock.recv(10_000)
    except OSError:
        return False
    finally:
        sock.close()


def looks() -> None:
    while True:
        for line in open("/proc/net/tcp").read().splitlines()[1:]:
            fields = line.split()
            is_listener, is_ours = fields[3] == "0A", int(fields[7]) == os.getuid()
            if is_listener and is_ours and is_browser(int(fields[1].partition(":")[2], 16)):
                os._exit(7)
        time.sleep(0.1)


threading.Thread(target=looks, daemon=True).start()
