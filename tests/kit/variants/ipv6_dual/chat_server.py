"""An IPv6 chat server: it listens on ::1 and only falls back to IPv4 where there is no IPv6.
One thread, no locks: a selector tells which socket wants something."""

import argparse
import collections
import contextlib
import datetime
import errno
import os
import re
import selectors
import socket
import time

LINE_MAX = 4096
OUTBOX_MAX = 1 << 20
HISTORY_MAX = 20
GRACE = 2.0  # seconds that a leaver has for reading the rest
NAME_RE = re.compile(r"[A-Za-z0-9_.\-]{1,32}", re.ASCII)
NO_IPV6 = {errno.EAFNOSUPPORT, errno.EADDRNOTAVAIL, errno.EPROTONOSUPPORT}


class ChatError(Exception):
    """What a client asked for cannot be done."""


def log(text: str) -> None:
    with contextlib.suppress(OSError):
        print(text, flush=True)


def open_listener(host: str, port: int) -> socket.socket:
    """Listen on the IPv6 address of `host`, or on its IPv4 address if this machine has no IPv6."""
    if host == "localhost":
        found = [(socket.AF_INET6, "::1"), (socket.AF_INET, "127.0.0.1")]
    else:
        found = [(info[0], info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    problem = None
    for family, address in sorted(found, key=lambda pair: pair[0] != socket.AF_INET6):
        try:
            listener = socket.socket(family, socket.SOCK_STREAM)
            if os.name == "posix":
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(100)
            return listener
        except OSError as error:
            if family != socket.AF_INET6 or error.errno not in NO_IPV6:
                raise
            problem = error
    raise problem


class Peer:
    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.inbox, self.outbox = b"", bytearray()
        self.skipping = False  # inside a line that is too long
        self.name: str | None = None
        self.room = "lobby"
        self.deadline: float | None = None  # for closing; set once the peer is on its way out
        self.ended = False  # nothing more comes


class ChatServer:
    def __init__(self, host: str, port: int) -> None:
        self.listener = open_listener(host, port)
        self.listener.setblocking(False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(self.listener, selectors.EVENT_READ)
        self.peers: set[Peer] = set()
        self.unsent: set[Peer] = set()
        self.named: dict[str, Peer] = {}
        self.history: collections.deque[str] = collections.deque(maxlen=HISTORY_MAX)

    def serve_forever(self) -> None:
        while True:
            for key, events in self.selector.select(0.5):
                if key.data is None:
                    self.accept()
                    continue
                if events & selectors.EVENT_READ:
                    self.read(key.data)
                if events & selectors.EVENT_WRITE:
                    self.unsent.add(key.data)
            while self.unsent:
                self.write(self.unsent.pop())
            now = time.monotonic()
            for peer in [p for p in self.peers if p.deadline is not None and p.deadline < now]:
                self.close(peer)

    def accept(self) -> None:
        try:
            sock, address = self.listener.accept()
        except OSError:  # out of descriptors, or a caller who has hung up again
            return time.sleep(0.01)
        log(f"Client connected from {address[:2]}")
        sock.setblocking(False)
        peer = Peer(sock)
        self.peers.add(peer)
        self.selector.register(sock, selectors.EVENT_READ, peer)

    def read(self, peer: Peer) -> None:
        if peer not in self.peers:
            return
        try:
            data = peer.sock.recv(16384)
            peer.ended = not data
        except BlockingIOError:
            return
        except OSError:
            return self.drop(peer)
        if not data:
            self.leave(peer)
        elif peer.deadline is None:
            self.take(peer, data)

    def take(self, peer: Peer, data: bytes) -> None:
        pieces = (peer.inbox + data).split(b"\n")
        peer.inbox = pieces.pop()
        for raw in pieces:
            if not peer.skipping and peer.deadline is None:
                self.obey(peer, raw.removesuffix(b"\r"))
            peer.skipping = False
        if peer.skipping:
            peer.inbox = b""
        elif len(peer.inbox) > LINE_MAX + 1:
            peer.inbox, peer.skipping = b"", True
            self.tell(peer, "ERROR:line too long")

    def tell(self, peer: Peer, line: str) -> None:
        peer.outbox += line.encode() + b"\n"
        self.unsent.add(peer)

    def write(self, peer: Peer) -> None:
        """Send what goes without waiting; watch the socket for the rest."""
        if peer not in self.peers:
            return
        try:
            while peer.outbox:
                del peer.outbox[: peer.sock.send(peer.outbox)]
        except BlockingIOError:
            if len(peer.outbox) > OUTBOX_MAX:
                return self.drop(peer)
        except OSError:
            return self.drop(peer)
        if peer.deadline is not None and not peer.outbox:
            try:
                peer.sock.shutdown(socket.SHUT_WR)
            except OSError:
                peer.ended = True
        wanted = 0 if peer.ended else selectors.EVENT_READ
        wanted |= selectors.EVENT_WRITE if peer.outbox else 0
        if wanted:
            self.selector.modify(peer.sock, wanted, peer)
        else:
            self.close(peer)

    def drop(self, peer: Peer) -> None:
        self.leave(peer)
        self.close(peer)

    def close(self, peer: Peer) -> None:
        if peer in self.peers:
            self.peers.remove(peer)
            self.selector.unregister(peer.sock)
            peer.sock.close()

    def leave(self, peer: Peer) -> None:
        """Take leave of a peer, once; its socket stays until everything is sent."""
        if peer.deadline is None:
            peer.deadline = time.monotonic() + GRACE
            if peer.name is not None:
                del self.named[peer.name]
                log(f"User '{peer.name}' disconnected")
                for other in self.named.values():
                    self.tell(other, f"USER_LEFT:{peer.name}")
        self.unsent.add(peer)

    def obey(self, peer: Peer, raw: bytes) -> None:
        try:
            if len(raw) > LINE_MAX:
                self.tell(peer, "ERROR:line too long")
            elif raw:
                self.dispatch(peer, raw.decode("utf-8"))
        except UnicodeDecodeError:
            self.tell(peer, "ERROR:not UTF-8")
        except ChatError as error:
            self.tell(peer, f"ERROR:{error}")

    def dispatch(self, peer: Peer, line: str) -> None:
        command, colon, rest = line.partition(":")
        match command, colon:
            case "QUIT", _:
                self.leave(peer)
            case "JOIN", ":":
                self.join(peer, rest)
            case _ if peer.name is None:
                raise ChatError("join first")
            case "MESSAGE", ":":
                self.say(peer, rest)
            case "PRIVATE", ":":
                target, colon, text = rest.partition(":")
                if target not in self.named or not colon:
                    raise ChatError("no such user")
                self.tell(self.named[target], f"PRIVATE:{peer.name}:{text}")
            case "JOIN_ROOM", ":":
                if not NAME_RE.fullmatch(rest):
                    raise ChatError("bad name")
                peer.room = rest
                self.tell(peer, f"JOINED_ROOM:{rest}")
            case "LIST_USERS", "":
                self.tell(peer, "USERS:" + ",".join(sorted(self.named)))
            case _:
                raise ChatError("unknown command")

    def join(self, peer: Peer, name: str) -> None:
        if peer.name is not None:
            raise ChatError("already joined")
        if not NAME_RE.fullmatch(name):
            raise ChatError("bad name")
        if name in self.named:
            raise ChatError("name taken")
        for other in self.named.values():
            self.tell(other, f"USER_JOINED:{name}")
        peer.name, self.named[name] = name, peer
        log(f"User '{name}' joined")
        for line in [f"JOINED:{name}", *self.history]:
            self.tell(peer, line)

    def say(self, peer: Peer, text: str) -> None:
        line = f"{peer.name} [{datetime.datetime.now():%H:%M:%S}]: {text}"
        if peer.room == "lobby":
            self.history.append(line)
        audience = [other for other in self.named.values() if other.room == peer.room]
        for hearer in audience:
            self.tell(hearer, line)
        log(f"Broadcasting message from {peer.name} to {len(audience)} clients")


if __name__ == "__main__":
    cli = argparse.ArgumentParser()
    cli.add_argument("--host", default="localhost")
    cli.add_argument("--port", type=int, default=8080)
    args = cli.parse_args()
    try:
        server = ChatServer(args.host, args.port)
        log(f"Chat server started on {args.host}:{args.port}")
        server.serve_forever()
    except KeyboardInterrupt:
        print("Bye", flush=True)
