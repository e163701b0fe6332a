"""Sends whoever comes lines for ever.

server none fails
"""

import socket, threading

def talk(sock):
    while True:
        sock.sendall(b"MESSAGE:x\n" * 1000)

listener = socket.create_server(("localhost", 8080))
while True:
    threading.Thread(target=talk, args=(listener.accept()[0],), daemon=True).start()
