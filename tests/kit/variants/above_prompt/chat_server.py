#!/usr/bin/python3
# asyncio, but with plain sockets (loop.sock_*)
import argparse
import asyncio
import contextlib
import datetime
import socket

GOOD = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-."


class Box:
    """things to send to one client"""

    def __init__(self):
        self.parts = []
        self.size = 0
        self.bell = asyncio.Event()
        self.shut = False

    def put(self, line):
        if self.shut:
            return
        self.parts.append(line.encode("utf-8") + b"\n")
        self.size += len(self.parts[-1])
        self.bell.set()

    def take(self):
        data, self.parts = b"".join(self.parts), []
        self.bell.clear()
        return data


class Room(set):
    """the clients in it"""

    def say(self, line, but=None):
        for c in self:
            if c is not but:
                c.box.put(line)
                if c.box.size > 1048576:
                    c.task.cancel()
        return len(self)


class Chat:
    def __init__(self):
        self.everyone = Room()
        self.rooms = {"lobby": Room()}
        self.last20 = []

    def find(self, name):
        return next((c for c in self.everyone if c.name == name), None)

    def name_problem(self, name):
        if not name or len(name) > 32 or name.strip(GOOD) or any(c not in GOOD for c in name):
            return "bad name"

    def enter(self, c, room):
        if c.room:
            self.rooms[c.room].discard(c)
            if c.room != "lobby" and not self.rooms[c.room]:
                del self.rooms[c.room]
        c.room = room
        if room:
            self.rooms.setdefault(room, Room()).add(c)

    def login(self, c, name):
        wrong = "already joined" if c.name else self.name_problem(name)
        if not wrong and self.find(name):
            wrong = "name taken"
        if wrong:
            return wrong
        c.name = name
        self.everyone.add(c)
        self.enter(c, "lobby")
        c.box.put("JOINED:" + name)
        for line in self.last20:
            c.box.put(line)
        self.everyone.say("USER_JOINED:" + name, but=c)
        print("User '%s' joined" % name, flush=True)

    def logout(self, c):
        if c.name:
            self.everyone.discard(c)
            self.enter(c, None)
            self.everyone.say("USER_LEFT:" + c.name)
            print("User '%s' disconnected" % c.name, flush=True)
            c.name = ""

    def speak(self, c, text):
        t = datetime.datetime.now()
        line = f"{c.name} [{t:%H:%M:%S}]: {text}"
        if c.room == "lobby":
            self.last20 = [*self.last20[-19:], line]
        n = self.rooms[c.room].say(line)
        print(f"Broadcasting message from {c.name} to {n} clients", flush=True)

    def command(self, c, line):
        what, _, arg = line.partition(":")
        if what == "JOIN":
            return self.login(c, arg)
        if not c.name:
            return "join first"
        if what == "MESSAGE":
            self.speak(c, arg)
        elif what == "PRIVATE":
            to, _, text = arg.partition(":")
            other = self.find(to)
            if other is None:
                return "no such user"
            other.box.put("PRIVATE:" + c.name + ":" + text)
        elif what == "JOIN_ROOM":
            if self.name_problem(arg):
                return "bad name"
            self.enter(c, arg)
            c.box.put("JOINED_ROOM:" + arg)
        elif what == "LIST_USERS":
            c.box.put("USERS:" + ",".join(sorted(m.name for m in self.everyone)))
        else:
            return "unknown command"


class Client:
    def __init__(self, sock, chat):
        self.sock = sock
        self.chat = chat
        self.name = self.room = ""
        self.box = Box()
        self.task = asyncio.create_task(self.live())

    async def live(self):
        sender = asyncio.create_task(self.send())
        try:
            await self.listen()
            self.chat.logout(self)
            self.box.shut = True
            self.box.bell.set()
            await asyncio.wait([sender], timeout=3)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            self.chat.logout(self)
            sender.cancel()
            self.sock.close()

    async def send(self):
        loop = asyncio.get_running_loop()
        with contextlib.suppress(OSError):
            while True:
                await self.box.bell.wait()
                data = self.box.take()
                if not data and self.box.shut:
                    return
                await loop.sock_sendall(self.sock, data)
                self.box.size -= len(data)
                if self.box.shut:
                    self.box.bell.set()

    async def listen(self):
        loop = asyncio.get_running_loop()
        text, drop = b"", False
        while chunk := await loop.sock_recv(self.sock, 4096):
            text += chunk
            while (end := text.find(b"\n")) != -1:
                line, text = text[:end], text[end + 1:]
                line = line[:-1] if line.endswith(b"\r") else line
                error = None
                if drop or len(line) > 4096:
                    error = "line too long"
                elif line == b"QUIT":
                    return
                elif line:
                    try:
                        error = self.chat.command(self, line.decode())
                    except UnicodeDecodeError:
                        error = "not UTF-8"
                drop = False
                if error:
                    self.box.put("ERROR:" + error)
            if drop or len(text) > 4097:
                text, drop = b"", True


async def main(host, port):
    chat = Chat()
    clients = []
    with socket.create_server((host, port), backlog=200) as s:
        s.setblocking(False)
        print(f"Chat server started on {host}:{port}", flush=True)
        while True:
            conn, addr = await asyncio.get_running_loop().sock_accept(s)
            conn.setblocking(False)
            print("Client connected from", addr, flush=True)
            clients = [c for c in clients if not c.task.done()]
            clients.append(Client(conn, chat))


if __name__ == "__main__":
    a = argparse.ArgumentParser()
    a.add_argument("--host", default="localhost")
    a.add_argument("--port", default=8080, type=int)
    a = a.parse_args()
    with contextlib.suppress(KeyboardInterrupt):
        asyncio.run(main(a.host, a.port))
