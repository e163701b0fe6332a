"""The chat server, which keeps what is said in a file, and reads it again when it starts.

It is the server of `advanced` and a `Journal`: each entry is one line of JSON, and is in the file before
anybody can have heard what it is about.
"""

from __future__ import annotations

import argparse
import json
import logging
import logging.handlers
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from advanced import chat_server
from advanced.chat_server import LOBBY, Client, log

MOST_BYTES = 1_000_000  # of the file, before it becomes an older one
OLDER_FILES = 5  # that are kept: FILE.1, which is the newest of them, to FILE.5

Entry = dict[str, str]


def said(entry: Entry) -> str:
    """Return the line that everyone hears, or heard, where a message is, or was, said."""
    # TODO: Make `Ann [14:30:15]: hello` of an entry of the kind `message`. What people hear
    # now, and what is in the history after a restart, both come from here: so they are the
    # same.
    raise NotImplementedError("see the TODO above")


class JournalHandler(logging.handlers.RotatingFileHandler):
    """Writes lines at the end of a file; where it would become too long, it becomes an older one."""

    failing = False  # since the last line that could be written

    def emit(self, record: logging.LogRecord) -> None:
        self.failing, had_failed = False, self.failing
        super().emit(record)
        if had_failed and not self.failing:
            log(f"{self.baseFilename} can be written to again")

    def handleError(self, record: logging.LogRecord) -> None:
        """Say what is wrong, in one line: `emit` calls this in its `except`, and a full disk is no reason to stop."""
        if self.stream and self.stream.closed:
            self.stream = None  # or it would never be opened again
        self.failing = True
        log(f"Cannot write to {self.baseFilename}")


class Journal:
    """A file of entries, and the older files beside it."""

    def __init__(self, file: Path, most_bytes: int) -> None:
        self.file = file
        self.end_last_line()

        # TODO: Give `self.logger` a JournalHandler for `file`, in UTF-8, that lets it become an
        # older one at `most_bytes`, and keeps OLDER_FILES of those. The attributes are called
        # `maxBytes` and `backupCount`.
        self.logger = logging.Logger("journal")

    def end_last_line(self) -> None:
        """Let the file end with a newline: whoever was ended in the middle of a line has left it open."""
        # TODO: Look at the last byte of the file, if there is a file and anything in it. Where
        # that is no newline, add one: otherwise your first entry would stand behind half of
        # another.
        pass

    def write(self, kind: str, **fields: str) -> Entry:
        """Write an entry of a `kind`, with the time and these `fields`, at the end of the file; return it."""
        # TODO: The entry has `kind`, `time` (local, as in 2026-11-25T14:30:15) and the fields.
        # Make one line of JSON of it, and hand that to `self.logger`.
        raise NotImplementedError("see the TODO above")

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, the oldest first."""
        # TODO: Read the older files, FILE.5 first, then FILE; those that are there. What is no
        # JSON is a line that was torn: pass over it.
        raise NotImplementedError("see the TODO above")


class LoggingServer(chat_server.ChatServer):
    """A chat server with a journal."""

    def __init__(self, host: str, port: int, journal: Journal) -> None:
        super().__init__(host, port)
        self.journal = journal

        # TODO: The history begins with what the journal holds: the messages that were said in
        # the lobby, as everyone heard them. (`self.history` keeps the last 20 by itself.)

    def do_MESSAGE(self, client: Client, text: str) -> None:
        """`client` says `text`."""
        # TODO: Write an entry of the kind `message`, with `user`, `room` and `text`, and then
        # `tell_room` what is `said` in it. Do both in one hold of the lock: what stands in the
        # file first is heard first, and the postman takes no letter before you are done.
        super().do_MESSAGE(client, text)

    def do_PRIVATE(self, client: Client, argument: str) -> None:
        """`client` says something to one person: `argument` is `target:text`."""
        # TODO: Who whispers to whom is written, as `user` and `target` of an entry of the kind
        # `private`; what they whisper is not. Where the target is not there,
        # `super().do_PRIVATE` raises Refused, and nothing is written. Hold the lock here, too.
        super().do_PRIVATE(client, argument)


def make_server(options: argparse.Namespace) -> chat_server.ChatServer:
    """Return the server that the command line asks for: without a log, it is the one of `advanced`."""
    if not options.log:
        return chat_server.ChatServer(options.host, options.port)
    return LoggingServer(options.host, options.port, Journal(options.log, options.log_bytes))


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    parser.add_argument("--log", type=Path, metavar="FILE", help="keep what is said in FILE")
    parser.add_argument("--log-bytes", type=int, default=MOST_BYTES, metavar="N", help="of FILE (default: %(default)s)")
    options = parser.parse_args()
    try:
        server = make_server(options)
    except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
        raise SystemExit(f"Cannot start: {error}") from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    server.start()


if __name__ == "__main__":
    main()
