"""Whoever has sent a certain line is held right after it has gone out, and nobody else is."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from grading.stage import holding


@pytest.fixture
def ends(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[socket.socket, socket.socket]]:
    """Two ends of a connection, in a process where whoever sends QUIT is held."""
    for name in ("send", "sendall"):
        monkeypatch.setattr(socket.socket, name, getattr(socket.socket, name), raising=False)
    monkeypatch.setattr(holding, "_gate", threading.Lock())
    monkeypatch.setattr(holding, "_tails", {})
    holding.install("QUIT")
    ours, theirs = socket.socketpair()
    yield ours, theirs
    holding.go_on()
    ours.close()
    theirs.close()


def in_a_thread(send: Callable[[], object]) -> tuple[threading.Thread, threading.Event]:
    """Start to `send`; return the thread, and what is set once it has come to its next line."""
    went_on = threading.Event()
    thread = threading.Thread(target=lambda: (send(), went_on.set()), daemon=True)
    thread.start()
    return thread, went_on


def goes_out_in_pieces(sock: socket.socket) -> None:
    for byte in b"QUIT\r\n":
        sock.send(bytes([byte]))


@pytest.mark.parametrize(
    "quit", [lambda sock: sock.sendall(b"MESSAGE:hi\nQUIT\n"), goes_out_in_pieces], ids=["whole", "in pieces"]
)
def test_the_bytes_go_out_and_then_their_sender_is_held(
    ends: tuple[socket.socket, socket.socket], quit: Callable[[socket.socket], None]
) -> None:
    ours, theirs = ends
    thread, went_on = in_a_thread(lambda: quit(ours))
    heard = b""
    while not heard.endswith(b"\n") or b"QUIT" not in heard:
        heard += theirs.recv(100)
    assert not went_on.is_set()
    holding.go_on()
    thread.join()
    assert went_on.is_set()


def test_whoever_says_something_else_is_not_held(ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    ours.sendall(b"MESSAGE:QUIT\n")
    assert ours.send(b"QUIT:now\n") == 9
    assert theirs.recv(100) == b"MESSAGE:QUIT\nQUIT:now\n"
