# Chat client, networking homework
import argparse
import os
import socket
import threading

p = argparse.ArgumentParser()
p.add_argument("--host", default="localhost", type=str)
p.add_argument("--port", default=8080, type=int)
p.add_argument("--username", default=None, type=str)
opts = p.parse_args()

running = True


def clean(s):
    out = ""
    for ch in s:
        if ord(ch) >= 160 or 32 <= ord(ch) < 127:
            out += ch
    return out


def show(line):
    if line.startswith("JOINED:"):
        print("Joined as: " + clean(line[7:]))
    elif line.startswith("USER_JOINED:"):
        print(clean(line[12:]) + " joined")
    elif line.startswith("USER_LEFT:"):
        print(clean(line[10:]) + " left")
    elif line.startswith("ERROR:"):
        print("Error: " + clean(line[6:]))
    elif line.startswith("PRIVATE:"):
        print("[private] " + clean(line[8:]))
    elif line.startswith("USERS:"):
        print("Online: " + clean(line[6:]))
    elif line.startswith("JOINED_ROOM:"):
        print("You are in room " + clean(line[12:]))
    else:
        print(clean(line))


def send(line):
    sock.sendall((line + "\n").encode("utf-8", "replace"))


def gone():
    if running:
        print("Connection lost")
        os._exit(1)


def receiver():
    try:
        for raw in file:
            show(raw.decode("utf-8", "replace").rstrip("\r\n"))
    except OSError:
        pass
    gone()


def login():
    name = opts.username
    while True:
        if not name:
            name = input("Enter username: ").strip()
            continue
        send("JOIN:" + name)
        while True:
            raw = file.readline()
            if not raw:
                raise ConnectionError
            line = raw.decode("utf-8", "replace").rstrip("\r\n")
            show(line)
            if line.startswith("JOINED:"):
                return
            if line.startswith("ERROR:"):
                name = None
                break


def chat():
    while True:
        text = input("> ")
        if text == "quit":
            break
        elif text == "":
            continue
        elif text.startswith("//"):
            send("MESSAGE:" + text[1:])
        elif text.startswith("/msg "):
            words = text.split(" ", 2)
            if len(words) < 3:
                print("Usage: /msg name text")
            else:
                send("PRIVATE:" + words[1] + ":" + words[2])
        elif text.startswith("/join "):
            send("JOIN_ROOM:" + text[6:].strip())
        elif text.strip() == "/users":
            send("LIST_USERS")
        else:
            send("MESSAGE:" + text)


try:
    sock = socket.create_connection((opts.host, opts.port))
except OSError as e:
    print("Could not connect:", e)
    raise SystemExit(1)

file = sock.makefile("rb")
print("Connected to chat server")
try:
    login()
    threading.Thread(target=receiver, daemon=True).start()
    chat()
except (EOFError, KeyboardInterrupt):
    print()
except OSError:
    gone()
running = False
try:
    send("QUIT")
except OSError:
    pass
print("Disconnected")
