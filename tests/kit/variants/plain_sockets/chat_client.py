"""Chat client of functions and one module-level dict: the main thread sits in input(), a thread receives.

When the server goes, the receiving thread ends the whole process, since nothing else gets out of input();
and Ctrl+C wakes a third thread, which says goodbye, instead of interrupting the main one.
"""

import argparse
import os
import signal
import socket
import sys
import threading
from typing import NoReturn

zustand = {"drin": False, "abgelehnt": False, "ende": False}
einmal = threading.Lock()  # whoever ends the program takes it and keeps it
leitung: list[socket.socket] = []  # the connection, once there is one
still = threading.Event()  # the server says no more
STEUER = {c: "?" for c in (*range(32), *range(127, 160)) if c != 9}


def schreib(text: str) -> None:
    """One line to the screen, in one piece although two threads write."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def verloren() -> None:
    if not zustand["ende"]:
        with einmal:
            schreib("Connection lost")
            os._exit(1)


def geh() -> NoReturn:
    """Leave politely."""
    with einmal:
        zustand["ende"] = True
        try:
            for sock in leitung:
                sock.settimeout(1)
                sock.sendall(b"QUIT\n")
                sock.shutdown(socket.SHUT_WR)
                still.wait(0.5)
        except OSError:
            pass
        schreib("Disconnected")
        os._exit(0)


def wache(ohr: socket.socket) -> None:
    """Thread: every signal that arrives is a byte in this ear."""
    ohr.recv(1)
    schreib("")
    geh()


def zeige(zeile: str) -> None:
    art, _, rest = zeile.partition(":")
    if art == "JOINED":
        zustand["drin"], zustand["abgelehnt"] = True, False
        schreib(f"Joined as: {rest}")
    elif art == "USER_JOINED":
        schreib(f"{rest} joined")
    elif art == "USER_LEFT":
        schreib(f"{rest} left")
    elif art == "ERROR":
        schreib(f"Error: {rest}")
        if not zustand["drin"]:
            zustand["abgelehnt"] = True
            schreib("Please type another username")
    elif art == "PRIVATE":
        von, _, text = rest.partition(":")
        schreib(f"{von} (private): {text}")
    elif art == "JOINED_ROOM":
        schreib(f"You are now in {rest}")
    elif art == "USERS":
        schreib("Online: " + ", ".join(rest.split(",")))
    else:
        schreib(zeile)


def lausche(sock: socket.socket) -> None:
    try:
        for roh in sock.makefile("rb"):
            if zustand["ende"]:
                continue  # only waiting for the server to close
            if not roh.endswith(b"\n"):
                break
            zeige(roh.decode("utf-8", "replace").rstrip("\r\n").translate(STEUER))
    except (OSError, ValueError):
        pass
    still.set()
    verloren()


def sende(sock: socket.socket, zeile: str) -> None:
    try:
        sock.sendall((zeile + "\n").encode("utf-8", "replace"))
    except OSError:
        verloren()


def getippt(sock: socket.socket, zeile: str) -> None:
    """What the user typed, turned into a command of the protocol."""
    if zustand["abgelehnt"]:
        zustand["abgelehnt"] = False
        sende(sock, "JOIN:" + zeile.strip())
    elif zeile.startswith("//"):
        sende(sock, "MESSAGE:" + zeile[1:])
    elif zeile.startswith("/msg "):
        wem, leer, text = zeile[5:].lstrip(" ").partition(" ")
        if leer:
            sende(sock, f"PRIVATE:{wem}:{text}")
        else:
            schreib("Usage: /msg name text")
    elif zeile.startswith("/join "):
        sende(sock, "JOIN_ROOM:" + zeile[6:].strip())
    elif zeile.strip() == "/users":
        sende(sock, "LIST_USERS")
    elif zeile:
        sende(sock, "MESSAGE:" + zeile)


def tippe(sock: socket.socket, name: str | None) -> None:
    while not name:
        name = input("Enter username: ").strip()
    sende(sock, "JOIN:" + name)
    while True:
        zeile = input("> ")
        if zeile.strip().lower() == "quit":
            return
        getippt(sock, zeile)


def main() -> None:
    p = argparse.ArgumentParser(description="chat client")
    p.add_argument("--host", default="localhost")
    p.add_argument("--port", type=int, default=8080)
    p.add_argument("--username")
    wahl = p.parse_args()
    ohr, mund = socket.socketpair()
    mund.setblocking(False)
    signal.set_wakeup_fd(mund.fileno())
    signal.signal(signal.SIGINT, lambda *_: None)
    threading.Thread(target=wache, args=(ohr,), daemon=True).start()
    for strom in (sys.stdin, sys.stdout):
        strom.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        sock = socket.create_connection((wahl.host, wahl.port))
    except OSError as e:
        sys.exit(f"Cannot connect to {wahl.host}:{wahl.port}: {e}")
    leitung.append(sock)
    schreib("Connected to chat server")
    threading.Thread(target=lausche, args=(sock,), daemon=True).start()
    try:
        tippe(sock, wahl.username)
    except EOFError:
        schreib("")
    geh()


if __name__ == "__main__":
    main()
