#!/usr/bin/env python3
# chat server, all of the state lives in SQL
import argparse
import os
import re
import socket
import sqlite3
import threading
import time

SCHEMA = """
create table people (fd integer primary key, name text unique, room text default 'lobby');
create table said (id integer primary key autoincrement, line text);
create trigger forget after insert on said begin
  delete from said where id <= new.id - 20;
end;
"""


class Db:
    def __init__(self):
        self.con = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.con.executescript(SCHEMA)

    def __call__(self, sql, *args):
        return self.con.execute(sql, args).fetchall()

    def col(self, sql, *args):
        return [row[0] for row in self(sql, *args)]


db = Db()
big_lock = threading.RLock()
lines = {}  # fd -> Line


class Line:
    def __init__(self, sock):
        self.sock = sock
        self.fd = sock.fileno()
        self.rest = b""
        self.closing = False

    def put(self, *texts):
        self.rest += "".join(t + "\n" for t in texts).encode()
        self.try_send()

    def try_send(self):
        try:
            while self.rest:
                n = self.sock.send(self.rest, socket.MSG_DONTWAIT)
                self.rest = self.rest[n:]
        except BlockingIOError:
            if len(self.rest) > 2 ** 20:
                self.kill()
        except OSError:
            self.kill()

    def kill(self):
        self.rest = b""
        self.closing = True
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass


def send_later():
    """what did not go at once is tried again and again"""
    while True:
        time.sleep(0.01)
        with big_lock:
            for l in list(lines.values()):
                if l.rest:
                    l.try_send()


def to_all(text, sql="select fd from people where name is not null", *args):
    fds = db.col(sql, *args)
    for fd in fds:
        lines[fd].put(text)
    return len(fds)


def good(name):
    return re.compile("[A-Za-z0-9_.-]{1,32}").fullmatch(name)


def obey(me, text):
    (name, room), = db("select name, room from people where fd = ?", me.fd)
    cmd, _, arg = text.partition(":")
    if cmd == "JOIN":
        if name:
            return "already joined"
        if not good(arg):
            return "bad name"
        try:
            db("update people set name = ? where fd = ?", arg, me.fd)
        except sqlite3.IntegrityError:
            return "name taken"
        me.put("JOINED:" + arg, *db.col("select line from said order by id"))
        to_all("USER_JOINED:" + arg, "select fd from people where name is not null and fd <> ?", me.fd)
        print(f"User '{arg}' joined", flush=True)
        return
    if name is None:
        return "join first"
    if cmd == "MESSAGE":
        clock, = db.col("select time('now', 'localtime')")
        line = f"{name} [{clock}]: {arg}"
        if room == "lobby":
            db("insert into said (line) values (?)", line)
        n = to_all(line, "select fd from people where name is not null and room = ?", room)
        print("Broadcasting message from", name, "to", n, "clients", flush=True)
    elif cmd == "PRIVATE":
        who, _, what = arg.partition(":")
        if not to_all(f"PRIVATE:{name}:{what}", "select fd from people where name = ?", who):
            return "no such user"
    elif cmd == "JOIN_ROOM":
        if not good(arg):
            return "bad name"
        db("update people set room = ? where fd = ?", arg, me.fd)
        me.put("JOINED_ROOM:" + arg)
    elif cmd == "LIST_USERS":
        me.put(*db.col("select 'USERS:' || group_concat(name) from people"))
    else:
        return "unknown command"


def incoming(me):
    keep = bytearray()
    lost = False
    while True:
        b = me.sock.recv(16384)
        if not b:
            return
        keep += b
        while (i := keep.find(10)) >= 0:
            line = bytes(keep[:i]).rstrip(b"\r")
            del keep[:i + 1]
            if lost or len(line) > 4096:
                lost = False
                yield "ERROR", "line too long"
            elif line:
                try:
                    yield "OK", str(line, "utf-8")
                except UnicodeError:
                    yield "ERROR", "not UTF-8"
        if lost or len(keep) > 4097:
            keep.clear()
            lost = True


def serve(me):
    try:
        for status, text in incoming(me):
            if text == "QUIT":
                break
            with big_lock:
                problem = text if status == "ERROR" else obey(me, text)
                if problem:
                    me.put("ERROR:" + problem)
    except OSError:
        pass
    with big_lock:
        name, = db.col("select name from people where fd = ?", me.fd)
        db("delete from people where fd = ?", me.fd)
        if name:
            to_all("USER_LEFT:" + name)
            print(f"User '{name}' disconnected", flush=True)
    for _ in range(200):
        if not me.rest:
            break
        time.sleep(0.01)
    with big_lock:
        del lines[me.fd]
        me.kill()
        me.sock.close()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--host", default="localhost", help="where")
    p.add_argument("--port", default=8080, help="port", type=int)
    o = p.parse_args()
    srv = socket.create_server((o.host, o.port))
    print(f"Chat server started on {o.host}:{o.port}", flush=True)
    threading.Thread(target=send_later, daemon=True).start()
    while True:
        s, addr = srv.accept()
        print("Client connected from", addr, flush=True)
        me = Line(s)
        with big_lock:
            lines[me.fd] = me
            db("insert into people (fd) values (?)", me.fd)
        threading.Thread(target=serve, args=(me,), daemon=True).start()


try:
    main()
except KeyboardInterrupt:
    os._exit(0)
