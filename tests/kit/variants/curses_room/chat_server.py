# chat server: one generator per client, fed with lines by a selector
import argparse
import logging
import re
import selectors
import socket
import subprocess
import time

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
sel = selectors.DefaultSelector()
present = {}        # name -> Client
recent = []
unsent = set()


class Stamp:
    """asks date, but not for every single message: starting a program takes its time"""
    asked = -1.0
    text = ""

    def __str__(self):
        if time.monotonic() - self.asked > 0.2:
            self.text = subprocess.check_output(["date", "+%H:%M:%S"], text=True).strip()
            self.asked = time.monotonic()
        return self.text


stamp = Stamp()


class Client:
    def __init__(self, sock):
        self.sock = sock
        self.out = []
        self.out_size = 0
        self.room = "lobby"
        self.till = 0       # not 0: has left, and gets its last lines until then
        self.feed = self.talk()
        next(self.feed)

    def tell(self, text):
        data = text.encode() + b"\n"
        self.out.append(data)
        self.out_size += len(data)
        unsent.add(self)

    def flush(self):
        while self.out:
            data = b"".join(self.out)
            try:
                n = self.sock.send(data)
            except BlockingIOError:
                self.out = [data]
                break
            except OSError:
                self.out, self.out_size = [], 0
                return True
            self.out = [data[n:]] if n < len(data) else []
            self.out_size -= n
        return self.out_size > 1024 ** 2

    # a client's life, from the first line to the last

    def talk(self):
        name = yield from self.entrance()
        try:
            while True:
                verb, rest = yield from self.command()
                if verb == "MESSAGE":
                    text = f"{name} [{stamp}]: {rest}"
                    if self.room == "lobby":
                        recent[:] = recent[-19:] + [text]
                    n = everyone(text, lambda c: c.room == self.room)
                    logging.info("Broadcasting message from %s to %d clients", name, n)
                elif verb == "PRIVATE":
                    target, _, text = rest.partition(":")
                    if not everyone(f"PRIVATE:{name}:{text}", lambda c: c is present.get(target)):
                        self.tell("ERROR:no such user")
                elif verb == "JOIN_ROOM":
                    if valid(rest):
                        self.room = rest
                        self.tell("JOINED_ROOM:" + rest)
                    else:
                        self.tell("ERROR:bad name")
                elif verb == "LIST_USERS":
                    self.tell("USERS:" + ",".join(present))
                elif verb == "JOIN":
                    self.tell("ERROR:already joined")
                else:
                    self.tell("ERROR:unknown command")
        finally:
            del present[name]
            everyone("USER_LEFT:" + name)
            logging.info("User '%s' disconnected", name)

    def entrance(self):
        while True:
            verb, name = yield from self.command()
            if verb != "JOIN":
                self.tell("ERROR:join first")
            elif not valid(name):
                self.tell("ERROR:bad name")
            elif name in present:
                self.tell("ERROR:name taken")
            else:
                break
        everyone("USER_JOINED:" + name)
        present[name] = self
        self.tell("JOINED:" + name)
        for text in recent:
            self.tell(text)
        logging.info("User '%s' joined", name)
        return name

    def command(self):
        while True:
            line = yield from self.line()
            if line == b"QUIT":
                self.till = time.monotonic() + 2
                yield               # closed from outside
            try:
                verb, _, rest = line.decode().partition(":")
            except UnicodeDecodeError:
                self.tell("ERROR:not UTF-8")
            else:
                if line:
                    return verb, rest

    rest = b""

    def line(self):
        too_long = False
        while b"\n" not in self.rest:
            if len(self.rest) > 4097:
                too_long, self.rest = True, b""
            self.rest += yield
        line, self.rest = self.rest.split(b"\n", 1)
        if line.endswith(b"\r"):
            line = line[:-1]
        if too_long or len(line) > 4096:
            self.tell("ERROR:line too long")
            return b""
        return line


def valid(name):
    return re.fullmatch(r"[-\w.]{1,32}", name, re.ASCII)


def everyone(text, where=lambda c: True):
    targets = list(filter(where, present.values()))
    for c in targets:
        c.tell(text)
    return len(targets)


def forget(c):
    try:
        sel.unregister(c.sock)
    except (KeyError, ValueError):
        return
    c.feed.close()
    unsent.discard(c)
    c.sock.close()


def readable(c):
    try:
        data = c.sock.recv(4096)
    except BlockingIOError:
        return
    except OSError:
        return forget(c)
    if data:
        c.feed.send(data)
    else:
        c.till = time.monotonic() + 2
    if c.till:
        c.feed.close()
        sel.modify(c.sock, selectors.EVENT_WRITE, c)
        unsent.add(c)


def loop(listener):
    while True:
        for key, events in sel.select(0.05 if unsent else 0.5):
            if key.fileobj is listener:
                sock, address = listener.accept()
                sock.setblocking(False)
                sel.register(sock, selectors.EVENT_READ, Client(sock))
                logging.info("Client connected from %s", address)
            elif not key.data.till:
                readable(key.data)
        while True:                 # telling that somebody left may be news for others
            before = set(unsent)
            for c in before:
                if c.flush() or (c.till and (not c.out or c.till < time.monotonic())):
                    forget(c)
                elif not c.out:
                    unsent.discard(c)
            if unsent <= before:
                break
        for c in unsent:
            mask = selectors.EVENT_WRITE if c.till else selectors.EVENT_READ
            sel.modify(c.sock, mask, c)


argp = argparse.ArgumentParser()
argp.add_argument("--host", default="localhost")
argp.add_argument("--port", type=int, default=8080)
opt = argp.parse_args()
listener = socket.create_server((opt.host, opt.port), backlog=100)
listener.setblocking(False)
sel.register(listener, selectors.EVENT_READ)
logging.info("Chat server started on %s:%s", opt.host, opt.port)
try:
    loop(listener)
except KeyboardInterrupt:
    logging.info("stopped")
