"""asyncio.Protocol client: callbacks for the network, and callbacks for what a thread reads from stdin.

Everything ends by setting one future, so there is one place where the program leaves.
"""

import argparse
import asyncio
import os
import signal
import sys
import threading
from collections.abc import Callable

FAREWELL = 0.5
PATTERNS = {
    "JOINED": "Joined as: {}",
    "USER_JOINED": "{} joined",
    "USER_LEFT": "{} left",
    "ERROR": "Error: {}",
    "JOINED_ROOM": "Room is now {}",
    "USERS": "Here: {}",
}


class Splitter:
    """Collects bytes and calls back for every line, without its newline."""

    def __init__(self, callback: Callable[[str], None]) -> None:
        self.callback = callback
        self.buffer = bytearray()

    def __call__(self, data: bytes) -> None:
        self.buffer += data
        while (end := self.buffer.find(b"\n")) != -1:
            line = self.buffer[:end].decode("utf-8", errors="replace")
            del self.buffer[: end + 1]
            self.callback(line.removesuffix("\r"))


def harmless(text: str) -> str:
    return "".join(" " if ord(c) < 0x20 or 0x7F <= ord(c) < 0xA0 else c for c in text)


class Talk(asyncio.Protocol):
    transport: asyncio.Transport

    def __init__(self, username: str | None, over: "asyncio.Future[str]") -> None:
        self.over = over
        self.closed = asyncio.get_running_loop().create_future()
        self.username = username
        self.joined = False
        self.from_server = Splitter(self.heard)
        self.from_user = Splitter(self.typed)

    # the network

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        self.show("Connected to chat server")
        if self.username:
            self.send("JOIN", self.username)
        else:
            self.ask()

    def data_received(self, data: bytes) -> None:
        if not self.over.done():
            self.from_server(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.finish("lost")
        if not self.closed.done():
            self.closed.set_result(None)

    # the user

    def input_received(self, data: bytes) -> None:
        if data:
            self.from_user(data)
        else:
            if self.from_user.buffer:
                self.from_user(b"\n")
            self.finish("quit")

    def typed(self, line: str) -> None:
        if self.over.done():
            return
        if self.username is None:
            self.name_typed(line.strip())
        elif line.casefold() == "quit":
            self.finish("quit")
        elif line.startswith("/") and not line.startswith("//"):
            self.command_typed(*line[1:].partition(" ")[::2])
        elif line:
            self.send("MESSAGE", line.removeprefix("/"))

    def name_typed(self, name: str) -> None:
        if name:
            self.username = name
            self.send("JOIN", name)
        else:
            self.ask()

    def command_typed(self, word: str, rest: str) -> None:
        if word == "msg":
            name, _, text = rest.partition(" ")
            self.send("PRIVATE", name, text)
        elif word == "join":
            self.send("JOIN_ROOM", rest.strip())
        elif word == "users":
            self.send("LIST_USERS")
        else:
            self.show(f"No such command: /{word}")

    # both

    def heard(self, line: str) -> None:
        if self.over.done():
            return
        line = harmless(line)
        kind, _, rest = line.partition(":")
        if kind == "PRIVATE":
            self.show("*{}* {}".format(*rest.partition(":")[::2]))
        else:
            self.show(PATTERNS[kind].format(rest) if kind in PATTERNS else line)
        if kind == "JOINED":
            self.joined = True
        elif kind == "ERROR" and self.username and not self.joined:
            self.username = None
            self.ask()

    def ask(self) -> None:
        sys.stdout.write("Enter username: ")  # shows up with the next line if this is a pipe

    def show(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def send(self, *parts: str) -> None:
        self.transport.write((":".join(parts) + "\n").encode("utf-8", errors="replace"))

    def finish(self, why: str) -> None:
        if not self.over.done():
            self.over.set_result(why)


def read_descriptor(fd: int, deliver: Callable[[bytes], None]) -> None:
    """Thread: what stands in the file descriptor, then b""."""
    data = b"?"
    while data:
        try:
            data = os.read(fd, 4096)
        except OSError:
            data = b""
        try:
            deliver(data)
        except RuntimeError:
            return  # the loop is closed already


async def run(args: argparse.Namespace) -> int:
    loop = asyncio.get_running_loop()
    over: asyncio.Future[str] = loop.create_future()
    try:
        _, talk = await loop.create_connection(lambda: Talk(args.username, over), args.host, args.port)
    except OSError as error:
        print(f"{args.host}:{args.port} does not answer: {error}")
        return 1

    def deliver(data: bytes) -> None:
        loop.call_soon_threadsafe(talk.input_received, data)

    if os.name == "posix":
        loop.add_signal_handler(signal.SIGINT, talk.finish, "quit")
    threading.Thread(target=read_descriptor, args=(sys.stdin.fileno(), deliver), daemon=True).start()
    try:
        why = await over
    except asyncio.CancelledError:  # Ctrl+C elsewhere
        why = "quit"
        talk.finish(why)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if why == "lost":
        talk.show("Connection lost")
        return 1
    talk.send("QUIT")
    if not talk.transport.is_closing():
        talk.transport.write_eof()
    await asyncio.wait({talk.closed}, timeout=FAREWELL)
    talk.show("Disconnected")
    return 0


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("-H", "--host", default="localhost")
    parser.add_argument("-p", "--port", type=int, default=8080)
    parser.add_argument("-u", "--username")
    args = parser.parse_args()
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    statuses = []

    async def whole() -> None:
        statuses.append(await run(args))

    try:
        asyncio.run(whole())
    except KeyboardInterrupt:
        if not statuses:
            print("Disconnected")
    return statuses[0] if statuses else 0


if __name__ == "__main__":
    sys.exit(main())
