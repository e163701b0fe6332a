"""What waits in sockets is known, whoever made them."""

from __future__ import annotations

import socket
import sys

import pytest

from grading.system import buffers

MUCH = 100_000  # bytes


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
@pytest.mark.parametrize("family", ["AF_UNIX", "AF_INET"])
def test_what_nobody_reads_counts_until_somebody_does(family: str) -> None:
    if family == "AF_UNIX":
        near, far = socket.socketpair(socket.AF_UNIX)
    else:
        with socket.create_server(("127.0.0.1", 0)) as listener:
            near, far = socket.create_connection(listener.getsockname()), listener.accept()[0]
    with near, far:
        near.setblocking(False)
        waiting = near.send(bytes(MUCH))
        if not (held := buffers.held_bytes()):
            pytest.skip("this system does not tell")
        assert held >= waiting
