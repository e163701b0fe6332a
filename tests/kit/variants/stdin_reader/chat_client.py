import argparse
import asyncio
import os
import re
import signal
import sys

BOLD, DIM, RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"


async def stdin_lines():
    """lines from the terminal as an asyncio stream"""
    reader = asyncio.StreamReader()
    keyboard = os.fdopen(os.dup(0), "rb", 0)
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), keyboard)
    return reader


def paint(line):
    line = re.sub(r"[\u0000-\u001f\u007f-\u009f]", "", line)
    m = re.match(r"(JOINED|USER_JOINED|USER_LEFT|ERROR|PRIVATE|USERS|JOINED_ROOM):(.*)", line)
    if not m:
        return line
    kind, rest = m.groups()
    return {
        "JOINED": f"Joined as: {rest}",
        "USER_JOINED": f"{DIM}{rest} joined{RESET}",
        "USER_LEFT": f"{DIM}{rest} left{RESET}",
        "ERROR": f"{BOLD}Error: {rest}{RESET}",
        "PRIVATE": "private from " + rest.replace(":", ": ", 1),
        "USERS": "users: " + rest.replace(",", ", "),
        "JOINED_ROOM": "room: " + rest,
    }[kind]


class App:
    def __init__(self, username):
        self.username = username
        self.in_chat = False
        self.result = None

    def out(self, text, end="\n"):
        # the terminal may be non-blocking now (it is the same one as stdin)
        data = (text + end).encode("utf-8", "replace")
        while data:
            try:
                data = data[os.write(1, data):]
            except BlockingIOError:
                pass

    def finish(self, result):
        if not self.result.done():
            self.result.set_result(result)

    def put(self, line):
        self.writer.write(line.encode("utf-8", "replace") + b"\n")

    def ask(self):
        self.out("Enter username: ", end="")

    async def from_server(self):
        rest = b""
        try:
            while data := await self.reader.read(1000):
                rest += data
                while (n := rest.find(b"\n")) >= 0:
                    line, rest = rest[:n].decode("utf-8", "replace"), rest[n + 1:]
                    self.out(paint(line))
                    if line.startswith("JOINED:"):
                        self.in_chat = True
                    elif line.startswith("ERROR:") and not self.in_chat:
                        self.ask()
        except OSError:
            pass
        self.finish(1)

    async def from_keyboard(self):
        keyboard = await stdin_lines()
        if self.username:
            self.put("JOIN:" + self.username)
        else:
            self.ask()
        while (raw := await keyboard.readline()).endswith(b"\n"):
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            if line == "quit":
                break
            if not self.in_chat:
                self.put("JOIN:" + line)
            elif line:
                self.talk(line)
        self.finish(0)

    def talk(self, line):
        for pattern, form in (
            (r"//(.*)", r"MESSAGE:/\1"),
            (r"/users *", r"LIST_USERS"),
            (r"/join +([^ ]*) *", r"JOIN_ROOM:\1"),
            (r"/msg +([^ ]+) (.*)", r"PRIVATE:\1:\2"),
            (r"(.*)", r"MESSAGE:\1"),
        ):
            m = re.fullmatch(pattern, line)
            if m:
                self.put(m.expand(form))
                return

    async def main(self, host, port):
        loop = asyncio.get_running_loop()
        self.result = loop.create_future()
        loop.add_signal_handler(signal.SIGINT, self.finish, 0)
        try:
            self.reader, self.writer = await asyncio.open_connection(host, port)
        except OSError as e:
            self.out(f"cannot connect to {host}:{port} ({e})")
            return 1
        self.out("Connected to chat server")
        tasks = [asyncio.create_task(t) for t in (self.from_server(), self.from_keyboard())]
        status = await self.result
        for t in tasks:
            t.cancel()
        if status == 0:
            self.put("QUIT")
            self.writer.close()
            try:
                await asyncio.wait_for(self.writer.wait_closed(), 2)
            except (OSError, asyncio.TimeoutError):
                pass
        self.out("Connection lost" if status else "Disconnected")
        os.set_blocking(0, True)
        return status


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--host", default="localhost")
    p.add_argument("--port", type=int, default=8080)
    p.add_argument("--username", default="")
    a = p.parse_args()
    sys.exit(asyncio.run(App(a.username).main(a.host, a.port)))
