"""asyncio protocol callbacks instead of streams, with a greeting, history before JOINED, and BYE after QUIT.

Takes commands in any case, answers mistakes in its own words, and writes its log to a file of its own.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import time
from collections import deque
from socket import AF_INET

LIMIT = 4096
FLOOD = 4_000_000
LINGER = 5.0
LETTERS = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")

logger = logging.getLogger("chat_server")


class Chat:
    """Who is here, and what was said lately."""

    def __init__(self) -> None:
        self.connections: set[Visitor] = set()
        self.by_name: dict[str, Visitor] = {}
        self.lobby: deque[bytes] = deque(maxlen=20)

    def shout(self, line: bytes, *, room: str | None = None, but: "Visitor | None" = None) -> None:
        for visitor in tuple(self.by_name.values()):
            if visitor is not but and (room is None or visitor.room == room):
                visitor.write(line)


class Visitor(asyncio.BufferedProtocol):
    transport: asyncio.Transport

    def __init__(self, chat: Chat) -> None:
        self.chat = chat
        self.name: str | None = None
        self.room = "lobby"
        self.window = bytearray(4096)  # so little at a time that nobody's flood delays the others
        self.buffer = bytearray()
        self.overlong = False
        self.waiting = bytearray()  # while the transport has enough to do
        self.paused = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.chat.connections.add(self)
        logger.info("connected: %s", transport.get_extra_info("peername"))
        self.write(b"Welcome to the chat")

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.window

    def buffer_updated(self, nbytes: int) -> None:
        data = bytes(self.window[:nbytes])
        begin = 0
        while not self.transport.is_closing():
            end = data.find(b"\n", begin)
            piece = data[begin:] if end < 0 else data[begin:end]
            begin = end + 1
            self.overlong = self.overlong or len(self.buffer) + len(piece) > LIMIT + 1
            if not self.overlong:
                self.buffer += piece
            if end < 0:
                break
            line = bytes(self.buffer)
            overlong, self.overlong = self.overlong, False
            self.buffer.clear()
            if line.endswith(b"\r"):
                line = line[:-1]
            if overlong or len(line) > LIMIT:
                self.complain("line too long, I stopped reading at 4096 bytes")
            elif line:
                self.line_received(line)

    def eof_received(self) -> None:
        self.leave()  # now, not when the last byte is out
        self.hang_up()

    def connection_lost(self, exc: Exception | None) -> None:
        self.chat.connections.discard(self)
        self.leave()
        logger.info("connection closed: %s", exc or "orderly")

    def pause_writing(self) -> None:
        self.paused = True

    def resume_writing(self) -> None:
        self.paused = False
        self.flush()

    def flush(self) -> None:
        waiting, self.waiting = self.waiting, bytearray()
        if waiting:
            self.transport.write(waiting)

    def write(self, line: bytes) -> None:
        if self.transport.is_closing():
            return
        if not self.paused:
            self.transport.write(line + b"\n")
        elif len(self.waiting) < FLOOD:
            self.waiting += line + b"\n"
        else:
            logger.warning("%s does not read; dropped", self.name)
            self.transport.abort()

    def complain(self, words: str) -> None:
        self.write(b"ERROR:" + words.encode())

    def hang_up(self) -> None:
        self.flush()
        self.transport.close()
        asyncio.get_running_loop().call_later(LINGER, self.transport.abort)

    def leave(self) -> None:
        name, self.name = self.name, None
        if name is not None:
            del self.chat.by_name[name]
            self.chat.shout(f"USER_LEFT:{name}".encode())
            logger.info("left: %s", name)

    def line_received(self, line: bytes) -> None:
        try:
            command, _, argument = line.decode().lstrip(" ").partition(":")
        except UnicodeDecodeError:
            self.complain("not UTF-8, I cannot read that")
            return
        command = command.rstrip(" ").upper()
        if command == "QUIT":
            self.quit()
        elif command == "JOIN":
            self.join(argument.strip(" "))
        elif self.name is None:
            self.complain("you have to JOIN first")
        elif command in ORDERS:
            ORDERS[command](self, argument)
        elif command:
            self.complain(f"I do not know the command {command[:32]!a}")

    def quit(self) -> None:
        self.write(b"BYE")
        self.leave()
        self.hang_up()

    def join(self, name: str) -> None:
        if self.name is not None:
            self.complain(f"you are {self.name} already")
        elif not good_name(name):
            self.complain("a name is 1 to 32 letters, digits, _ - or .")
        elif name in self.chat.by_name:
            self.complain(f"there is a {name} already")
        else:
            for line in self.chat.lobby:
                self.write(line)
            self.write(f"JOINED:{name}".encode())
            self.name = name
            self.chat.by_name[name] = self
            self.chat.shout(f"USER_JOINED:{name}".encode(), but=self)
            logger.info("joined: %s", name)

    def message(self, text: str) -> None:
        clock = time.ctime()[11:19]
        line = f"{self.name} [{clock}]: {text}".encode()
        if self.room == "lobby":
            self.chat.lobby.append(line)
        self.chat.shout(line, room=self.room)
        logger.info("%s in %s: %d bytes", self.name, self.room, len(line))

    def private(self, argument: str) -> None:
        name, _, text = argument.partition(":")
        target = self.chat.by_name.get(name.strip(" "))
        if target is None:
            self.complain("nobody of that name is here")
        else:
            target.write(f"PRIVATE:{self.name}:{text}".encode())

    def join_room(self, argument: str) -> None:
        room = argument.strip(" ")
        if good_name(room):
            self.room = room
            self.write(f"JOINED_ROOM:{room}".encode())
        else:
            self.complain("a room is 1 to 32 letters, digits, _ - or .")

    def list_users(self, _: str) -> None:
        self.write(f"USERS:{','.join(self.chat.by_name)}".encode())


ORDERS = {
    "MESSAGE": Visitor.message,
    "PRIVATE": Visitor.private,
    "JOIN_ROOM": Visitor.join_room,
    "LIST_USERS": Visitor.list_users,
}


def good_name(name: str) -> bool:
    return 0 < len(name) <= 32 and set(name) <= LETTERS


async def run(host: str, port: int) -> None:
    chat, loop = Chat(), asyncio.get_running_loop()
    try:  # on every address that the host has ...
        server = await loop.create_server(lambda: Visitor(chat), host, port, backlog=128)
    except OSError:  # ... or at least on that of the old family
        server = await loop.create_server(lambda: Visitor(chat), host, port, backlog=128, family=AF_INET)
    print(f"Chat server started on {host}:{port}")
    logger.info("listening on %s", [sock.getsockname() for sock in server.sockets])
    ended = loop.create_future()
    if os.name == "posix":
        loop.add_signal_handler(signal.SIGINT, ended.cancel)
    try:
        await ended
    finally:
        server.close()
        for visitor in tuple(chat.connections):
            visitor.transport.abort()
        logger.info("stopped")


def open_log() -> None:
    logger.setLevel(logging.INFO)
    logger.propagate = False
    handler: logging.Handler = logging.NullHandler()
    with contextlib.suppress(OSError):  # not our directory: no log, but a chat
        handler = logging.FileHandler("chat_server.log", encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s"))
    logger.addHandler(handler)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("-H", "--host", default="localhost")
    parser.add_argument("-p", "--port", type=int, default=8080)
    args = parser.parse_args()
    open_log()
    with contextlib.suppress(KeyboardInterrupt, asyncio.CancelledError):  # Ctrl+C here and elsewhere
        asyncio.run(run(args.host, args.port))


if __name__ == "__main__":
    main()
