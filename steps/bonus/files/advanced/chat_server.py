"""A chat server: what one person says, everyone reads.

Each connection has a thread of its own, and that thread runs `ChatServer.handle_client`.
What the threads share, they change only while they hold `ChatServer.lock`.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import io
import itertools
import os
import re
import select
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterator

# Nobody who speaks sends. To speak is to `post` a letter; one more thread, the postman (`deliver`),
# takes all letters round, and gives a reader only what fits. Who does not read stops nobody else.
MAX_LINE = 4096  # bytes in one line, its newline not counted
MAX_WAITING = 1024 * 1024  # bytes that may wait for a slow reader
MAX_POSTED = 256 * 1024  # bytes that may wait for the postman
RETRY_SECONDS = 0.002  # until the postman tries those again who did not read
FLUSH_SECONDS = 1.0  # how long a leaving client may take to read what waits for it
FULL_SECONDS = 0.5  # until we accept again, where the system has no room for another connection
QUIET_SECONDS = 1e6  # 11 days: who says nothing for so long is hung up on, where there is no DONT_WAIT
DONT_WAIT = getattr(socket, "MSG_DONTWAIT", 0)  # for `send`; Windows has none
HISTORY = 20  # messages that a newcomer gets to read
LOBBY = "lobby"  # the room in which everyone starts
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


def keep_to_one_processor() -> None:
    """Run all our threads on the same processor, where the system lets us choose.

    Python runs one of them at a time, so more processors do not help; and to wake a thread on another processor takes
    longer than a line of a chat does.
    """
    if sys.platform == "linux":
        processors = sorted(os.sched_getaffinity(0))  # more servers than one need not share theirs
        with contextlib.suppress(OSError):  # some containers forbid it
            os.sched_setaffinity(0, {processors[os.getpid() % len(processors)]})


def send_now(sock: socket.socket, data: bytes) -> int:
    """Send what goes without waiting for the reader; return how many bytes that were.

    OSError: the connection is gone. ValueError, of `select`: so it is, and we have closed our side as well.
    """
    if not DONT_WAIT:  # without a time limit, `send` would wait until all fits; with one, only where nothing does
        return sock.send(data) if select.select([], [sock], [], 0)[1] else 0
    try:
        return sock.send(data, DONT_WAIT)
    except BlockingIOError:
        return 0


class Client:
    """One connection, and what the server knows about the person behind it."""

    def __init__(self, sock: socket.socket, stream: io.BufferedIOBase, server: ChatServer) -> None:
        self.sock = sock  # to send
        self.stream = stream  # to read: the same connection as a file of bytes
        self.username = ""  # empty until this client has joined
        self.server = server
        self.room = LOBBY
        self.outbox = b""  # what the postman has for this client; nobody else changes it

    def lines(self) -> Iterator[str]:
        """Yield each line that arrives, without its line end, until the connection ends."""
        # TCP brings a stream of bytes, not messages. One `recv` may bring half a line, or three
        # lines, or half a letter: a line is over at its newline and nowhere else. Drop the `\r`
        # that some programs put before it, and skip empty lines.
        while data := self.stream.readline(MAX_LINE + len("\r\n")):
            line = data.removesuffix(b"\n").removesuffix(b"\r")

            # A line may be longer than MAX_LINE; nobody may fill the memory of the server with
            # it. Answer `ERROR:line too long`, throw the rest of the line away as it arrives,
            # and go on with the next one.
            if len(line) > MAX_LINE:
                while data and not data.endswith(b"\n"):
                    data = self.stream.readline(MAX_LINE)
                self.send("ERROR:line too long")
                continue

            # Not all bytes are text. Answer `ERROR:not UTF-8` to a line that is not, and go on
            # with the next one.
            if not is_utf8(line):
                self.send("ERROR:not UTF-8")
                continue

            if line:
                yield line.decode()

    def send(self, line: str) -> None:
        """Leave `line`, for this client alone, to the postman. Waits for nobody."""
        # The other side knows the end of a line by its newline. Several threads may send to
        # this client at the same time: take care that their bytes never mix.

        # Sending waits for the reader, and a reader may have stopped for good. Do not send:
        # `post` the line, for this client alone.
        self.server.post([self], line)

    def flush(self) -> None:
        """Send what is in the outbox and goes without waiting for the reader; the rest stays."""
        # Give all that is in the outbox to `send_now`, and keep what did not go. Where more
        # than MAX_WAITING bytes stay, nobody reads any more: say so in the log, hang up, and
        # keep nothing; where `send_now` raises an OSError or a ValueError, the same without a
        # word. (Only the postman changes an outbox, here and in `sort`: it needs no lock.)
        try:
            self.outbox = self.outbox[send_now(self.sock, self.outbox) :]
            if len(self.outbox) > MAX_WAITING:
                log(f"User '{self.username}' does not read: dropped")
                raise BrokenPipeError
        except (OSError, ValueError):
            self.outbox = b""
            self.hang_up()

    def hang_up(self) -> None:
        """End the connection: whichever thread reads from it finds its end."""
        with contextlib.suppress(OSError):  # the other side may have been faster
            self.sock.shutdown(socket.SHUT_RDWR)


class ChatHandler(socketserver.StreamRequestHandler):
    """socketserver makes one of these for each connection, in a thread of its own."""

    server: ChatServer
    disable_nagle_algorithm = True  # a chat line is short, and should leave at once
    rbufsize = MAX_LINE  # bytes to read ahead: the usual buffer would cost as much memory again
    timeout = None if DONT_WAIT else QUIET_SECONDS  # see `send_now`

    def setup(self) -> None:
        """Let the system ask after a minute of silence whether the other side is still there, again and again."""
        super().setup()
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        for option, value in (("TCP_KEEPIDLE", 60), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 6)):
            if hasattr(socket, option):
                self.connection.setsockopt(socket.IPPROTO_TCP, getattr(socket, option), value)

    def handle(self) -> None:
        self.server.handle_client(Client(self.connection, self.rfile, self.server), self.client_address)


class ChatServer(socketserver.ThreadingTCPServer):
    """Everyone who is connected, and what they may say to one another."""

    allow_reuse_address = os.name == "posix"  # or a restart fails with "Address already in use"
    request_queue_size = 1024  # the backlog: connections that may wait to be accepted

    # At its end, socketserver waits for all its threads, and a thread waits for its client.
    # Ctrl+C should end the server even while people are connected: one more attribute of this
    # class says so.
    daemon_threads = True

    def __init__(self, host: str = "localhost", port: int = 8080) -> None:
        super().__init__((host, port), ChatHandler)
        self.host, self.port = host, port
        self.lock = threading.RLock()  # held by whoever reads or changes what follows, even twice
        self.clients: list[Client] = []

        self.rooms: dict[str, list[Client]] = {}  # who is there, as `members` found out
        self.history: collections.deque[str] = collections.deque(maxlen=HISTORY)
        self.posted: list[tuple[list[Client], bytes]] = []  # letters: who is to hear it, and what
        self.posted_bytes = 0
        self.noted: list[str] = []  # lines for the log, which the postman writes as well
        self.news = threading.Condition(self.lock)  # at which the postman waits for letters

        # The postman is one more thread, which runs `deliver` (write that first), and does not
        # keep the server alive.
        threading.Thread(target=self.deliver, daemon=True).start()

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a connection; where the system has no room for it, pause: this is called until it has."""
        try:
            return super().get_request()
        except OSError as error:
            log(f"Cannot accept anybody for now: {error}")
            time.sleep(FULL_SECONDS)
            raise

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that breaks is no news; for anything else, print the traceback."""
        if not isinstance(sys.exc_info()[1], OSError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]

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
                # `QUIT` is the polite way to leave: nothing that comes after it counts any
                # more.
                if line == "QUIT":
                    break

                if not client.username and re.fullmatch(r"[A-Z]+ .*HTTP/[0-9.]+", line):
                    log(f"{address} speaks HTTP, like a browser: hung up")
                    break
                while self.posted_bytes > MAX_POSTED:
                    time.sleep(RETRY_SECONDS)  # nobody talks faster than the postman goes

                self.obey(client, line)

        # A connection does not always end politely. When it breaks, reading or sending raises
        # an OSError, and that is no reason for a traceback.
        except OSError:
            pass

        finally:
            self.remove_client(client)
            self.see_off(client)

    def see_off(self, client: Client) -> None:
        """Wait until `client`, who leaves, has got what was posted for it, but not long; then it is hung up on."""
        letters, end = self.posted, time.monotonic() + FLUSH_SECONDS
        # `sort` fills the outboxes before it makes a new list: until it is sent, a letter is in one or the other.
        while (letters is self.posted and letters or client.outbox) and time.monotonic() < end:
            time.sleep(FLUSH_SECONDS / 50)

    def post(self, readers: list[Client], line: str) -> None:
        """Leave `line` to the postman, who sends it to all `readers`: this waits for nobody."""
        data = f"{line}\n".encode()
        with self.lock:
            if not self.posted:
                self.news.notify()  # later letters of the same round need not wake anybody
            self.posted.append((readers, data))
            self.posted_bytes += len(data)

    def sort(self, seconds: float | None) -> set[Client]:
        """Wait for letters, but not longer; put them into the outboxes of their readers; return whose those are."""
        if lines := self.noted[:]:
            del self.noted[: len(lines)]
            log("\n".join(lines))
        mail: dict[Client, list[bytes]] = collections.defaultdict(list)
        with self.lock:
            self.news.wait_for(lambda: self.posted, seconds)
            for readers, letters in itertools.groupby(self.posted, lambda letter: letter[0]):
                data = b"".join([data for _, data in letters])  # what the same people hear is joined once
                for client in readers:
                    mail[client].append(data)
            for client, pieces in mail.items():
                client.outbox += b"".join(pieces)
            self.posted, self.posted_bytes = [], 0
        return set(mail)

    def deliver(self) -> None:
        """Send what is posted, for ever: this is the postman, a thread of its own."""
        # In each round, `sort` the letters, and `flush` all those who got one, and also those
        # in whose outboxes something stayed in the round before. Wait for letters as long as it
        # takes (None), or for RETRY_SECONDS where something stayed.
        waiting: set[Client] = set()
        while True:
            waiting |= self.sort(RETRY_SECONDS if waiting else None)
            for client in waiting:
                client.flush()
            waiting = {client for client in waiting if client.outbox}

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
            self.empty_rooms()
            if client.username:  # the others are told before anybody can take the name
                self.broadcast(f"USER_LEFT:{client.username}")

        if client.username:
            self.noted.append(f"User '{client.username}' disconnected")

    def broadcast(self, message: str, exclude_client: Client | None = None) -> int:
        """Send `message` to everyone but `exclude_client`; return how many that were."""
        # Other threads add and remove clients while you loop, and sending takes its time. So
        # hold the lock just long enough to take a copy of the list, and send after.
        with self.lock:
            recipients = [client for client in self.clients if client is not exclude_client]

        # A client that has not joined yet hears nothing.
        recipients = [client for client in recipients if client.username]

        # Here, too, do not send: `post` the line, once, for all of them.
        self.post(recipients, message)
        return len(recipients)

    def format(self, sender: Client, text: str) -> str:
        """Return the line that everyone hears when `sender` says `text`."""
        speaker = ""

        # Everyone wants to know who speaks: the line becomes `username: text`.
        speaker = sender.username

        # Everyone wants to know when: the line becomes `username [HH:MM:SS]: text`, with the
        # local time at which the message arrived, from 00:00:00 to 23:59:59.
        speaker += time.strftime(" [%H:%M:%S]")

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
        # What is said in a room is heard in that room and nowhere else: use `tell_room`.
        count = self.tell_room(client.room, line)

        self.noted.append(f"Broadcasting message from {client.username} to {count} clients")

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
            self.empty_rooms()

            # A newcomer reads what was said in the lobby, right after `JOINED`. What is said at
            # this very moment must arrive once, neither twice nor never: so the answer moves up
            # here, where you hold the lock. (You may, because `send` no longer waits for
            # anybody.)
            client.send(f"JOINED:{username}")
            for line in self.history:
                client.send(line)

        log(f"User '{username}' joined")
        self.broadcast(f"USER_JOINED:{username}", exclude_client=client)

    def empty_rooms(self) -> None:
        """Forget who is where, after each change: `members` finds out anew. The caller holds the lock."""
        self.rooms.clear()

    def members(self, room: str) -> list[Client]:
        """Return who is in `room`. The caller holds the lock."""
        if room not in self.rooms:
            self.rooms[room] = [client for client in self.clients if client.username and client.room == room]
        return self.rooms[room]

    def tell_room(self, room: str, line: str) -> int:
        """Send `line` to everyone in `room`; return how many that were."""
        # `post` the line, once, for all `members` of the room. And what is said in the lobby
        # goes into the history, in the same hold of the lock: nobody can join in between.
        with self.lock:
            recipients = self.members(room)
            self.post(recipients, line)
            if room == LOBBY:
                self.history.append(line)
        return len(recipients)

    def do_PRIVATE(self, client: Client, argument: str) -> None:
        """`client` says something to one person: `argument` is `target:text`."""
        # The target, and nobody else, hears `PRIVATE:sender:text`. The text may hold colons.
        # Refuse a target who is not online.
        target, _, text = argument.partition(":")
        with self.lock:
            found = [other for other in self.clients if other.username == target != ""]
        if not found:
            raise Refused("no such user")
        found[0].send(f"PRIVATE:{client.username}:{text}")

    def do_JOIN_ROOM(self, client: Client, room: str) -> None:
        """`client` goes into `room`, and out of the one where it was."""
        # The names of rooms follow the rule for usernames. From `JOINED_ROOM:` and the name of
        # the room on, the client hears nothing more of the room it left: move, `empty_rooms`
        # and answer in one hold of the lock.
        if not NAME.fullmatch(room):
            raise Refused("bad name")
        with self.lock:
            client.room = room
            self.empty_rooms()
            client.send(f"JOINED_ROOM:{room}")

    def do_LIST_USERS(self, client: Client, argument: str) -> None:
        """`client` wants to know who is online."""
        # Answer `USERS:` and the names of all who have joined, whatever room they are in, with
        # a comma between one name and the next.
        with self.lock:
            names = sorted(other.username for other in self.clients if other.username)
        client.send(f"USERS:{','.join(names)}")


def log(text: str) -> None:
    """Print `text` at once and in one piece, so that the lines of several threads do not mix."""
    with contextlib.suppress(OSError):  # a full disk is no reason to end a conversation
        os.write(1, f"{text}\n".encode())


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    options = parser.parse_args()
    keep_to_one_processor()
    try:
        server = ChatServer(options.host, options.port)
    except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
        raise SystemExit(f"Cannot listen on {options.host}:{options.port}: {error}") from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    server.start()


if __name__ == "__main__":
    main()
