# Chat server, networking homework
# every client gets 2 threads: one reads, the other one writes
import argparse
import queue
import re
import socket
import threading
from datetime import datetime

MAX = 4096
online = {}      # username -> User
log_of_lobby = []
mutex = threading.RLock()


class User:
    def __init__(self, conn, addr):
        self.conn = conn
        self.addr = addr
        self.username = None
        self.room = "lobby"
        self.mails = queue.Queue()
        self.waiting = 0
        self.kicked = False

    def give(self, text):
        data = (text + "\n").encode("utf-8")
        with mutex:
            if self.kicked:
                return
            self.waiting += len(data)
            if self.waiting > 1024 * 1024:
                self.kicked = True
                print("too slow, bye:", self.username)
                try:
                    self.conn.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass
            self.mails.put(data)

    def writer(self):
        while True:
            data = self.mails.get()
            if data is None:
                return
            try:
                self.conn.sendall(data)
            except OSError:
                return
            with mutex:
                self.waiting -= len(data)


def give_all(text, room=None, but=None):
    with mutex:
        people = [u for u in online.values() if u is not but and (room is None or u.room == room)]
        for u in people:
            u.give(text)
    return len(people)


def valid(name):
    return re.fullmatch("[a-zA-Z0-9_.-]{1,32}", name) is not None


def join(user, name):
    with mutex:
        if user.username:
            return user.give("ERROR:already joined")
        if not valid(name):
            return user.give("ERROR:bad name")
        if name in online:
            return user.give("ERROR:name taken")
        user.username = name
        online[name] = user
        user.give("JOINED:" + name)
        for old in log_of_lobby:
            user.give(old)
        give_all("USER_JOINED:" + name, but=user)
    print(f"User '{name}' joined")


def message(user, text):
    now = datetime.now()
    with mutex:
        full = "%s [%s]: %s" % (user.username, now.strftime("%H:%M:%S"), text)
        if user.room == "lobby":
            log_of_lobby.append(full)
            while len(log_of_lobby) > 20:
                log_of_lobby.pop(0)
        n = give_all(full, room=user.room)
    print(f"Broadcasting message from {user.username} to {n} clients")


def command(user, line):
    parts = line.split(":", 1)
    what = parts[0]
    arg = parts[1] if len(parts) == 2 else ""
    if what == "JOIN":
        join(user, arg)
    elif not user.username:
        user.give("ERROR:join first")
    elif what == "MESSAGE":
        message(user, arg)
    elif what == "PRIVATE":
        who, _, text = arg.partition(":")
        with mutex:
            if who in online:
                online[who].give("PRIVATE:" + user.username + ":" + text)
            else:
                user.give("ERROR:no such user")
    elif what == "JOIN_ROOM":
        if valid(arg):
            with mutex:
                user.room = arg
                user.give("JOINED_ROOM:" + arg)
        else:
            user.give("ERROR:bad name")
    elif what == "LIST_USERS":
        with mutex:
            user.give("USERS:" + ",".join(online.keys()))
    else:
        user.give("ERROR:unknown command")


def read_lines(user):
    f = user.conn.makefile("rb")
    while True:
        raw = f.readline(MAX + 2)
        if raw == b"":
            return
        line = raw
        if not raw.endswith(b"\n"):
            if len(raw) < MAX + 2:
                return                  # end in the middle of a line
            while raw and not raw.endswith(b"\n"):
                raw = f.readline(MAX)
            user.give("ERROR:line too long")
            continue
        line = line[:-1]
        if line.endswith(b"\r"):
            line = line[:-1]
        if len(line) > MAX:
            user.give("ERROR:line too long")
        elif line == b"QUIT":
            return
        elif line:
            try:
                text = line.decode("utf-8")
            except UnicodeDecodeError:
                user.give("ERROR:not UTF-8")
            else:
                command(user, text)


def reader(user):
    w = threading.Thread(target=user.writer, daemon=True)
    w.start()
    try:
        read_lines(user)
    except OSError:
        pass
    with mutex:
        if user.username:
            online.pop(user.username)
            give_all("USER_LEFT:" + user.username)
            print(f"User '{user.username}' disconnected")
    user.mails.put(None)
    w.join(3)
    try:
        user.conn.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    user.conn.close()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--host", default="localhost", type=str)
    p.add_argument("--port", default=8080, type=int)
    opts = p.parse_args()

    s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    s.bind((opts.host, opts.port))
    s.listen(50)
    s.settimeout(1)
    print(f"Chat server started on {opts.host}:{opts.port}")
    try:
        while True:
            try:
                c, a = s.accept()
            except socket.timeout:
                continue
            print("Client connected from", a)
            c.setblocking(True)
            threading.Thread(target=reader, args=(User(c, a),), daemon=True).start()
    except KeyboardInterrupt:
        print("Server is shutting down")
