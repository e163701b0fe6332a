"""One loop over two sockets: the server's, and a local pair that a tiny thread fills from standard input.

Connects first and asks for the name afterwards; what a typed line means depends on a state
(no name yet, or chatting). The thread reads the bare file descriptor, so the program may end while it waits.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import selectors
import signal
import socket
import sys
import threading
import time

CHUNK = 65536
LONGEST = 1 << 20
FAREWELL = 0.5  # seconds that we wait for the server to close


class Lines:
    """Bytes in, whole lines out."""

    def __init__(self) -> None:
        self.rest = b""

    def feed(self, data: bytes) -> list[str]:
        *whole, self.rest = (self.rest + data).split(b"\n")
        self.rest = self.rest[:LONGEST]
        return [line.removesuffix(b"\r").decode("utf-8", "replace") for line in whole]


def visible(text: str) -> str:
    """Control characters as \\x1b: to be seen, not to be obeyed."""
    return "".join(f"\\x{ord(c):02x}" if c < " " or "\x7f" <= c <= "\x9f" else c for c in text)


def pump(fd: int, pipe: socket.socket) -> None:
    """Thread: standard input into a socket that a selector can watch on every system."""
    with contextlib.suppress(OSError):
        while data := os.read(fd, CHUNK):
            pipe.sendall(data)
    with contextlib.suppress(OSError):
        pipe.shutdown(socket.SHUT_WR)


class Client:
    def __init__(self, server: socket.socket, username: str | None) -> None:
        self.server = server
        self.from_server = Lines()
        self.typed = Lines()
        self.joined = False
        self.asking = username is None
        self.keyboard, far_end = socket.socketpair()
        threading.Thread(target=pump, args=(sys.stdin.fileno(), far_end), daemon=True).start()
        if username is None:
            self.ask()
        else:
            self.send("JOIN:" + username)

    def put(self, text: str) -> None:
        sys.stdout.buffer.write(text.encode("utf-8", "replace"))
        sys.stdout.buffer.flush()

    def ask(self) -> None:
        self.asking = True
        self.put("Enter username: ")

    def send(self, command: str) -> None:
        self.server.sendall(command.encode("utf-8", "replace") + b"\n")

    def run(self) -> bool:
        """Chat; True if the user wants to go, False if the server has gone."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.server, selectors.EVENT_READ, self.hear)
            selector.register(self.keyboard, selectors.EVENT_READ, self.type)
            while True:
                for key, _ in selector.select(0.5):
                    wish: bool | None = key.data()
                    if wish is not None:
                        return wish

    def hear(self) -> bool | None:
        data = self.server.recv(CHUNK)
        if not data:
            return False
        for line in self.from_server.feed(data):
            self.show(visible(line))
        return None

    def type(self) -> bool | None:
        data = self.keyboard.recv(CHUNK)
        # a last line may end with the input instead of a newline
        lines = self.typed.feed(data or b"\n" * bool(self.typed.rest))
        for line in lines:
            if line == "quit" and not self.asking:
                return True
            self.obey(line)
        return None if data else True

    def obey(self, line: str) -> None:
        if self.asking:
            if name := line.strip():
                self.asking = False
                self.send("JOIN:" + name)
            else:
                self.ask()
            return
        word, _, rest = line.partition(" ")
        if line.startswith("//"):
            self.send("MESSAGE:" + line[1:])
        elif word == "/msg":
            target, _, text = rest.partition(" ")
            self.send(f"PRIVATE:{target}:{text}")
        elif word == "/join":
            self.send("JOIN_ROOM:" + rest.strip())
        elif word == "/users":
            self.send("LIST_USERS")
        elif line.startswith("/"):
            self.put(f"Error: what is {word}?\n")
        elif line:
            self.send("MESSAGE:" + line)

    def show(self, line: str) -> None:
        kind, _, rest = line.partition(":")
        events = {
            "JOINED": "Joined as: {}",
            "USER_JOINED": "{} joined",
            "USER_LEFT": "{} left",
            "ERROR": "Error: {}",
            "JOINED_ROOM": "Joined room: {}",
            "USERS": "Users: {}",
            "PRIVATE": "(private) {}",
        }
        self.put((events[kind].format(rest) if kind in events else line) + "\n")
        if kind == "JOINED":
            self.joined = True
        elif kind == "ERROR" and not (self.joined or self.asking):
            self.ask()


def leave(server: socket.socket) -> None:
    """Say QUIT, and let the server close first, if it does so soon."""
    until = time.monotonic() + FAREWELL
    try:
        server.settimeout(FAREWELL)
        server.sendall(b"QUIT\n")
        server.shutdown(socket.SHUT_WR)
        while server.recv(CHUNK) and time.monotonic() < until:
            pass
    except OSError:
        pass
    server.close()


def first_interrupt(*_: object) -> None:
    signal.signal(signal.SIGINT, lambda *_: None)  # those that follow are not needed
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser(description="chat client")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, first_interrupt)
    server = None
    try:
        server = socket.create_connection((args.host, args.port))
        print("Connected to chat server", flush=True)
        polite = Client(server, args.username).run()
    except KeyboardInterrupt:
        polite = True
    except OSError as problem:
        if server is None:
            print(f"No chat server at {args.host}:{args.port}: {problem}", flush=True)
            return 1
        polite = False
    if not polite:
        print("Connection lost", flush=True)
        return 1
    if server is not None:
        leave(server)
    print("Disconnected", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
