"""Sends whoever comes a line that never ends.

server none fails
"""

import socket, threading

def talk(sock):
    while True:
        sock.sendall(b"x" * 10_000)

listener = socket.create_server(("localhost", 8080))
while True:
    threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
