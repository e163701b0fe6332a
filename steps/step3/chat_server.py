"""A chat server: what one person says, everyone reads.

Each connection has a thread of its own, and that thread runs `ChatServer.handle_client`.
What the threads share, they change only while they hold `ChatServer.lock`.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import re
import socket
import socketserver
import threading
from collections.abc import Iterator

MAX_LINE = 4096  # bytes in one line, its newline not counted
NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")


class Refused(Exception):
    """Raised to answer a command with an `ERROR:` line, which only its sender hears."""


def parse(line: str) -> tuple[str, str]:
    """Split `COMMAND:argument` into its two parts: `MESSAGE:hi` is `MESSAGE` and `hi`."""
    # Only the first colon separates. The text of a message may hold colons of its own (`at
    # 10:30`), and a command may come without any (`QUIT`).
    command, _, argument = line.partition(":")
    return command, argument


def is_utf8(data: bytes) -> bool:
    """Tell whether `data` can be decoded."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


class Client:
    """One connection, and what the server knows about the person behind it."""

    def __init__(self, sock: socket.socket, stream: io.BufferedIOBase) -> None:
        self.sock = sock  # to send
        self.stream = stream  # to read: the same connection as a file of bytes
        self.sending = threading.Lock()  # held by whichever thread is sending
        self.username = ""  # empty until this client has joined

    def lines(self) -> Iterator[str]:
        """Yield each line that arrives, without its line end, until the connection ends."""
        # TCP brings a stream of bytes, not messages. One `recv` may bring half a line, or three
        # lines, or half a letter: a line is over at its newline and nowhere else. Drop the `\r`
        # that some programs put before it, and skip empty lines.
        while data := self.stream.readline(MAX_LINE + len("\r\n")):
            line = data.removesuffix(b"\n").removesuffix(b"\r")

            # TODO: A line may be longer than MAX_LINE; nobody may fill the memory of the server
            # with it. Answer `ERROR:line too long`, throw the rest of the line away as it
            # arrives, and go on with the next one.

            # TODO: Not all bytes are text. Answer `ERROR:not UTF-8` to a line that is not, and
            # go on with the next one.

            if line:
                yield line.decode()

    def send(self, line: str) -> None:
        """Send `line` and its newline. Raises OSError where the connection is gone."""
        # The other side knows the end of a line by its newline. Several threads may send to
        # this client at the same time: take care that their bytes never mix.
        data = f"{line}\n".encode()
        with self.sending:
            self.sock.sendall(data)

    def hang_up(self) -> None:
        """End the connection: whichever thread reads from it finds its end."""
        with contextlib.suppress(OSError):  # the other side may have been faster
            self.sock.shutdown(socket.SHUT_RDWR)


class ChatHandler(socketserver.StreamRequestHandler):
    """socketserver makes one of these for each connection, in a thread of its own."""

    server: ChatServer
    disable_nagle_algorithm = True  # a chat line is short, and should leave at once

    def handle(self) -> None:
        self.server.handle_client(Client(self.connection, self.rfile), self.client_address)


class ChatServer(socketserver.ThreadingTCPServer):
    """Everyone who is connected, and what they may say to one another."""

    allow_reuse_address = os.name == "posix"  # or a restart fails with "Address already in use"
    request_queue_size = 1024  # the backlog: connections that may wait to be accepted

    # TODO: At its end, socketserver waits for all its threads, and a thread waits for its
    # client. Ctrl+C should end the server even while people are connected: one more attribute
    # of this class says so.

    def __init__(self, host: str = "localhost", port: int = 8080) -> None:
        super().__init__((host, port), ChatHandler)
        self.host, self.port = host, port
        self.lock = threading.Lock()  # held by whoever reads or changes what follows
        self.clients: list[Client] = []

    def start(self) -> None:
        """Serve until Ctrl+C."""
        log(f"Chat server started on {self.host}:{self.port}")
        try:
            self.serve_forever()
        except KeyboardInterrupt:
            log("Chat server stopped")
        finally:
            self.server_close()

    def handle_client(self, client: Client, address: tuple[str, int]) -> None:
        """Look after one client, from its first line to its last."""
        log(f"Client connected from {address}")
        self.add_client(client)
        try:
            for line in client.lines():
                # TODO: `QUIT` is the polite way to leave: nothing that comes after it counts
                # any more.

                self.obey(client, line)

        # TODO: A connection does not always end politely. When it breaks, reading or sending
        # raises an OSError, and that is no reason for a traceback.

        finally:
            self.remove_client(client)

    def add_client(self, client: Client) -> None:
        """Count `client` among those who are connected."""
        with self.lock:
            self.clients.append(client)

    def remove_client(self, client: Client) -> None:
        """Forget `client`. It does no harm to do it twice."""
        with self.lock:
            if client not in self.clients:
                return
            self.clients.remove(client)

        # TODO: Tell everyone who is left `USER_LEFT:` and the name, if the client had one. Look
        # at where you hold the lock: `broadcast` takes it as well, and a thread that waits for
        # a lock which it holds itself waits for ever.

    def broadcast(self, message: str, exclude_client: Client | None = None) -> int:
        """Send `message` to everyone but `exclude_client`; return how many that were."""
        # Other threads add and remove clients while you loop, and sending takes its time. So
        # hold the lock just long enough to take a copy of the list, and send after.
        with self.lock:
            recipients = [client for client in self.clients if client is not exclude_client]

        # A client that has not joined yet hears nothing.
        recipients = [client for client in recipients if client.username]

        for client in recipients:
            # TODO: A recipient can die at any moment, and then sending to it raises. The others
            # must still get their line: use `try_send`.
            client.send(message)
        return len(recipients)

    def try_send(self, client: Client, line: str) -> None:
        """Send `line`. Where the connection is gone, hang up on `client` and on nobody else."""
        # TODO: It is the thread of a client that removes it, once its connection has ended.
        # When sending fails, all that is left to do here is to see that it does end.
        raise NotImplementedError("see the TODO above")

    def format(self, sender: Client, text: str) -> str:
        """Return the line that everyone hears when `sender` says `text`."""
        speaker = ""

        # Everyone wants to know who speaks: the line becomes `username: text`.
        speaker = sender.username

        return f"{speaker}: {text}" if speaker else text

    def obey(self, client: Client, line: str) -> None:
        """Carry out one line of `client`: for `MESSAGE:hi`, call `do_MESSAGE(client, "hi")`."""
        command, argument = parse(line)
        action = getattr(self, f"do_{command}", None)
        try:
            # Whoever has not joined yet may say `JOIN` and nothing else; the answer to anything
            # else is `ERROR:join first`.
            if not client.username and command != "JOIN":
                raise Refused("join first")

            if action is None:
                raise Refused("unknown command")
            action(client, argument)
        except Refused as reason:
            client.send(f"ERROR:{reason}")

    def do_MESSAGE(self, client: Client, text: str) -> None:
        """`client` says `text`."""
        line = self.format(client, text)
        count = self.broadcast(line)

        log(f"Broadcasting message from {client.username} to {count} clients")

    def do_JOIN(self, client: Client, username: str) -> None:
        """`client` wants to take part as `username`."""
        # Refuse (`raise Refused(...)`) a second JOIN, a name that NAME does not match from its
        # first character to its last, and a name in use. Otherwise remember the name, answer
        # `JOINED:` and the name, and tell everyone else `USER_JOINED:` and the name. Two
        # clients may ask for the same name at the same moment: between looking whether it is
        # free and taking it, nobody may come in between.
        if client.username:
            raise Refused("already joined")
        if not NAME.fullmatch(username):
            raise Refused("bad name")
        with self.lock:
            if any(other.username == username for other in self.clients):
                raise Refused("name taken")
            client.username = username

        log(f"User '{username}' joined")
        client.send(f"JOINED:{username}")
        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)


def log(text: str) -> None:
    """Print `text` at once and in one piece, so that the lines of several threads do not mix."""
    print(f"{text}\n", end="", flush=True)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    options = parser.parse_args()
    try:
        server = ChatServer(options.host, options.port)
    except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
        raise SystemExit(f"Cannot listen on {options.host}:{options.port}: {error}") from None
    server.start()


if __name__ == "__main__":
    main()
