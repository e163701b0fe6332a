"""Whatever address the program asks for becomes a free port on loopback, and the grader is told which."""

from __future__ import annotations

import contextlib
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any

from grading.stage.messages import PART_BYTES, Options, Report

LOOPBACK = {socket.AF_INET: "127.0.0.1", socket.AF_INET6: "::1"}
ANYBODYS = {"", "localhost", "127.0.0.1", "0.0.0.0", "::1", "::"}  # addresses that every machine has
NOBODYS = 1  # a port at which nobody listens
FIRST_BY_CHANCE = 32_768  # below it, a system hands out no port unless a program asks for that very one
HURRIED_SECONDS = 1.0
FOR_EVER_SECONDS = 3600.0  # who waits that long does not give up on anybody
SHALLOW_BYTES, DEEP_BYTES = 4096, 262_144  # of send buffer: shallow, a reader that stops is felt soon
MOST_SHALLOW = 3 * SHALLOW_BYTES  # of a shallow buffer, as systems round it up

_bind = socket.socket.bind
_listen = socket.socket.listen
_connect = socket.socket.connect
_settimeout = socket.socket.settimeout
_connect_ex = socket.socket.connect_ex
_socketpair = socket.socketpair
_send: Callable[..., int] = socket.socket.send


class Redirection:
    """Where this process may listen and connect; without one, sockets work as ever."""

    def __init__(self, options: Options, tell: Callable[[Report], None]) -> None:
        self.next_port = options.get("listen", 0)
        self.listen_as = options.get("listen_as")
        self.peers: dict[str, int] = options.get("connect", {})
        self.tell = tell
        self.hurried = options.get("hurried", False)
        self.ports: dict[int, int] = {}  # what the program asked for: what it got
        self.asked: dict[int, tuple[str, int]] = {}  # by the port that it got: the address that it asked for
        self.listeners: list[socket.socket] = []

    def where_to_bind(self, sock: socket.socket, address: Any) -> Any:
        """Return loopback and a free port, or the port that the grader chose for one of the sockets.

        An address that nobody can have raises what it raises in real life.
        """
        if not _is_port(address[1]):
            return address
        if address[0] not in ANYBODYS:
            with socket.socket(sock.family, sock.type) as probe:
                _bind(probe, (address[0], 0, *address[2:]))
        if self.listen_as not in (None, address[1]):
            return (LOOPBACK[sock.family], 0)
        port, self.next_port = self.next_port, 0
        return (LOOPBACK[sock.family], port)

    def where_to_connect(self, sock: socket.socket, address: Any) -> Any:
        """Return the grader's own server, or a port of this very program.

        Who asks for its port whether somebody listens there already finds nobody: what does is a program of others.
        """
        host, port = LOOPBACK[sock.family], address[1]
        if not _is_port(port):
            return address
        if self.peers:
            if address[0] not in ANYBODYS:
                socket.getaddrinfo(address[0], None, sock.family)  # a name that nobody has raises
            self.tell({"connecting": (address[0], port)})
            return (host, self.peers.get(str(int(sock.family)), port))
        if port in self.ports:
            return (host, self.ports[port])
        is_fixed = address[0] in ANYBODYS and port < FIRST_BY_CHANCE and port not in self.asked
        return (host, NOBODYS) if is_fixed else address

    def make_shallow(self, shallow: bool) -> None:
        """Choose the send buffer of the connections that come from now on: they inherit the listener's.

        What `send` takes of more than fits into a shallow one depends on how full it is, and so on chance; from the
        first one on, it takes the same part each time.
        """
        if socket.socket.send is not send_a_part:
            _take_parts()
        for listener in self.listeners:
            with contextlib.suppress(OSError):  # who has left listening to its children has closed it
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SHALLOW_BYTES if shallow else DEEP_BYTES)


def _is_port(port: int) -> bool:
    return 0 <= port <= 65_535


current: Redirection | None = None
_untouched = threading.local()


def _concerns_us(sock: socket.socket, address: Any) -> bool:
    """Tell whether to redirect; a malformed address goes through and raises what it always raises."""
    return (
        current is not None
        and not getattr(_untouched, "now", False)
        and sock.family in LOOPBACK
        and sock.type == socket.SOCK_STREAM
        and isinstance(address, tuple)
        and len(address) >= 2
        and isinstance(address[0], str)
        and isinstance(address[1], int)
    )


def bind(self: socket.socket, address: Any, /) -> None:
    if current is None or not _concerns_us(self, address):
        return _bind(self, address)
    _bind(self, current.where_to_bind(self, address))
    port = self.getsockname()[1]
    current.ports[address[1]] = port
    current.asked[port] = (address[0], address[1])


def listen(self: socket.socket, *backlog: int) -> None:
    ours = current is not None and self.family in LOOPBACK and not getattr(_untouched, "now", False)
    _listen(self, *backlog)
    if ours and current:
        port = self.getsockname()[1]
        current.listeners.append(self)
        current.tell({"listening": (int(self.family), port), "asked": current.asked.get(port, ("", 0))})


def connect(self: socket.socket, address: Any, /) -> None:
    if current is not None and _concerns_us(self, address):
        address = current.where_to_connect(self, address)
    _connect(self, address)


def connect_ex(self: socket.socket, address: Any, /) -> int:
    if current is not None and _concerns_us(self, address):
        address = current.where_to_connect(self, address)
    return _connect_ex(self, address)


def settimeout(self: socket.socket, seconds: float | None, /) -> None:
    is_concerned = current and current.hurried and is_long(seconds) and self.family in LOOPBACK
    _settimeout(self, HURRIED_SECONDS if is_concerned else seconds)


def is_long(seconds: float | None) -> bool:
    """Tell whether somebody who waits so long for a connection gives up on it, but only after a while."""
    return seconds is not None and HURRIED_SECONDS < seconds < FOR_EVER_SECONDS


def _take_parts() -> None:
    global _send
    _send = socket.socket.send  # of the system, or watched already
    setattr(socket.socket, "send", send_a_part)


def send_a_part(self: socket.socket, data: Any, *flags: int) -> int:
    if isinstance(data, (bytes, bytearray, memoryview)) and len(data) > PART_BYTES and _is_shallow(self):
        data = bytes(memoryview(data).cast("B")[:PART_BYTES])  # a view, kept by a traceback, would hold a bytearray
    return _send(self, data, *flags)


def _is_shallow(sock: socket.socket) -> bool:
    is_ours = sock.family in LOOPBACK and sock.type == socket.SOCK_STREAM
    return is_ours and sock.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= MOST_SHALLOW


def connect_to_grader(port: int) -> socket.socket:
    """Return a connection to the grader itself, at a port of loopback."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    _connect(sock, ("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def socketpair(*args: Any, **options: Any) -> tuple[socket.socket, socket.socket]:
    _untouched.now = True  # on Windows it binds, listens and connects
    try:
        return _socketpair(*args, **options)
    finally:
        _untouched.now = False


def install() -> None:
    """Put the functions above in the place of the real ones."""
    for function in (bind, listen, connect, connect_ex, settimeout):
        setattr(socket.socket, function.__name__, function)
    socket.socketpair = socketpair
    if sys.platform == "win32":
        from asyncio import windows_events  # its connections bypass socket.connect

        iocp_connect = windows_events.IocpProactor.connect

        def proactor_connect(self: Any, conn: socket.socket, address: Any) -> Any:
            if current is not None and _concerns_us(conn, address):
                address = current.where_to_connect(conn, address)
            return iocp_connect(self, conn, address)

        setattr(windows_events.IocpProactor, "connect", proactor_connect)
