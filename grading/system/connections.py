"""What the system knows about the TCP connections of this machine (Linux; elsewhere nothing).

One is asked for by netlink, sock_diag(7), which takes some microseconds. Where that is not allowed, the table is read
in which all of them stand, proc_pid_net(5): that takes milliseconds.
"""

from __future__ import annotations

import re
import socket
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CLOSE_WAIT, LISTENS = 8, 10  # states
MAY_SEND = (1, 4, 8, 9, 11)  # those in which bytes may be on their way: established, and half or wholly closed
TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
# A line of them: the addresses, the state, the queues, the timers, the retransmissions, the account, the number
LINE = re.compile(
    rb" [0-9A-F]+:([0-9A-F]{4}) [0-9A-F]+:([0-9A-F]{4}) (..) ([0-9A-F]{8}):([0-9A-F]{8}) \S+ \S+ +\d+ +\d+ (\d+)"
)
# See linux/netlink.h and linux/inet_diag.h
HEADER = struct.Struct("=IHHII")  # of a message: length, type, flags, number, port
BY_FAMILY, ERROR, DONE = 20, 2, 3  # types
REQUEST, DUMP = 0x1, 0x300  # flags
QUESTION = struct.Struct("=BBBBI")  # family, protocol, extensions, nothing, states; then follows whom it is about
ENDS = struct.Struct("!HH16s16s")  # ports and addresses
ANY = struct.Struct("=I8s").pack(0, b"\xff" * 8)  # interface and cookie
ANSWER = struct.Struct("=xBxx48s4xII4xI")  # the state, whom it is about, the queues, the number
EVERY_STATE = 0xFFFFFFFF
SOCK_DIAG = 4  # the protocol
AT_ONCE = 1 << 18  # bytes
LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


@dataclass(frozen=True)
class Connection:
    """One end of a connection, or a socket that listens."""

    port: int
    remote_port: int
    state: int
    unread: int  # bytes that have arrived and that nobody has read
    unsent: int  # bytes that have not arrived yet at the other end
    inode: str  # the number of the socket


def find(port: int, remote_port: int) -> Connection | None:
    """Return the end at `port` of a connection on loopback; None if it is not there, or nobody can tell."""
    for family, address in LOOPBACK:
        packed = socket.inet_pton(family, address)
        for found in _ask(family, REQUEST, ENDS.pack(port, remote_port, packed, packed) + ANY) or ():
            if (found.port, found.remote_port) == (port, remote_port):
                return found
    return next((one for one in _table() if (one.port, one.remote_port) == (port, remote_port)), None)


def every(*states: int) -> list[Connection] | None:
    """Return all that are in one of these states; None where nobody can tell."""
    wanted = sum(1 << state for state in states)
    asked = [_ask(family, REQUEST | DUMP, bytes(ENDS.size) + ANY, wanted) for family, _ in LOOPBACK]
    if None not in asked:
        return [one for found in asked for one in found or ()]
    return [one for one in _table() if one.state in states] if TABLES[0].exists() else None


def _ask(family: int, flags: int, whom: bytes, states: int = EVERY_STATE) -> list[Connection] | None:
    """Ask the kernel; None where it does not answer, or has nothing to say."""
    if sys.platform != "linux":
        return None
    question = QUESTION.pack(family, socket.IPPROTO_TCP, 0, 0, states) + whom
    try:
        with socket.socket(socket.AF_NETLINK, socket.SOCK_DGRAM, SOCK_DIAG) as kernel:
            kernel.send(HEADER.pack(HEADER.size + len(question), BY_FAMILY, flags, 1, 0) + question)
            return _answers(kernel, bool(flags & DUMP))
    except OSError:
        return None


def _answers(kernel: socket.socket, many: bool) -> list[Connection] | None:
    found: list[Connection] = []
    while True:
        data, at = kernel.recv(AT_ONCE), 0
        while at < len(data):
            length, kind, *_ = HEADER.unpack_from(data, at)
            if kind == ERROR:
                return None
            if kind == DONE:
                return found
            found.append(_connection(data[at + HEADER.size : at + length]))
            at += length + -length % 4
        if not many:
            return found


def _connection(data: bytes) -> Connection:
    state, ends, unread, unsent, inode = ANSWER.unpack_from(data)
    port, remote_port, *_ = ENDS.unpack_from(ends)
    return Connection(port, remote_port, state, unread, unsent, str(inode))


def _table() -> Iterator[Connection]:
    for path in TABLES:
        try:
            lines = LINE.findall(path.read_bytes())
        except OSError:
            continue
        for port, remote_port, state, unsent, unread, number in lines:
            ends = int(port, 16), int(remote_port, 16)
            yield Connection(*ends, int(state, 16), int(unread, 16), int(unsent, 16), number.decode())
