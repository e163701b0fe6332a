"""A chat client in which nobody acts but the main thread: one thread listens to the keyboard, one to
the network, and both only report to one queue of events. It sets the same socket options as its server."""

import argparse
import os
import queue
import socket
import struct
import sys
import threading
import time
from collections import deque

HELP = "Commands: /msg NAME TEXT, /join ROOM, /users, quit"


def printable(text):
    """The text with every control character spelt out, so that it cannot steer a terminal."""

    def spelt(letter):
        return f"\\x{ord(letter):02x}" if ord(letter) < 32 or 127 <= ord(letter) < 160 else letter

    return "".join(map(spelt, text))


class ChatClient:
    def __init__(self, host, port):
        self.address = (host, port)
        self.connection = None
        self.events = queue.SimpleQueue()
        self.typed_early = deque()

    # The two threads that report

    def listen_to_keyboard(self):
        line = b""
        while True:
            try:
                piece = os.read(0, 1024)
            except OSError:
                piece = b""
            if not piece:
                break
            *complete, line = (line + piece).split(b"\n")
            for text in complete:
                self.events.put(("typed", text.decode(sys.stdin.encoding, "replace").rstrip("\r")))
        if line:
            self.events.put(("typed", line.decode(sys.stdin.encoding, "replace")))
        self.events.put(("end of input", ""))

    def listen_to_network(self):
        line = b""
        try:
            while piece := self.connection.recv(4096):
                *complete, line = (line + piece).split(b"\n")
                for raw in complete:
                    self.events.put(("heard", raw.removesuffix(b"\r").decode("utf-8", "replace")))
        except OSError:
            pass
        self.events.put(("lost", ""))

    def next_event(self, patience=None):
        """The next event; ("nothing", "") when patience (in seconds) is over."""
        deadline = None if patience is None else time.monotonic() + patience
        while deadline is None or time.monotonic() < deadline:
            try:
                return self.events.get(timeout=0.2)  # short, so that Ctrl+C works on Windows
            except queue.Empty:
                pass
        return "nothing", ""

    # What the main thread does

    def send(self, line):
        self.connection.sendall(line.encode("utf-8", "replace") + b"\n")

    def show(self, line):
        if not line:
            return
        kind, _, rest = line.partition(":")
        sender, _, text = rest.partition(":")
        shown = {
            "JOINED": f"Joined as: {rest}",
            "USER_JOINED": f"{rest} joined",
            "USER_LEFT": f"{rest} left",
            "ERROR": f"Error: {rest}",
            "PRIVATE": f"[private] {sender}: {text}",
            "JOINED_ROOM": f"You are now in room {rest}",
            "USERS": f"Users online: {rest}",
        }.get(kind, line)
        print(printable(shown), flush=True)

    def connect(self):
        self.connection = socket.create_connection(self.address)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        self.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        linger = struct.pack("HH" if os.name == "nt" else "ii", 1, 1)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        print("Connected to chat server", flush=True)

    def say(self, typed):
        if not typed.strip():
            return
        words = typed.split(" ", 2)
        if typed.startswith("//"):
            self.send(f"MESSAGE:{typed[1:]}")
        elif words[0] == "/msg" and len(words) == 3:
            self.send(f"PRIVATE:{words[1]}:{words[2]}")
        elif words[0] == "/join" and len(words) == 2:
            self.send(f"JOIN_ROOM:{words[1]}")
        elif words[0] == "/users":
            self.send("LIST_USERS")
        elif typed.startswith("/"):
            print(HELP, flush=True)
        else:
            self.send(f"MESSAGE:{typed}")

    def next_in_order(self):
        """Like next_event, but what was typed during a JOIN comes first."""
        return self.typed_early.popleft() if self.typed_early else self.next_event()

    def ask_username(self):
        """What is typed in answer to the question; EOFError when the person leaves instead."""
        print("Enter username: ", end="", flush=True)
        while True:
            kind, text = self.next_in_order()
            if kind == "typed" and text.strip() and text.strip().lower() != "quit":
                return text.strip()
            if kind != "typed" or text.strip():
                self.handle(kind, text)

    def join(self, username):
        """Send JOIN and tell whether it worked; a server that says nothing gets the benefit of the doubt."""
        self.send(f"JOIN:{username}")
        while True:
            kind, text = self.next_event(patience=2)
            if kind == "nothing":
                return True
            if kind in ("typed", "end of input"):
                self.typed_early.append((kind, text))
                continue
            self.handle(kind, text)
            if text.startswith(("JOINED:", "ERROR:")):
                return text.startswith("JOINED:")

    def handle(self, kind, text):
        if kind == "lost":
            self.events.put((kind, text))  # for hear_out
            raise ConnectionError
        if kind == "end of input" or kind == "typed" and text.strip().lower() == "quit":
            raise EOFError
        if kind == "heard":
            self.show(text)
        else:
            self.say(text)

    def chat(self, username):
        while not self.join(username or self.ask_username()):
            username = None
        while True:
            self.handle(*self.next_in_order())

    def leave(self):
        """Say goodbye, and listen until the server closes."""
        try:
            self.send("QUIT")
            self.connection.shutdown(socket.SHUT_WR)
        except (OSError, AttributeError):  # gone already, or never there
            return
        self.hear_out()

    def hear_out(self):
        deadline = time.monotonic() + 1
        while time.monotonic() < deadline:
            kind, text = self.next_event(patience=0.2)
            if kind == "lost":
                return
            if kind == "heard":
                self.show(text)

    def start(self, username):
        try:
            self.connect()
            for target in (self.listen_to_keyboard, self.listen_to_network):
                threading.Thread(target=target, daemon=True).start()
            self.chat(username)
        except (EOFError, KeyboardInterrupt):
            self.leave()
            print("Disconnected", flush=True)
        except OSError:
            sys.exit(self.tell_lost())

    def tell_lost(self):
        if self.connection is None:
            print("There is no chat server", flush=True)
        else:
            self.hear_out()
            print("Connection lost", flush=True)
        return 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    ChatClient(options.host, options.port).start(options.username)
