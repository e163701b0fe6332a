"""A crumbly chat client: asyncio, where every line goes out in one-byte pieces. Only the keyboard
has a thread, and that thread reads the file descriptor itself, so it never keeps the program alive."""

import argparse
import asyncio
import contextlib
import os
import signal
import socket
import sys
import threading
import unicodedata

ANSWER_TIME = 2.0  # seconds to wait for the answer to JOIN before typing is let through anyway
FAREWELL_TIME = 1.0  # seconds to wait for the server to close after QUIT


def show(text):
    print("".join("?" if unicodedata.category(letter) == "Cc" else letter for letter in text), flush=True)


def ask(question):
    sys.stdout.write(question)
    sys.stdout.flush()


def in_words(line):
    """What a line of the protocol looks like on the screen."""
    kind, colon, rest = line.partition(":")
    if not colon:
        return line
    if kind == "JOINED":
        return f"Joined as: {rest}"
    if kind == "USER_JOINED":
        return f"{rest} joined"
    if kind == "USER_LEFT":
        return f"{rest} left"
    if kind == "ERROR":
        return f"Error: {rest}"
    if kind == "JOINED_ROOM":
        return f"Joined room: {rest}"
    if kind == "USERS":
        return f"Online: {rest}"
    if kind == "PRIVATE":
        sender, _, text = rest.partition(":")
        return f"{sender} (private): {text}"
    return line


def to_protocol(typed):
    """What a typed line is called on the wire; None when it cannot be understood."""
    if typed.startswith("//"):
        return "MESSAGE:" + typed[1:]
    if not typed.startswith("/"):
        return "MESSAGE:" + typed
    words = typed.split(None, 2)
    if words[0] == "/msg" and len(words) == 3:
        return f"PRIVATE:{words[1]}:{words[2]}"
    if words[0] == "/join" and len(words) == 2:
        return f"JOIN_ROOM:{words[1]}"
    if words[0] == "/users" and len(words) == 1:
        return "LIST_USERS"
    return None


class Client:
    def __init__(self):
        self.typed = asyncio.Queue()
        self.answer = asyncio.get_running_loop().create_future()
        self.sock = None
        loop = asyncio.get_running_loop()
        threading.Thread(target=self.read_keyboard, args=(loop,), daemon=True).start()

    def read_keyboard(self, loop):
        rest = b""
        try:
            while True:
                try:
                    data = os.read(0, 4096)
                except OSError:
                    data = b""
                *lines, rest = (rest + data).split(b"\n")
                if not data and rest:
                    lines.append(rest)
                for line in lines:
                    text = line.decode(sys.stdin.encoding, "replace").rstrip("\r")
                    loop.call_soon_threadsafe(self.typed.put_nowait, text)
                if not data:
                    loop.call_soon_threadsafe(self.typed.put_nowait, None)
                    return
        except RuntimeError:
            pass  # the loop is closed: nobody listens to the keyboard any more

    async def send(self, line):
        loop = asyncio.get_running_loop()
        for byte in line.encode("utf-8", "replace") + b"\n":
            await loop.sock_sendall(self.sock, bytes([byte]))

    async def ask_name(self):
        """The next name that is typed, or None if the person wants to leave."""
        while True:
            ask("Enter username: ")
            name = await self.typed.get()
            if name is None or name.strip() == "quit":
                return None
            if name.strip():
                return name.strip()

    async def hear(self):
        """Show what the server says until it says no more."""
        rest = b""
        try:
            while data := await asyncio.get_running_loop().sock_recv(self.sock, 1000):
                *lines, rest = (rest + data).split(b"\n")
                for line in lines:
                    text = line.decode("utf-8", "replace")
                    text = text.removesuffix("\r")
                    if text:
                        show(in_words(text))
                    if text.startswith(("JOINED:", "ERROR:")) and not self.answer.done():
                        self.answer.set_result(text.startswith("JOINED:"))
        except OSError:
            pass

    async def join(self, name):
        """Join under this or another name; False when the person gives up."""
        while name:
            self.answer = asyncio.get_running_loop().create_future()
            await self.send(f"JOIN:{name}")
            await asyncio.wait({self.answer}, timeout=ANSWER_TIME)
            if not self.answer.done() or self.answer.result():
                return True
            name = await self.ask_name()
        return False

    async def talk(self, name):
        """Say what is typed until the person wants to leave; True if the server is gone instead."""
        try:
            await self.say_all(name)
            return False
        except OSError:
            return True

    async def say_all(self, name):
        if not await self.join(name):
            return
        while True:
            typed = await self.typed.get()
            if typed is None or typed.strip().lower() == "quit":
                return
            line = to_protocol(typed)
            if not line:
                show("Error: /msg name text, /join room, /users")
            elif typed:
                await self.send(line)

    async def run(self, options):
        name = options.username or await self.ask_name()
        if name is None:
            return 0
        try:
            self.sock = socket.create_connection((options.host, options.port))
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.sock.setblocking(False)
        except OSError as error:
            return f"Cannot connect to {options.host}:{options.port}: {error}"
        show("Connected to chat server")
        hearing = asyncio.create_task(self.hear())
        talking = asyncio.create_task(self.talk(name))
        lost = False
        try:
            await asyncio.wait({hearing, talking}, return_when=asyncio.FIRST_COMPLETED)
            lost = hearing.done() or talking.result()
        except asyncio.CancelledError:
            pass  # Ctrl+C: leave as politely as on quit
        if not lost:
            with contextlib.suppress(OSError):
                await self.send("QUIT")
                self.sock.shutdown(socket.SHUT_WR)
        await asyncio.wait({hearing}, timeout=FAREWELL_TIME)
        return int(lost)


async def chat(options):
    leave = asyncio.current_task().cancel
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(leave))
    return await Client().run(options)


def main():
    parser = argparse.ArgumentParser(description="A chat client that crumbles.")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    options = parser.parse_args()
    sys.stdout.reconfigure(errors="replace")
    try:
        status = asyncio.run(chat(options))
    except (KeyboardInterrupt, asyncio.CancelledError):
        status = 0
    if status in (0, 1):
        show("Connection lost" if status else "Disconnected")
    sys.exit(status)


if __name__ == "__main__":
    main()
