#!/usr/bin/env python3
# split screen chat: messages scroll above, you write in the last line (VT100)
import argparse
import os
import signal
import socket
import sys
import threading

ESC = "\033"
ALT_ON, ALT_OFF = ESC + "[?1049h", ESC + "[?1049l"
SAVE, RESTORE = ESC + "7", ESC + "8"
CLEAR_LINE = ESC + "[2K"


def at(row, col=1):
    return f"{ESC}[{row};{col}H"


class Screen:
    def __init__(self):
        size = os.get_terminal_size()
        self.w, self.h = size.columns, size.lines
        self.lock = threading.Lock()
        self.on = False

    def raw(self, s):
        with self.lock:
            os.write(1, s.encode("utf-8", "replace"))

    def open(self, title):
        self.on = True
        rule = f"-- {title} ".ljust(self.w, "-")
        self.raw(ALT_ON + ESC + "[2J" + f"{ESC}[1;{self.h - 2}r" + at(self.h - 1) + ESC + "[7m" + rule + ESC + "[0m")
        self.input_line()

    def input_line(self):
        self.raw(at(self.h) + CLEAR_LINE + "> ")

    def message(self, s):
        self.raw(SAVE + at(self.h - 2) + "\r\n" + s + RESTORE)

    def close(self):
        if self.on:
            self.on = False
            self.raw(ESC + "[r" + at(self.h) + CLEAR_LINE + ALT_OFF)


def strip(s):
    return "".join(c for c in s if c >= " " and not "\x7f" <= c < "\xa0")


def human(line):
    key, colon, v = line.partition(":")
    if not colon:
        return line
    if key == "JOINED":
        return "Joined as: " + v
    if key in ("USER_JOINED", "USER_LEFT"):
        return v + (" joined" if key == "USER_JOINED" else " left")
    if key == "ERROR":
        return "Error: " + v
    if key == "PRIVATE":
        who, _, what = v.partition(":")
        return f"{who} whispers: {what}"
    return line


class Client:
    def __init__(self, o):
        self.sock = socket.create_connection((o.host, o.port))
        self.inp = self.sock.makefile("rb", buffering=8192)
        self.scr = Screen()
        self.quitting = False

    def tx(self, s):
        self.sock.sendall(s.encode("utf-8", "replace") + b"\n")

    def rx(self):
        b = self.inp.readline()
        if not b.endswith(b"\n"):
            raise EOFError
        return strip(b.decode("utf-8", "replace").rstrip("\n"))

    def login(self, name):
        while 1:
            while not name:
                name = input("Enter username: ").strip()
            self.tx("JOIN:" + name)
            name = None
            try:
                while 1:
                    a = self.rx()
                    if a.startswith("JOINED:"):
                        return a
                    print(human(a), flush=True)
                    if a.startswith("ERROR:"):
                        break
            except EOFError:
                raise ConnectionError

    def pump(self):
        try:
            while True:
                self.scr.message(human(self.rx()))
        except (EOFError, OSError):
            pass
        if not self.quitting:
            self.lost()

    def lost(self):
        self.scr.close()
        self.scr.raw("Connection lost\n")
        os._exit(1)

    def one(self, s):
        if s.startswith("/msg ") and len(s.split(" ", 2)) == 3:
            _, to, text = s.split(" ", 2)
            self.tx(f"PRIVATE:{to}:{text}")
        elif s.startswith("/join "):
            self.tx("JOIN_ROOM:" + s[6:].strip())
        elif s == "/users":
            self.tx("LIST_USERS")
        elif s.startswith("//"):
            self.tx("MESSAGE:" + s[1:])
        elif s.startswith("/"):
            self.scr.message("Error: unknown command " + s)
        elif s:
            self.tx("MESSAGE:" + s)

    def run(self, name):
        hello = self.login(name)
        self.scr.open("chat - type quit to leave")
        self.scr.message(human(hello))
        threading.Thread(target=self.pump, daemon=True).start()
        while True:
            s = sys.stdin.readline()
            self.scr.input_line()
            if s in ("", "quit\n"):
                break
            self.one(s.rstrip("\n"))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--host", default="localhost", help="server")
    p.add_argument("--port", default=8080, help="port", type=int)
    p.add_argument("--username", help="nickname")
    o = p.parse_args()
    try:
        c = Client(o)
    except OSError as e:
        print("connect:", e.strerror)
        return 1
    print("Connected to chat server", flush=True)
    try:
        c.run(o.username)
    except (KeyboardInterrupt, EOFError):
        pass
    except OSError:
        c.lost()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    c.quitting = True
    c.scr.close()
    try:
        c.tx("QUIT")
        c.sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    c.scr.raw("Disconnected\n")
    return 0


sys.exit(main())
