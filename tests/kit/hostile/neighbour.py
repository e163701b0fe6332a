"""A right server of this machine, which no submission must reach."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import sys
import threading
from collections.abc import Iterator


class Everybody(socketserver.StreamRequestHandler):
    """Everyone hears what one says."""

    people: list[socket.socket] = []

    def handle(self) -> None:
        """Pass on what one says."""
        self.people.append(self.request)
        with contextlib.suppress(OSError):
            for line in self.rfile:
                for person in list(self.people):
                    with contextlib.suppress(OSError):
                        person.sendall(line)


class Neighbour(socketserver.ThreadingTCPServer):
    """Where that server listens."""

    daemon_threads = True


@contextlib.contextmanager
def neighbour() -> Iterator[int]:
    """Run a right server meanwhile; yield its port, which is also an abstract name on Linux."""
    with Neighbour(("127.0.0.1", 0), Everybody) as server, contextlib.ExitStack() as held:
        port: int = server.server_address[1]
        if sys.platform == "linux":
            listener = held.enter_context(socket.socket(socket.AF_UNIX))
            listener.bind(f"\0hostile-{port}")
            listener.listen()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield port
        server.shutdown()
