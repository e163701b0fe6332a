"""asyncio client: one task listens to the server, one talks to it, and a daemon thread reads stdin.

It never waits for an answer, shows no "> ", and ends if the name is refused.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import signal
import sys
import threading
import unicodedata
from collections.abc import Callable

MAX_LINE = 1 << 20


def say(text: str, end: str = "\n") -> None:
    print(text + end, end="", flush=True)


def clean(text: str) -> str:
    """The text without control characters, so that nobody can steer our terminal."""
    return "".join(char for char in text if unicodedata.category(char) != "Cc" or char == "\t")


def pump_stdin(deliver: Callable[[str | None], None]) -> None:
    """Thread: every line typed, then None."""
    try:
        for line in sys.stdin:
            deliver(line.rstrip("\r\n"))
        deliver(None)
    except (OSError, ValueError, RuntimeError):
        pass  # the loop has ended before us


def show(line: str) -> None:
    kind, _, rest = line.partition(":")
    if kind == "USER_JOINED":
        say(f"{rest} joined")
    elif kind == "USER_LEFT":
        say(f"{rest} left")
    elif kind == "JOINED":
        say(f"Joined as: {rest}")
    elif kind == "ERROR":
        say(f"Error: {rest}")
    elif kind == "PRIVATE":
        sender, _, text = rest.partition(":")
        say(f"[private] {sender}: {text}")
    elif kind == "JOINED_ROOM":
        say(f"Room: {rest}")
    elif kind == "USERS":
        say(f"Users online: {rest}")
    else:
        say(line)


class Session:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader = reader
        self.writer = writer
        self.joined = False
        self.leaving = False
        self.typed: asyncio.Queue[str | None] = asyncio.Queue()
        loop = asyncio.get_running_loop()

        def deliver(line: str | None) -> None:
            loop.call_soon_threadsafe(self.typed.put_nowait, line)

        threading.Thread(target=pump_stdin, args=(deliver,), daemon=True).start()

    async def listen(self) -> str:
        """Show what the server says until it goes ("lost") or does not want us ("refused")."""
        while True:
            try:
                raw = await self.reader.readline()
            except ValueError:
                continue  # a line without end: not for us
            except OSError:
                return "lost"
            if not raw.endswith(b"\n"):
                return "lost"
            if self.leaving:
                continue
            line = clean(raw.decode("utf-8", "replace").rstrip("\r\n"))
            show(line)
            self.joined = self.joined or line.startswith("JOINED:")
            if line.startswith("ERROR:") and not self.joined:
                return "refused"

    async def send(self, line: str) -> None:
        self.writer.write(f"{line}\n".encode("utf-8", "replace"))
        await self.writer.drain()

    async def talk(self, username: str | None) -> str:
        """Send what is typed until the user leaves ("quit")."""
        while not username:
            say("Enter username: ", end="")
            answer = await self.typed.get()
            if answer is None:
                return "quit"
            username = answer.strip()
        try:
            await self.send(f"JOIN:{username}")
            while (line := await self.typed.get()) not in (None, "quit"):
                if command := self.translate(line):
                    await self.send(command)
        except OSError:
            return "lost"
        return "quit"

    def translate(self, line: str | None) -> str | None:
        """The protocol's command for a line typed; None if there is nothing to send."""
        if not line:
            return None
        if not line.startswith("/"):
            return f"MESSAGE:{line}"
        if line.startswith("//"):
            return f"MESSAGE:{line[1:]}"
        match line.split(" ", 2):
            case ["/msg", target, text]:
                return f"PRIVATE:{target}:{text}"
            case ["/join", room]:
                return f"JOIN_ROOM:{room}"
            case ["/users"]:
                return "LIST_USERS"
        say("Commands: /msg NAME TEXT, /join ROOM, /users, quit")
        return None

    def interrupt(self, task: asyncio.Task[int]) -> None:
        if not self.leaving:
            task.cancel()

    async def run(self, username: str | None) -> int:
        if os.name == "posix" and (me := asyncio.current_task()):
            asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self.interrupt, me)
        listening = asyncio.create_task(self.listen())
        talking = asyncio.create_task(self.talk(username))
        try:
            await asyncio.wait({listening, talking}, return_when=asyncio.FIRST_COMPLETED)
            outcome = talking.result() if talking.done() else listening.result()
        except asyncio.CancelledError:
            outcome = "quit"  # Ctrl+C
        if outcome == "lost":
            say("Connection lost")
            return 1
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        self.leaving = True
        talking.cancel()
        try:
            self.writer.write(b"QUIT\n")
            self.writer.write_eof()
            await asyncio.wait({listening}, timeout=0.5)
        except OSError:
            pass
        say("Disconnected")
        return 0 if outcome == "quit" else 1


async def connect(options: argparse.Namespace) -> int:
    try:
        reader, writer = await asyncio.open_connection(options.host, options.port, limit=MAX_LINE)
    except OSError as error:
        say(f"Cannot reach {options.host}:{options.port} ({error})")
        return 1
    say("Connected to chat server")
    return await Session(reader, writer).run(options.username)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    options = parser.parse_args()
    for stream in (sys.stdin, sys.stdout):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    status = 0
    finished = False

    async def whole() -> None:
        nonlocal status, finished
        status = await connect(options)
        finished = True

    try:
        asyncio.run(whole())
    except KeyboardInterrupt:
        if not finished:
            say("Disconnected")
    return status


if __name__ == "__main__":
    code = main()
    sys.stdout.flush()
    os._exit(code)  # the thread may sit in readline() for ever
