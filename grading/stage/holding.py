"""Hold whoever has sent a certain line right after its bytes have gone out, until the grader lets it go on.

Or, instead, the main thread before its next line, where another thread has sent it: who waits for that thread may be
late as well.
"""

from __future__ import annotations

import os
import socket
import sys
import threading
from _thread import allocate_lock, get_ident
from types import FrameType
from typing import Any

from grading.stage import threads

LONGEST = 20.0  # seconds that it is held where the grader does not say that it may go on

_send = socket.socket.send
_sendall = socket.socket.sendall
_line = b""
_tails: dict[int, bytes] = {}  # the end of what was sent, by the descriptor: a line may go out in pieces
_gate = allocate_lock()
_sender: int | None = None  # the thread that has sent the line, once one has
_holds_main = False  # instead of the sender


def install(line: str, main: bool = False) -> None:
    """Hold the first thread that has sent `line`; or the `main` thread instead, which calls this, if it has not."""
    global _line, _holds_main
    _line = b"\n" + line.encode() + b"\n"
    _holds_main = main
    _gate.acquire()
    for function in (send, sendall):
        setattr(socket.socket, function.__name__, function)
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=go_on)  # the thread that would let it go on is not in there
    if main:
        sys.settrace(_enter)


def go_on() -> None:
    """Let the thread that is held go on, and hold nobody any more."""
    if _gate.locked():
        _gate.release()


def main_has_sent() -> bool:
    """Tell whether it is the main thread that has sent the line."""
    return _sender == threading.main_thread().ident


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
    global _sender
    tail = (_tails.get(descriptor, b"\n") + data).replace(b"\r", b"")
    _tails[descriptor] = tail[-len(_line) :]
    if _line in tail:
        _sender = get_ident()
        if not _holds_main:
            _stand_still()


def _enter(frame: FrameType, event: str, argument: Any) -> Any:
    return _step if threads.is_own(frame.f_code.co_filename) else None


def _step(frame: FrameType, event: str, argument: Any) -> Any:
    if event == "line" and _sender and not main_has_sent():
        _stand_still()
    return _step


def _stand_still() -> None:
    if _gate.acquire(timeout=LONGEST):
        _gate.release()
