import argparse, os, socket, sys, threading

from settings import ENV

PROMPT = ENV["PROMPT"]
bye = threading.Event()


def above_prompt(text):
    """wipe the prompt, write the text in its place, draw the prompt again below"""
    sys.stdout.write("\r\x1b[K" + text + "\n" + PROMPT)
    sys.stdout.flush()


def words(line):
    line = "".join(c if c.isprintable() else "" for c in line.replace("\t", "    "))
    for prefix, how in [("JOINED:", "Joined as: %s"), ("USER_JOINED:", "%s joined"), ("USER_LEFT:", "%s left"),
                        ("ERROR:", "Error: %s"), ("USERS:", "Here: %s"), ("PRIVATE:", "%s (only to you)")]:
        if line.startswith(prefix):
            return how % line[len(prefix):]
    return line


class Wire:
    def __init__(self, host, port):
        self.s = socket.create_connection((host, port))
        self.r = self.s.makefile("r", encoding="utf-8", errors="replace", newline="\n")

    def line(self):
        got = self.r.readline()
        if not got:
            raise ConnectionError("end")
        return got.rstrip("\r\n")

    def send(self, *parts):
        self.s.sendall((":".join(parts) + "\n").encode("utf-8", "replace"))


def lost():
    sys.stdout.write("\r\x1b[KConnection lost\n")
    sys.stdout.flush()
    os._exit(1)


def listen(w):
    try:
        while True:
            above_prompt(words(w.line()))
    except OSError:
        if not bye.is_set():
            lost()


def ask_in(w, name):
    while True:
        name = name or input("Enter username: ").strip()
        if not name:
            continue
        w.send("JOIN", name)
        name = None
        answer = ""
        while not answer.startswith(("JOINED:", "ERROR:")):
            answer = w.line()
            print(words(answer))
        if answer.startswith("JOINED:"):
            return


def talk(w):
    while (said := input(PROMPT)) != "quit":
        if not said:
            pass
        elif said.startswith("//"):
            w.send("MESSAGE", said[1:])
        elif said == "/users":
            w.send("LIST_USERS")
        elif said.startswith("/join "):
            w.send("JOIN_ROOM", said.split()[1])
        elif said.startswith("/msg ") and said.count(" ") > 1:
            w.send("PRIVATE", *said[5:].split(" ", 1))
        else:
            w.send("MESSAGE", said)


def main():
    o = argparse.ArgumentParser()
    o.add_argument("--host", default="localhost")
    o.add_argument("--port", default=8080, type=int)
    o.add_argument("--username")
    o = o.parse_args()
    try:
        w = Wire(o.host, o.port)
    except OSError as why:
        sys.exit(f"Sorry, {o.host}:{o.port} does not answer ({why}).")
    print("Connected to chat server")
    try:
        ask_in(w, o.username)
        threading.Thread(target=listen, args=(w,), daemon=True).start()
        talk(w)
    except (KeyboardInterrupt, EOFError):
        pass
    except OSError:
        lost()
    bye.set()
    try:
        w.send("QUIT")
        w.s.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    print("\r\x1b[KDisconnected")


main()
