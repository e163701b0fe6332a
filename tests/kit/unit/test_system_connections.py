"""What the system knows about connections, asked for one way or the other."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from grading.system import connections, wire
from grading.system.connections import CLOSE_WAIT, MAY_SEND, Connection

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
HOSTS = ("127.0.0.1", "::1")
ONE_WAY_OR_THE_OTHER = pytest.mark.parametrize("netlink", (True, False), ids=("by netlink", "from the table"))


@dataclass
class Pair:
    """A listener and both ends of a connection with it."""

    listener: socket.socket
    near: socket.socket
    far: socket.socket

    @property
    def ports(self) -> tuple[int, int]:
        """Where the far end is, and where the near one."""
        return self.far.getsockname()[1], self.near.getsockname()[1]


@contextlib.contextmanager
def pair(host: str) -> Iterator[Pair]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family) as listener:
        with socket.create_connection(listener.getsockname()[:2]) as near, listener.accept()[0] as far:
            yield Pair(listener, near, far)


@pytest.fixture(params=HOSTS)
def both(request: pytest.FixtureRequest) -> Iterator[Pair]:
    try:
        with pair(request.param) as ends:
            yield ends
    except OSError:
        pytest.skip(f"there is no {request.param} here")


@pytest.fixture(autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if not request.getfixturevalue("netlink"):
        monkeypatch.setattr(connections, "_ask", lambda *question: None)


@ONE_WAY_OR_THE_OTHER
def test_what_nobody_has_read_is_counted(netlink: bool, both: Pair) -> None:
    assert wire.unread(*both.ports) == 0
    both.near.sendall(b"hello")
    assert wire.unread(*both.ports) == len(b"hello")
    both.far.recv(100)
    assert wire.unread(*both.ports) == 0


@ONE_WAY_OR_THE_OTHER
def test_who_has_not_closed_what_the_other_end_has_is_half_open(netlink: bool, both: Pair) -> None:
    ports = both.ports
    assert not wire.is_half_open(*ports)
    both.near.close()
    assert wire.is_half_open(*ports)
    assert (found := connections.find(*ports)) and found.state == CLOSE_WAIT


@ONE_WAY_OR_THE_OTHER
def test_a_connection_that_is_not_there_is_not_found_but_who_listens_is(netlink: bool, both: Pair) -> None:
    port = both.ports[0]
    assert connections.find(port, 1) is None
    numbers = wire.listeners(port)
    assert numbers and not numbers & {one.inode for one in connections.every(*MAY_SEND) or ()}


@ONE_WAY_OR_THE_OTHER
def test_what_the_other_end_does_not_take_has_not_arrived(netlink: bool, both: Pair) -> None:
    both.near.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            both.near.send(bytes(1 << 16))
    assert (found := connections.find(*reversed(both.ports))) and found.unsent > 0


@pytest.mark.parametrize("netlink", [True])
def test_both_ways_tell_the_same(netlink: bool, both: Pair) -> None:
    both.near.sendall(b"hello")

    def told(one: Connection | None) -> tuple[int, ...]:
        assert one
        return one.port, one.remote_port, one.state, one.unread

    in_table = next(one for one in connections._table() if (one.port, one.remote_port) == both.ports)
    assert told(connections.find(*both.ports)) == told(in_table)
    assert in_table.inode in {one.inode for one in connections.every(*MAY_SEND) or ()}
