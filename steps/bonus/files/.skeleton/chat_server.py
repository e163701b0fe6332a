"""The chat server, through which people hand files to one another.

It is the server of `advanced`. What is said about a file goes along with the chat, in lines; its bytes travel on
two connections of their own, one from the sender and one to the receiver. So nobody's lines wait behind them.
"""

from __future__ import annotations

import argparse
import contextlib
import re
import signal
import threading

from advanced import chat_server
from advanced.chat_server import Client, Refused, log, parse
from transfer import pass_on

MOST_BYTES = 1024 * 1024 * 1024  # in a file, unless the command line says otherwise
MOST_OFFERS = 16  # that are open at once from one person
MEETING_SECONDS = 10.0  # that a sender waits for the receiver, once both have agreed
UPLOAD, DOWNLOAD = "UPLOAD", "DOWNLOAD"  # what a connection for bytes begins with
OFFER = re.compile(r"([A-Za-z0-9]{16,64}):([^:]*):([0-9]{1,15}):(.+)")  # ticket, target, size, name


class Transfer:
    """A file that one person offers to another, until it has arrived or never will."""

    def __init__(self, ticket: str, sender: Client, receiver: Client, size: int) -> None:
        self.ticket = ticket  # only these two know it
        self.sender = sender
        self.receiver = receiver
        self.size = size
        self.accepted = False
        self.ends: dict[str, Client] = {}  # the two connections for its bytes, by what they begin with
        self.receiver_is_there = threading.Event()
        self.answer = b""  # of the receiver: what comes behind the last byte
        self.has_answered = threading.Event()  # or has gone


class FileServer(chat_server.ChatServer):
    """A chat server that passes files on."""

    def __init__(self, host: str, port: int, most_bytes: int) -> None:
        super().__init__(host, port)
        self.most_bytes = most_bytes
        self.transfers: dict[str, Transfer] = {}  # by their tickets

    def do_OFFER(self, client: Client, argument: str) -> None:
        """`client` offers a file: `argument` is `ticket:target:size:name`."""
        # TODO: Take it apart with OFFER; what that does not match is a `bad offer`. Refuse who
        # is not there, a file of more than `self.most_bytes`, a ticket that is in
        # `self.transfers` already, and an offer of somebody who has MOST_OFFERS there.
        # Otherwise put a Transfer there, and tell the target `OFFERED:ticket:sender:size:name`:
        # the name as it came, with all colons.
        raise NotImplementedError("see the TODO above")

    def find(self, client: Client, ticket: str) -> Transfer:
        """Return the transfer with this ticket; raise Refused where there is none that concerns `client`."""
        with self.lock:
            transfer = self.transfers.get(ticket)
        if transfer is None or client not in (transfer.sender, transfer.receiver):
            raise Refused("no such ticket")
        return transfer

    def do_ACCEPT(self, client: Client, ticket: str) -> None:
        """`client` wants the file with this ticket."""
        # TODO: Only the receiver can accept, and only once. Both hear `ACCEPTED:` and the
        # ticket.
        raise NotImplementedError("see the TODO above")

    def do_DECLINE(self, client: Client, ticket: str) -> None:
        """`client` does not want the file, or does not want to send it any more, even in the middle of it."""
        # TODO: `end` the transfer: both hear `DECLINED:` and the ticket.
        raise NotImplementedError("see the TODO above")

    def end(self, transfer: Transfer, news: str) -> None:
        """Forget `transfer`, hang up on the connections for its bytes, and tell both; only the first end counts."""
        with self.lock:
            if self.transfers.pop(transfer.ticket, None) is None:
                return
            ends = list(transfer.ends.values())
        for end in ends:
            end.hang_up()
        transfer.receiver_is_there.set()  # or never will be
        for person in {transfer.sender, transfer.receiver}:
            person.send(f"{news}:{transfer.ticket}")

    def remove_client(self, client: Client) -> None:
        super().remove_client(client)

        # TODO: `end` each transfer in which this client is the sender or the receiver: it has
        # `FAILED`. Take a list of them first, while you hold the lock.

    def obey(self, client: Client, line: str) -> None:
        """Carry out one line of `client`. One that begins the bytes of a file is the last one on its connection."""
        command, ticket = parse(line)
        if client.username or command not in (UPLOAD, DOWNLOAD):
            return super().obey(client, line)
        try:
            self.carry(client, command, ticket)
        except Refused as reason:
            client.send(f"ERROR:{reason}")
        raise ConnectionAbortedError("what comes now are no lines")  # and so nobody reads them as such

    def carry(self, client: Client, command: str, ticket: str) -> None:
        """Carry the bytes of a file, for as long as that takes: `client` is the connection of one of its two sides."""
        # TODO: This runs in the thread of each of the two connections. Put `client` into the
        # `ends` of the transfer with this ticket, where nobody can come in between; refuse a
        # ticket that there is not, that nobody has accepted, and a second connection for the
        # same side. Then the thread of the receiver sets `receiver_is_there`, and waits for an
        # answer: `hear_answer`. The thread of the sender does the work: `meet_and_pass_on`, and
        # then it calls `end`.
        raise NotImplementedError("see the TODO above")

    def hear_answer(self, transfer: Transfer) -> None:
        """Wait until the receiver says something, or goes; where that is not `RECEIVED`, the file has failed."""
        # TODO: Read one line from the stream of the receiver, no longer than `RECEIVED` and its
        # end, and keep it as `answer`. A connection that has ended says nothing, and one that
        # breaks raises an OSError. Whatever comes, set `has_answered`: the thread of the sender
        # waits for it. Where that thread waits for bytes instead, it cannot notice: so `end`
        # here what has failed.
        raise NotImplementedError("see the TODO above")

    def meet_and_pass_on(self, transfer: Transfer) -> bool:
        """Wait for the receiver, and pass the bytes on; return whether the receiver says that all have come."""
        # TODO: Wait for `receiver_is_there`, but not longer than MEETING_SECONDS. Send `GO` and
        # its newline to both, on their sockets, since nobody else sends there, and the postman
        # would come too late. `pass_on` from the stream of the one to the socket of the other.
        # Then wait until the receiver `has_answered`: `RECEIVED` it must be. An OSError on the
        # way means that it has not arrived.
        return False


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--max-file-bytes", type=int, default=MOST_BYTES, metavar="N", help="in a file (default: %(default)s)"
    )
    options = parser.parse_args()
    try:
        server = FileServer(options.host, options.port, options.max_file_bytes)
    except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
        raise SystemExit(f"Cannot listen on {options.host}:{options.port}: {error}") from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    server.start()


if __name__ == "__main__":
    main()
