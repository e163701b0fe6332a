"""How much memory the sockets of this network hold for what nobody has read yet (Linux): it is part of no process."""

from __future__ import annotations

import contextlib
import socket
import struct
import sys
from collections.abc import Iterator

DIAGNOSIS = 4  # NETLINK_SOCK_DIAG, see sock_diag(7)
BY_FAMILY, DUMP = 20, 0x301  # SOCK_DIAG_BY_FAMILY; NLM_F_REQUEST | NLM_F_DUMP
ERROR, DONE = 2, 3  # kinds of messages, see netlink(7)
HEADER, ATTRIBUTE = struct.Struct("=IHHII"), struct.Struct("=HH")
EVERY = 0xFFFFFFFF  # states; and cookies that mean any
OF_UNIX = struct.pack("=BBHIIIII", 1, 0, 0, EVERY, 0, 0x20, EVERY, EVERY)  # struct unix_diag_req
OF_INTERNET = struct.Struct("=BBBxI48x")  # struct inet_diag_req_v2
MEMORY_OF_UNIX, MEMORY_OF_INTERNET = 5, 7  # UNIX_DIAG_MEMINFO, INET_DIAG_SKMEMINFO
UNIX_BYTES, INTERNET_BYTES = 16, 72  # of what stands before the attributes
MEMORY = struct.Struct("=III")  # what came and is not read, the most of that, what was sent and did not arrive
ANSWER_BYTES = 65536
SECONDS = 1.0  # for an answer


def held_bytes() -> int:
    """Return how much that is; 0 where the system does not tell."""
    if sys.platform != "linux":
        return 0
    total = sum(_dumped(OF_UNIX, UNIX_BYTES, MEMORY_OF_UNIX))
    for family in (2, 10):  # IPv4 and IPv6
        for protocol in (6, 17):  # TCP and UDP
            question = OF_INTERNET.pack(family, protocol, 1 << (MEMORY_OF_INTERNET - 1), EVERY)
            total += sum(_dumped(question, INTERNET_BYTES, MEMORY_OF_INTERNET))
    return total


def _dumped(question: bytes, before: int, wanted: int) -> Iterator[int]:
    """Yield what each socket holds of which the system tells."""
    if sys.platform != "linux":
        return
    with (
        contextlib.suppress(OSError, struct.error),
        socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, DIAGNOSIS) as asks,
    ):
        asks.settimeout(SECONDS)
        asks.send(HEADER.pack(HEADER.size + len(question), BY_FAMILY, DUMP, 0, 0) + question)
        while True:
            answer = asks.recv(ANSWER_BYTES)
            while answer:
                length, kind, *_ = HEADER.unpack_from(answer)
                if kind in (ERROR, DONE):
                    return
                yield _memory(answer[HEADER.size + before : length], wanted)
                answer = answer[_padded(length) :]


def _memory(attributes: bytes, wanted: int) -> int:
    while len(attributes) >= ATTRIBUTE.size:
        length, kind = ATTRIBUTE.unpack_from(attributes)
        if kind == wanted:
            received, _, sent = MEMORY.unpack_from(attributes, ATTRIBUTE.size)
            return int(received) + int(sent)
        attributes = attributes[max(ATTRIBUTE.size, _padded(length)) :]
    return 0


def _padded(length: int) -> int:
    return (length + 3) & ~3
