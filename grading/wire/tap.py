"""A tap: it stands between programs, sends on what comes just as it came, and notes each piece on its way.

All connections are served by one thread that never waits for any of them: who stops reading holds up nobody else.
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import re
import selectors
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from grading.results.events import CLOSE, HALF_CLOSE, RESET
from grading.system.wire import reset
from grading.wire.record import Record
from grading.wire.scene import SERVER
from grading.wire.sealed import begins_sealed, told

AT_ONCE = 65536  # bytes that are read, and so sent on, in one piece at the most
SLICE_SECONDS = 0.2  # after which one looks whether to go on: where Ctrl+C does not wake whoever waits
LONGEST_FIRST_LINE = 4096  # bytes in which a name is looked for
JOINS = re.compile(rb"JOIN:([\w.-]{1,32})\r?\n", re.ASCII)
UNDER_WAY = (0, errno.EINPROGRESS, errno.EWOULDBLOCK, errno.EAGAIN)  # of a connection that is being made
READ, WRITE = selectors.EVENT_READ, selectors.EVENT_WRITE
Address = tuple[socket.AddressFamily, Any]  # a family, and what its connect() takes


@dataclass(eq=False)
class Side:
    """One end of a connection that passes through us."""

    name: str
    sock: socket.socket
    waiting: bytes = b""  # to be sent to it: only after that, more is read from the other side
    has_ended: bool = False  # it sends nothing more
    is_broken: bool = False  # it takes nothing more
    is_connecting: bool = False
    first_line: bytes | None = None  # as far as it has come, while a name may stand there
    is_sealed: bool | None = None  # speaks TLS, which its first bytes tell
    other: Side = field(init=False)

    @property
    def events(self) -> int:
        """For what to wait at its socket."""
        if self.is_connecting:
            return WRITE
        may_read = not (self.has_ended or self.other.waiting or self.other.is_connecting or self.other.is_broken)
        return (READ if may_read else 0) | (WRITE if self.waiting else 0)


class Tap:
    """Passes on what comes to `listeners` to the first of `addresses` where somebody listens."""

    def __init__(self, listeners: Iterable[socket.socket], addresses: Sequence[Address], record: Record) -> None:
        self.connections = 0  # so far
        self._addresses = addresses
        self._record = record
        self._selector = selectors.DefaultSelector()
        self._clients: list[Side] = []  # whose connections are not over
        for listener in listeners:
            listener.setblocking(False)
            self._selector.register(listener, READ)

    def turns(self, seconds: float = SLICE_SECONDS) -> None:
        """Wait for something to happen, not longer than `seconds`, and see to it."""
        for key, events in self._selector.select(seconds):
            if isinstance(key.data, Side):
                self._serves(key.data, events)
            else:
                assert isinstance(key.fileobj, socket.socket)
                self._accepts(key.fileobj)
        self._looks_after_the_silent()

    def close(self) -> None:
        """Let nobody in any more, and hang up on everybody."""
        for client in list(self._clients):
            self._drops(client)
            client.sock.close()
            client.other.sock.close()
        for key in list(self._selector.get_map().values()):
            assert isinstance(key.fileobj, socket.socket)
            key.fileobj.close()
        self._selector.close()

    # Coming

    def _accepts(self, listener: socket.socket) -> None:
        try:
            sock, _ = listener.accept()
        except OSError:  # gone again, or there is no room for it: the next turn tries once more
            return
        self.connections += 1
        client = Side(f"client {self.connections}", _made_ready(sock), first_line=b"")
        self._clients.append(client)
        self._record.remark(client.name, "connects")
        self._reaches(client, self._addresses)

    def _reaches(self, client: Side, addresses: Sequence[Address]) -> None:
        """Connect with the first of `addresses` that does not refuse at once; or else send the client away."""
        for family, address in addresses:
            server = Side(SERVER, _made_ready(socket.socket(family, socket.SOCK_STREAM)), is_connecting=True)
            client.other, server.other = server, client
            if server.sock.connect_ex(address) in UNDER_WAY:
                self._watches(client)
                return
            server.sock.close()
        self._record.remark(client.name, "finds nobody there who listens")
        self._forgets(client)
        self._clients.remove(client)
        reset(client.sock)

    def _is_connected(self, server: Side) -> None:
        """See what became of our way to the server; go on to the next address if nothing did."""
        server.is_connecting = False
        if server.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            families = [family for family, _ in self._addresses]
            self._forgets(server)
            rest = self._addresses[families.index(server.sock.family) + 1 :]
            server.sock.close()
            self._reaches(server.other, rest)

    # Passing on

    def _serves(self, side: Side, events: int) -> None:
        """Do what can be done now at one side, if that is still so."""
        client = side.other if side.name == SERVER else side
        now = side.events & events if side in (client, client.other) and client in self._clients else 0
        if not now:
            return
        if side.is_connecting:
            self._is_connected(side)
        elif now & WRITE:
            self._writes(side)
        else:
            self._reads(side)
        if client in self._clients:
            self._watches(client)

    def _reads(self, side: Side) -> None:
        try:
            data = side.sock.recv(AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            self._breaks(side)
            return
        if data:
            self._looks_for_a_name(side, data)
            self._notes(side, data)
            side.other.waiting = data
            self._writes(side.other)
        elif side.is_broken:
            self._breaks(side)
        else:
            self._ends(side)

    def _notes(self, side: Side, data: bytes) -> None:
        if side.is_sealed is None:
            side.is_sealed = begins_sealed(data)
        if side.is_sealed:
            self._record.line(side.name, side.other.name, told(data))
        else:
            self._record.segment(side.name, side.other.name, data)

    def _writes(self, side: Side) -> None:
        """Send what waits, as much of it as this side takes."""
        try:
            side.waiting = side.waiting[side.sock.send(side.waiting) :]
        except BlockingIOError:
            pass
        except OSError:  # it has gone: what it said before that is still to be read
            side.waiting, side.is_broken = b"", True

    def _ends(self, side: Side) -> None:
        """Pass on that nothing more will come from this side."""
        side.has_ended = True
        is_over = side.other.has_ended
        self._record.line(side.name, side.other.name, "", CLOSE if is_over else HALF_CLOSE)
        with contextlib.suppress(OSError):
            side.other.sock.shutdown(socket.SHUT_WR)
        if is_over:
            self._drops(side)
            side.sock.close()
            side.other.sock.close()

    def _breaks(self, side: Side) -> None:
        """Pass on that this side broke the connection."""
        self._record.line(side.name, side.other.name, "", RESET)
        self._drops(side)
        side.sock.close()
        reset(side.other.sock)

    def _looks_after_the_silent(self) -> None:
        """Notice who broke a connection after they had said that nothing more would come."""
        for side in [side for client in self._clients for side in (client, client.other) if side.has_ended]:
            if side.is_broken or side.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
                self._breaks(side)

    # Names

    def _looks_for_a_name(self, client: Side, data: bytes) -> None:
        """Call a client by the name in its first line, once that is over."""
        if client.first_line is None:
            return
        client.first_line += data
        if match := JOINS.match(client.first_line):
            name = self._free(match[1].decode())
            self._record.rename(client.name, name)
            client.name = name
        if b"\n" in client.first_line or len(client.first_line) > LONGEST_FIRST_LINE:
            client.first_line = None

    def _free(self, name: str) -> str:
        """Return a name that nobody else has who is there: `Ann`, or else `Ann 2`."""
        taken = {SERVER, *(client.name for client in self._clients)}
        numbered = (name if number == 1 else f"{name} {number}" for number in itertools.count(1))
        return next(one for one in numbered if one not in taken)

    # Waiting

    def _watches(self, client: Side) -> None:
        """Wait for what can happen next on both sides."""
        for side in (client, client.other):
            self._forgets(side)
            if side.events:
                self._selector.register(side.sock, side.events, side)

    def _forgets(self, side: Side) -> None:
        with contextlib.suppress(KeyError, ValueError):
            self._selector.unregister(side.sock)

    def _drops(self, side: Side) -> None:
        """Forget a connection."""
        for one in (side, side.other):
            self._forgets(one)
            if one in self._clients:
                self._clients.remove(one)


def _made_ready(sock: socket.socket) -> socket.socket:
    """Let nothing wait for company on its way, and nothing overtake what came before it."""
    sock.setblocking(False)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_OOBINLINE, 1)
    return sock
