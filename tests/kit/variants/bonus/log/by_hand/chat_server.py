"""A log without `logging`: the system's own calls, and a lock. The stamp is made once, in `format`."""

import json
import os
import sys
import threading
from datetime import datetime

from advanced import chat_server

KEPT = 5


class File:
    def __init__(self, path, most):
        self.path, self.most = path, most
        self.lock = threading.Lock()
        self.fd = None
        self.whole = True
        self.open()

    def open(self):
        self.fd = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        size = os.fstat(self.fd).st_size
        self.whole = size == 0 or os.pread(self.fd, 1, size - 1) == b"\n"

    def add(self, **entry):
        data = json.dumps(entry, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        with self.lock:
            try:
                if os.fstat(self.fd).st_size + len(data) + 1 > self.most:
                    self.turn()
                if not self.whole:
                    data = b"\n" + data
                self.whole = False
                while data:
                    data = data[os.write(self.fd, data) :]
                self.whole = True
            except OSError as error:
                print("log:", error, file=sys.stderr)

    def turn(self):
        os.close(self.fd)
        for number in range(KEPT, 0, -1):
            older = f"{self.path}.{number}"
            newer = f"{self.path}.{number - 1}" if number > 1 else self.path
            if os.path.exists(newer):
                os.replace(newer, older)
        self.open()

    def read(self):
        for name in [*(f"{self.path}.{number}" for number in range(KEPT, 0, -1)), self.path]:
            if not os.path.exists(name):
                continue
            with open(name, encoding="utf-8", errors="replace", newline="\n") as file:
                for line in file:
                    try:
                        entry = json.loads(line)
                    except ValueError:
                        continue
                    if isinstance(entry, dict):
                        yield entry


class Server(chat_server.ChatServer):
    def __init__(self, host, port, file):
        self.file = file
        super().__init__(host, port)
        for entry in file.read():
            if entry.get("kind") == "message" and entry.get("room") == "lobby":
                self.history.append(entry["line"])

    def do_MESSAGE(self, client, text):
        now = datetime.now().astimezone()
        line = f"{client.username} [{now:%H:%M:%S}]: {text}"
        with self.lock:
            user, room = client.username, client.room
            self.file.add(time=now.isoformat(), line=line, text=text, room=room, user=user, kind="message")
            self.tell_room(client.room, line)

    def do_JOIN(self, client, name):
        super().do_JOIN(client, name)
        self.file.add(kind="join", time=datetime.now().isoformat(), user=name)

    def do_PRIVATE(self, client, argument):
        target, _, text = argument.partition(":")
        with self.lock:
            super().do_PRIVATE(client, argument)
            now = datetime.now().isoformat(" ", "seconds")
            self.file.add(kind="private", time=now, user=client.username, target=target, length=len(text))


def option(name, default):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


if __name__ == "__main__":
    host, port = option("--host", "localhost"), int(option("--port", "8080"))
    log = option("--log", None)
    if log:
        Server(host, port, File(log, int(option("--log-bytes", "1000000")))).start()
    else:
        chat_server.ChatServer(host, port).start()
