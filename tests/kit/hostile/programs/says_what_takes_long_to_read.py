"""Puts brackets by the hundred thousand before whatever it passes on, as Python prints them. One look is enough.

server none fails
"""

import socketserver


class Handler(socketserver.StreamRequestHandler):
    people = set()

    def handle(self):
        self.people.add(self.wfile)
        for line in self.rfile:
            for person in list(self.people):
                person.write(b"<" * 300_000 + b" at 0x" + line.partition(b":")[2])


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True


Server(("localhost", 8080), Handler).serve_forever()
