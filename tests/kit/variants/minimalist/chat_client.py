"""A chat client as short as it can be: the main thread reads standard input, another one the socket,
and whichever comes to its end first ends the program."""

import argparse
import os
import re
import socket
import sys
import threading

EVENTS = {"JOINED": "Joined as: {}", "USER_JOINED": "{} joined", "USER_LEFT": "{} left", "ERROR": "Error: {}"}
parser = argparse.ArgumentParser()
parser.add_argument("--host", default="localhost")
parser.add_argument("--port", type=int, default=8080)
parser.add_argument("--username")
args = parser.parse_args()
leaving, answered = threading.Event(), threading.Event()
joined = False
sock = None


def listen():
    global joined
    buffer = b""
    try:
        while data := sock.recv(4096):
            *lines, buffer = (buffer + data).split(b"\n")
            for line in lines:
                line = line.removesuffix(b"\r").decode("utf-8", "replace")
                kind, colon, rest = line.partition(":")
                shown = EVENTS[kind].format(rest) if colon and kind in EVENTS else line
                print(re.sub(r"[\x00-\x1f\x7f-\x9f]", "", shown), flush=True)
                joined = joined or line.startswith("JOINED:")
                if joined or line.startswith("ERROR:"):
                    answered.set()
    except OSError:
        pass
    if not leaving.is_set():
        print("Connection lost", flush=True)
        os._exit(1)


def say(line):
    try:
        sock.sendall(line.encode("utf-8", "replace") + b"\n")
    except OSError:
        if not leaving.is_set():
            listener.join()  # which ends the program


def typed(line):
    if re.match(r"/msg \S+ .", line):
        say("PRIVATE:" + line[5:].replace(" ", ":", 1))
    elif line.startswith("/join "):
        say("JOIN_ROOM:" + line[6:].strip())
    elif line == "/users":
        say("LIST_USERS")
    elif line:
        say("MESSAGE:" + line.removeprefix("/" if line.startswith("//") else ""))


def chat(name):
    while not joined:
        while not name:
            print("Enter username: ", end="", flush=True)
            name = sys.stdin.readline()
            if not name or name.strip() == "quit":
                return
            name = name.strip()
        answered.clear()
        say(f"JOIN:{name}")
        if not answered.wait(2):
            break
        name = None
    for line in sys.stdin:
        if line.strip() == "quit":
            return
        typed(line.rstrip("\r\n"))


listener = threading.Thread(target=listen, daemon=True)
sys.stdin.reconfigure(errors="replace")
sys.stdout.reconfigure(errors="replace")
try:
    try:
        sock = socket.create_connection((args.host, args.port))
    except OSError as error:
        sys.exit(f"Cannot connect: {error}")
    print("Connected to chat server", flush=True)
    listener.start()
    chat(args.username)
except KeyboardInterrupt:
    pass
leaving.set()
if sock:
    say("QUIT")
    try:
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass
print("Disconnected", flush=True)
os._exit(0)
