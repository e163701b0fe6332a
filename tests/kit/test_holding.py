"""Whoever has sent a certain line is held right after it has gone out, and nobody else is."""

from __future__ import annotations

import socket
import sys
import threading
from collections.abc import Iterator

import pytest

from grading.stage import holding


class Gate:
    """Stands for the lock at which a sender is held: notes that somebody came, and lets it pass."""

    def __init__(self) -> None:
        self.came = 0

    def acquire(self, timeout: float = -1) -> bool:
        self.came += 1
        return False


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Gate:
    """The gate of a process in which whoever sends QUIT is held."""
    gate = Gate()
    for name in ("send", "sendall"):
        monkeypatch.setattr(socket.socket, name, getattr(socket.socket, name), raising=False)
    for name, value in (("_gate", gate), ("_tails", {}), ("_line", b""), ("_sender", None), ("_holds_main", False)):
        monkeypatch.setattr(holding, name, value)
    holding.install("QUIT")
    gate.came = 0  # it is closed now
    return gate


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """The two ends of a connection."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield ours, theirs


@pytest.mark.parametrize("pieces", [[b"MESSAGE:hi\nQUIT\n"], [b"QU", b"IT", b"\r", b"\n"]], ids=["whole", "in pieces"])
def test_whoever_has_sent_the_line_is_held(
    gate: Gate, ends: tuple[socket.socket, socket.socket], pieces: list[bytes]
) -> None:
    ours, theirs = ends
    for piece in pieces:
        assert gate.came == 0
        ours.sendall(piece)
    assert gate.came == 1
    assert theirs.recv(100) == b"".join(pieces)  # it had gone out before


def test_whoever_says_something_else_is_not_held(gate: Gate, ends: tuple[socket.socket, socket.socket]) -> None:
    ours, theirs = ends
    ours.sendall(b"MESSAGE:QUIT\n")
    assert ours.send(b"QUIT:now\n") == 9
    assert gate.came == 0
    assert theirs.recv(100) == b"MESSAGE:QUIT\nQUIT:now\n"


def test_a_thread_that_is_held_goes_on_when_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = threading.Lock()
    monkeypatch.setattr(holding, "_gate", gate)
    monkeypatch.setattr(holding, "_tails", {})
    monkeypatch.setattr(holding, "_line", b"\nQUIT\n")
    monkeypatch.setattr(holding, "_sender", None)
    gate.acquire()
    sender = threading.Thread(target=holding._has_gone, args=(7, b"QUIT\n"))
    sender.start()
    holding.go_on()
    sender.join()
    holding._has_gone(7, b"QUIT\n")  # and nobody is held any more
    assert not gate.locked()


def test_the_main_thread_is_held_where_another_one_has_sent_the_line(
    gate: Gate, ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_holds_main", True)
    frame = sys._getframe()
    holding._step(frame, "line", None)
    assert gate.came == 0  # nothing has been sent yet
    sender = threading.Thread(target=ends[0].sendall, args=(b"QUIT\n",))
    sender.start()
    sender.join()
    assert gate.came == 0
    assert not holding.main_has_sent()
    holding._step(frame, "return", None)
    assert gate.came == 0
    holding._step(frame, "line", None)
    assert gate.came == 1


def test_the_main_thread_is_not_held_where_it_has_sent_the_line_itself(
    gate: Gate, ends: tuple[socket.socket, socket.socket], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(holding, "_holds_main", True)
    ends[0].sendall(b"QUIT\n")
    assert holding.main_has_sent()
    holding._step(sys._getframe(), "line", None)
    assert gate.came == 0
