"""Passes everything on to a right server that runs on this machine.

server none fails network
"""

import socket, threading

def pump(source, target):
    while data := source.recv(4096):
        target.sendall(data)

listener = socket.create_server(("localhost", 8080))
while True:
    near, _ = listener.accept()
    far = socket.create_connection(("127.0.0.1", {{PORT}}))
    for pair in ((near, far), (far, near)):
        threading.Thread(target=pump, args=pair, daemon=True).start()
