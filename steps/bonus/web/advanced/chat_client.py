"""A chat client: what you type, everyone reads; what everyone says, you read.

The main thread waits for the keyboard and a second one for the network, because each of
them may take for ever.
"""

from __future__ import annotations

import argparse
import io
import os
import socket
import sys
import threading
import unicodedata
from collections.abc import Iterator


def printable(text: str) -> str:
    """Return `text` as it may go to the terminal."""
    # Control characters move the cursor, clear the screen and worse, and any stranger can send
    # them to you. Let none of them through (category Cc of Unicode; a tab is fine).
    return "".join(c for c in text if c == "\t" or unicodedata.category(c) != "Cc")


class ChatClient:
    """The conversation of one person with the server."""

    def __init__(self, host: str = "localhost", port: int = 8080, username: str = "") -> None:
        self.host = host
        self.port = port
        self.username = username  # empty: ask for it
        self.sock = socket.socket()  # until `connect` makes it a connection
        self.leaving = False  # whether it is us who end the conversation
        self.ending = threading.Lock()  # held by the thread that ends the program

    def connect(self, username: str) -> None:
        """Open the connection; where no server listens, end the program with status 1."""
        self.username = username
        try:
            self.sock = socket.create_connection((self.host, self.port))
        except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
            raise SystemExit(f"Cannot connect to {self.host}:{self.port}: {error}. Is the server running?") from None
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.stream = self.sock.makefile("rb")  # the same connection as a file of bytes
        print("Connected to chat server", flush=True)

    def lines(self) -> Iterator[str]:
        """Yield each line that the server sends, without its line end, until it hangs up."""
        # TCP brings a stream of bytes, not messages. One `recv` may bring half a line, or three
        # lines, or half a letter: a line is over at its newline and nowhere else. Bytes that
        # are not text must not end the conversation.
        while data := self.stream.readline():
            yield data.rstrip(b"\r\n").decode(errors="replace")

    def send_line(self, line: str) -> None:
        """Send `line` and its newline. Raises OSError where the connection is gone."""
        # The server knows the end of a line by its newline.
        self.sock.sendall(f"{line}\n".encode(errors="replace"))

    def send_message(self, message: str) -> None:
        """Send what the person typed."""
        # Tell the server that this is a message: steps/PROTOCOL.md says how.
        line = f"MESSAGE:{message}"

        # A line that starts with `/` is a command. `/msg Bob text` says `text` to Bob alone,
        # `/join room` changes the room, `/users` asks who is online. To say something that
        # starts with a slash, a person types two, and the first is dropped.
        command, _, argument = message.partition(" ")
        if command == "/msg":
            target, _, text = argument.strip().partition(" ")
            line = f"PRIVATE:{target}:{text}"
        elif command == "/join":
            line = f"JOIN_ROOM:{argument.strip()}"
        elif command == "/users":
            line = "LIST_USERS"
        elif message.startswith("//"):
            line = f"MESSAGE:{message[1:]}"

        self.send_line(line)

    def join(self, username: str) -> bool:
        """Ask for `username` and show the answer; return whether the name is ours."""
        # Send `JOIN:` and the name, then show what the server sends until it answers `JOINED:`
        # (yes) or `ERROR:` (no: the person chooses another). If it hangs up before it answers,
        # raise ConnectionError.
        self.send_line(f"JOIN:{username}")
        for line in self.lines():
            self.show(line)
            if line.startswith("JOINED:"):
                return True
            if line.startswith("ERROR:"):
                return False
        raise ConnectionError

    def receive_messages(self) -> None:
        """Show every line from the server, until it hangs up."""
        # Runs in its own thread. Let `lines` find the lines and `show` show them.
        for line in self.lines():
            self.show(line)

    def show(self, line: str) -> None:
        """Show one line from the server in the person's words."""
        text = line

        # Some lines are meant for programs. Show `JOINED:Alice` as `Joined as: Alice`,
        # `USER_JOINED:Bob` as `Bob joined`, `USER_LEFT:Bob` as `Bob left` and `ERROR:reason` as
        # `Error: reason`. Everything else stays as it is.
        kind, _, argument = line.partition(":")
        if kind == "JOINED":
            text = f"Joined as: {argument}"
        elif kind == "USER_JOINED":
            text = f"{argument} joined"
        elif kind == "USER_LEFT":
            text = f"{argument} left"
        elif kind == "ERROR":
            text = f"Error: {argument}"

        # Show no more of it than is `printable`.
        print(printable(text), flush=True)

    def watch(self) -> None:
        """Receive messages; when the server vanishes, end the program."""
        # A connection ends quietly or with an OSError; either way, where it was not us who
        # left, the server is `lost`.
        try:
            self.receive_messages()
        except OSError:
            pass
        if not self.leaving:
            self.lost()

    def lost(self) -> None:
        """Say that the server is gone, and end the program with status 1."""
        self.ending.acquire()  # a second thread that gets here waits for the end
        print("Connection lost", flush=True)
        os._exit(1)  # sys.exit would end this thread only, and input() cannot be interrupted

    def talk(self) -> None:
        """Send what the person types, line by line, until it is `quit`."""
        while (text := input("> ")) != "quit":
            if text:
                self.send_message(text)

    def converse(self) -> None:
        """Connect, and talk until the person says `quit`."""
        self.connect(self.username or input("Enter username: "))

        # Before anything else, `join`; as long as the name is refused, ask the person for
        # another.
        while not self.join(self.username):
            self.username = input("Enter username: ")

        # Let the thread run `watch` instead.
        threading.Thread(target=self.watch, daemon=True).start()

        self.talk()

    def start(self) -> int:
        """Talk with the server until one of us leaves; return the exit status."""
        # The end of the input (Ctrl+D, on Windows Ctrl+Z) and Ctrl+C mean `quit` as well, and
        # are no reason for a traceback. Where the connection breaks, the server is `lost`.
        try:
            self.converse()
        except (EOFError, KeyboardInterrupt):
            pass
        except OSError:
            self.lost()

        self.disconnect()
        return 0

    def disconnect(self) -> None:
        """Leave."""
        # Remember that it is us who end the conversation. Say `QUIT`, so that the server need
        # not guess; where it is gone already, that is all right. Then tell the person
        # `Disconnected`.
        self.leaving = True
        try:
            self.send_line("QUIT")
            self.sock.shutdown(socket.SHUT_WR)  # nothing more will come from us
        except OSError:
            pass
        print("Disconnected", flush=True)


def main(kind: type[ChatClient] = ChatClient) -> int:
    """Read the command line and talk."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a byte that is no letter, or a letter that the terminal lacks
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="where the server is (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="its port (default: %(default)s)")
    parser.add_argument("--username", default="", help="your name (default: ask)")
    options = parser.parse_args()
    return kind(options.host, options.port, options.username).start()


if __name__ == "__main__":
    sys.exit(main())
