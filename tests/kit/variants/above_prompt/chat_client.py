#!/usr/bin/python3
# print above input(): https://en.wikipedia.org/wiki/ANSI_escape_code
import argparse
import os
import socket
import threading
from unicodedata import east_asian_width

S = None
QUITTING = False
OUT = threading.Lock()


def pieces(text):
    """cut the text so that each piece fits into one row"""
    cols = os.get_terminal_size().columns
    piece, used = "", 0
    for c in text:
        w = 2 if east_asian_width(c) in ("W", "F") else 1
        if used + w > cols:
            yield piece
            piece, used = "", 0
        piece += c
        used += w
    yield piece


def print_above(text):
    with OUT:
        for row in pieces(text):
            print("\x1b[s"          # remember where the cursor is
                  "\x1b[S"          # scroll the screen up by one
                  "\x1b[A\x1b[999D"  # the line with the prompt is here now
                  "\x1b[L"          # push it down again: an empty line is above it
                  + row +
                  "\x1b[u", end="", flush=True)


def cleanup(text):
    bad = dict.fromkeys(list(range(32)) + list(range(127, 160)))
    return text.translate(bad)


def nice(line):
    words = line.split(":", 1)
    if len(words) == 2:
        if words[0] == "JOINED":
            return "Joined as: " + words[1]
        if words[0] == "USER_JOINED":
            return words[1] + " joined"
        if words[0] == "USER_LEFT":
            return words[1] + " left"
        if words[0] == "ERROR":
            return "Error: " + words[1]
        if words[0] == "USERS":
            return "Users: " + words[1]
    return line


def get_line(buf=[b""]):
    while b"\n" not in buf[0]:
        data = S.recv(1500)
        if not data:
            return None
        buf[0] += data
    line, buf[0] = buf[0].split(b"\n", 1)
    return cleanup(line.decode("utf-8", "replace"))


def send(what):
    S.send(bytes(what, "utf-8", "replace") + b"\n")


def die():
    with OUT:
        print("\nConnection lost")
        os._exit(1)


def background():
    line = ""
    while line is not None:
        try:
            line = get_line()
        except OSError:
            line = None
        if line is not None:
            print_above(nice(line))
    if not QUITTING:
        die()


def join(name):
    send("JOIN:" + name)
    while True:
        line = get_line()
        if line is None:
            die()
        print(nice(line))
        if line.startswith("JOINED:"):
            return True
        if line.startswith("ERROR:"):
            return False


def main(opt):
    name = opt.username or input("Enter username: ")
    while not join(name):
        name = input("Enter username: ")
    threading.Thread(target=background, daemon=True).start()
    while True:
        line = input("> ")
        if line == "quit":
            return
        if line.startswith("/msg ") and line.count(" ") >= 2:
            line = "PRIVATE:" + line[5:].replace(" ", ":", 1)
        elif line.startswith("/join "):
            line = "JOIN_ROOM:" + line[6:]
        elif line == "/users":
            line = "LIST_USERS"
        elif line.startswith("//"):
            line = "MESSAGE:" + line[1:]
        elif line:
            line = "MESSAGE:" + line
        if line:
            send(line)


if __name__ == "__main__":
    a = argparse.ArgumentParser()
    a.add_argument("--host", default="localhost")
    a.add_argument("--port", default=8080, type=int)
    a.add_argument("--username")
    a = a.parse_args()
    S = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        S.connect((a.host, a.port))
    except OSError as e:
        print("ERROR", e)
        raise SystemExit(3)
    print("\n" * os.get_terminal_size().lines, end="")    # the prompt must be in the last line
    print("Connected to chat server")
    try:
        main(a)
    except OSError:
        die()
    except (EOFError, KeyboardInterrupt):
        pass
    QUITTING = True
    try:
        send("QUIT")
        S.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    with OUT:
        print("\nDisconnected")
