"""A socketserver chat server that prints nothing itself: a child process, forked where that is
possible, gets the log through a pipe and prints it. The child ends when the server does."""

import argparse
import contextlib
import io
import multiprocessing
import os
import queue
import re
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections import deque

MAX_LINE = 4096
MAX_WAITING = 2**20
FAREWELL_SECONDS = 1.5
HISTORY = deque(maxlen=20)
PRINTER = """import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
for line in sys.stdin:
    print(line, end="", flush=True)
"""


def print_log(reading_end, writing_end):
    """The whole life of the forked child: print until the pipe has no writer any more."""
    os.close(writing_end)
    with open(reading_end, encoding="utf-8") as pipe:
        for line in pipe:
            print(line, end="", flush=True)


class ChildLogger:
    def __init__(self):
        self.lock = threading.Lock()
        sys.stdout.flush()
        handler = signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is not for the child
        if "fork" in multiprocessing.get_all_start_methods():
            reading_end, writing_end = os.pipe()
            context = multiprocessing.get_context("fork")
            self.child = context.Process(target=print_log, args=(reading_end, writing_end), daemon=True)
            self.child.start()
            os.close(reading_end)
            self.pipe = io.FileIO(writing_end, "wb")
            self.wait = self.child.join
        else:
            command = [sys.executable, "-c", PRINTER]
            self.child = subprocess.Popen(command, stdin=subprocess.PIPE, bufsize=0)
            self.pipe = self.child.stdin
            self.wait = self.child.wait
        signal.signal(signal.SIGINT, handler)

    def log(self, text):
        with contextlib.suppress(OSError, ValueError), self.lock:
            self.pipe.write(text.encode() + b"\n")  # without a child, the chat goes on without a log

    def close(self):
        if self.lock.acquire(timeout=0.5):
            self.pipe.close()  # the child reads to the end and is done
        try:
            self.wait(1)
        except subprocess.TimeoutExpired:
            pass
        self.child.terminate()


class ChatHandler(socketserver.StreamRequestHandler):
    disable_nagle_algorithm = True

    def setup(self):
        super().setup()
        self.username = None
        self.room = "lobby"
        self.outbox = queue.SimpleQueue()
        self.queued = 0  # bytes, counted while the server's lock is held
        self.sent = 0  # bytes, counted by the sender alone
        self.sender = threading.Thread(target=self.send_lines, daemon=True)
        self.sender.start()

    def send_lines(self):
        try:
            while (data := self.outbox.get()) is not None:
                self.request.sendall(data)
                self.sent += len(data)
        except OSError:
            pass

    def tell(self, line):
        """Queue a line. Call it with the server's lock held, so that lines keep their order."""
        data = (line + "\n").encode()
        if self.queued - self.sent > MAX_WAITING:
            return
        self.outbox.put(data)
        self.queued += len(data)
        if self.queued - self.sent > MAX_WAITING:
            try:
                self.request.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def handle(self):
        self.server.log(f"Client connected from {self.client_address}")
        try:
            while raw := self.rfile.readline(MAX_LINE + 2):
                line = raw.rstrip(b"\n").removesuffix(b"\r")
                if not raw.endswith(b"\n") and len(raw) == MAX_LINE + 2 or len(line) > MAX_LINE:
                    while raw and not raw.endswith(b"\n"):
                        raw = self.rfile.readline(MAX_LINE)
                    self.answer("ERROR:line too long")
                elif line == b"QUIT":
                    break
                elif line:
                    self.handle_line(line)
        except OSError:
            pass  # reset; finish() takes leave

    def handle_line(self, line):
        try:
            command, colon, argument = line.decode("utf-8").partition(":")
        except UnicodeDecodeError:
            return self.answer("ERROR:not UTF-8")
        if command == "JOIN":
            return self.answer(self.server.join(self, argument))
        if self.username is None:
            return self.answer("ERROR:join first")
        if command == "MESSAGE" and not colon:
            return self.answer("ERROR:MESSAGE wants a text")
        action = {
            "MESSAGE": self.server.broadcast,
            "PRIVATE": self.server.send_private,
            "JOIN_ROOM": self.server.change_room,
            "LIST_USERS": self.server.list_users,
        }.get(command)
        self.answer(action(self, argument) if action else "ERROR:unknown command")

    def answer(self, line):
        if line:
            with self.server.lock:
                self.tell(line)

    def finish(self):
        self.server.remove(self)
        self.outbox.put(None)
        self.sender.join(FAREWELL_SECONDS)
        with contextlib.suppress(OSError):
            self.request.shutdown(socket.SHUT_WR)
            self.request.settimeout(FAREWELL_SECONDS)
            self.request.recv(65536)
        super().finish()


class ChatServer(socketserver.ThreadingTCPServer):
    allow_reuse_address = os.name == "posix"
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, address, log):
        self.log = log
        self.lock = threading.Lock()
        self.members = {}
        super().__init__(address, ChatHandler)

    def handle_error(self, request, client_address):
        self.log(f"Trouble with {client_address}: {sys.exc_info()[1]!r}")

    def join(self, client, username):
        if client.username is not None:
            return "ERROR:already joined"
        if not re.fullmatch("[A-Za-z0-9_.-]{1,32}", username):
            return "ERROR:bad name"
        with self.lock:
            if username in self.members:
                return "ERROR:name taken"
            self.members[username] = client
            client.username = username
            client.tell("JOINED:" + username)
            for line in HISTORY:
                client.tell(line)
            for member in self.members.values():
                if member is not client:
                    member.tell("USER_JOINED:" + username)
        self.log(f"User '{username}' joined")

    def remove(self, client):
        if client.username is None:
            return
        with self.lock:
            del self.members[client.username]
            for member in self.members.values():
                member.tell("USER_LEFT:" + client.username)
        self.log(f"User '{client.username}' disconnected")

    def broadcast(self, client, text):
        with self.lock:
            line = f"{client.username} [{time.strftime('%H:%M:%S')}]: {text}"
            if client.room == "lobby":
                HISTORY.append(line)
            hearers = [member for member in self.members.values() if member.room == client.room]
            for hearer in hearers:
                hearer.tell(line)
        self.log(f"Broadcasting message from {client.username} to {len(hearers)} clients")

    def send_private(self, client, argument):
        target, colon, text = argument.partition(":")
        with self.lock:
            if target not in self.members or not colon:
                return "ERROR:no such user"
            self.members[target].tell(f"PRIVATE:{client.username}:{text}")

    def change_room(self, client, room):
        if not re.fullmatch("[A-Za-z0-9_.-]{1,32}", room):
            return "ERROR:bad name"
        with self.lock:
            client.room = room
            client.tell("JOINED_ROOM:" + room)

    def list_users(self, client, _):
        with self.lock:
            client.tell("USERS:" + ",".join(self.members))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    logger = ChildLogger()  # before there is a socket or a thread that it could inherit
    signals = []
    signal.signal(signal.SIGINT, lambda number, frame: signals.append(number))
    try:
        with ChatServer((args.host, args.port), logger.log) as server:
            threading.Thread(target=server.serve_forever, args=(0.2,), daemon=True).start()
            logger.log(f"Chat server started on {args.host}:{args.port}")
            while not signals:
                time.sleep(0.1)
            server.shutdown()
        logger.log("Chat server stopped")
    finally:
        logger.close()


if __name__ == "__main__":
    main()
