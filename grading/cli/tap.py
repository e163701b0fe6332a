"""`grader.py tap --listen 9000 --to 8080`: show what passes between any two programs, while it passes."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
import socket
from pathlib import Path

from grading.cli.wiring import can_be_saved, saves
from grading.showing.rolling import Aside, Rolling
from grading.showing.terminal import command, make_console
from grading.start.ending import PASSED, UNUSABLE
from grading.wire.record import Record
from grading.wire.scene import SERVER
from grading.wire.tap import Address, Tap

HOST = "localhost"  # unless another one is named
LAST_PORT = 65535
NOT_HERE = (errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT)  # a system may have one family of addresses only
Place = tuple[str, int]  # a host and a port


def _place(text: str) -> Place:
    """Return the place that `8080` or `HOST:8080` names."""
    host, _, port = text.rpartition(":")
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= LAST_PORT):
        raise argparse.ArgumentTypeError(f"{text!r} is no port between 1 and {LAST_PORT}")
    return host.strip("[]") or HOST, int(port)


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `tap`."""
    parser.add_argument("--listen", type=_place, metavar="PORT", required=True, help="where the clients connect")
    where = "where the server listens, perhaps HOST:PORT"
    parser.add_argument("--to", type=_place, metavar="PORT", required=True, help=where)
    parser.add_argument("--save", type=Path, metavar="FILE", help="write a picture of the whole talk (SVG) at the end")


def run(arguments: argparse.Namespace) -> int:
    """Pass on what comes until Ctrl+C; return the exit status."""
    if arguments.listen == arguments.to:
        print("--listen and --to name the same port: all would come back for ever. Take another one for --listen.")
        return UNUSABLE
    try:
        addresses = _found(arguments.to)
        listeners = _listening(arguments.listen)
    except OSError as error:
        print(_trouble(error, arguments))
        return UNUSABLE
    if not can_be_saved(arguments.save):
        return UNUSABLE
    screen = Rolling(make_console(), SERVER)
    aside = Aside(screen)
    record = Record(aside)
    tap = Tap(listeners, addresses, record)
    screen.says(f"What comes to port {arguments.listen[1]} goes on to port {arguments.to[1]}. Ctrl+C ends this.")
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            tap.turns()
    tap.close()
    aside.close()
    print(f"\nStopped after {tap.connections} connection{'s' * (tap.connections != 1)}.")
    return saves(arguments.save, record, f"What passed on its way to port {arguments.to[1]}", PASSED)


def _found(place: Place) -> list[Address]:
    """Return the addresses of a place, the first one of each family."""
    found: dict[int, Address] = {}
    for family, _, _, _, address in socket.getaddrinfo(*place, type=socket.SOCK_STREAM):
        found.setdefault(family, (family, address))
    return list(found.values())


def _listening(place: Place) -> list[socket.socket]:
    """Return sockets that listen at a place, in each family that this system has; OSError where it is taken."""
    listeners: list[socket.socket] = []
    missing = OSError(errno.EADDRNOTAVAIL, "")
    for family, address in _found(place):
        try:
            listeners.append(socket.create_server(address[:2], family=family))
        except OSError as error:
            missing = error
            if error.errno not in NOT_HERE:
                break
    if not listeners or missing.errno not in NOT_HERE:
        for listener in listeners:
            listener.close()
        raise missing
    return listeners


def _trouble(error: OSError, arguments: argparse.Namespace) -> str:
    """Return what is wrong, and what to do, in one line."""
    host, port = arguments.listen
    if isinstance(error, socket.gaierror):
        return f"There is no such place: {error.strerror}."
    other = command("tap", "--listen", str(port % LAST_PORT + 1), "--to", str(arguments.to[1]))
    return f"Port {port} of {host} cannot be used: {os.strerror(error.errno or 0)}. Take another one: {other}"
