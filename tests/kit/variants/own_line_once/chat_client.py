"""Chat client. What I typed is wiped after Enter: the server sends it back anyway, with the time,
and I do not want to see it twice."""
import argparse
import select
import shutil
import socket
import sys
import threading
import time
import unicodedata

from wire_format import pack, unpack

args = argparse.ArgumentParser()
args.add_argument("--host", default="localhost")
args.add_argument("--port", type=int, default=8080)
args.add_argument("--username")
args = args.parse_args()

paper = threading.Lock()   # nobody writes on the screen while a typed line is being wiped
chatting = going = False
exit_code = 0


def columns(text):
    return sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def wipe(text):
    rows = max(1, -(-columns(text) // shutil.get_terminal_size().columns))
    print("\x1b[A\x1b[2K" * rows, end="\r", flush=True)


def typed():
    """The next typed line, which is gone from the screen then."""
    select.select([sys.stdin], [], [])
    with paper:
        text = sys.stdin.readline()
        if not text.endswith("\n"):
            return None
        wipe(text[:-1])
    return text[:-1]


def enter_was_pressed():
    return chatting and not going and bool(select.select([sys.stdin], [], [], 0)[0])


def put(line, wait=False):
    kind, value = unpack(line)
    pretty = {
        "JOINED": f"Joined as: {value}",
        "USER_JOINED": f"{value} joined",
        "USER_LEFT": f"{value} left",
        "ERROR": f"Error: {value}",
        "JOINED_ROOM": f"-- room: {value} --",
    }.get(kind, line)
    while wait and enter_was_pressed():
        time.sleep(0.001)       # first the typed line is wiped, else we stand where it stood
    with paper:
        print("".join(c for c in pretty if unicodedata.category(c) not in ("Cc", "Cs")), flush=True)
    return kind


def follow(incoming):
    global exit_code
    try:
        for raw in incoming:
            put(raw.decode("utf-8", "replace").strip("\r\n"), wait=True)
    except OSError:
        pass
    if not going:
        exit_code = 1
        print("Connection lost", flush=True)
        import os
        os._exit(exit_code)


def command(text):
    if text.startswith("/") and not text.startswith("//"):
        first, *rest = text.split(maxsplit=2)
        if first == "/msg" and len(rest) == 2:
            return pack("PRIVATE", *rest)
        if first == "/join" and len(rest) == 1:
            return pack("JOIN_ROOM", *rest)
        if first == "/users":
            return pack("LIST_USERS")
        put("ERROR:/msg NAME TEXT, /join ROOM or /users")
        return b""
    return pack("MESSAGE", text[1:] if text.startswith("//") else text)


def session(sock):
    global chatting
    name = args.username
    incoming = sock.makefile("rb")
    while True:
        if not name:
            print("Enter username: ", end="", flush=True)
            name = sys.stdin.readline()
            if not name:
                return
            name = name.strip()
            if not name:
                continue
        sock.sendall(pack("JOIN", name))
        name = kind = None
        while kind not in ("JOINED", "ERROR"):
            raw = incoming.readline()
            if not raw:
                raise ConnectionResetError
            kind = put(raw.decode("utf-8", "replace").strip("\r\n"))
        if kind == "JOINED":
            break
    chatting = True
    threading.Thread(target=follow, args=(incoming,), daemon=True).start()
    while True:
        text = typed()
        if text is None or text == "quit":
            return
        if text:
            sock.sendall(command(text))


try:
    sock = socket.create_connection((args.host, args.port))
except OSError as e:
    sys.exit("cannot connect: %s" % e)
print("Connected to chat server", flush=True)
try:
    session(sock)
except KeyboardInterrupt:
    pass
except OSError:
    print("Connection lost", flush=True)
    sys.exit(1)
going = True
try:
    sock.sendall(pack("QUIT"))
    sock.shutdown(socket.SHUT_WR)
except OSError:
    pass
print("Disconnected", flush=True)
