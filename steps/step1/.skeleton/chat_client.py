"""A chat client: what you type, everyone reads; what everyone says, you read.

The main thread waits for the keyboard and a second one for the network, because each of
them may take for ever.
"""

from __future__ import annotations

import argparse
import io
import socket
import sys
import threading
from collections.abc import Iterator


class ChatClient:
    """The conversation of one person with the server."""

    def __init__(self, host: str = "localhost", port: int = 8080, username: str = "") -> None:
        self.host = host
        self.port = port
        self.username = username  # empty: ask for it
        self.sock = socket.socket()  # until `connect` makes it a connection

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
        # TODO: TCP brings a stream of bytes, not messages. One `recv` may bring half a line, or
        # three lines, or half a letter: a line is over at its newline and nowhere else. Bytes
        # that are not text must not end the conversation.
        raise NotImplementedError("see the TODO above")

    def send_line(self, line: str) -> None:
        """Send `line` and its newline. Raises OSError where the connection is gone."""
        # TODO: The server knows the end of a line by its newline.
        raise NotImplementedError("see the TODO above")

    def send_message(self, message: str) -> None:
        """Send what the person typed."""
        # TODO: Tell the server that this is a message: steps/PROTOCOL.md says how.
        raise NotImplementedError("see the TODO above")

    def receive_messages(self) -> None:
        """Show every line from the server, until it hangs up."""
        # TODO: Runs in its own thread. Let `lines` find the lines and `show` show them.
        raise NotImplementedError("see the TODO above")

    def show(self, line: str) -> None:
        """Show one line from the server in the person's words."""
        text = line

        print(text, flush=True)

    def talk(self) -> None:
        """Send what the person types, line by line, until it is `quit`."""
        while (text := input("> ")) != "quit":
            if text:
                self.send_message(text)

    def converse(self) -> None:
        """Connect, and talk until the person says `quit`."""
        self.connect(self.username or input("Enter username: "))

        threading.Thread(target=self.receive_messages, daemon=True).start()

        self.talk()

    def start(self) -> int:
        """Talk with the server until one of us leaves; return the exit status."""
        self.converse()

        self.disconnect()
        return 0

    def disconnect(self) -> None:
        """Leave."""
        self.sock.close()


def main() -> int:
    """Read the command line and talk."""
    for stream in (sys.stdin, sys.stdout):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a byte that is no letter, or a letter that the terminal lacks
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="where the server is (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="its port (default: %(default)s)")
    parser.add_argument("--username", default="", help="your name (default: ask)")
    options = parser.parse_args()
    return ChatClient(options.host, options.port, options.username).start()


if __name__ == "__main__":
    sys.exit(main())
