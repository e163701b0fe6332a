"""A client that prints orders to the terminal instead of messages.

client none fails
"""

import socket, time
input("Enter username: ")
sock = socket.create_connection(("localhost", 8080))
for _ in range(200):
    print("\x1b[2J\x1b[999;999H\x1b[6n\x1b[?1049h\x1b[r\x1b[99999b\x1bc", end="")
time.sleep(20)
