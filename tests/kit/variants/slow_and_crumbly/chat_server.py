"""A slow and crumbly chat server: asyncio on bare sockets, where every outgoing line leaves 100 ms
after it was made, and leaves byte by byte. The delays run side by side, so a hundred lines are
100 ms late and not ten seconds; only somebody far behind gets bigger crumbs."""

import argparse
import asyncio
import re
import signal
import socket
import sys
import time
from collections import deque

DELAY = 0.1  # seconds between making a line and sending its first byte
LINE_LIMIT = 4096  # bytes
PORTION = 65536  # bytes that one client may say in 10 ms
WAITING_LIMIT = 4 * 1024 * 1024  # bytes
FLUSH_TIME = 2.0  # seconds a leaver gets to read what is still on its way
NAME = re.compile(r"[A-Za-z0-9_.-]{1,32}")


def log(text):
    try:
        print(text, flush=True)
    except OSError:
        pass


class Refused(Exception):
    """What a client asked for cannot be done; the text says why."""


class Person:
    def __init__(self, sock):
        self.sock = sock
        self.name = None
        self.room = "lobby"
        self.letters = deque()
        self.waiting = 0
        self.news = asyncio.Event()
        self.leaving = False

    def tell(self, line):
        if self.leaving:
            return
        data = line.encode() + b"\n"
        self.letters.append((asyncio.get_running_loop().time() + DELAY, data))
        self.waiting += len(data)
        self.news.set()
        if self.waiting > WAITING_LIMIT:
            self.cut_off()

    def cut_off(self):
        """Give up on a reader who stopped; the reading side then sees the end and tidies up."""
        self.leaving = True
        self.letters.clear()
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    async def write(self):
        loop = asyncio.get_running_loop()
        try:
            while self.letters or not self.leaving:
                if not self.letters:
                    self.news.clear()
                    await self.news.wait()
                    continue
                due, data = self.letters.popleft()
                await asyncio.sleep(max(0, due - loop.time()))
                crumb = 1 + (self.waiting // 2048) ** 2
                for start in range(0, len(data), crumb):
                    await loop.sock_sendall(self.sock, data[start : start + crumb])
                self.waiting -= len(data)
        except OSError:
            pass  # the reading side hears of it, too

    async def finish_writing(self, writer):
        self.leaving = True
        self.news.set()
        await asyncio.wait({writer}, timeout=FLUSH_TIME)
        writer.cancel()
        await asyncio.gather(writer, return_exceptions=True)


async def lines_from(sock):
    """Yield each line as bytes, and None in place of one that is too long."""
    loop = asyncio.get_running_loop()
    line, too_long = b"", False
    while True:
        data = await loop.sock_recv(sock, PORTION)
        if not data:
            return
        first, *others = data.split(b"\n")
        line = b"" if too_long else line + first
        for following in others:
            complete = line[:-1] if line.endswith(b"\r") else line
            if too_long or len(complete) > LINE_LIMIT:
                yield None
            else:
                yield complete
            line, too_long = following, False
        if len(line) > LINE_LIMIT + 1:
            line, too_long = b"", True
        if len(data) == PORTION:
            await asyncio.sleep(0.01)  # slow in listening as well


class Chat:
    def __init__(self):
        self.people = {}
        self.history = deque(maxlen=20)
        self.tasks = set()
        self.commands = {
            "MESSAGE": self.message,
            "PRIVATE": self.private,
            "JOIN_ROOM": self.join_room,
            "LIST_USERS": self.list_users,
        }

    def tell_all(self, line, but=None):
        for person in list(self.people.values()):
            if person is not but:
                person.tell(line)

    def join(self, person, name):
        if person.name:
            raise Refused("already joined")
        if not NAME.fullmatch(name):
            raise Refused("bad name")
        if name in self.people:
            raise Refused("name taken")
        person.name = name
        self.people[name] = person
        log(f"User '{name}' joined")
        person.tell(f"JOINED:{name}")
        for line in self.history:
            person.tell(line)
        self.tell_all(f"USER_JOINED:{name}", but=person)

    def message(self, person, text):
        line = f"{person.name} [{time.strftime('%H:%M:%S')}]: {text}"
        hearers = [other for other in self.people.values() if other.room == person.room]
        if person.room == "lobby":
            self.history.append(line)
        log(f"Broadcasting message from {person.name} to {len(hearers)} clients")
        for hearer in hearers:
            hearer.tell(line)

    def private(self, person, argument):
        target, colon, text = argument.partition(":")
        if not colon:
            raise Refused("say PRIVATE:target:text")
        if target not in self.people:
            raise Refused("no such user")
        self.people[target].tell(f"PRIVATE:{person.name}:{text}")

    def join_room(self, person, room):
        if not NAME.fullmatch(room):
            raise Refused("bad name")
        person.room = room
        person.tell(f"JOINED_ROOM:{room}")

    def list_users(self, person, argument):
        person.tell("USERS:" + ",".join(self.people))

    def obey(self, person, raw):
        """Do what one line says; True means that the client wants to go."""
        if raw is None:
            raise Refused("line too long")
        try:
            command, colon, argument = raw.decode().partition(":")
        except UnicodeDecodeError:
            raise Refused("not UTF-8") from None
        if command == "QUIT":
            return True
        if command == "JOIN":
            self.join(person, argument)
        elif not person.name:
            raise Refused("join first")
        elif command not in self.commands or (command == "MESSAGE" and not colon):
            raise Refused("unknown command")
        else:
            self.commands[command](person, argument)
        return False

    async def welcome(self, sock):
        person = Person(sock)
        writer = asyncio.create_task(person.write())
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            async for raw in lines_from(sock):
                try:
                    if raw != b"" and self.obey(person, raw):
                        break
                except Refused as why:
                    person.tell(f"ERROR:{why}")
        except OSError:
            pass
        finally:
            if person.name:
                del self.people[person.name]
                log(f"User '{person.name}' disconnected")
                self.tell_all(f"USER_LEFT:{person.name}")
            try:
                await person.finish_writing(writer)
            finally:
                sock.close()

    async def serve(self, host, port):
        listener = socket.create_server((host, port), backlog=128)
        listener.setblocking(False)
        print(f"Chat server started on {host}:{port}", flush=True)
        while True:
            try:
                sock, address = listener.accept()
            except OSError:
                await asyncio.sleep(0.02)  # nobody at the door; look again soon
                continue
            sock.setblocking(False)
            log(f"Client connected from {address}")
            task = asyncio.create_task(self.welcome(sock))
            self.tasks.add(task)
            task.add_done_callback(self.tasks.discard)


async def run(host, port):
    stop = asyncio.current_task().cancel
    loop = asyncio.get_running_loop()
    signal.signal(signal.SIGINT, lambda *_: loop.call_soon_threadsafe(stop))
    await Chat().serve(host, port)


def main():
    parser = argparse.ArgumentParser(description="A chat server that takes its time.")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    try:
        asyncio.run(run(options.host, options.port))
    except (KeyboardInterrupt, asyncio.CancelledError):
        print("Chat server stopped", flush=True)
    except OSError as error:
        sys.exit(f"Cannot serve on {options.host}:{options.port}: {error}")


if __name__ == "__main__":
    main()
