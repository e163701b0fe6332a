"""An outbox for one connection: lines go in from any thread, one thread of its own sends them.
The module has the name of one in the standard library, which is not wanted here."""

from __future__ import annotations

import socket
from dataclasses import dataclass, field
from threading import Condition, Thread

CAPACITY = 1_500_000  # bytes


@dataclass
class Outbox:
    """Never makes anybody wait: who lets it overflow is disconnected."""

    sock: socket.socket
    waiting: list[bytes] = field(default_factory=list)
    size: int = 0
    closing: bool = False
    changed: Condition = field(default_factory=Condition)
    thread: Thread | None = None

    def start(self) -> None:
        self.thread = Thread(target=self._send_all, daemon=True)
        self.thread.start()

    def put(self, data: bytes) -> None:
        with self.changed:
            if self.closing:
                return
            self.waiting.append(data)
            self.size += len(data)
            if self.size > CAPACITY:
                self._overflow()
            self.changed.notify()

    def close(self, patience: float) -> None:
        """Send what is left if that takes no longer than `patience` seconds; nothing more goes in."""
        with self.changed:
            self.closing = True
            self.changed.notify()
        if self.thread is not None:
            self.thread.join(patience)

    def _overflow(self) -> None:
        self.closing = True
        self.waiting.clear()
        try:
            self.sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass

    def _send_all(self) -> None:
        while True:
            with self.changed:
                self.changed.wait_for(lambda: self.waiting or self.closing)
                batch, self.waiting = self.waiting, []
            if not batch:
                return
            try:
                for data in batch:
                    self.sock.sendall(data)
                    with self.changed:
                        self.size -= len(data)
            except OSError:
                return
