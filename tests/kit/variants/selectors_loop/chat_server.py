"""One thread and a selector: non-blocking sockets, a buffer in and a buffer out per connection.

Lines are only appended to buffers while commands are obeyed; at the end of each turn of the loop all is
written that can be. Whoever joins gets no USER_JOINED of his own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import re
import selectors
import signal
import socket
import sys
import time
from collections import deque

LINE_LIMIT = 4096
BACKLOG_LIMIT = 1024 * 1024  # bytes waiting for one reader
GRACE = 5.0  # seconds for the last bytes to a connection that has ended
NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")


class Connection:
    __slots__ = ("dead", "deadline", "events", "inbuf", "name", "outbuf", "room", "skipping", "sock")

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.inbuf = bytearray()
        self.outbuf = bytearray()
        self.skipping = False  # inside a line that is too long
        self.name = ""
        self.room = "lobby"
        self.events = selectors.EVENT_READ  # what the selector looks for
        self.deadline: float | None = None  # set once it has ended and only output is left
        self.dead = False


class Server:
    def __init__(self, host: str, port: int) -> None:
        self.selector = selectors.DefaultSelector()
        self.connections: set[Connection] = set()
        self.members: dict[str, Connection] = {}
        self.dirty: set[Connection] = set()  # has something to write, or has ended
        self.history: deque[str] = deque(maxlen=20)
        family, kind, proto, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        self.running = True
        self.listener = socket.socket(family, kind, proto)
        if os.name == "posix":
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind(address)
        self.listener.listen(100)
        self.listener.setblocking(False)
        self.selector.register(self.listener, selectors.EVENT_READ, None)

    def run(self) -> None:
        while self.running:
            for key, events in self.selector.select(0.25):
                if key.data is None:
                    self.accept()
                elif events & selectors.EVENT_READ:
                    self.read(key.data)
                if key.data and events & selectors.EVENT_WRITE:
                    self.dirty.add(key.data)
            now = time.monotonic()
            self.dirty.update(c for c in self.connections if c.deadline and c.deadline < now)
            while self.dirty:  # writing may end a connection, which is news for others
                self.write(self.dirty.pop())

    def accept(self) -> None:
        try:
            sock, address = self.listener.accept()
            sock.setblocking(False)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            return
        connection = Connection(sock)
        self.connections.add(connection)
        self.selector.register(sock, connection.events, connection)
        self.log(f"Client connected from {address[:2]}")

    def read(self, c: Connection) -> None:
        if c.dead or c.deadline:
            return
        try:
            data = c.sock.recv(4096)
        except (BlockingIOError, InterruptedError):
            return
        except OSError:
            self.kill(c)
            return
        if not data:
            self.end(c)
        while data and not c.deadline:
            piece, newline, data = data.partition(b"\n")
            if not c.skipping:
                c.inbuf += piece
            if not newline:
                if len(c.inbuf) > LINE_LIMIT + 1:  # + 1: a \r may be the last byte
                    c.inbuf.clear()
                    c.skipping = True
                return
            line = bytes(c.inbuf[:-1] if c.inbuf.endswith(b"\r") else c.inbuf)
            too_long = c.skipping or len(line) > LINE_LIMIT
            c.inbuf.clear()
            c.skipping = False
            if too_long:
                self.send(c, "ERROR:line too long")
            elif line:
                self.obey(c, line)

    def write(self, c: Connection) -> None:
        if c.dead:
            return
        try:
            while c.outbuf:
                del c.outbuf[: c.sock.send(c.outbuf[:65536])]
        except (BlockingIOError, InterruptedError):
            pass
        except OSError:
            self.kill(c)
            return
        expired = c.deadline is not None and c.deadline < time.monotonic()
        if len(c.outbuf) > BACKLOG_LIMIT or expired or (c.deadline and not c.outbuf):
            self.kill(c)
            return
        wanted = (0 if c.deadline else selectors.EVENT_READ) | (selectors.EVENT_WRITE if c.outbuf else 0)
        if wanted != c.events:
            self.selector.modify(c.sock, wanted, c)
            c.events = wanted

    def leave(self, c: Connection) -> None:
        if c.name:
            name, c.name = c.name, ""
            del self.members[name]
            self.broadcast(f"USER_LEFT:{name}")
            self.log(f"User '{name}' disconnected")

    def end(self, c: Connection) -> None:
        """QUIT or end of stream: a member no more, but what waits for it is still sent."""
        self.leave(c)
        c.deadline = time.monotonic() + GRACE
        self.dirty.add(c)

    def kill(self, c: Connection) -> None:
        c.dead = True
        self.leave(c)
        self.connections.discard(c)
        self.selector.unregister(c.sock)
        c.sock.close()

    def send(self, c: Connection, line: str) -> None:
        c.outbuf += line.encode() + b"\n"
        self.dirty.add(c)

    def broadcast(self, line: str, room: str | None = None, but: Connection | None = None) -> int:
        audience = [m for m in self.members.values() if m is not but and (room is None or m.room == room)]
        for member in audience:
            self.send(member, line)
        return len(audience)

    def obey(self, c: Connection, line: bytes) -> None:
        try:
            command, colon, rest = line.decode().partition(":")
        except UnicodeDecodeError:
            self.send(c, "ERROR:not UTF-8")
            return
        if command == "QUIT":
            self.end(c)
        elif command == "JOIN":
            self.join(c, rest)
        elif not c.name:
            self.send(c, "ERROR:join first")
        elif command == "MESSAGE" and colon:
            self.message(c, rest)
        elif command == "PRIVATE" and colon:
            target, _, text = rest.partition(":")
            if target in self.members:
                self.send(self.members[target], f"PRIVATE:{c.name}:{text}")
            else:
                self.send(c, "ERROR:no such user")
        elif command == "JOIN_ROOM" and NAME.fullmatch(rest):
            c.room = rest
            self.send(c, f"JOINED_ROOM:{rest}")
        elif command == "JOIN_ROOM":
            self.send(c, "ERROR:bad name")
        elif command == "LIST_USERS":
            self.send(c, "USERS:" + ",".join(self.members))
        else:
            self.send(c, "ERROR:unknown command")

    def join(self, c: Connection, name: str) -> None:
        if c.name:
            self.send(c, "ERROR:already joined")
        elif not NAME.fullmatch(name):
            self.send(c, "ERROR:bad name")
        elif name in self.members:
            self.send(c, "ERROR:name taken")
        else:
            self.broadcast(f"USER_JOINED:{name}")
            c.name = name
            self.members[name] = c
            for line in (f"JOINED:{name}", *self.history):
                self.send(c, line)
            self.log(f"User '{name}' joined")

    def message(self, c: Connection, text: str) -> None:
        line = f"{c.name} [{time.strftime('%H:%M:%S', time.localtime())}]: {text}"
        if c.room == "lobby":
            self.history.append(line)
        heard = self.broadcast(line, c.room)
        self.log(f"Broadcasting message from {c.name} to {heard} clients")

    @staticmethod
    def log(text: str) -> None:
        with contextlib.suppress(OSError):
            print(text, flush=True)

    def stop(self, *_signal: object) -> None:
        self.running = False  # the loop looks at it four times a second

    def close(self) -> None:
        self.listener.close()
        for c in self.connections:
            c.sock.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    try:
        server = Server(args.host, args.port)
    except OSError as problem:
        sys.exit(f"Cannot listen on {args.host}:{args.port}: {problem}")
    server.log(f"Chat server started on {args.host}:{args.port}")
    signal.signal(signal.SIGINT, server.stop)
    server.run()
    server.close()
    server.log("Chat server stopped")


if __name__ == "__main__":
    main()
