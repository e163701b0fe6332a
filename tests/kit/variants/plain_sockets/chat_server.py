"""Plain sockets and two threads a connection, without a single class: all state is a module-level dict.

Every connection has a queue and a sender thread of its own, and the bytes that wait in the queue are bounded;
nobody ever writes to somebody else's socket.
"""

import argparse
import contextlib
import os
import queue
import re
import socket
import threading
import time
from collections import deque
from collections.abc import Iterator
from typing import Any

MAX_ZEILE = 4096  # bytes of a line, newline excluded
MAX_STAU = 1 << 20  # bytes that may wait for one reader
FOYER = "lobby"
NAME_OK = re.compile(r"[A-Za-z0-9_.-]{1,32}")

Kunde = dict[str, Any]  # sock, name, raum, post (queue), stau (bytes waiting), tot

schloss = threading.RLock()
kunden: dict[socket.socket, Kunde] = {}
verlauf: deque[str] = deque(maxlen=20)


def melde(*worte: object) -> None:
    with contextlib.suppress(OSError, ValueError):  # nobody reads our log? The chat goes on
        print(*worte)


def kappe(sock: socket.socket) -> None:
    """End a connection both ways; whoever is blocked on it wakes up."""
    with contextlib.suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)


def schicke(k: Kunde, zeile: str) -> None:
    """Put a line into somebody's queue; never blocks. Too much waiting: he is dropped."""
    daten = (zeile + "\n").encode()
    with schloss:
        if k["tot"]:
            return
        if k["stau"] > MAX_STAU:
            k["tot"] = True
            kappe(k["sock"])
            return
        k["stau"] += len(daten)
        k["post"].put(daten)


def an_alle(zeile: str, ausser: Kunde | None = None, raum: str | None = None) -> int:
    with schloss:
        ziele = [k for k in kunden.values() if k["name"] and k is not ausser and raum in (None, k["raum"])]
        for k in ziele:
            schicke(k, zeile)
    return len(ziele)


def briefbote(k: Kunde) -> None:
    """Sender thread: the only one that writes to this socket. None in the queue is the end."""
    stapel: list[bytes | None] = []
    while None not in stapel:
        stapel = [k["post"].get()]
        while k["post"].qsize() and len(stapel) < 64:  # in bigger pieces if much has piled up
            stapel.append(k["post"].get())
        daten = b"".join(d for d in stapel if d is not None)
        try:
            k["sock"].sendall(daten)
        except OSError:
            k["tot"] = True
            kappe(k["sock"])
            return
        with schloss:
            k["stau"] -= len(daten)


def zeilen(sock: socket.socket) -> Iterator[bytes | None]:
    """The lines of a connection; None stands for one that was too long."""
    halb = bytearray()
    schlucken = False
    while True:
        try:
            stueck = sock.recv(8192)
        except OSError:
            return
        if not stueck:
            return
        for nr, teil in enumerate(stueck.split(b"\n")):
            if nr and not schlucken:
                fertig = bytes(halb).removesuffix(b"\r")
                yield fertig if len(fertig) <= MAX_ZEILE else None
            if nr:
                halb.clear()
                schlucken = False
            if not schlucken:
                halb += teil
            if len(halb) > MAX_ZEILE + 1:  # one more, for a \r
                yield None
                halb.clear()
                schlucken = True


def tritt_ein(k: Kunde, name: str) -> None:
    with schloss:
        if k["name"]:
            fehler = "already joined"
        elif not NAME_OK.fullmatch(name):
            fehler = "bad name"
        elif any(anderer["name"] == name for anderer in kunden.values()):
            fehler = "name taken"
        else:
            fehler = ""
            k["name"] = name
            schicke(k, f"JOINED:{name}")
            for alt in verlauf:
                schicke(k, alt)
            an_alle(f"USER_JOINED:{name}", ausser=k)
    if fehler:
        schicke(k, f"ERROR:{fehler}")
    else:
        melde(f"User '{name}' joined")


def sage(k: Kunde, text: str) -> None:
    with schloss:
        zeile = f"{k['name']} [{time.strftime('%H:%M:%S')}]: {text}"
        if k["raum"] == FOYER:
            verlauf.append(zeile)
        n = an_alle(zeile, raum=k["raum"])
    melde(f"Broadcasting message from {k['name']} to {n} clients")


def fluestere(k: Kunde, wem: str, text: str) -> None:
    with schloss:
        ziel = next((z for z in kunden.values() if z["name"] and z["name"] == wem), None)
        if ziel:
            schicke(ziel, f"PRIVATE:{k['name']}:{text}")
        else:
            schicke(k, "ERROR:no such user")


def wechsle(k: Kunde, raum: str) -> None:
    with schloss:
        k["raum"] = raum if (gut := NAME_OK.fullmatch(raum)) else k["raum"]
        schicke(k, f"JOINED_ROOM:{raum}" if gut else "ERROR:bad name")


def befehl(k: Kunde, roh: bytes) -> bool:
    """Do what one line says; False if he leaves."""
    try:
        wort, punkt, rest = roh.decode().partition(":")
    except UnicodeDecodeError:
        schicke(k, "ERROR:not UTF-8")
        return True
    if wort == "QUIT":
        return False
    if wort == "JOIN":
        tritt_ein(k, rest)
    elif not k["name"]:
        schicke(k, "ERROR:join first")
    elif wort == "MESSAGE" and punkt:
        sage(k, rest)
    elif wort == "PRIVATE" and ":" in rest:
        fluestere(k, *rest.split(":", 1))
    elif wort == "JOIN_ROOM":
        wechsle(k, rest)
    elif wort == "LIST_USERS":
        with schloss:
            schicke(k, "USERS:" + ",".join(z["name"] for z in kunden.values() if z["name"]))
    else:
        schicke(k, "ERROR:unknown command")
    return True


def betreue(sock: socket.socket, woher: object) -> None:
    """Reader thread: from the first byte of a connection to its last."""
    melde("Client connected from", woher)
    k: Kunde = {"sock": sock, "name": "", "raum": FOYER, "post": queue.Queue(), "stau": 0, "tot": False}
    bote = threading.Thread(target=briefbote, args=(k,), daemon=True)
    bote.start()
    with schloss:
        kunden[sock] = k
    try:
        for zeile in zeilen(sock):
            if k["tot"]:
                break
            if zeile is None:
                schicke(k, "ERROR:line too long")
            elif zeile and not befehl(k, zeile):
                break
    finally:
        with schloss:
            del kunden[sock]
            if k["name"]:
                an_alle(f"USER_LEFT:{k['name']}")
        if k["name"]:
            melde(f"User '{k['name']}' disconnected")
        k["post"].put(None)
        bote.join(2)  # what was said to him before he left still goes out
        kappe(sock)
        sock.close()


def empfange(horcher: socket.socket) -> None:
    while True:
        try:
            sock, woher = horcher.accept()
        except TimeoutError:
            continue  # lets Ctrl+C through where accept() cannot be interrupted
        except OSError:
            time.sleep(0.05)
            continue
        try:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=betreue, args=(sock, woher), daemon=True).start()
        except (OSError, RuntimeError):
            sock.close()


def main() -> None:
    p = argparse.ArgumentParser(description="chat server")
    p.add_argument("--host", default="localhost")
    p.add_argument("--port", type=int, default=8080)
    wahl = p.parse_args()
    horcher = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    if os.name == "posix":
        horcher.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    horcher.bind((wahl.host, wahl.port))
    horcher.listen(128)
    horcher.settimeout(0.5)
    melde(f"Chat server started on {wahl.host}:{wahl.port}")
    with contextlib.suppress(KeyboardInterrupt):
        empfange(horcher)
    horcher.close()
    with schloss:
        for sock in kunden:
            kappe(sock)
    ende = time.monotonic() + 1.5
    for t in threading.enumerate():
        if t.daemon:
            t.join(max(0.0, ende - time.monotonic()))


if __name__ == "__main__":
    main()
