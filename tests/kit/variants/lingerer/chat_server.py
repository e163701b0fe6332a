"""Plain sockets and two threads per client, on all interfaces. What is unlike about it: it turns
every socket option it knows on its clients, SO_LINGER among them, so closing may take a second."""

import argparse
import contextlib
import os
import signal
import socket
import string
import struct
import threading
import time
from collections import deque

MAX_LINE = 4096
MAX_WAITING = 1024 * 1024
HISTORY_LENGTH = 20
NAME_LETTERS = string.ascii_letters + string.digits + "_-."


def is_name(text):
    return 1 <= len(text) <= 32 and all(letter in NAME_LETTERS for letter in text)


def set_options(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    linger = struct.pack("HH" if os.name == "nt" else "ii", 1, 1)  # on, one second
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)


def log(*words):
    with contextlib.suppress(OSError, ValueError):
        print(*words, flush=True)


class Client:
    """One connection: its outbox, and what the server knows about it."""

    def __init__(self, connection, address):
        self.connection, self.address = connection, address
        self.username, self.room = None, "lobby"
        self.outbox = deque()
        self.waiting = 0
        self.closed = False
        self.changed = threading.Condition()
        self.sender = threading.Thread(target=self.send_loop, daemon=True)

    def put(self, line):
        """Queue a line; whoever lets a mebibyte pile up is disconnected instead."""
        data = (line + "\n").encode("utf-8")
        with self.changed:
            if self.closed:
                return
            self.outbox.append(data)
            self.waiting += len(data)
            if self.waiting > MAX_WAITING:
                self.closed = True
                self.outbox.clear()
                with contextlib.suppress(OSError):
                    self.connection.shutdown(socket.SHUT_RDWR)  # wakes both threads
            self.changed.notify()

    def send_loop(self):
        while True:
            with self.changed:
                while not self.outbox and not self.closed:
                    self.changed.wait()
                if not self.outbox:
                    return
                batch = b"".join(self.outbox)
                self.outbox.clear()
            try:
                self.connection.sendall(batch)
            except OSError:
                return
            with self.changed:
                self.waiting -= len(batch)

    def finish(self):
        """Send what is left, wait a little for the other end to close, and close."""
        with self.changed:
            self.closed = True
            self.changed.notify()
        self.sender.join(2)
        with contextlib.suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            self.connection.settimeout(1)
            self.connection.recv(65536)
        self.connection.close()


class ChatServer:
    def __init__(self, host, port):
        self.host, self.port, self.lock = host, port, threading.Lock()
        self.members = {}
        self.history = deque(maxlen=HISTORY_LENGTH)

    def start(self):
        signal.signal(signal.SIGINT, lambda *_: os._exit(0))  # do not wait for lingering sockets
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("", self.port))
        listener.listen(128)
        listener.settimeout(0.5)  # so that Ctrl+C gets through on Windows
        log(f"Chat server started on {self.host}:{self.port}")
        while True:
            self.accept_one(listener)

    def accept_one(self, listener):
        try:
            connection, address = listener.accept()
            connection.setblocking(True)
            client = Client(connection, address)
            threading.Thread(target=self.handle, args=(client,), daemon=True).start()
        except TimeoutError:
            pass
        except (OSError, RuntimeError):  # no descriptors or threads left: later, perhaps
            time.sleep(0.1)

    def handle(self, client):
        log(f"Client connected from {client.address}")
        client.sender.start()
        try:
            set_options(client.connection)
            self.read_lines(client)
        except OSError:
            pass
        finally:
            self.leave(client)
            client.finish()

    def read_lines(self, client):
        pending = b""
        skipping = False
        while True:
            chunk = client.connection.recv(32768)
            if not chunk:
                return
            *complete, rest = (pending + chunk).split(b"\n")
            for raw in complete:
                if not skipping and not self.take_line(client, raw):
                    return
                skipping = False
            pending = b"" if skipping else rest
            if len(pending) > MAX_LINE + 1:
                client.put("ERROR:line too long")
                skipping = True
                pending = b""

    def take_line(self, client, raw):
        """Obey one line; False means the client has said QUIT."""
        raw = raw.removesuffix(b"\r")
        if len(raw) > MAX_LINE:
            client.put("ERROR:line too long")
            return True
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError:
            client.put("ERROR:not UTF-8")
            return True
        problem = self.obey(client, *text.partition(":")) if text not in ("", "QUIT") else None
        if problem:
            client.put("ERROR:" + problem)
        return text != "QUIT"

    def obey(self, client, command, colon, rest):
        """Do as told and return None, or return what is wrong with it."""
        if command == "JOIN":
            return self.join(client, rest)
        if client.username is None:
            return "join first"
        if command == "MESSAGE" and colon:
            return self.message(client, rest)
        if command == "PRIVATE":
            return self.private(client, *rest.partition(":"))
        if command == "JOIN_ROOM":
            return self.join_room(client, rest)
        if command == "LIST_USERS":
            return self.list_users(client)
        return "unknown command"

    def list_users(self, client):
        with self.lock:
            client.put("USERS:" + ",".join(self.members))

    def join(self, client, username):
        if client.username is not None:
            return "already joined"
        if not is_name(username):
            return "bad name"
        with self.lock:
            if username in self.members:
                return "name taken"
            client.username = username
            self.members[username] = client
            client.put("JOINED:" + username)
            for line in self.history:
                client.put(line)
            for member in self.members.values():
                member.put("USER_JOINED:" + username)
        log(f"User '{username}' joined")
        return None

    def message(self, client, text):
        with self.lock:
            line = f"{client.username} [{time.strftime('%H:%M:%S', time.localtime())}]: {text}"
            if client.room == "lobby":
                self.history.append(line)
            audience = [member for member in self.members.values() if member.room == client.room]
            for member in audience:
                member.put(line)
        log(f"Broadcasting message from {client.username} to {len(audience)} clients")

    def private(self, client, target, colon, text):
        if not colon:
            return "PRIVATE wants a target and a text"
        with self.lock:
            if target not in self.members:
                return "no such user"
            self.members[target].put(f"PRIVATE:{client.username}:{text}")
            return None

    def join_room(self, client, room):
        if not is_name(room):
            return "bad name"
        with self.lock:
            client.room = room
            client.put("JOINED_ROOM:" + room)
        return None

    def leave(self, client):
        if client.username is None:
            return
        with self.lock:
            del self.members[client.username]
            for member in self.members.values():
                member.put("USER_LEFT:" + client.username)
        log(f"User '{client.username}' disconnected")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    arguments = parser.parse_args()
    ChatServer(arguments.host, arguments.port).start()
