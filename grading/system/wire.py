"""What the system knows about a connection on loopback."""

from __future__ import annotations

import os
import socket
import struct
from pathlib import Path

TABLES = (Path("/proc/net/tcp"), Path("/proc/net/tcp6"))
LOCAL, REMOTE, QUEUES = 1, 2, 4  # fields of a line, see proc(5)


def unread(port: int, from_port: int) -> int:
    """Return how many bytes wait to be read at `port` on its connection with `from_port`.

    Only Linux tells; elsewhere the answer is 0.
    """
    ends = (f":{port:04X}", f":{from_port:04X}")
    for table in TABLES:
        try:
            lines = table.read_text().splitlines()[1:]
        except OSError:
            continue
        for fields in map(str.split, lines):
            if fields[LOCAL].endswith(ends[0]) and fields[REMOTE].endswith(ends[1]):
                return int(fields[QUEUES].partition(":")[2], 16)
    return 0


def reset(sock: socket.socket) -> None:
    """Close `sock` so that the other side gets a reset: lingering for zero seconds does that."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("hh" if os.name == "nt" else "ii", 1, 0))
    sock.close()
