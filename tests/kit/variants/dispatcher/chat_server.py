"""ThreadingTCPServer whose handlers only read: one dispatcher thread owns all members and every decision.

Handlers put events into one queue. The dispatcher takes what has arrived as a round, and gives each member
all lines of the round in one piece. A room shows its own last messages to whoever enters it.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import re
import socket
import socketserver
import sys
import threading
from collections import defaultdict, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

MAX_LINE = 4096  # bytes, newline excluded
MAX_OUTBOX = 4 * 1024 * 1024  # bytes
ROUND = 256  # events
LINGER = 3.0  # seconds for the last lines of one who leaves


@dataclass(eq=False)
class Member:
    sock: socket.socket
    name: str = ""
    room: str = "lobby"
    batch: list[str] = field(default_factory=list)  # the dispatcher's: this round's lines
    last_round: bool = False  # the dispatcher's: gone, nothing follows
    outbox: bytearray = field(default_factory=bytearray)
    wake: threading.Condition = field(default_factory=threading.Condition)
    closed: bool = False  # nothing can be sent any more
    finished: bool = False  # nothing will be added to the outbox

    def post(self, data: bytes, last: bool) -> None:
        """Called by the dispatcher; never waits for the network."""
        with self.wake:
            if not self.closed:
                self.outbox += data
            overflow = len(self.outbox) > MAX_OUTBOX
            self.finished = self.finished or last
            self.wake.notify()
        if overflow:
            self.cut()

    def cut(self) -> None:
        with self.wake:
            self.closed = True
            self.outbox.clear()
            self.wake.notify()
        with contextlib.suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)

    def deliver(self) -> None:
        """Sender thread: whatever is in the outbox, as often as there is something."""
        while True:
            with self.wake:
                self.wake.wait_for(lambda: self.outbox or self.closed or self.finished)
                data = bytes(self.outbox)
                self.outbox.clear()
            if not data:
                return
            try:
                self.sock.sendall(data)
            except OSError:
                self.cut()
                return

    def lines(self) -> Iterator[bytes | None]:
        """What the connection says, line by line; None for a line that is too long."""
        start, overlong = b"", False
        while not self.closed:
            try:
                chunk = self.sock.recv(4096)
            except OSError:
                return
            if not chunk:
                return
            head, *tails = chunk.split(b"\n")
            for tail in tails:
                line = start + head
                line = line[:-1] if line.endswith(b"\r") else line
                yield None if overlong or len(line) > MAX_LINE else line
                start, overlong, head = b"", False, tail
            overlong = overlong or len(start) + len(head) > MAX_LINE + 1
            start = b"" if overlong else start + head


def is_name(name: str) -> bool:
    return re.fullmatch(r"[\w.-]{1,32}", name) is not None


class Dispatcher(threading.Thread):
    def __init__(self) -> None:
        super().__init__(name="dispatcher", daemon=True)
        self.events: queue.Queue[tuple[str, Member, str, datetime]] = queue.Queue(maxsize=1000)
        self.members: dict[str, Member] = {}
        self.recent: defaultdict[str, deque[str]] = defaultdict(lambda: deque(maxlen=20))
        self.touched: set[Member] = set()

    def run(self) -> None:
        while True:
            todo = [self.events.get()]
            while len(todo) < ROUND and not self.events.empty():
                todo.append(self.events.get())
            log: list[str] = []
            for event in todo:
                log += self.handle(*event)
            for member in self.touched:
                data = "".join(line + "\n" for line in member.batch).encode()
                member.batch.clear()
                member.post(data, member.last_round)
            self.touched.clear()
            with contextlib.suppress(OSError):
                print(*log, sep="\n", end="\n" if log else "", flush=True)

    def tell(self, member: Member, *lines: str) -> None:
        member.batch += lines
        self.touched.add(member)

    def tell_all(self, line: str, room: str | None = None) -> int:
        audience = [m for m in self.members.values() if room is None or m.room == room]
        for member in audience:
            self.tell(member, line)
        return len(audience)

    def handle(self, kind: str, member: Member, line: str, arrived: datetime) -> list[str]:
        """Do what one event asks for; the result is for the log."""
        match kind, *line.split(":", 1):
            case "hello", *_:
                return [f"Client connected from {line}"]
            case "gone", *_:
                member.last_round = True
                self.touched.add(member)
                if not member.name:
                    return []
                del self.members[member.name]
                self.tell_all(f"USER_LEFT:{member.name}")
                return [f"User '{member.name}' disconnected"]
            case "problem", words:
                self.tell(member, f"ERROR:{words}")
            case _, "JOIN", name:
                return self.admit(member, name)
            case _, *_ if not member.name:
                self.tell(member, "ERROR:join first")
            case _, "MESSAGE", text:
                said = f"{member.name} [{arrived.strftime('%H:%M:%S')}]: {text}"
                self.recent[member.room].append(said)
                told = self.tell_all(said, member.room)
                return [f"Broadcasting message from {member.name} to {told} clients"]
            case _, "PRIVATE", rest:
                target, _, text = rest.partition(":")
                if target in self.members:
                    self.tell(self.members[target], f"PRIVATE:{member.name}:{text}")
                else:
                    self.tell(member, "ERROR:no such user")
            case _, "JOIN_ROOM", room if is_name(room):
                member.room = room
                earlier = () if room == "lobby" else self.recent.get(room, ())
                self.tell(member, f"JOINED_ROOM:{room}", *earlier)
            case _, "JOIN_ROOM", _:
                self.tell(member, "ERROR:bad name")
            case _, "LIST_USERS":
                self.tell(member, "USERS:" + ",".join(self.members))
            case _:
                self.tell(member, "ERROR:unknown command")
        return []

    def admit(self, member: Member, name: str) -> list[str]:
        if member.name:
            self.tell(member, "ERROR:already joined")
        elif not is_name(name):
            self.tell(member, "ERROR:bad name")
        elif name in self.members:
            self.tell(member, "ERROR:name taken")
        else:
            self.tell_all(f"USER_JOINED:{name}")
            member.name = name
            self.members[name] = member
            self.tell(member, f"JOINED:{name}", *self.recent["lobby"])
            return [f"User '{name}' joined"]
        return []


class Handler(socketserver.BaseRequestHandler):
    server: Server

    def handle(self) -> None:
        """Turn a connection into events; the end of it, whatever it was, is the last."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        member = Member(self.request)
        sender = threading.Thread(target=member.deliver, daemon=True)
        sender.start()
        self.put("hello", member, repr(self.client_address))
        try:
            for line in member.lines():
                if line == b"QUIT":
                    break
                if line is None:
                    self.put("problem", member, "line too long")
                elif line:
                    try:
                        self.put("line", member, line.decode())
                    except UnicodeDecodeError:
                        self.put("problem", member, "not UTF-8")
        finally:
            self.put("gone", member)
            sender.join(LINGER)
            member.cut()

    def put(self, kind: str, member: Member, line: str = "") -> None:
        self.server.dispatcher.events.put((kind, member, line, datetime.now()))


class Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = os.name == "posix"
    daemon_threads = True
    request_queue_size = 100

    def __init__(self, host: str, port: int) -> None:
        super().__init__((host, port), Handler)
        self.dispatcher = Dispatcher()
        self.dispatcher.start()

    def handle_error(self, request: object, client_address: object) -> None:
        print(f"Trouble with {client_address}: {sys.exc_info()[1]}", file=sys.stderr)


def main() -> None:
    parser = argparse.ArgumentParser(description="chat server")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", default=8080, type=int)
    options = parser.parse_args()
    with Server(options.host, options.port) as server:
        with contextlib.suppress(OSError):
            print(f"Chat server started on {options.host}:{options.port}", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            os._exit(0)  # the dispatcher and the handlers would not mind going on


if __name__ == "__main__":
    main()
