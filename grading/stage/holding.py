"""Hold whoever has sent a certain line right after its bytes have gone out, until the grader lets it go on."""

from __future__ import annotations

import socket
from _thread import allocate_lock
from typing import Any

LONGEST = 20.0  # seconds that it is held where the grader does not say that it may go on

_send = socket.socket.send
_sendall = socket.socket.sendall
_line = b""
_tails: dict[int, bytes] = {}  # the end of what was sent, by the descriptor: a line may go out in pieces
_gate = allocate_lock()


def install(line: str) -> None:
    """Hold the first thread that has sent `line`."""
    global _line
    _line = b"\n" + line.encode() + b"\n"
    _gate.acquire()
    for function in (send, sendall):
        setattr(socket.socket, function.__name__, function)


def go_on() -> None:
    """Let the thread that is held go on, and hold nobody any more."""
    if _gate.locked():
        _gate.release()


def send(self: socket.socket, data: Any, *flags: int) -> int:
    descriptor = self.fileno()
    sent = _send(self, data, *flags)
    _has_gone(descriptor, bytes(memoryview(data)[:sent]))
    return sent


def sendall(self: socket.socket, data: Any, *flags: int) -> None:
    descriptor = self.fileno()
    _sendall(self, data, *flags)
    _has_gone(descriptor, bytes(data))


def _has_gone(descriptor: int, data: bytes) -> None:
    tail = (_tails.get(descriptor, b"\n") + data).replace(b"\r", b"")
    _tails[descriptor] = tail[-len(_line) :]
    if _line in tail and _gate.acquire(timeout=LONGEST):
        _gate.release()
