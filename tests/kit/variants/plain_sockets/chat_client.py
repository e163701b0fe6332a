"""Chat client of functions and one module-level dict: the main thread sits in input(), a thread receives.

When the server goes, the receiving thread ends the whole process, since nothing else gets out of input().
"""

import argparse
import os
import signal
import socket
import sys
import threading

zustand = {"drin": False, "abgelehnt": False, "ende": False}
einmal = threading.Lock()
STEUER = {c: "?" for c in (*range(32), *range(127, 160)) if c != 9}


def schreib(text: str) -> None:
    """One line to the screen, in one piece although two threads write."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def verloren() -> None:
    with einmal:  # kept until the process is gone
        if not zustand["ende"]:
            schreib("Connection lost")
            os._exit(1)


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


def verabschiede(sock: socket.socket, thread: threading.Thread) -> None:
    with einmal:
        zustand["ende"] = True
    try:
        sock.settimeout(1)
        sock.sendall(b"QUIT\n")
        sock.shutdown(socket.SHUT_WR)
    except OSError:
        pass
    if thread.is_alive():
        thread.join(0.5)


def strg_c(*_: object) -> None:
    """The first Ctrl+C ends the chat; further ones do not disturb the farewell."""
    signal.signal(signal.SIGINT, lambda *_: None)
    raise KeyboardInterrupt


def main() -> None:
    p = argparse.ArgumentParser(description="chat client")
    p.add_argument("--host", default="localhost")
    p.add_argument("--port", type=int, default=8080)
    p.add_argument("--username")
    wahl = p.parse_args()
    signal.signal(signal.SIGINT, strg_c)
    for strom in (sys.stdin, sys.stdout):
        strom.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    try:
        sock = socket.create_connection((wahl.host, wahl.port))
    except OSError as e:
        sys.exit(f"Cannot connect to {wahl.host}:{wahl.port}: {e}")
    except KeyboardInterrupt:
        schreib("Disconnected")
        return
    thread = threading.Thread(target=lausche, args=(sock,), daemon=True)
    try:
        schreib("Connected to chat server")
        thread.start()
        tippe(sock, wahl.username)
    except (EOFError, KeyboardInterrupt):
        schreib("")
    verabschiede(sock, thread)
    schreib("Disconnected")
    os._exit(0)


if __name__ == "__main__":
    main()
