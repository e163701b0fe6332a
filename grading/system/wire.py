"""What the system knows about a connection on loopback."""

from __future__ import annotations

import contextlib
import os
import socket
import struct
from collections.abc import Iterable

from grading.system import connections


def unread(port: int, from_port: int) -> int:
    """Return how many bytes wait to be read at `port` on its connection with `from_port`.

    Only Linux tells; elsewhere the answer is 0.
    """
    found = connections.find(port, from_port)
    return found.unread if found else 0


def is_read(port: int, from_port: int) -> bool:
    """Tell whether nothing waits to be read at `port` on its connection with `from_port`. Only Linux knows."""
    found = connections.find(port, from_port)
    return found is not None and not found.unread


def keep_segments_short(sock: socket.socket, most: int) -> None:
    """Let a connection that is still to be made send no more bytes in one segment, as on any network but loopback.

    There, where a segment holds 64 KB, who has made room for less in his receive buffer gets a piece of one every 0.2
    seconds (Linux).
    """
    if hasattr(socket, "TCP_MAXSEG"):
        with contextlib.suppress(OSError):  # then it is slow, and still right
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, most)


def is_half_open(port: int, from_port: int) -> bool:
    """Tell whether `port` has not closed its end of a connection that `from_port` has closed. Only Linux knows."""
    found = connections.find(port, from_port)
    return found is not None and found.state == connections.CLOSE_WAIT


def listeners(port: int) -> set[str] | None:
    """Return the numbers of the sockets that listen at `port`; None where this system does not tell."""
    every = connections.every(connections.LISTENS)
    return None if every is None else {one.inode for one in every if one.port == port}


def at_the_door(port: int) -> int:
    """Return how many connections to `port` wait to be accepted. Only Linux tells; elsewhere the answer is 0."""
    return sum(one.unread for one in connections.every(connections.LISTENS) or () if one.port == port)


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
