"""Chat shell on top of the cmd module (with readline: arrows, Ctrl+R and so on)."""
import argparse
import cmd
import contextlib
import os
import socket
import sys
import threading

try:
    import readline
except ImportError:         # Windows
    readline = None
try:
    import termios
    cooked = termios.tcgetattr(0)
except Exception:           # Windows again, or no terminal
    cooked = None


def ask(prompt):
    try:
        return input(prompt)
    except EOFError:
        return None         # cmd would make "EOF" of it, which somebody may want to say


cmd.input = ask


class ServerGone(Exception):
    pass


class Link:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port))
        self.reader = self.socket.makefile(encoding="utf-8", errors="replace", newline="\n")

    def __call__(self, *fields):
        try:
            self.socket.sendall(":".join(fields).encode("utf-8", "surrogateescape") + b"\n")
        except OSError:
            raise ServerGone

    def next(self):
        try:
            line = self.reader.readline()
        except OSError:
            line = ""
        if not line:
            raise ServerGone
        return self.tidy(line.rstrip("\r\n"))

    @staticmethod
    def tidy(line):
        return "".join(ch for ch in line if not (ch < "\x20" or "\x7f" <= ch <= "\x9f"))


class ChatShell(cmd.Cmd):
    prompt = "chat> "
    notices = {
        "JOINED": "Joined as: {0}",
        "USER_JOINED": "{0} joined",
        "USER_LEFT": "{0} left",
        "ERROR": "Error: {0}",
        "USERS": "online: {0}",
        "JOINED_ROOM": "now in {0}",
    }

    def __init__(self, link):
        super().__init__(completekey=None)
        self.link = link
        self.over = False

    def notice(self, line):
        word, colon, rest = line.partition(":")
        return self.notices.get(word, "{1}").format(rest, line) if colon else line

    def sign_in(self, name):
        while True:
            name = name if name is not None else ask("Enter username: ")
            if name is None:
                return False
            self.link("JOIN", name.strip() or "?")
            name = None
            while True:
                answer = self.link.next()
                print(self.notice(answer), flush=True)
                if answer.startswith("JOINED:"):
                    return True
                if answer.startswith("ERROR:"):
                    break

    def preloop(self):
        threading.Thread(target=self.follow, daemon=True).start()

    def follow(self):
        with contextlib.suppress(ServerGone):
            while True:
                self.interrupt_with(self.notice(self.link.next()))
        if not self.over:
            print("\nConnection lost", flush=True)
            if cooked:
                termios.tcsetattr(0, termios.TCSANOW, cooked)   # else readline's settings stay behind
            os._exit(1)

    def interrupt_with(self, text):
        typed = readline.get_line_buffer() if readline else ""
        sys.stdout.write("\r" + " " * 79 + "\r" + text + "\n" + self.prompt + typed)
        sys.stdout.flush()

    def emptyline(self):
        pass

    def onecmd(self, line):
        if line is None or line == "quit":
            return True
        if line == "/users":
            self.link("LIST_USERS")
        elif line.startswith("/join "):
            self.link("JOIN_ROOM", line.split()[1])
        elif line.startswith("/msg ") and len(line.split()) > 2:
            self.link("PRIVATE", *line.split(" ", 2)[1:])
        elif line:
            self.link("MESSAGE", line[1:] if line.startswith("//") else line)
        return False


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    args = parser.parse_args()
    try:
        link = Link(args.host, args.port)
    except OSError as problem:
        parser.exit(1, f"no connection: {problem}\n")
    print("Connected to chat server", flush=True)
    shell = ChatShell(link)
    try:
        if shell.sign_in(args.username):
            shell.cmdloop()
    except KeyboardInterrupt:
        print()
    except ServerGone:
        print("Connection lost", flush=True)
        return 1
    shell.over = True
    with contextlib.suppress(ServerGone, OSError):
        link("QUIT")
        link.socket.shutdown(socket.SHUT_WR)
    print("Disconnected", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
