"""Our chat server, as far as a gateway sees it."""

from __future__ import annotations

import contextlib
import os
import select
import socket
from collections.abc import Iterable, Iterator

from grading.people.listener import Listener

LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))

SHARED = getattr(socket, "SO_REUSEPORT", 0)  # for a port that another socket of the same account has; Windows has none


class End(Listener):
    """One end of a connection, at which each line matters."""

    sock: socket.socket

    def waits(self, patience: Iterable[float]) -> Iterator[None]:
        """Yield at once, and whenever something has come, until patience ends or nothing more will come."""
        for seconds in patience:
            for _ in self._arrivals(seconds):
                yield
            if self.closed:
                return

    def next_line(self, patience: Iterable[float]) -> str | None:
        """Return the first line that nobody has looked at; None if none comes."""
        for _ in self.waits(patience):
            if self.lines_ahead:
                self._read += 1
                return self.heard[self._read - 1]
        return None


class ServerSide(End):
    """Our chat server's end of one connection."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__()
        self.sock = sock


class OwnServer:
    """Our chat server, as far as a gateway sees it: a place to which one can connect, or not."""

    def __init__(self) -> None:
        self.sides: list[ServerSide] = []
        self._doors: dict[socket.AddressFamily, socket.socket] = {}
        for family, host in LOOPBACK:
            with contextlib.suppress(OSError):
                self._doors[family] = _bound(family, (host, 0))
        self.is_here = False

    @property
    def ports(self) -> dict[str, int]:
        """Where it is, as the stage wants to know it."""
        return {str(int(family)): door.getsockname()[1] for family, door in self._doors.items()}

    def comes(self) -> None:
        """Let people in."""
        for door in self._doors.values():
            door.listen()
        self.is_here = True

    def goes(self) -> None:
        """Close all connections, and refuse others; the port is kept, so that nobody else gets it."""
        for side in self.sides:
            side.sock.close()
        for family, door in self._doors.items():
            address = door.getsockname()
            if not SHARED:
                door.close()
            self._doors[family] = _bound(family, address)
            door.close()  # only now, where that can be: in between, somebody else might get the port
        self.is_here = False

    def accepts(self, patience: Iterable[float]) -> ServerSide | None:
        """Wait for another connection; return our end of it, or None if there is none."""
        for seconds in patience:
            ready, _, _ = select.select([*self._doors.values()] if self.is_here else [], [], [], seconds)
            if ready:
                sock, _ = ready[0].accept()
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.sides.append(ServerSide(sock))
                return self.sides[-1]
        return None

    def close(self) -> None:
        """Close everything."""
        for sock in [*self._doors.values(), *(side.sock for side in self.sides)]:
            sock.close()


def _bound(family: socket.AddressFamily, address: tuple[object, ...]) -> socket.socket:
    """Return a socket that has a port, and lets nobody in yet."""
    sock = socket.socket(family, socket.SOCK_STREAM)
    if os.name == "posix":
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if SHARED:
        sock.setsockopt(socket.SOL_SOCKET, SHARED, 1)
    try:
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock
