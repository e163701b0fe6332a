import argparse
import asyncio
import collections
import signal
import time

MAX_LINE = 4096
MAX_QUEUE = 1024 * 1024

State = collections.namedtuple("State", "users history")
state = State({}, collections.deque(maxlen=20))


class User:
    def __init__(self, reader, writer):
        self.reader = reader
        self.writer = writer
        self.queue = asyncio.Queue()
        self.queued = 0
        self.nick = self.room = None
        self.stalled = asyncio.Event()

    def __lshift__(self, line):
        data = line.encode("utf-8") + b"\n"
        self.queued += len(data)
        if self.queued > MAX_QUEUE:
            self.stalled.set()
        else:
            self.queue.put_nowait(data)

    async def pump(self):
        while True:
            data = await self.queue.get()
            if data is None:
                break
            self.writer.write(data)
            await self.writer.drain()
            self.queued -= len(data)

    async def lines(self):
        chunks, size = [], 0
        while chunk := await self.reader.read(2048):
            while chunk:
                head, newline, chunk = chunk.partition(b"\n")
                size += len(head)
                if size <= MAX_LINE + 1:
                    chunks.append(head)
                if newline:
                    line = b"".join(chunks)
                    if line.endswith(b"\r"):
                        line, size = line[:-1], size - 1
                    yield line if size <= MAX_LINE else None
                    chunks, size = [], 0

    async def chat(self):
        async for line in self.lines():
            if line == b"QUIT":
                return
            if line is None:
                self << "ERROR:line too long"
            elif line:
                try:
                    answer = self.handle(*line.decode().partition(":")[::2])
                except UnicodeDecodeError:
                    answer = "ERROR:not UTF-8"
                if answer:
                    self << answer

    def handle(self, cmd, arg):
        if cmd == "JOIN":
            return self.log_in(arg)
        if self.nick is None:
            return "ERROR:join first"
        if cmd == "MESSAGE":
            now = time.localtime(time.time_ns() // 10**9)
            msg = f"{self.nick} [{now.tm_hour:02}:{now.tm_min:02}:{now.tm_sec:02}]: {arg}"
            if self.room == "lobby":
                state.history.append(msg)
            n = shout(msg, self.room)
            print("Broadcasting message from", self.nick, "to", n, "clients")
        elif cmd == "PRIVATE":
            nick, _, text = arg.partition(":")
            if nick not in state.users:
                return "ERROR:no such user"
            state.users[nick] << f"PRIVATE:{self.nick}:{text}"
        elif cmd == "JOIN_ROOM":
            if bad(arg):
                return "ERROR:bad name"
            self.room = arg
            return "JOINED_ROOM:" + arg
        elif cmd == "LIST_USERS":
            return "USERS:" + ",".join(state.users)
        else:
            return "ERROR:unknown command"

    def log_in(self, nick):
        if self.nick:
            return "ERROR:already joined"
        if bad(nick):
            return "ERROR:bad name"
        if state.users.setdefault(nick, self) is not self:
            return "ERROR:name taken"
        self.nick, self.room = nick, "lobby"
        self << "JOINED:" + nick
        for msg in state.history:
            self << msg
        shout("USER_JOINED:" + nick)
        print(f"User '{nick}' joined")

    def log_out(self):
        if self.nick:
            state.users.pop(self.nick)
            shout("USER_LEFT:" + self.nick)
            print(f"User '{self.nick}' disconnected")


def bad(name):
    rest = name.replace("-", "").replace("_", "").replace(".", "")
    return not 1 <= len(name) <= 32 or not name.isascii() or (rest and not rest.isalnum())


def shout(msg, room=None):
    n = 0
    for user in state.users.values():
        if room in (None, user.room):
            user << msg
            n += 1
    return n


async def on_connect(reader, writer):
    print("Client connected from", writer.get_extra_info("peername"))
    user = User(reader, writer)
    pump = asyncio.ensure_future(user.pump())
    chat = asyncio.ensure_future(user.chat())
    stalled = asyncio.ensure_future(user.stalled.wait())
    try:
        await asyncio.wait([pump, chat, stalled], return_when=asyncio.FIRST_COMPLETED)
    except asyncio.CancelledError:
        return      # the server ends
    user.log_out()
    if user.stalled.is_set():
        writer.transport.abort()
    user.queue.put_nowait(None)
    await asyncio.wait([pump], timeout=3)
    for task in (pump, chat, stalled):
        task.cancel()
    await asyncio.gather(pump, chat, stalled, return_exceptions=True)
    writer.close()


async def main(host, port):
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    await asyncio.start_server(on_connect, host, port)
    print(f"Chat server started on {host}:{port}")
    await stop.wait()
    print("Server stopped")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--host", default="localhost")
    ap.add_argument("--port", type=int, default=8080)
    asyncio.run(main(**vars(ap.parse_args())))
