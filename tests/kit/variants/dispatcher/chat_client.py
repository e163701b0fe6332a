"""The main thread listens, a thread types; the name comes before connecting.

Decodes the byte stream with an incremental decoder, so that a letter may arrive in two pieces. Ends if its
name is refused.
"""

from __future__ import annotations

import argparse
import codecs
import os
import signal
import socket
import sys
import threading
import time

FAREWELL = 1.0  # seconds for the server to close after QUIT
TICK = 0.25  # seconds between looks at the clock


class Client:
    def __init__(self, host: str, port: int) -> None:
        self.sock = socket.create_connection((host, port))
        self.sock.settimeout(TICK)
        self.sending = threading.Lock()
        self.joined = False
        self.left_at: float | None = None  # when QUIT was said
        self.status = 0

    def say(self, line: str) -> None:
        """Send a line; patient, since the socket's timeout is meant for reading."""
        data = memoryview(line.encode("utf-8", "replace") + b"\n")
        with self.sending:
            while data:
                try:
                    data = data[self.sock.send(data) :]
                except TimeoutError:
                    if self.left_at:
                        return

    def quit(self) -> None:
        if self.left_at:
            return
        self.left_at = time.monotonic()
        try:
            self.say("QUIT")
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # the server was faster

    def type(self) -> None:
        """Thread: lines of the keyboard to the server."""
        try:
            while (line := sys.stdin.readline()) and line.strip() != "quit":
                self.typed(line.rstrip("\n"))
        except OSError:
            return  # the listener notices as well
        self.quit()

    def typed(self, line: str) -> None:
        match line.split(" ", maxsplit=2):
            case [""]:
                pass
            case ["/msg", name, text]:
                self.say(f"PRIVATE:{name}:{text}")
            case ["/join", room, *_]:
                self.say(f"JOIN_ROOM:{room}")
            case ["/users", *_]:
                self.say("LIST_USERS")
            case [word, *_] if word.startswith("//"):
                self.say(f"MESSAGE:{line[1:]}")
            case _:
                self.say(f"MESSAGE:{line}")

    def listen(self) -> bool:
        """Show what comes; True if the end was wished for, False if the server has vanished."""
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        text = ""
        while True:
            if self.left_at and time.monotonic() - self.left_at > FAREWELL:
                return True
            try:
                data = self.sock.recv(2048)
            except TimeoutError:
                continue
            except OSError:
                data = b""
            if not data:
                return self.left_at is not None
            *lines, text = (text + decoder.decode(data)).split("\n")
            for line in lines:
                if not self.left_at:
                    self.heard(line.removesuffix("\r"))

    def heard(self, line: str) -> None:
        line = "".join(c for c in line if ord(c) >= 32 and not 127 <= ord(c) < 160)
        match line.split(":", 1):
            case ["JOINED", name]:
                self.joined = True
                line = f"Joined as: {name}"
            case ["USER_JOINED", name]:
                line = f"{name} joined"
            case ["USER_LEFT", name]:
                line = f"{name} left"
            case ["ERROR", words]:
                line = f"Error: {words}"
                if not self.joined:
                    self.status = 1
            case ["JOINED_ROOM", room]:
                line = f"Joined room {room}"
            case ["PRIVATE", rest]:
                line = f"Private from {rest.replace(':', ': ', 1)}"
            case ["USERS", names]:
                line = f"{len(names.split(','))} online: {names}"
        print(f"{line}\n", end="", flush=True)
        if self.status:
            self.quit()


def interrupt_once(*_: object) -> None:
    signal.signal(signal.SIGINT, lambda *_: None)  # a second Ctrl+C must not cut the farewell short
    raise KeyboardInterrupt


def ask_name() -> str:
    while not (name := input("Enter username: ").strip()):
        pass
    return name


def chat(host: str, port: int, username: str | None) -> int:
    client = None
    try:
        name = username or ask_name()
        client = Client(host, port)
        print("Connected to chat server", flush=True)
        client.say(f"JOIN:{name}")
        threading.Thread(target=client.type, daemon=True).start()
        wished = client.listen()
    except (EOFError, KeyboardInterrupt):
        if client:
            client.quit()
            client.listen()
        wished = True
    except OSError as error:
        print(f"No connection to {host}:{port}: {error}" if client is None else "Connection lost")
        return 1
    print("Disconnected" if wished else "Connection lost")
    return client.status if client and wished else int(not wished)


def main() -> None:
    parser = argparse.ArgumentParser(description="chat client")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", default=8080, type=int)
    parser.add_argument("--username")
    options = parser.parse_args()
    signal.signal(signal.SIGINT, interrupt_once)
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    status = chat(options.host, options.port, options.username)
    sys.stdout.flush()
    os._exit(status)  # not held up by the thread that reads the keyboard


if __name__ == "__main__":
    main()
