import argparse
import contextlib
import curses
import curses.ascii
import select
import socket
import sys
import unicodedata


def cells(c):
    return 2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.combining(c) else 1


class Leave(Exception):
    pass


class Pane:
    """upper part of the window, in a frame"""

    def __init__(self, rows, cols):
        self.cols = cols - 2
        self.win = curses.newwin(rows, cols, 0, 0)
        self.rows = []

    def add(self, text):
        row, used = "", 0
        for c in text + "\n":
            if c == "\n" or used + cells(c) > self.cols:
                self.rows.append(row)
                row, used = "", 0
            row += c
            used += cells(c)
        self.paint()

    def paint(self):
        room = self.win.getmaxyx()[0] - 2
        del self.rows[:-room]
        self.win.erase()
        self.win.box()
        for y, row in enumerate(self.rows, 1):
            self.win.addstr(y, 1, row)
        self.win.refresh()


class Entry:
    """the last row"""

    def __init__(self, row, cols):
        self.win = curses.newwin(1, cols, row, 0)
        self.win.keypad(True)
        self.win.nodelay(True)
        self.cols = cols
        self.label = "Name: "
        self.text = ""

    def paint(self):
        shown = self.text
        while sum(map(cells, self.label + shown)) >= self.cols:
            shown = shown[1:]
        self.win.erase()
        self.win.addstr(0, 0, self.label + shown)
        self.win.refresh()

    def lines(self):
        while True:
            try:
                key = self.win.get_wch()
            except curses.error:
                break
            if key in ("\n", "\r", curses.KEY_ENTER):
                whole, self.text = self.text, ""
                yield whole
            elif key in (curses.KEY_BACKSPACE, "\x7f", "\b"):
                self.text = self.text[:-1]
            elif key == chr(curses.ascii.EOT):
                raise Leave
            elif isinstance(key, str) and key.isprintable():
                self.text += key
        self.paint()


class Ui:
    def __init__(self, screen, sock, name):
        rows, cols = screen.getmaxyx()
        screen.hline(rows - 2, 0, curses.ACS_HLINE, cols)
        screen.refresh()
        self.pane = Pane(rows - 2, cols)
        self.entry = Entry(rows - 1, cols)
        self.sock = sock
        self.rest = b""
        self.me = None
        self.pane.add("Connected to chat server")
        self.entry.label = "Enter username: "
        if name:
            self.send("JOIN", name)
        self.entry.paint()

    def send(self, *what):
        self.sock.sendall((":".join(what) + "\n").encode())

    def run(self):
        """True: the person leaves, False: the server is gone"""
        try:
            while True:
                ready = select.select([0, self.sock], [], [])[0]
                if self.sock in ready and not self.from_server():
                    return False
                if 0 in ready:
                    for line in self.entry.lines():
                        self.typed(line)
        except (Leave, KeyboardInterrupt):
            return True
        except OSError:
            return False

    def from_server(self):
        data = self.sock.recv(4096)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for raw in lines:
            text = raw.decode("utf-8", "replace")
            self.line("".join(c for c in text if unicodedata.category(c) != "Cc"))
        self.entry.paint()
        return bool(data)

    def line(self, text):
        what, _, who = text.partition(":")
        if what in ("USER_JOINED", "USER_LEFT"):
            text = f"{who} {what[5:].lower()}"
        if what == "ERROR":
            text = f"Error: {who}"
        if what == "JOINED":
            self.me, self.entry.label = who, f"{who}> "
            text = f"Joined as: {who}"
        self.pane.add(text)

    def typed(self, line):
        if not self.me:
            self.send("JOIN", line)
        elif line == "quit":
            raise Leave
        elif line.startswith("//"):
            self.send("MESSAGE", line[1:])
        elif line.startswith("/"):
            word, *rest = line.split(" ", 2)
            if word == "/users":
                self.send("LIST_USERS")
            elif word == "/join" and rest:
                self.send("JOIN_ROOM", rest[0])
            elif word == "/msg" and len(rest) > 1:
                self.send("PRIVATE", rest[0], rest[1])
            else:
                self.pane.add("Error: what is " + line + "?")
        elif line:
            self.send("MESSAGE", line)


argp = argparse.ArgumentParser()
argp.add_argument("--host", default="localhost")
argp.add_argument("--port", type=int, default=8080)
argp.add_argument("--username")
opt = argp.parse_args()
try:
    sock = socket.create_connection((opt.host, opt.port))
except OSError as err:
    print(f"{opt.host}:{opt.port}: {err}")
    sys.exit(1)
try:
    polite = curses.wrapper(lambda screen: Ui(screen, sock, opt.username).run())
except KeyboardInterrupt:
    polite = True
if polite:
    with contextlib.suppress(OSError):
        sock.sendall(b"QUIT\n")
        sock.shutdown(socket.SHUT_WR)
    print("Disconnected")
else:
    print("Connection lost")
    sys.exit(1)
