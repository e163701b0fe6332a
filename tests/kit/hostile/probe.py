"""`python -m tests.kit.hostile.probe FILE NAMESPACES`: in a sandbox, try what nobody may do there, and do no harm.

Prints as JSON what could be done. FILE lies outside, and NAMESPACES are those outside.
"""

from __future__ import annotations

import contextlib
import json
import mmap
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

from grading.course import KIT
from tests.kit.hostile.sandbox import FRESH, LIMITS

FORBIDDEN = ("/", "/etc", "/usr", "/var/tmp", "/home", "/sys", str(KIT.parent), sys.prefix, sys.base_prefix)
MUCH_BYTES = 6_000_000_000
MORE = 20  # processes than are allowed


def leaks(outside: Path, namespaces: dict[str, str]) -> Iterator[str]:
    """Yield what could be done, the most dangerous first; where something could, the rest is not tried."""
    steps = (_rights(), _others(namespaces), _limits(), _disk(outside), _network(), _memory(), _processes())
    for step in steps:
        found = list(step)
        yield from found
        if found:
            return


def _rights() -> Iterator[str]:
    status = dict(line.split(":\t", 1) for line in Path("/proc/self/status").read_text().splitlines())
    if not os.getuid() or not os.geteuid():
        yield "it is root"
    if int(status["CapEff"], 16) or int(status["CapPrm"], 16) or status["NoNewPrivs"] != "1":
        yield "it has rights"
    with contextlib.suppress(OSError):
        os.setuid(0)
        yield "it can become root"


def _others(namespaces: dict[str, str]) -> Iterator[str]:
    for name, outside in namespaces.items():
        if os.readlink(f"/proc/self/ns/{name}") == outside:
            yield f"it shares the namespace {name}"
    seen = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    if os.getpid() != 1 or seen != [1]:
        yield f"it sees processes: {seen}"


def _limits() -> Iterator[str]:
    for name, most in LIMITS.items():
        if resource.getrlimit(getattr(resource, name)) != (most, most):
            yield f"{name} does not hold"


def _disk(outside: Path) -> Iterator[str]:
    with contextlib.suppress(OSError):
        outside.write_text("it was changed")  # in a copy of its folder: who has made it looks at the real one
    for folder in filter(lambda folder: Path(folder) not in FRESH, FORBIDDEN):
        with contextlib.suppress(OSError):
            Path(folder, "hostile-probe").touch()
            yield f"it wrote into {folder}"


def _network() -> Iterator[str]:
    names = [name for _, name in socket.if_nameindex()]
    if names != ["lo"]:
        yield f"it has the interfaces {names}"
    with contextlib.suppress(OSError), socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
        return
    yield "it has no loopback"


def _memory() -> Iterator[str]:
    with contextlib.suppress(OSError, ValueError, MemoryError):
        mmap.mmap(-1, MUCH_BYTES).close()
        yield "it got much memory"


def _processes() -> Iterator[str]:
    """Start children, which wait for a signal, until there may be no more."""
    children = []
    try:
        for _ in range(LIMITS["RLIMIT_NPROC"] + MORE):
            if not (child := os.fork()):
                signal.pause()
            children.append(child)
        yield "it got too many processes"
    except OSError:
        pass
    finally:
        for child in children:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)


if __name__ == "__main__":
    print(json.dumps(list(leaks(Path(sys.argv[1]), json.loads(sys.argv[2])))))
