"""socketserver: the handler thread reads with rfile.readline(), a writer thread of its own empties its queue.

Ends its lines with CR LF, tells a joiner of his own USER_JOINED too, and logs every move to standard error.
"""

from __future__ import annotations

import argparse
import contextlib
import logging
import os
import queue
import socket
import socketserver
import string
import sys
import threading
import time
from collections import deque
from datetime import datetime

MAX_LINE = 4096
MAX_PENDING = 4 * 1024 * 1024
PATIENCE = 2.0  # seconds for the last lines of a client that leaves
NAME_CHARACTERS = frozenset(string.ascii_letters + string.digits + "_-.")

log = logging.getLogger("chat")


class Refused(Exception):
    """A command that is answered by ERROR: and these words."""


def checked(name: str) -> str:
    if not 1 <= len(name) <= 32 or not NAME_CHARACTERS.issuperset(name):
        raise Refused("bad name")
    return name


class ClientHandler(socketserver.StreamRequestHandler):
    server: ChatServer
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.username = ""
        self.room = "lobby"
        self.queue: queue.Queue[bytes | None] = queue.Queue()
        self.pending = 0  # bytes in the queue
        self.pending_lock = threading.Lock()
        self.dropped = False
        self.writer = threading.Thread(target=self.write_queue, daemon=True)
        self.writer.start()
        self.server.handlers.add(self)
        log.info("Client connected from %s", self.client_address)

    def handle(self) -> None:
        try:
            while not self.dropped and (line := self.rfile.readline(MAX_LINE + 2)):
                if not line.endswith(b"\n"):
                    if len(line) < MAX_LINE + 2 or not self.skip_line():
                        break  # the end came before the newline
                    self.send("ERROR:line too long")
                elif line.rstrip(b"\r\n") and not self.answer(line[:-1].removesuffix(b"\r")):
                    break
        except OSError as problem:
            log.info("%s: %s", self.username or self.client_address, problem)

    def skip_line(self) -> bool:
        """Read on to the next newline; False if the connection ends first."""
        while part := self.rfile.readline(MAX_LINE):
            if part.endswith(b"\n"):
                return True
        return False

    def finish(self) -> None:
        self.server.leave(self)
        self.queue.put(None)
        self.writer.join(PATIENCE)
        self.hang_up()
        with contextlib.suppress(OSError, ValueError):
            super().finish()
        log.info("Connection from %s closed", self.client_address)
        self.server.handlers.discard(self)

    def hang_up(self) -> None:
        self.dropped = True
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)

    def send(self, line: str) -> None:
        """Queue a line; whoever lets too much pile up is dropped."""
        data = f"{line}\r\n".encode()
        with self.pending_lock:
            self.pending += len(data)
            overflow = self.pending - len(data) > MAX_PENDING
        if overflow and not self.dropped:
            log.warning("%s does not read, dropping him", self.username)
            self.hang_up()
        if not self.dropped:
            self.queue.put(data)

    def write_queue(self) -> None:
        parts: list[bytes | None] = []
        while None not in parts:
            parts = [self.queue.get()]
            while len(parts) < 50 and not self.queue.empty():
                parts.append(self.queue.get())
            data = b"".join(filter(None, parts))
            try:
                self.connection.sendall(data)
            except OSError as problem:
                log.info("cannot write to %s: %s", self.username or self.client_address, problem)
                self.hang_up()
                return
            with self.pending_lock:
                self.pending -= len(data)

    def answer(self, line: bytes) -> bool:
        """Do one command; False after QUIT."""
        if len(line) > MAX_LINE:
            self.send("ERROR:line too long")
            return True
        try:
            command, _, argument = line.decode().partition(":")
            log.debug("%s says %r", self.username or self.client_address, command)
            if command == "QUIT":
                return False
            if not self.username and command != "JOIN":
                raise Refused("join first")
            method = getattr(self, f"do_{command}", None)
            if method is None:
                raise Refused("unknown command")
            method(argument)
        except UnicodeDecodeError:
            self.send("ERROR:not UTF-8")
        except Refused as reason:
            log.info("refused: %s", reason)
            self.send(f"ERROR:{reason}")
        return True

    def do_JOIN(self, name: str) -> None:
        if self.username:
            raise Refused("already joined")
        self.server.join(self, checked(name))

    def do_MESSAGE(self, text: str) -> None:
        if not text:
            raise Refused("empty message")
        self.server.message(self, text)

    def do_PRIVATE(self, argument: str) -> None:
        target, _, text = argument.partition(":")
        self.server.private(self, target, text)

    def do_JOIN_ROOM(self, room: str) -> None:
        self.server.enter(self, checked(room))

    def do_LIST_USERS(self, _: str) -> None:
        with self.server.lock:
            self.send("USERS:" + ", ".join(self.server.members))


class ChatServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = os.name == "posix"
    request_queue_size = 128

    def __init__(self, host: str, port: int) -> None:
        self.lock = threading.Lock()
        self.handlers: set[ClientHandler] = set()
        self.members: dict[str, ClientHandler] = {}
        self.history: deque[str] = deque(maxlen=20)
        super().__init__((host, port), ClientHandler)

    def _broadcast(self, line: str, room: str | None = None) -> int:
        """Queue a line for every member (of a room); the caller holds the lock."""
        audience = [m for m in self.members.values() if room in (None, m.room)]
        for member in audience:
            member.send(line)
        return len(audience)

    def join(self, handler: ClientHandler, name: str) -> None:
        with self.lock:
            if name in self.members:
                raise Refused("name taken")
            handler.username = name
            self.members[name] = handler
            handler.send(f"JOINED:{name}")
            for line in self.history:
                handler.send(line)
            self._broadcast(f"USER_JOINED:{name}")
        log.info("User %r joined", name)

    def message(self, sender: ClientHandler, text: str) -> None:
        with self.lock:
            line = f"{sender.username} [{datetime.now().strftime('%H:%M:%S')}]: {text}"
            if sender.room == "lobby":
                self.history.append(line)
            heard = self._broadcast(line, sender.room)
        log.info("Broadcasting message from %s to %d clients", sender.username, heard)

    def private(self, sender: ClientHandler, target: str, text: str) -> None:
        with self.lock:
            if target not in self.members:
                raise Refused("no such user")
            self.members[target].send(f"PRIVATE:{sender.username}:{text}")

    def enter(self, handler: ClientHandler, room: str) -> None:
        with self.lock:
            handler.room = room
            handler.send(f"JOINED_ROOM:{room}")

    def leave(self, handler: ClientHandler) -> None:
        with self.lock:
            if not handler.username:
                return
            del self.members[handler.username]
            self._broadcast(f"USER_LEFT:{handler.username}")
        log.info("User %r disconnected", handler.username)

    def handle_error(self, request: object, client_address: object) -> None:
        log.warning("trouble with %s: %r", client_address, sys.exc_info()[1])

    def stop(self) -> None:
        """Hang up on everybody and give their threads a moment."""
        for handler in self.handlers.copy():
            handler.hang_up()
        for _ in range(75):  # 1.5 seconds
            if self.handlers:
                time.sleep(0.02)
        self.server_close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    logging.basicConfig(level=logging.DEBUG, format="%(asctime)s %(threadName)s %(message)s")
    server = ChatServer(args.host, args.port)
    log.info("Chat server started on %s:%d", args.host, args.port)
    with contextlib.suppress(KeyboardInterrupt):
        server.serve_forever(poll_interval=0.2)
    log.info("stopping")
    server.stop()


if __name__ == "__main__":
    main()
