"""Hosts and ports of this machine: who has them, who could meet there."""

from __future__ import annotations

import contextlib
import errno
import random
import socket
from collections.abc import Iterable, Iterator

from grading.system.wire import reset

Address = tuple[str, int]  # host and port, as a program asks for them
ANYWHERE = ("", "0.0.0.0", "::")  # hosts for a server that does not mind how it is reached
LOOPBACK = ("127.0.0.1", "::1")
NOT_HERE = (errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL)
ANSWERING_SECONDS = 1.0
TRIES = 20  # ports that we look at, one after the other
OWN_PORTS = range(20_000, 30_000)  # where systems hand out no ports of their own accord


def meet(client: Address, server: Address) -> bool:
    """Tell whether who connects to `client` reaches who listens at `server`."""
    there = _numbers(client[0])
    listens = LOOPBACK if server[0] in ANYWHERE else _numbers(server[0])
    reached = any(map(_is_ours, there)) if server[0] in ANYWHERE else not there.isdisjoint(listens)
    return client[1] == server[1] and reached


def is_free(address: Address) -> bool:
    """Tell whether a program can listen there that does not know of SO_REUSEADDR either."""
    return all(_can_have(number, address[1]) for number in _where(address[0]))


def free_port() -> int:
    """Return a port that nobody has, in either address family."""
    return _first_free(_handed_out() for _ in range(TRIES))


def own_port() -> int:
    """Return a port that nobody has, in either address family, and that no other program will get by chance."""
    return _first_free(random.sample(OWN_PORTS, TRIES))


def _first_free(ports: Iterable[int]) -> int:
    """Return the first port that is free, or else the last one."""
    for port in ports:
        if is_free(("localhost", port)):
            break
    return port


def _handed_out() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def listen(address: Address) -> list[socket.socket]:
    """Listen wherever a client may look for `address`; raise OSError where that is not possible."""
    listeners = []
    try:
        for number in _where(address[0]):
            if _is_ours(number):
                listeners.append(socket.create_server((number, address[1]), family=_family(number)))
    except OSError:
        close(listeners)
        raise
    if not listeners:
        raise OSError(f"{address[0]} is another machine")
    return listeners


def close(listeners: list[socket.socket]) -> None:
    """Stop listening."""
    for listener in listeners:
        listener.close()


def answers(address: Address) -> bool:
    """Tell whether somebody listens there; the connection leaves no trace behind (TIME_WAIT)."""
    for number in _where(address[0]):
        sock = socket.socket(_family(number), socket.SOCK_STREAM)
        sock.settimeout(ANSWERING_SECONDS)
        try:
            sock.connect((number, address[1]))
            return True
        except OSError:
            pass
        finally:
            with contextlib.suppress(OSError):
                reset(sock)
    return False


def told(address: Address) -> str:
    """Return an address as one writes it."""
    return f"{address[0] or 'localhost'}:{address[1]}"


def _where(host: str) -> Iterator[str]:
    yield from LOOPBACK if host in ANYWHERE else sorted(_numbers(host))


def _numbers(host: str) -> set[str]:
    """Return the addresses of a host, as numbers; none if nobody knows it. Both loopbacks count as one."""
    if host in ("localhost", *LOOPBACK):
        return set(LOOPBACK)
    with contextlib.suppress(OSError, UnicodeError):
        return {str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)}
    return set()


def _family(number: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in number else socket.AF_INET


def _is_ours(number: str) -> bool:
    """Tell whether this machine has that address."""
    return _can_have(number, 0, taken=False)


def _can_have(number: str, port: int, taken: bool = True) -> bool:
    try:
        with socket.socket(_family(number), socket.SOCK_STREAM) as probe:
            probe.bind((number, port))
    except OSError as error:
        return taken and error.errno in NOT_HERE  # nobody can have it, so nobody has
    return True
