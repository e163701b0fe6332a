import argparse, codecs, os, select, socket, sys, termios, tty, unicodedata

PROMPT = "me> "


def width(c):
    return 1 + (unicodedata.east_asian_width(c) in "FW")


class Keyboard:
    """Single keys from /dev/tty. Raw mode: even Ctrl+C is only a byte."""

    def __enter__(self):
        self.fd = os.open("/dev/tty", os.O_RDONLY)
        self.before = termios.tcgetattr(self.fd)
        tty.setraw(self.fd, termios.TCSADRAIN)
        self.utf8 = codecs.getincrementaldecoder("utf-8")("ignore")
        self.in_escape = False
        return self

    def __exit__(self, *_):
        termios.tcsetattr(self.fd, termios.TCSADRAIN, self.before)
        os.close(self.fd)

    def keys(self):
        data = os.read(self.fd, 256)
        if not data:
            yield "\x04"
        for c in self.utf8.decode(data):
            if self.in_escape:                  # arrows and the like: not supported
                self.in_escape = not (c.isalpha() or c == "~")
            elif c == "\x1b":
                self.in_escape = True
            else:
                yield c


class Editor:
    def __init__(self):
        self.prompt = ""
        self.line = ""

    def write(self, s):
        sys.stdout.write(s)
        sys.stdout.flush()

    def draw(self):
        room = os.get_terminal_size().columns - len(self.prompt) - 1
        visible = ""
        for c in reversed(self.line):
            room -= width(c)
            if room < 0:
                break
            visible = c + visible
        self.write("\r\x1b[K" + self.prompt + visible)

    def ask(self, prompt):
        self.prompt, self.line = prompt, ""
        self.draw()

    def show(self, s):
        self.write("\r\x1b[K" + s + "\r\n")
        if self.prompt:
            self.draw()

    def key(self, c):
        """returns the finished line, or None"""
        if c in "\r\n":
            done, self.line = self.line, ""
            self.write("\r\n")
            self.draw()
            return done
        if c in "\x7f\x08":
            self.line = self.line[:-1]
        elif c == "\x15":
            self.line = ""
        elif c >= " ":
            self.line += c
        self.draw()


class Bye(Exception):
    pass


class Gone(Exception):
    pass


class Client:
    def __init__(self, sock, name):
        self.sock = sock
        self.data = b""
        self.ed = Editor()
        self.joined = False
        self.ed.show("Connected to chat server")
        if name:
            self.request("JOIN:" + name)
        else:
            self.ed.ask("Enter username: ")

    def request(self, s):
        self.sock.sendall(s.encode("utf-8") + b"\n")

    def entered(self, s):
        if not self.joined:
            if s:
                self.request("JOIN:" + s)
        elif s == "quit":
            raise Bye
        elif s == "/users":
            self.request("LIST_USERS")
        elif s[:6] == "/join ":
            self.request("JOIN_ROOM:" + s[6:])
        elif s[:5] == "/msg ":
            self.request("PRIVATE:" + s[5:].replace(" ", ":", 1))
        elif s:
            self.request("MESSAGE:" + (s[1:] if s[:2] == "//" else s))

    def received(self):
        new = self.sock.recv(65536)
        if not new:
            raise Gone
        self.data += new
        while b"\n" in self.data:
            line, _, self.data = self.data.partition(b"\n")
            self.event(line.decode("utf-8", "replace"))

    def event(self, line):
        line = "".join(c for c in line if unicodedata.category(c)[0] != "C" or c == "\u200d")
        head, _, tail = line.partition(":")
        if head == "JOINED":
            self.joined = True
            self.ed.show("Joined as: " + tail)
            self.ed.ask(PROMPT)
            return
        if head == "ERROR" and not self.joined:
            self.ed.show("Error: " + tail)
            self.ed.ask("Enter username: ")
            return
        shapes = {"ERROR": "Error: %s", "USER_JOINED": "%s joined", "USER_LEFT": "%s left", "PRIVATE": "(%s)"}
        self.ed.show(shapes[head] % tail if head in shapes else line)

    def loop(self, kb):
        while True:
            ready = select.select([kb.fd, self.sock], [], [])[0]
            if self.sock in ready:
                self.received()
            if kb.fd in ready:
                for c in kb.keys():
                    if c in "\x03\x04":
                        raise Bye
                    line = self.ed.key(c)
                    if line is not None:
                        self.entered(line)


def main():
    cli = argparse.ArgumentParser(prog="chat")
    cli.add_argument("--host", default="localhost")
    cli.add_argument("--port", default="8080")
    cli.add_argument("--username", default="")
    cli = cli.parse_args()
    try:
        sock = socket.create_connection((cli.host, int(cli.port)), timeout=10)
        sock.settimeout(None)
    except OSError as e:
        return f"{cli.host}:{cli.port}: {e}"
    with Keyboard() as kb:
        try:
            Client(sock, cli.username).loop(kb)
        except (Bye, KeyboardInterrupt):
            end, status = "Disconnected", 0
            try:
                sock.sendall(b"QUIT\n")
                sock.shutdown(socket.SHUT_WR)
            except OSError:
                pass
        except (Gone, OSError):
            end, status = "Connection lost", 1
        sys.stdout.write("\r\n" + end + "\r\n")
        sys.stdout.flush()
    return status


sys.exit(main())
