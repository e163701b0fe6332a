"""A chat client that tries every address of the host, IPv6 or IPv4, until one answers. One select
loop does everything; the keyboard is copied into a socket pair, because Windows cannot select it."""

from __future__ import annotations

import argparse
import collections
import os
import re
import select
import socket
import sys
import threading
import time

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
PATIENCE = 2.0  # seconds to wait for the answer to JOIN
FAREWELL = 1.0  # seconds to wait for the end after QUIT


class Lost(Exception):
    """The server has gone."""


class Leaving(Exception):
    """The person wants to go."""


def connect(host: str, port: int) -> socket.socket:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    if host == "localhost":  # some machines know it by its IPv4 address only
        found.append((socket.AF_INET6, socket.SOCK_STREAM, 0, "", ("::1", port)))
    problem: OSError = OSError(f"nothing known about {host}")
    for family, kind, protocol, _, address in found:
        try:
            sock = socket.socket(family, kind, protocol)
        except OSError as error:
            problem = error
            continue
        try:
            sock.connect(address)
            return sock
        except OSError as error:
            sock.close()
            problem = error
    raise problem


def copy_keyboard(target: socket.socket) -> None:
    try:
        while data := os.read(sys.stdin.fileno(), 4096):
            target.sendall(data)
    except (OSError, ValueError):
        pass
    target.close()


def show(text: str) -> None:
    print(CONTROL.sub("\N{REPLACEMENT CHARACTER}", text), flush=True)


class LineReader:
    """Cuts the bytes of a socket into lines of text."""

    def __init__(self, sock: socket.socket, encoding: str) -> None:
        self.sock, self.encoding, self.rest = sock, encoding, b""

    def read(self) -> list[str | None]:
        """The lines that are complete by now; a last None says that there are no more."""
        try:
            data = self.sock.recv(8192)
        except OSError:
            data = b""
        *lines, self.rest = (self.rest + data).split(b"\n")
        if not data and self.rest:
            lines.append(self.rest)
        texts: list[str | None] = [raw.removesuffix(b"\r").decode(self.encoding, "replace") for raw in lines]
        return texts if data else [*texts, None]


class ChatClient:
    def __init__(self, host: str, port: int) -> None:
        self.typed: collections.deque[str | None] = collections.deque()
        self.sock = connect(host, port)
        print("Connected to chat server", flush=True)
        keyboard, pump = socket.socketpair()
        threading.Thread(target=copy_keyboard, args=(pump,), daemon=True).start()
        self.server = LineReader(self.sock, "utf-8")
        self.keyboard = LineReader(keyboard, sys.stdin.encoding)
        self.sources = {self.sock: self.server, keyboard: self.keyboard}

    def send(self, line: str) -> None:
        try:
            self.sock.sendall((line + "\n").encode("utf-8", errors="replace"))
        except OSError as error:
            raise Lost from error

    def listen(self, seconds: float) -> bool | None:
        """Wait for whatever comes; show what is from the server and keep what is typed.

        Returns True or False when the server has let us in or refused something, else None."""
        verdict = None
        for sock in select.select(list(self.sources), [], [], seconds)[0]:
            reader = self.sources[sock]
            lines = reader.read()
            if reader is self.keyboard:
                self.typed.extend(lines)
                if lines[-1:] == [None]:
                    del self.sources[sock]
                continue
            for line in lines:
                if line is None:
                    raise Lost
                self.show_event(line)
                if verdict is None and line.startswith(("JOINED:", "ERROR:")):
                    verdict = line.startswith("JOINED:")
        return verdict

    def show_event(self, line: str) -> None:
        match line.split(":", 1):
            case ["JOINED", name]:
                show(f"Joined as: {name}")
            case ["USER_JOINED", name]:
                show(f"{name} joined")
            case ["USER_LEFT", name]:
                show(f"{name} left")
            case ["ERROR", problem]:
                show(f"Error: {problem}")
            case ["JOINED_ROOM", room]:
                show(f"Joined room: {room}")
            case ["USERS", names]:
                show("Users: " + ", ".join(names.split(",")))
            case ["PRIVATE", letter]:
                sender, _, text = letter.partition(":")
                show(f"{sender} -> you: {text}")
            case _ if line:
                show(line)

    def next_typed(self) -> str:
        while not self.typed:
            self.listen(0.5)
        line = self.typed.popleft()
        if line is None or line.strip() == "quit":
            raise Leaving
        return line

    def join(self, name: str) -> bool:
        self.send(f"JOIN:{name}")
        deadline = time.monotonic() + PATIENCE
        while (left := deadline - time.monotonic()) > 0:
            verdict = self.listen(min(left, 0.5))
            if verdict is not None:
                return verdict
        return True

    def ask_name(self) -> str:
        name = ""
        while not name:
            print("Enter username: ", end="", flush=True)
            name = self.next_typed().strip()
        return name

    def say(self, typed: str) -> None:
        if private := re.fullmatch(r"/msg +(\S+) (.+)", typed):
            self.send(f"PRIVATE:{private[1]}:{private[2]}")
        elif room := re.fullmatch(r"/join +(\S+) *", typed):
            self.send(f"JOIN_ROOM:{room[1]}")
        elif re.fullmatch("/users *", typed):
            self.send("LIST_USERS")
        elif typed.startswith("/") and not typed.startswith("//"):
            show("Error: no such command; there are /msg NAME TEXT, /join ROOM and /users")
        elif typed:
            self.send("MESSAGE:" + (typed[1:] if typed.startswith("//") else typed))

    def leave(self) -> None:
        try:
            self.send("QUIT")
            self.sock.shutdown(socket.SHUT_WR)
        except (Lost, OSError):
            pass
        self.hear_out()

    def hear_out(self) -> None:
        deadline = time.monotonic() + FAREWELL
        try:
            while time.monotonic() < deadline:
                self.listen(0.1)
        except Lost:
            pass

    def run(self, name: str | None) -> int:
        try:
            while not self.join(name or self.ask_name()):
                name = None
            while True:
                self.say(self.next_typed())
        except Lost:
            self.hear_out()
            show("Connection lost")
            return 1
        except (Leaving, KeyboardInterrupt):
            self.leave()
        show("Disconnected")
        return 0


def main() -> int:
    cli = argparse.ArgumentParser()
    cli.add_argument("--host", default="localhost")
    cli.add_argument("--port", type=int, default=8080)
    cli.add_argument("--username")
    args = cli.parse_args()
    sys.stdout.reconfigure(errors="replace")
    try:
        client = ChatClient(args.host, args.port)
    except OSError as problem:
        show(f"Cannot connect to {args.host}:{args.port}: {problem}")
        return 1
    except KeyboardInterrupt:
        show("Disconnected")
        return 0
    return client.run(args.username)


if __name__ == "__main__":
    sys.exit(main())
