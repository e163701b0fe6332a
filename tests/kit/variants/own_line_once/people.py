import re
import socket
import threading
import time

from tape import Tape
from wire_format import LineReader, TooLong, unpack

tape = Tape()
lobby_lines = []
by_name = {}


class Refusal(Exception):
    pass


def check_name(name):
    if not re.match(r"^[A-Za-z0-9._-]{1,32}\Z", name):
        raise Refusal("bad name")


class Person:
    def __init__(self, sock):
        self.sock = sock
        self.name = ""
        self.room = "lobby"
        self.behind = 0
        self.gone = False
        with tape.turn:
            self.at = tape.end()
            tape.listeners.add(self)

    def cut_off(self):
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def play(self):
        while (data := tape.next_for(self)) is not None:
            try:
                self.sock.sendall(data)
            except OSError:
                self.cut_off()
                with tape.turn:
                    tape.listeners.discard(self)
                return
            with tape.turn:
                self.behind -= len(data)

    def live(self):
        player = threading.Thread(target=self.play, daemon=True)
        player.start()
        try:
            for raw in LineReader(self.sock):
                if raw == b"QUIT":
                    break
                if raw:
                    self.hear(raw)
        except OSError:
            pass
        with tape.turn:
            self.gone = True
            if by_name.pop(self.name, None):
                tape.record(by_name.values(), "USER_LEFT:" + self.name)
                print(f"User '{self.name}' disconnected", flush=True)
            tape.turn.notify_all()
        player.join(2)
        self.cut_off()
        self.sock.close()

    def hear(self, raw):
        with tape.turn:
            try:
                if raw is TooLong:
                    raise Refusal("line too long")
                kind, value = unpack(raw.decode())
                if kind != "JOIN" and not self.name:
                    raise Refusal("join first")
                act = ACTS.get(kind)
                if act is None:
                    raise Refusal("unknown command")
                act(self, value)
            except UnicodeDecodeError:
                tape.record([self], "ERROR:not UTF-8")
            except Refusal as why:
                tape.record([self], f"ERROR:{why}")

    def join(self, name):
        if self.name:
            raise Refusal("already joined")
        check_name(name)
        if name in by_name:
            raise Refusal("name taken")
        tape.record(by_name.values(), "USER_JOINED:" + name)
        self.name = name
        by_name[name] = self
        tape.record([self], "\n".join(["JOINED:" + name, *lobby_lines]))
        print(f"User '{name}' joined", flush=True)

    def message(self, text):
        clock = time.strftime("%H:%M:%S", time.localtime(time.time()))
        line = f"{self.name} [{clock}]: {text}"
        here = [p for p in by_name.values() if p.room == self.room]
        tape.record(here, line)
        if self.room == "lobby":
            lobby_lines.append(line)
            del lobby_lines[:-20]
        print(f"Broadcasting message from {self.name} to {len(here)} clients", flush=True)

    def private(self, value):
        target, text = unpack(value)
        if target not in by_name:
            raise Refusal("no such user")
        tape.record([by_name[target]], f"PRIVATE:{self.name}:{text}")

    def join_room(self, room):
        check_name(room)
        self.room = room
        tape.record([self], "JOINED_ROOM:" + room)

    def users(self, _):
        tape.record([self], "USERS:" + ",".join(by_name))


ACTS = {
    "JOIN": Person.join,
    "MESSAGE": Person.message,
    "PRIVATE": Person.private,
    "JOIN_ROOM": Person.join_room,
    "LIST_USERS": Person.users,
}
