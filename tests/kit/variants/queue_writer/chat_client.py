"""Two daemon threads, for the keyboard and for the network, feed one queue of events for the main thread.

Waits for JOINED before it sends what was typed meanwhile. Wipes the prompt with a carriage return of its own.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import queue
import re
import signal
import socket
import sys
import threading
import time
from collections import deque

CONTROL = re.compile("[\x00-\x1f\x7f-\x9f]")
PATIENCE = 3.0  # seconds that typed lines wait for JOINED


class ChatClient:
    def __init__(self, host: str, port: int) -> None:
        self.socket = socket.create_connection((host, port))
        self.events: queue.Queue[tuple[str, str]] = queue.Queue()
        self.waiting: deque[str] = deque()  # typed, not yet obeyed
        self.state = "naming"  # -> "joining" -> "chatting", or back
        self.asked = 0.0

    def read_keyboard(self) -> None:
        try:
            for line in iter(sys.stdin.readline, ""):
                self.events.put(("typed", line.rstrip("\n")))
        except (OSError, ValueError):
            pass
        self.events.put(("eof", ""))

    def receive_messages(self) -> None:
        rest = b""
        try:
            while data := self.socket.recv(4096):
                rest += data
                while (end := rest.find(b"\n")) >= 0:
                    line, rest = rest[:end], rest[end + 1 :]
                    self.events.put(("heard", line.rstrip(b"\r").decode("utf-8", "replace")))
        except OSError:
            pass
        self.events.put(("lost", ""))

    def print(self, line: str) -> None:
        sys.stdout.write(f"\r{line}\n> ")
        sys.stdout.flush()

    def send(self, line: str) -> None:
        self.socket.sendall(line.encode("utf-8", "replace") + b"\n")

    def join(self, username: str) -> None:
        self.state = "joining"
        self.asked = time.monotonic()
        self.send(f"JOIN:{username}")

    def ask_name(self) -> None:
        self.state = "naming"
        sys.stdout.write("Enter username: ")
        sys.stdout.flush()

    def send_message(self, line: str) -> None:
        if line.startswith("//"):
            self.send(f"MESSAGE:{line[1:]}")
        elif found := re.fullmatch(r"/msg +(\S+) (.*)", line):
            self.send(f"PRIVATE:{found[1]}:{found[2]}")
        elif found := re.fullmatch(r"/join +(\S+) *", line):
            self.send(f"JOIN_ROOM:{found[1]}")
        elif line.strip() == "/users":
            self.send("LIST_USERS")
        else:
            self.send(f"MESSAGE:{line}")

    def hear(self, line: str) -> None:
        line = CONTROL.sub("\N{REPLACEMENT CHARACTER}", line)
        if line.startswith("JOINED:"):
            self.state = "chatting"
            self.print("Joined as: " + line[7:])
        elif line.startswith("USER_JOINED:"):
            self.print(line[12:] + " joined")
        elif line.startswith("USER_LEFT:"):
            self.print(line[10:] + " left")
        elif line.startswith("ERROR:"):
            self.print("Error: " + line[6:])
            if self.state == "joining":
                self.ask_name()
        elif line.startswith("PRIVATE:"):
            sender, _, text = line[8:].partition(":")
            self.print(f"{sender} -> you: {text}")
        elif line.startswith("JOINED_ROOM:"):
            self.print("Joined room: " + line[12:])
        elif line.startswith("USERS:"):
            self.print("Online: " + line[6:])
        else:
            self.print(line)

    def obey_typed(self) -> bool:
        """Work off the lines that may be obeyed by now; False once the user leaves."""
        while self.waiting:
            if self.state == "joining" and time.monotonic() - self.asked < PATIENCE:
                return True
            line = self.waiting.popleft()
            if line == "\x04" or line.lower() == "quit":
                return False
            if self.state == "naming":
                if line.strip():
                    self.join(line.strip())
                else:
                    self.ask_name()
            elif line:
                self.send_message(line)
        return True

    def chat(self) -> bool:
        """Obey events; True if the user leaves, False if the server does."""
        while self.obey_typed():
            try:
                kind, line = self.events.get(timeout=0.2)
            except queue.Empty:
                continue
            if kind == "typed":
                self.waiting.append(line)
            elif kind == "eof":
                self.waiting.append("\x04")
            elif kind == "heard":
                self.hear(line)
            else:
                return False
        return True

    def disconnect(self) -> None:
        try:
            self.socket.settimeout(1)
            self.send("QUIT")
            self.socket.shutdown(socket.SHUT_WR)
        except OSError:
            return
        until = time.monotonic() + 0.5
        while (left := until - time.monotonic()) > 0:
            with contextlib.suppress(queue.Empty):
                if self.events.get(timeout=left)[0] == "lost":
                    return

    def start(self, username: str | None) -> int:
        try:
            print("Connected to chat server", flush=True)
            for target in (self.read_keyboard, self.receive_messages):
                threading.Thread(target=target, daemon=True).start()
            if username:
                self.join(username)
            else:
                self.ask_name()
            left = self.chat()
        except KeyboardInterrupt:
            left = True
        except OSError:
            left = False
        if not left:
            print("\rConnection lost", flush=True)
            return 1
        self.disconnect()
        print("\rDisconnected", flush=True)
        return 0


def interrupted(_signal: int, _frame: object) -> None:
    """Ctrl+C counts once."""
    signal.signal(signal.SIGINT, lambda _signal, _frame: None)
    raise KeyboardInterrupt


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    args = parser.parse_args()
    signal.signal(signal.SIGINT, interrupted)
    sys.stdin.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        client = ChatClient(args.host, args.port)
    except OSError as problem:
        print(f"Cannot connect to {args.host}:{args.port}: {problem}")
        return 1
    except KeyboardInterrupt:
        print("Disconnected")
        return 0
    return client.start(args.username)


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # the keyboard thread may still wait inside readline()
