"""A chat server: what one person says, everyone reads.

Each connection has a thread of its own, and that thread runs `ChatServer.handle_client`.
What the threads share, they touch only while they hold `ChatServer.lock`.
"""

from __future__ import annotations

import argparse
import collections  # STEP advanced
import io
import os
import re  # STEP 2
import socket
import socketserver
import threading
import time  # STEP 4
from collections.abc import Iterator

MAX_LINE = 4096  # bytes in one line, its newline not counted
MAX_WAITING = 1024 * 1024  # bytes that may wait for a slow reader  # STEP advanced
FLUSH_SECONDS = 1.0  # how long a leaving client may take to read what waits for it  # STEP advanced
HISTORY = 20  # messages that a newcomer gets to read  # STEP advanced
LOBBY = "lobby"  # the room in which everyone starts  # STEP advanced
NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")  # STEP 2


class Refused(Exception):
    """Raised to answer a command with an `ERROR:` line, which only its sender hears."""


def parse(line: str) -> tuple[str, str]:
    """Split `COMMAND:argument` into its two parts: `MESSAGE:hi` is `MESSAGE` and `hi`."""
    # STEP 1: Only the first colon separates. The text of a message may hold colons of its
    # own (`at 10:30`), and a command may come without any (`QUIT`).
    command, _, argument = line.partition(":")
    return command, argument


# STEP 3
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
        # UNTIL advanced: self.sending = threading.Lock()  # held by whichever thread is sending
        self.sending = threading.Condition()  # held by whoever touches the outbox  # STEP advanced
        self.outbox = bytearray()  # what waits for the writer thread  # STEP advanced
        self.leaving = False  # STEP advanced
        self.username = ""  # empty until this client has joined  # STEP 2
        self.room = LOBBY  # STEP advanced

        # STEP advanced: Sending becomes the work of one thread per client, which runs `deliver`
        # (write that and `post` first). It must not keep the server alive.
        self.writer = threading.Thread(target=self.deliver, daemon=True)
        self.writer.start()

    def lines(self) -> Iterator[str]:
        """Yield each line that arrives, without its line end, until the connection ends."""
        # STEP 1: TCP brings a stream of bytes, not messages. One `recv` may bring half a
        # line, or three lines, or half a letter: a line is over at its newline and nowhere
        # else. Drop the `\r` that some programs put before it, and skip empty lines.
        while data := self.stream.readline(MAX_LINE + len("\r\n")):
            line = data.rstrip(b"\r\n")

            # STEP 3: A line may be longer than MAX_LINE; nobody may fill the memory of the
            # server with it. Answer `ERROR:line too long`, throw the rest of the line away
            # as it arrives, and go on with the next one.
            if len(line) > MAX_LINE:
                while data and not data.endswith(b"\n"):
                    data = self.stream.readline(MAX_LINE)
                self.send("ERROR:line too long")
                continue

            # STEP 3: Not all bytes are text. Answer `ERROR:not UTF-8` to a line that is
            # not, and go on with the next one.
            if not is_utf8(line):
                self.send("ERROR:not UTF-8")
                continue

            if line:
                yield line.decode()

    def send(self, line: str) -> None:
        """Send `line` and its newline. Raises OSError where the connection is gone."""
        # STEP 1: The other side knows the end of a line by its newline. Several threads may
        # send to this client at the same time: take care that their bytes never mix.
        data = f"{line}\n".encode()
        with self.sending:
            # STEP advanced: Sending waits for the reader, and a reader may have stopped for
            # good. From now on, leave the bytes to `post`.
            # UNTIL advanced: self.sock.sendall(data)
            self.post(data)

    # STEP advanced
    def post(self, data: bytes) -> None:
        """Leave `data` for the writer thread. The caller holds `sending`."""
        # STEP advanced: Put the bytes into the outbox and wake the writer. Where more than
        # MAX_WAITING bytes would wait, nobody is reading any more: hang up instead.
        if len(self.outbox) + len(data) > MAX_WAITING:
            self.hang_up()
        else:
            self.outbox += data
            self.sending.notify()

    # STEP advanced
    def deliver(self) -> None:
        """Send what is in the outbox, again and again, until the client leaves."""
        # STEP advanced: Take all that waits, send it in one go, and hold `sending` only
        # while you take. Stop once the client is leaving and nothing waits any more.
        while True:
            with self.sending:
                self.sending.wait_for(lambda: self.outbox or self.leaving)
                data, self.outbox = self.outbox, bytearray()
            if not data:
                return
            try:
                self.sock.sendall(data)
            except OSError:
                self.hang_up()
                return

    # STEP advanced
    def finish(self) -> None:
        """Let the writer send what still waits, and end it."""
        with self.sending:
            self.leaving = True
            self.sending.notify()
        self.writer.join(FLUSH_SECONDS)

    # STEP 3
    def hang_up(self) -> None:
        """End the connection: whichever thread reads from it finds its end."""
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was faster


class ChatHandler(socketserver.StreamRequestHandler):
    """socketserver makes one of these for each connection, in a thread of its own."""

    server: ChatServer
    disable_nagle_algorithm = True  # a chat line is short, and should leave at once

    def handle(self) -> None:
        self.server.handle_client(Client(self.connection, self.rfile), self.client_address)


class ChatServer(socketserver.ThreadingTCPServer):
    """Everyone who is connected, and what they may say to one another."""

    allow_reuse_address = os.name == "posix"  # or a restart fails with "Address already in use"
    request_queue_size = 128  # the backlog: connections that may wait to be accepted

    # STEP 3: At its end, socketserver waits for all its threads, and a thread waits for its
    # client. Ctrl+C should end the server even while people are connected: one more attribute
    # of this class says so.
    daemon_threads = True

    def __init__(self, host: str = "localhost", port: int = 8080) -> None:
        super().__init__((host, port), ChatHandler)
        self.host = host
        self.port = port
        self.lock = threading.Lock()  # held by whoever reads or changes what follows
        self.clients: list[Client] = []
        self.history: collections.deque[str] = collections.deque(maxlen=HISTORY)  # STEP advanced

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
                # STEP 3: `QUIT` is the polite way to leave: nothing that comes after it
                # counts any more.
                if line == "QUIT":
                    break

                self.obey(client, line)

        # STEP 3: A connection does not always end politely. When it breaks, reading or
        # sending raises an OSError, and that is no reason for a traceback.
        except OSError:
            pass

        finally:
            self.remove_client(client)

            # STEP advanced: Something may still wait in the outbox.
            client.finish()

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

        # STEP 3: Tell everyone who is left `USER_LEFT:` and the name, if the client had
        # one. Look at where you hold the lock: `broadcast` takes it as well, and a thread
        # that waits for a lock which it holds itself waits for ever.
        if client.username:
            log(f"User '{client.username}' disconnected")
            self.broadcast(f"USER_LEFT:{client.username}")

    def broadcast(self, message: str, exclude_client: Client | None = None) -> int:
        """Send `message` to everyone but `exclude_client`; return how many that were."""
        # STEP 1: Other threads add and remove clients while you loop, and sending takes its
        # time. So hold the lock just long enough to take a copy of the list, and send after.
        with self.lock:
            recipients = [client for client in self.clients if client is not exclude_client]

        # STEP 2: A client that has not joined yet hears nothing.
        recipients = [client for client in recipients if client.username]

        for client in recipients:
            # STEP 3: A recipient can die at any moment, and then sending to it raises. The
            # others must still get their line: use `try_send`.
            # UNTIL 3: client.send(message)
            self.try_send(client, message)
        return len(recipients)

    # STEP 3
    def try_send(self, client: Client, line: str) -> None:
        """Send `line`. Where the connection is gone, hang up on `client` and on nobody else."""
        # STEP 3: It is the thread of a client that removes it, once its connection has
        # ended. When sending fails, all that is left to do here is to see that it does end.
        try:
            client.send(line)
        except OSError:
            client.hang_up()

    def format(self, sender: Client, text: str) -> str:
        """Return the line that everyone hears when `sender` says `text`."""
        speaker = ""

        # STEP 2: Everyone wants to know who speaks: the line becomes `username: text`.
        speaker = sender.username

        # STEP 4: Everyone wants to know when: the line becomes `username [HH:MM:SS]: text`,
        # with the local time at which the message arrived, from 00:00:00 to 23:59:59.
        speaker += time.strftime(" [%H:%M:%S]")

        return f"{speaker}: {text}" if speaker else text

    def obey(self, client: Client, line: str) -> None:
        """Carry out one line of `client`: for `MESSAGE:hi`, call `do_MESSAGE(client, "hi")`."""
        command, argument = parse(line)
        action = getattr(self, f"do_{command}", None)
        try:
            # STEP 2: Whoever has not joined yet may say `JOIN` and nothing else; the answer
            # to anything else is `ERROR:join first`.
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
        # STEP advanced: What is said in a room is heard in that room and nowhere else: use
        # `tell_room`.
        # UNTIL advanced: count = self.broadcast(line)
        count = self.tell_room(client.room, line)

        # UNTIL 2: log(f"Broadcasting message to {count} clients")
        log(f"Broadcasting message from {client.username} to {count} clients")  # STEP 2

    # STEP 2
    def do_JOIN(self, client: Client, username: str) -> None:
        """`client` wants to take part as `username`."""
        # STEP 2: Refuse (`raise Refused(...)`) a second JOIN, a name that NAME does not match
        # from its first character to its last, and a name in use. Otherwise remember the
        # name, answer `JOINED:` and the name, and tell everyone else `USER_JOINED:` and the
        # name. Two clients may ask for the same name at the same moment: between looking
        # whether it is free and taking it, nobody may come in between.
        if client.username:
            raise Refused("already joined")
        if not NAME.fullmatch(username):
            raise Refused("bad name")
        with self.lock:
            if any(other.username == username for other in self.clients):
                raise Refused("name taken")
            client.username = username

            # STEP advanced: A newcomer reads what was said in the lobby, right after
            # `JOINED`. What is said at this very moment must arrive once, neither twice nor
            # never: so the answer moves up here, where you hold the lock. (You may, because
            # `send` no longer waits for anybody.)
            client.send(f"JOINED:{username}")
            for line in self.history:
                client.send(line)

        log(f"User '{username}' joined")
        # UNTIL advanced: client.send(f"JOINED:{username}")
        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)

    # STEP advanced
    def tell_room(self, room: str, line: str) -> int:
        """Send `line` to everyone in `room`; return how many that were."""
        # STEP advanced: Send to those who have joined and are in the room. What is said in
        # the lobby also goes into the history, in the same hold of the lock: nobody can
        # join in between. (You may send while you hold it only once the outbox works.)
        with self.lock:
            if room == LOBBY:
                self.history.append(line)
            recipients = [client for client in self.clients if client.username and client.room == room]
            for client in recipients:
                client.send(line)
        return len(recipients)

    # STEP advanced
    def do_PRIVATE(self, client: Client, argument: str) -> None:
        """`client` says something to one person: `argument` is `target:text`."""
        # STEP advanced: The target, and nobody else, hears `PRIVATE:sender:text`. The text
        # may hold colons. Refuse a target who is not online.
        target, _, text = argument.partition(":")
        with self.lock:
            found = [other for other in self.clients if other.username == target != ""]
        if not found:
            raise Refused("no such user")
        self.try_send(found[0], f"PRIVATE:{client.username}:{text}")

    # STEP advanced
    def do_JOIN_ROOM(self, client: Client, room: str) -> None:
        """`client` goes into `room`, and out of the one where it was."""
        # STEP advanced: The names of rooms follow the rule for usernames. From `JOINED_ROOM:`
        # and the name of the room on, the client hears nothing more of the room it left.
        if not NAME.fullmatch(room):
            raise Refused("bad name")
        with self.lock:
            client.room = room
            client.send(f"JOINED_ROOM:{room}")

    # STEP advanced
    def do_LIST_USERS(self, client: Client, argument: str) -> None:
        """`client` wants to know who is online."""
        # STEP advanced: Answer `USERS:` and the names of all who have joined, whatever room
        # they are in, with a comma between one name and the next.
        with self.lock:
            names = sorted(other.username for other in self.clients if other.username)
        client.send(f"USERS:{','.join(names)}")


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
    except OSError as error:
        raise SystemExit(f"Cannot listen on {options.host}:{options.port}: {error}") from None
    server.start()


if __name__ == "__main__":
    main()
