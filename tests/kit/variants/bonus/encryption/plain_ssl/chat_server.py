"""A server of one's own: two threads for each connection, a queue between them, and an SSLSocket that takes turns."""

import queue
import re
import select
import socket
import ssl
import sys
import threading
import time
from collections import deque

lock = threading.RLock()
people = {}
history = deque(maxlen=20)
context = None


class Guest:
    def __init__(self, sock):
        self.sock, self.name, self.room = sock, None, "lobby"
        self.out, self.waiting = queue.Queue(), 0
        self.turn = threading.Lock()    # two threads must not be in one SSL object at the same time

    def taking_turns(self, act, sends):
        while True:
            try:
                with self.turn:
                    return act()
            except ssl.SSLWantReadError:
                waits = [self.sock], []
            except ssl.SSLWantWriteError:
                waits = [], [self.sock]
            except BlockingIOError:
                waits = ([], [self.sock]) if sends else ([self.sock], [])
            select.select(*waits, [])

    def receive(self):
        return self.taking_turns(lambda: self.sock.recv(4096), sends=False)

    def put(self, line):
        data = (line + "\n").encode()
        self.waiting += len(data)
        if self.waiting > 1 << 20:
            try:
                socket.socket.shutdown(self.sock, socket.SHUT_RDWR)
            except OSError:
                pass
        else:
            self.out.put(data)

    def writes(self):
        try:
            while data := self.out.get():
                left = memoryview(data)
                while left:
                    left = left[self.taking_turns(lambda: self.sock.send(left), sends=True):]
                with lock:
                    self.waiting -= len(data)
        except (OSError, ValueError):   # the other thread may have closed it
            pass


def tell(line, room=None, but=None):
    with lock:
        for other in people.values():
            if other is not but and (room is None or other.room == room):
                other.put(line)


def obey(guest, line):
    word, _, rest = line.partition(":")
    if not guest.name and word != "JOIN":
        return guest.put("ERROR:join first")
    if word == "JOIN":
        with lock:
            if guest.name:
                return guest.put("ERROR:already joined")
            if not re.fullmatch(r"[\w.-]{1,32}", rest, re.ASCII):
                return guest.put("ERROR:bad name")
            if rest in people:
                return guest.put("ERROR:name taken")
            guest.name = rest
            guest.put("JOINED:" + rest)
            for old in history:
                guest.put(old)
            people[rest] = guest
            tell("USER_JOINED:" + rest, but=guest)
    elif word == "MESSAGE":
        with lock:
            said = f"{guest.name} [{time.strftime('%H:%M:%S')}]: {rest}"
            tell(said, guest.room)
            if guest.room == "lobby":
                history.append(said)
    elif word == "PRIVATE":
        target, _, text = rest.partition(":")
        with lock:
            other = people.get(target)
            (other or guest).put(f"PRIVATE:{guest.name}:{text}" if other else "ERROR:no such user")
    elif word == "JOIN_ROOM":
        if not re.fullmatch(r"[\w.-]{1,32}", rest, re.ASCII):
            return guest.put("ERROR:bad name")
        with lock:
            guest.room = rest
            guest.put("JOINED_ROOM:" + rest)
    elif word == "LIST_USERS":
        with lock:
            guest.put("USERS:" + ",".join(people))
    else:
        guest.put("ERROR:unknown command")


def serve(sock):
    guest = None
    try:
        if context:
            sock.settimeout(10)
            sock = context.wrap_socket(sock, server_side=True)
        sock.setblocking(False)
        guest = Guest(sock)
        threading.Thread(target=guest.writes, daemon=True).start()
        read(guest)
    except (OSError, ValueError):
        pass
    finally:
        if guest and guest.name:
            with lock:
                people.pop(guest.name)
                tell("USER_LEFT:" + guest.name)
        if guest:
            guest.out.put(b"")
        sock.close()


def read(guest):
    kept, skipping = b"", False
    while data := guest.receive():
        *lines, kept = (kept + data).split(b"\n")
        for line in lines:
            line = line.rstrip(b"\r")
            if skipping or len(line) > 4096:
                skipping = False
                guest.put("ERROR:line too long")
            elif line == b"QUIT":
                return
            elif line:
                try:
                    obey(guest, line.decode())
                except UnicodeDecodeError:
                    guest.put("ERROR:not UTF-8")
        if len(kept) > 4098:
            kept, skipping = b"", True


def main():
    global context
    words = dict(zip(sys.argv[1::2], sys.argv[2::2]))
    if "--tls-cert" in words:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(words["--tls-cert"], words.get("--tls-key"))
    host, port = words.get("--host", "localhost"), int(words.get("--port", 8080))
    listener = socket.create_server((host, port), backlog=128)
    print("Chat server started on", host, port, flush=True)
    while True:
        sock, _ = listener.accept()
        threading.Thread(target=serve, args=(sock,), daemon=True).start()


try:
    main()
except KeyboardInterrupt:
    pass
