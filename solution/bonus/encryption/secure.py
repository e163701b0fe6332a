"""A connection on which nobody on the way can read along, for one thread that reads and another one that sends.

To whoever uses it, it is a connection as before: it has `send`, `sendall` and `shutdown`, and it can be read
as a file of bytes. Between that and the network stands TLS.
"""

from __future__ import annotations

import contextlib
import io
import selectors
import socket
import ssl
import threading
from collections.abc import Callable
from typing import Any

HANDSHAKE_SECONDS = 10.0  # until both sides must have agreed on a key
AT_ONCE = 16384  # bytes of one record of TLS, at the most
Waiting = getattr(selectors, "PollSelector", selectors.SelectSelector)  # the latter, of Windows, knows 512 connections


class SecureConnection(io.RawIOBase):
    """A TLS connection. Its two threads take turns, and neither waits while it is the other one's turn."""

    def __init__(self, sock: ssl.SSLSocket) -> None:
        self.sock = sock
        self.sock.setblocking(False)  # it raises SSLWantReadError where it would have to wait
        self.turn = threading.Lock()  # held by whoever uses `sock`
        self.ended = False  # whether we have said that nothing more will come

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.sock.fileno()

    def readinto(self, buffer: Any) -> int:
        """Wait for bytes, and put them into `buffer`; return how many, 0 at the end of the connection."""
        # STEP bonus: `in_turn` calls a function while it is your turn, and waits while it is not. Let
        # it call `self.sock.recv_into(buffer)`: what that returns is what is wanted here.
        return int(self.in_turn(lambda: self.sock.recv_into(buffer)))

    def in_turn(self, use: Callable[[], int]) -> int:
        """Call `use` when it is our turn; where it would have to wait for the other side, wait, and call it again."""
        # STEP bonus: Hold `self.turn` while you call `use`, and at no other time. Where it raises
        # ssl.SSLWantReadError, call `self.wait(selectors.EVENT_READ)` and begin again; where it
        # raises ssl.SSLWantWriteError, the same with EVENT_WRITE. Who waits for the other side and
        # holds the lock meanwhile keeps the other thread waiting, too.
        while True:
            try:
                with self.turn:
                    return use()
            except ssl.SSLWantReadError:
                event = selectors.EVENT_READ
            except ssl.SSLWantWriteError:
                event = selectors.EVENT_WRITE
            self.wait(event)

    def wait(self, event: int) -> None:
        """Wait until bytes have come, or may go."""
        with Waiting() as waiting:
            waiting.register(self.sock, event)
            waiting.select()

    def send(self, data: bytes, flags: int = 0) -> int:
        """Send what goes without waiting; return how many bytes of `data` that were."""
        # STEP bonus: Give one piece of AT_ONCE bytes after the other to `self.sock.send`, while you
        # hold `self.turn`. It raises ssl.SSLWantReadError or ssl.SSLWantWriteError where it would
        # have to wait: then that is all for now. The postman keeps the rest, and must come back with
        # it: TLS has begun a record with it. Once `self.ended`, raise BrokenPipeError instead.
        sent = 0
        with self.turn:
            if self.ended:
                raise BrokenPipeError
            while sent < len(data):
                try:
                    sent += self.sock.send(data[sent : sent + AT_ONCE])
                except (ssl.SSLWantReadError, ssl.SSLWantWriteError):
                    break
        return sent

    def sendall(self, data: bytes) -> None:
        """Send `data`, however long that takes."""
        while data:
            data = data[self.send(data) :]
            if data:
                self.wait(selectors.EVENT_WRITE)

    def shutdown(self, how: int) -> None:
        """Say that nothing more will come, and then close the connection in this direction or both."""
        with self.turn:
            self.ended = True
            with contextlib.suppress(OSError, ValueError):
                self.sock.unwrap()  # sends the close-notify; it would then wait for that of the other side
        socket.socket.shutdown(self.sock, how)  # that of SSLSocket forgets the key: what came later would be in clear
