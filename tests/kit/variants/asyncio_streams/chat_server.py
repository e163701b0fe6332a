"""asyncio with streams: one coroutine per connection, start_server() and readuntil().

There is no lock at all: between two awaits nobody else runs, and nothing that touches the members awaits.
A task per connection drains its outbox; whoever lets more than the limit pile up there is cut off.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import signal
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime

MAX_LINE = 4096
MAX_WAITING = 1024 * 1024
HISTORY = 20
LOBBY = "lobby"
VALID_NAME = re.compile(r"^[A-Za-z0-9_.\-]{1,32}\Z")


@dataclass(eq=False)
class Peer:
    """One connection; a member as soon as it has a name."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    name: str | None = None
    room: str = LOBBY
    outbox: bytearray = field(default_factory=bytearray)
    wake: asyncio.Event = field(default_factory=asyncio.Event)

    def tell(self, line: str) -> None:
        """Leave a line for the delivering task."""
        if len(self.outbox) > MAX_WAITING:
            self.writer.transport.abort()
        elif not self.writer.is_closing():
            self.outbox += f"{line}\n".encode()
            self.wake.set()

    def flush(self) -> None:
        self.writer.write(bytes(self.outbox))
        self.outbox.clear()

    async def deliver(self) -> None:
        """Hand over what is in the outbox, as fast as the other side takes it."""
        with contextlib.suppress(OSError):
            while True:
                await self.wake.wait()
                self.wake.clear()
                self.flush()
                await self.writer.drain()

    def error(self, words: str) -> None:
        self.tell(f"ERROR:{words}")


peers: set[Peer] = set()
members: dict[str, Peer] = {}
history: deque[str] = deque(maxlen=HISTORY)


def log(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, flush=True)


def tell_all(line: str, room: str | None = None, but: Peer | None = None) -> int:
    audience = [peer for peer in members.values() if peer is not but and room in (None, peer.room)]
    for peer in audience:
        peer.tell(line)
    return len(audience)


async def next_line(reader: asyncio.StreamReader) -> bytes | None:
    """The next line without its newline; None for one that was too long. Raises at the end of the stream."""
    too_long = False
    while True:
        try:
            line = await reader.readuntil(b"\n")
        except asyncio.LimitOverrunError as overrun:
            too_long = True
            await reader.readexactly(overrun.consumed)
        else:
            line = line[:-2] if line.endswith(b"\r\n") else line[:-1]
            return None if too_long or len(line) > MAX_LINE else line


def join(peer: Peer, name: str) -> None:
    if peer.name is not None:
        peer.error("already joined")
    elif not VALID_NAME.match(name):
        peer.error("bad name")
    elif name in members:
        peer.error("name taken")
    else:
        peer.name = name
        members[name] = peer
        peer.tell(f"JOINED:{name}")
        for line in history:
            peer.tell(line)
        tell_all(f"USER_JOINED:{name}", but=peer)
        log(f"User '{name}' joined")


def message(peer: Peer, text: str) -> None:
    if not text:
        return
    line = f"{peer.name} [{datetime.now():%H:%M:%S}]: {text}"
    if peer.room == LOBBY:
        history.append(line)
    count = tell_all(line, room=peer.room)
    log(f"Broadcasting message from {peer.name} to {count} clients")


def private(peer: Peer, argument: str) -> None:
    target, colon, text = argument.partition(":")
    if target in members and colon:
        members[target].tell(f"PRIVATE:{peer.name}:{text}")
    else:
        peer.error("no such user")


def join_room(peer: Peer, room: str) -> None:
    if VALID_NAME.match(room):
        peer.room = room
        peer.tell(f"JOINED_ROOM:{room}")
    else:
        peer.error("bad name")


def list_users(peer: Peer, _argument: str) -> None:
    peer.tell("USERS:" + ",".join(sorted(members)))


COMMANDS = {"MESSAGE": message, "PRIVATE": private, "JOIN_ROOM": join_room, "LIST_USERS": list_users}


def leave(peer: Peer) -> None:
    """Safe to call twice: only the call that finds the member says that it left."""
    peers.discard(peer)
    if peer.name is not None and members.get(peer.name) is peer:
        del members[peer.name]
        tell_all(f"USER_LEFT:{peer.name}")
        log(f"User '{peer.name}' disconnected")


async def converse(peer: Peer) -> None:
    """Obey a peer's lines until QUIT or the end."""
    while not peer.writer.is_closing():
        await asyncio.sleep(0)  # readuntil() may not have to wait, but the others have their turn
        raw = await next_line(peer.reader)
        if raw is None:
            peer.error("line too long")
            continue
        try:
            verb, _, argument = raw.decode("utf-8").partition(":")
        except UnicodeDecodeError:
            peer.error("not UTF-8")
            continue
        if not raw:
            continue
        if verb == "QUIT":
            return
        if verb == "JOIN":
            join(peer, argument)
        elif peer.name is None:
            peer.error("join first")
        elif verb in COMMANDS:
            COMMANDS[verb](peer, argument)
        else:
            peer.error("unknown command")


async def welcome(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    peer = Peer(reader, writer)
    peers.add(peer)
    delivering = asyncio.create_task(peer.deliver())
    log(f"Client connected from {writer.get_extra_info('peername')}")
    try:
        await converse(peer)
    except (asyncio.IncompleteReadError, OSError, asyncio.CancelledError):
        pass  # the client has gone, one way or the other, or the server is stopping
    finally:
        leave(peer)
        delivering.cancel()
        peer.flush()
        writer.close()  # what still waits goes out first ...
        asyncio.get_running_loop().call_later(5, writer.transport.abort)  # ... but not for ever


async def serve(host: str, port: int) -> None:
    server = await asyncio.start_server(welcome, host, port, limit=MAX_LINE + 1, backlog=128)
    log(f"Chat server started on {host}:{port}")
    stop = asyncio.Event()
    with contextlib.suppress(NotImplementedError):  # Windows: there it is a KeyboardInterrupt
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    try:
        await stop.wait()
    finally:
        server.close()
        for peer in list(peers):
            peer.writer.transport.abort()
        log("Chat server stopped")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(serve(options.host, options.port))
