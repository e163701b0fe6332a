"""What the system knows about a connection on loopback."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Iterable
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LOCAL, REMOTE, STATE, QUEUES, INODE = 1, 2, 3, 4, 9  # fields of a line, see proc(5)
CLOSE_WAIT, LISTENS = "08", "0A"  # states


def unread(port: int, from_port: int) -> int:
    """Return how many bytes wait to be read at `port` on its connection with `from_port`.

    Only Linux tells; elsewhere the answer is 0.
    """
    fields = _connection(port, from_port)
    return int(fields[QUEUES].partition(":")[2], 16) if fields else 0


def is_half_open(port: int, from_port: int) -> bool:
    """Tell whether `port` has not closed its end of a connection that `from_port` has closed. Only Linux knows."""
    fields = _connection(port, from_port)
    return bool(fields) and fields[STATE] == CLOSE_WAIT


def _connection(port: int, from_port: int) -> list[str]:
    """Return what the system's table says of a connection at `port`; nothing if it is not there."""
    ends = (f":{port:04X}", f":{from_port:04X}")
    for table in TABLES:
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[LOCAL].endswith(ends[0]) and fields[REMOTE].endswith(ends[1]):
                return fields
    return []


def listeners(port: int) -> set[str] | None:
    """Return the numbers of the sockets that listen at `port`; None where this system does not tell."""
    found = set()
    for table in TABLES:
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            return None
        found |= {
            fields[INODE]
            for fields in map(str.split, lines)
            if fields[STATE] == LISTENS and fields[LOCAL].endswith(f":{port:04X}")
        }
    return found


def has_any(pids: Iterable[int], sockets: set[str]) -> bool:
    """Tell whether any of these processes holds one of these sockets (Linux); True where nobody may look."""
    wanted = {f"socket:[{number}]" for number in sockets}
    for pid in pids:
        try:
            for descriptor in os.scandir(f"/proc/{pid}/fd"):
                with contextlib.suppress(OSError):
                    if os.readlink(descriptor.path) in wanted:
                        return True
        except PermissionError:
            return True
        except OSError:
            continue
    return False


def reset(sock: socket.socket) -> None:
    """Close `sock` so that the other side gets a reset: lingering for zero seconds does that."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
    sock.close()
