"""A chat server as short as it can be: a recv loop, partition, one lock around the state and a sending
thread per client. Commands work in lower case, too; it prints nothing but where it listens."""

import argparse
import os
import re
import signal
import socket
import threading
import time
from collections import deque

lock = threading.Lock()
clients = {}  # name -> Client
history = deque(maxlen=20)


class Client:
    def __init__(self, sock):
        self.sock, self.name, self.room = sock, None, "lobby"
        self.out, self.open, self.ready = bytearray(), True, threading.Condition(lock)
        self.sender = threading.Thread(target=self.send, daemon=True)

    def put(self, line):  # needs the lock
        if self.open:
            self.out += line.encode() + b"\n"
            self.open = len(self.out) <= 1 << 20
            self.ready.notify()
            if not self.open:
                self.out.clear()
                try:
                    self.sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def send(self):
        while True:
            with lock:
                while self.open and not self.out:
                    self.ready.wait()
                data, self.out = self.out, bytearray()
            if not data:
                return
            try:
                self.sock.sendall(data)
            except OSError:
                return

    def obey(self, line):  # needs the lock; returns what is wrong
        command, _, text = line.partition(":")
        command = command.upper()
        if command == "JOIN":
            if self.name:
                return "already joined"
            if not re.fullmatch(r"[A-Za-z0-9_.-]{1,32}", text):
                return "bad name"
            if text in clients:
                return "name taken"
            self.name, clients[text] = text, self
            for said in ["JOINED:" + text, *history]:
                self.put(said)
            tell("USER_JOINED:" + text)
        elif not self.name:
            return "join first"
        elif command == "MESSAGE":
            if text:
                said = f"{self.name} [{time.strftime('%H:%M:%S')}]: {text}"
                if self.room == "lobby":
                    history.append(said)
                tell(said, self.room)
        elif command == "PRIVATE":
            target, colon, text = text.partition(":")
            if not colon or target not in clients:
                return "no such user"
            clients[target].put(f"PRIVATE:{self.name}:{text}")
        elif command == "JOIN_ROOM":
            if not re.fullmatch(r"[A-Za-z0-9_.-]{1,32}", text):
                return "bad name"
            self.room = text
            self.put("JOINED_ROOM:" + text)
        elif command == "LIST_USERS":
            self.put("USERS:" + ",".join(clients))
        else:
            return "unknown command"

    def listen(self):
        buffer, skipping = b"", False
        while data := self.sock.recv(4096):
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                line, problem = line.removesuffix(b"\r"), None
                if line.upper() == b"QUIT" and not skipping:
                    return
                with lock:
                    try:
                        if skipping or len(line) > 4096:
                            problem = "line too long"
                        elif line:
                            problem = self.obey(line.decode())
                    except UnicodeDecodeError:
                        problem = "not UTF-8"
                    if problem:
                        self.put("ERROR:" + problem)
                skipping = False
            if skipping or len(buffer) > 4097:
                buffer, skipping = b"", True

    def run(self):
        self.sender.start()
        try:
            self.listen()
        except OSError:
            pass
        with lock:
            if self.name:
                del clients[self.name]
                tell("USER_LEFT:" + self.name)
            self.open = False
            self.ready.notify()
        self.sender.join(2)
        try:
            self.sock.shutdown(socket.SHUT_WR)
            self.sock.settimeout(1)
            self.sock.recv(4096)
        except OSError:
            pass
        self.sock.close()


def tell(line, room=None):
    for client in clients.values():
        if room in (None, client.room):
            client.put(line)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    args = parser.parse_args()
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    listener = socket.create_server((args.host, args.port), backlog=128)
    listener.settimeout(0.5)
    print(f"Chat server started on {args.host}:{args.port}", flush=True)
    while True:
        try:
            client = Client(listener.accept()[0])
            threading.Thread(target=client.run, daemon=True).start()
        except TimeoutError:
            pass
        except (OSError, RuntimeError):
            time.sleep(0.1)


if __name__ == "__main__":
    main()
