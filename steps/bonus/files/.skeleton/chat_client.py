"""The chat client, with which people hand files to one another.

It is the client of `advanced`. For each file that travels it opens one more connection, in a thread of its own:
so you go on talking meanwhile.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import os
import secrets
import socket
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from advanced import chat_client
from advanced.chat_client import printable
from downloads import arriving
from progress import told
from transfer import pass_on

LAST_SECONDS = 1.0  # for what is still on its way, when the person leaves
LONGEST_ANSWER = 4096  # bytes of the line with which the server answers on such a connection


@dataclass
class Offer:
    """A file that we offer, or that is offered to us."""

    person: str  # the other one
    size: int
    name: str
    path: str = ""  # where it is, if it is ours
    answer: str = ""  # ACCEPT or DECLINE, once our person has said so
    travels: bool = False


class FileClient(chat_client.ChatClient):
    """The conversation of one person with the server, and the files that travel meanwhile."""

    downloads = Path("downloads")  # the folder for what arrives

    def __init__(self, *where: Any) -> None:
        super().__init__(*where)
        self.offers: dict[str, Offer] = {}  # by their tickets
        self.travelling: list[threading.Thread] = []
        self.open: set[socket.socket] = set()  # the connections on which files travel

    def tell(self, text: str) -> None:
        """Print a line, without what a stranger may have hidden in a name."""
        print(printable(text), flush=True)

    def send_message(self, message: str) -> None:
        """Send what the person typed: `/send Bob FILE` offers a file, `/accept Bob` and `/decline Bob` answer one."""
        command, _, argument = message.partition(" ")
        if command == "/send":
            self.offer(*(argument.strip().partition(" ")[::2]))
        elif command in ("/accept", "/decline"):
            self.answer(command[1:].upper(), argument.strip())
        else:
            super().send_message(message)

    def offer(self, target: str, file: str) -> None:
        """Offer a file to `target`."""
        # TODO: Where there is no such file, say so and send nothing. Otherwise make a ticket
        # that nobody can guess (`secrets.token_hex`), keep the Offer under it, and send
        # `OFFER:ticket:target:size:name`. The name is the last part of the path: in which
        # folder the file lies here is nobody's business.
        raise NotImplementedError("see the TODO above")

    def answer(self, word: str, person: str) -> None:
        """Accept or decline what `person` offers: the oldest of it, where that is more than one file."""
        for ticket, offer in list(self.offers.items()):  # a copy: the other thread may add one
            if offer.person == person and not offer.path and not offer.answer:
                offer.answer = word
                return self.send_line(f"{word}:{ticket}")
        self.tell(f"{person or 'Nobody'} offers nothing")

    def receive_messages(self) -> None:
        """Show every line from the server, and do what those about files ask for."""
        for line in self.lines():
            kind, _, argument = line.partition(":")
            if kind == "OFFERED":
                self.is_offered(argument)
            elif kind == "ACCEPTED":
                self.begin(argument)
            elif kind in ("DECLINED", "FAILED", "FINISHED"):
                self.forget(argument, kind.lower())
            else:
                self.show(line)

    def is_offered(self, argument: str) -> None:
        """Somebody offers a file: `argument` is `ticket:sender:size:name`."""
        ticket, person, size, name = [*printable(argument).split(":", 3), "", "", ""][:4]
        if size.isdecimal() and ticket not in self.offers:
            self.offers[ticket] = Offer(person, int(size), name)
            self.tell(f"{person} offers {name} ({int(size):,} bytes): /accept {person} or /decline {person}")

    def begin(self, ticket: str) -> None:
        """Both sides want the file: let it travel, in a thread of its own."""
        offer = self.offers.get(ticket)
        if offer and (offer.path or offer.answer == "ACCEPT") and not offer.travels:
            offer.travels = True
            work = self.upload if offer.path else self.download
            thread = threading.Thread(target=self.travel, args=(work, ticket, offer), daemon=True)
            self.travelling = [other for other in self.travelling if other.is_alive()] + [thread]
            thread.start()

    def travel(self, work: Any, ticket: str, offer: Offer) -> None:
        """Do the `work`; where it breaks off, say so, unless the server has told us already."""
        try:
            work(ticket, offer)
        except OSError as error:
            if ticket in self.offers:
                self.tell(f"{offer.name}: broken off ({error})")

    @contextlib.contextmanager
    def connection(self, command: str, ticket: str) -> Iterator[tuple[socket.socket, io.BufferedReader]]:
        """Open a connection for the bytes of a file, to send and to read; OSError where the server refuses."""
        with contextlib.ExitStack() as stack:
            sock = stack.enter_context(socket.create_connection((self.host, self.port)))
            stream = stack.enter_context(sock.makefile("rb"))
            self.open.add(sock)
            stack.callback(self.open.discard, sock)

            # TODO: Send the command and the ticket, as a line. The server answers with `GO`, as
            # soon as the other side is there as well; anything else is a reason not to go on:
            # raise ConnectionError. Read that line from `stream`, and all that follows from
            # there, too: it may have taken more than the line from the socket.

            yield sock, stream

    def upload(self, ticket: str, offer: Offer) -> None:
        """Send a file of ours."""
        # TODO: On a `connection` that begins with `UPLOAD`, `pass_on` as many bytes of the file
        # as were offered, however long it is by now. (`told` makes of a sink one that shows
        # progress.)
        raise NotImplementedError("see the TODO above")

    def download(self, ticket: str, offer: Offer) -> None:
        """Receive a file into the folder of downloads."""
        # TODO: On a `connection` that begins with `DOWNLOAD`, `pass_on` what comes into a file
        # that is `arriving`. Say `RECEIVED`, in a line, once it has its name, and not before.
        raise NotImplementedError("see the TODO above")

    def forget(self, ticket: str, how: str) -> None:
        """A file has arrived, or never will; of one that came to us, we have told already where it is."""
        offer = self.offers.pop(ticket, None)
        if offer and (offer.path or how != "finished"):
            self.tell(f"{offer.name} {'to' if offer.path else 'from'} {offer.person}: {how}")

    def disconnect(self) -> None:
        super().disconnect()
        self.break_off()

    def lost(self) -> None:
        self.break_off()
        super().lost()

    def break_off(self) -> None:
        """Let what is still on its way break off: whoever leaves in the middle of a file leaves no half of it."""
        # TODO: `shutdown` all connections in `self.open`, a copy of it: each thread that waits
        # for one of them finds its end, and cleans up. Then `join` the threads, for
        # LAST_SECONDS at the most: the program ends right after this, whatever they are doing.
        pass


def main() -> int:
    """Read what is new on the command line; the rest is for the client of `advanced`."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--downloads", metavar="FOLDER", type=Path, default=FileClient.downloads)
    options, sys.argv[1:] = parser.parse_known_args()
    FileClient.downloads = options.downloads
    return chat_client.main(FileClient)


if __name__ == "__main__":
    sys.exit(main())
