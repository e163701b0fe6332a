"""A chat client that reads the network as a text file (socket.makefile) and the keyboard with input().
When the server vanishes the listening thread ends the program itself."""

import argparse
import os
import socket
import sys
import threading

CLEAN = {code: "?" for code in [*range(0x20), *range(0x7F, 0xA0)]}
FORMATS = {
    "JOINED": "Joined as: {}",
    "USER_JOINED": "{} joined",
    "USER_LEFT": "{} left",
    "ERROR": "Error: {}",
    "JOINED_ROOM": "Joined room {}",
    "USERS": "Users online: {}",
}


def present(line):
    kind, colon, rest = line.partition(":")
    if colon and kind in FORMATS:
        line = FORMATS[kind].format(rest)
    elif colon and kind == "PRIVATE":
        sender, _, text = rest.partition(":")
        line = f"(private) {sender}: {text}"
    return line.translate(CLEAN)


def translate(typed):
    """The protocol's words for what was typed; raises ValueError if there are none."""
    if not typed.startswith("/") or typed.startswith("//"):
        return "MESSAGE:" + (typed[1:] if typed.startswith("//") else typed)
    command, _, rest = typed.partition(" ")
    if command == "/msg":
        target, blank, text = rest.partition(" ")
        if not (target and blank and text):
            raise ValueError("/msg NAME TEXT")
        return f"PRIVATE:{target}:{text}"
    if command == "/join" and rest.strip():
        return "JOIN_ROOM:" + rest.strip()
    if command == "/users":
        return "LIST_USERS"
    raise ValueError("/msg NAME TEXT, /join ROOM or /users")


class ChatClient:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.incoming = self.socket.makefile("r", encoding="utf-8", errors="replace", newline="\n")
        self.listener = threading.Thread(target=self.receive_messages, daemon=True)
        self.answered = threading.Event()
        self.welcome = False
        self.leaving = False

    def receive_messages(self):
        try:
            for line in self.incoming:
                line = line.removesuffix("\n").removesuffix("\r")
                if line:
                    print(present(line), flush=True)
                if line.startswith(("JOINED:", "ERROR:")) and not self.answered.is_set():
                    self.welcome = line.startswith("JOINED:")
                    self.answered.set()
        except OSError:
            pass
        if not self.leaving:
            print("Connection lost", flush=True)
            os._exit(1)  # the main thread may sit in input()

    def send(self, line):
        try:
            self.socket.sendall(line.encode("utf-8", "replace") + b"\n")
        except OSError:
            if not self.leaving:
                self.listener.join()  # it notices, too, and ends the program

    def join(self, username):
        """Join; ask for another name as long as the server refuses the one given."""
        while True:
            if not username:
                username = input("Enter username: ").strip()
                if username == "quit":
                    raise EOFError
            if username:
                self.answered.clear()
                self.send("JOIN:" + username)
                if not self.answered.wait(2) or self.welcome:
                    return
            username = None

    def start(self, username):
        self.listener.start()
        print("Connected to chat server", flush=True)
        try:
            self.join(username)
            for typed in iter(input, "quit"):
                try:
                    if typed:
                        self.send(translate(typed))
                except ValueError as usage:
                    print(f"Error: try {usage}", flush=True)
        except (EOFError, KeyboardInterrupt):
            pass
        self.leave()

    def leave(self):
        self.leaving = True
        self.send("QUIT")
        try:
            self.socket.shutdown(socket.SHUT_WR)
            self.listener.join(1)
            self.socket.shutdown(socket.SHUT_RDWR)
            self.listener.join(1)
        except OSError:
            pass
        print("Disconnected", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    args = parser.parse_args()
    sys.stdin.reconfigure(errors="replace")
    sys.stdout.reconfigure(errors="replace")
    try:
        client = ChatClient(args.host, args.port)
    except OSError as error:
        sys.exit(f"Cannot reach {args.host}:{args.port}: {error.strerror or error}")
    except KeyboardInterrupt:
        return print("Disconnected", flush=True)
    client.start(args.username)


if __name__ == "__main__":
    main()
