"""Chat server. See people.py. (Recording.mp4 is the demo for our presentation.)"""
import argparse
import socket
import threading

import people

args = argparse.ArgumentParser(description=__doc__)
args.add_argument("--host", default="localhost", metavar="NAME")
args.add_argument("--port", default=8080, type=int, metavar="NUMBER")
args = args.parse_args()

door = socket.socket()
door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, True)
door.bind((args.host, args.port))
door.listen(100)
door.settimeout(0.7)
print(f"Chat server started on {args.host}:{args.port}", flush=True)
try:
    while True:
        try:
            sock, address = door.accept()
        except TimeoutError:
            continue
        sock.settimeout(None)
        print("Client connected from", address, flush=True)
        threading.Thread(target=people.Person(sock).live, daemon=True).start()
except KeyboardInterrupt:
    print("closed", flush=True)
