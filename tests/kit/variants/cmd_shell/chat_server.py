"""A quiet server: it prints nothing at all.

Every connection belongs to one thread, which alone reads from it and writes to it.
Others only leave lines in its tray and poke it.
"""
import argparse
import collections
import os
import select
import socket
import socketserver
import threading
import time


class Office:
    def __init__(self):
        self.guard = threading.RLock()
        self.staff = {}
        self.minutes = collections.deque([], 20)

    def announce(self, line, floor=None):
        for desk in list(self.staff.values()):
            if floor is None or desk.floor == floor:
                desk.leave(line)


office = Office()


def proper(name):
    return 0 < len(name) < 33 and all(ch.isascii() and (ch.isalnum() or ch in "_-.") for ch in name)


class Desk(socketserver.BaseRequestHandler):
    name = None
    floor = "lobby"

    def setup(self):
        self.tray = bytearray()
        self.ear, self.finger = socket.socketpair()
        self.poked = False
        self.half = b""
        self.deaf = False
        self.leaving = None
        self.request.setblocking(False)

    def leave(self, line):          # any thread, with office.guard
        self.tray += line.encode() + b"\n"
        if not self.poked:
            self.poked = True
            self.finger.send(b"!")

    def handle(self):
        while not self.leaving or (self.tray and time.monotonic() < self.leaving):
            with office.guard:
                full = len(self.tray)
            if full > 1024 * 1024:
                return
            inputs = [self.ear] if self.leaving else [self.ear, self.request]
            try:
                ready, free, _ = select.select(inputs, [self.request] if full else [], [], 1 if self.leaving else None)
                if self.ear in ready:
                    with office.guard:
                        self.ear.recv(1)
                        self.poked = False
                if free:
                    with office.guard:
                        del self.tray[:self.request.send(self.tray[:65536])]
                if self.request in ready:
                    self.take(self.request.recv(4096))
            except BlockingIOError:
                pass
            except OSError:
                return

    def take(self, data):
        if not data:
            return self.go()
        lines = (self.half + data).split(b"\n")
        self.half = lines.pop()
        for line in lines:
            if line.endswith(b"\r"):
                line = line[:-1]
            if self.leaving:
                return
            with office.guard:
                problem = self.line(line)
                if problem:
                    self.leave("ERROR:" + problem)
        if self.deaf or len(self.half) > 4097:
            self.deaf, self.half = True, b""

    def line(self, line):
        if self.deaf or len(line) > 4096:
            self.deaf = False
            return "line too long"
        try:
            order, _, rest = line.decode().partition(":")
        except UnicodeDecodeError:
            return "not UTF-8"
        if order == "QUIT":
            return self.go()
        if order == "JOIN":
            return self.arrive(rest)
        if line and not self.name:
            return "join first"
        if order == "MESSAGE":
            said = "{} [{}]: {}".format(self.name, time.ctime().split()[3], rest)
            if self.floor == "lobby":
                office.minutes.append(said)
            office.announce(said, self.floor)
        elif order == "PRIVATE":
            whom, _, text = rest.partition(":")
            if whom not in office.staff:
                return "no such user"
            office.staff[whom].leave(f"PRIVATE:{self.name}:{text}")
        elif order == "JOIN_ROOM":
            if not proper(rest):
                return "bad name"
            self.floor = rest
            self.leave("JOINED_ROOM:" + rest)
        elif order == "LIST_USERS":
            self.leave("USERS:" + ",".join(office.staff))
        elif line:
            return "unknown command"

    def arrive(self, name):
        if self.name:
            return "already joined"
        if not proper(name):
            return "bad name"
        if name in office.staff:
            return "name taken"
        office.announce("USER_JOINED:" + name)
        office.staff[name] = self
        self.name = name
        self.leave("\n".join(["JOINED:" + name] + list(office.minutes)))

    def go(self):
        self.leaving = time.monotonic() + 3
        with office.guard:
            if self.name:
                del office.staff[self.name]
                office.announce("USER_LEFT:" + self.name)
                self.name = None

    def finish(self):
        self.go()
        with office.guard:
            self.ear.close()
            self.finger.close()


class Building(socketserver.ThreadingMixIn, socketserver.TCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 60

    def handle_error(self, request, client_address):
        pass


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    try:
        Building((args.host, args.port), Desk).serve_forever(poll_interval=0.3)
    except KeyboardInterrupt:
        os._exit(0)
