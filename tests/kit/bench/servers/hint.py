"""The server that the first hint of many a course leads to: a thread per client, and one lock held while sending."""

import socketserver
import sys
import threading

clients = {}
lock = threading.Lock()


def broadcast(line):
    with lock:
        for wfile in clients.values():
            wfile.write(line)


class Handler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def handle(self):
        name = self.rfile.readline().decode().strip().partition(":")[2]
        with lock:
            clients[name] = self.wfile
        self.wfile.write(f"JOINED:{name}\n".encode())
        broadcast(f"USER_JOINED:{name}\n".encode())
        try:
            for line in self.rfile:
                broadcast(f"{name}: {line.decode().strip().partition(':')[2]}\n".encode())
        except OSError:
            pass
        with lock:
            clients.pop(name, None)
        broadcast(f"USER_LEFT:{name}\n".encode())


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128


with Server(("127.0.0.1", int(sys.argv[1])), Handler) as server:
    server.serve_forever()
