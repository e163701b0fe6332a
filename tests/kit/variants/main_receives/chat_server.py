"""The server proper runs in a process of its own (spawned, so that it works alike on Windows, macOS and Linux).

Inside it, one thread per connection reads and puts what it read into an inbox; one single thread empties
the inbox, knows all the state and does all the sending. Hence no locks.
"""
import argparse
import multiprocessing
import os
import queue
import select
import signal
import socket
import string
import threading
import time

ALLOWED = set(string.ascii_letters + string.digits + "_-.")
LIMIT = 4096


class Peer:
    def __init__(self, connection):
        self.connection = connection
        self.name = self.ends = None
        self.room = "lobby"
        self.pending = b""

    def post(self, line):
        self.pending += line.encode("utf-8") + b"\n"

    def push(self):
        """Send what the network takes right now."""
        while self.pending:
            try:
                sent = self.connection.send(self.pending[:1 << 16])
            except (BlockingIOError, InterruptedError):
                break
            except OSError:
                self.pending = b""
                break
            self.pending = self.pending[sent:]
        if len(self.pending) > 1024 * 1024:
            self.pending = b""
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass


class Hub:
    def __init__(self):
        self.inbox = queue.Queue(maxsize=500)
        self.peers = []
        self.history = []

    # --- reading threads

    def read(self, peer):
        rest, skipping = b"", False
        while True:
            select.select([peer.connection], [], [])
            try:
                chunk = peer.connection.recv(4096)
            except (BlockingIOError, InterruptedError):
                continue
            except OSError:
                chunk = b""
            if not chunk:
                return
            pieces = (rest + chunk).split(b"\n")
            rest = pieces.pop()
            for piece in pieces:
                if piece.endswith(b"\r"):
                    piece = piece[:-1]
                if skipping or len(piece) > LIMIT:
                    piece, skipping = None, False
                elif piece == b"QUIT":
                    return
                if piece != b"":
                    self.inbox.put((self.on_line, peer, piece))
            if skipping or len(rest) > LIMIT + 1:
                rest, skipping = b"", True

    def reader(self, peer):
        try:
            self.read(peer)
        finally:
            self.inbox.put((self.on_end, peer, None))

    # --- the one thread that does things

    def run(self):
        while True:
            waiting = any(p.pending or p.ends for p in self.peers)
            try:
                handler, peer, what = self.inbox.get(timeout=0.01 if waiting else 1)
                handler(peer, what)
                for _ in range(self.inbox.qsize()):
                    handler, peer, what = self.inbox.get()
                    handler(peer, what)
            except queue.Empty:
                pass
            for peer in list(self.peers):
                peer.push()
                if peer.ends and (not peer.pending or peer.ends < time.monotonic()):
                    self.peers.remove(peer)
                    peer.connection.close()

    def on_connect(self, peer, address):
        self.peers.append(peer)
        print("Client connected from", address, flush=True)

    def on_end(self, peer, _):
        peer.ends = time.monotonic() + 2
        if peer.name:
            name, peer.name = peer.name, None
            print(f"User {name!r} disconnected", flush=True)
            self.tell(self.members(), "USER_LEFT:" + name)

    def on_line(self, peer, raw):
        if raw is None:
            return peer.post("ERROR:line too long")
        try:
            verb, _, argument = raw.decode("utf-8").partition(":")
        except ValueError:
            return peer.post("ERROR:not UTF-8")
        action = getattr(self, "on_" + verb, None) if verb.isupper() else None
        if verb != "JOIN" and not peer.name:
            peer.post("ERROR:join first")
        elif action:
            action(peer, argument)
        else:
            peer.post("ERROR:unknown command")

    def members(self):
        return [p for p in self.peers if p.name]

    def tell(self, people, line):
        for person in people:
            person.post(line)
        return len(people)

    def on_JOIN(self, peer, name):
        others = self.members()
        if peer in others:
            peer.post("ERROR:already joined")
        elif not set(name) <= ALLOWED or not 1 <= len(name) <= 32:
            peer.post("ERROR:bad name")
        elif name in [p.name for p in others]:
            peer.post("ERROR:name taken")
        else:
            peer.name = name
            self.tell([peer], "\n".join(["JOINED:" + name] + self.history))
            self.tell(others, "USER_JOINED:" + name)
            print(f"User {name!r} joined", flush=True)

    def on_MESSAGE(self, peer, text):
        line = time.strftime(f"{peer.name} [%H:%M:%S]: ") + text
        if peer.room == "lobby":
            self.history = (self.history + [line])[-20:]
        count = self.tell([p for p in self.members() if p.room == peer.room], line)
        print(f"Broadcasting message from {peer.name} to {count} clients", flush=True)

    def on_PRIVATE(self, peer, argument):
        target, _, text = argument.partition(":")
        found = [p for p in self.members() if p.name == target]
        if not self.tell(found, f"PRIVATE:{peer.name}:{text}"):
            peer.post("ERROR:no such user")

    def on_JOIN_ROOM(self, peer, room):
        if set(room) <= ALLOWED and 1 <= len(room) <= 32:
            peer.room = room
            peer.post("JOINED_ROOM:" + room)
        else:
            peer.post("ERROR:bad name")

    def on_LIST_USERS(self, peer, _):
        peer.post("USERS:" + ", ".join(sorted(p.name for p in self.members())))


def serve(host, port):
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    hub = Hub()
    threading.Thread(target=hub.run, daemon=True).start()
    listener = socket.create_server((host, port), backlog=64)
    listener.settimeout(0.5)
    print(f"Chat server started on {host}:{port}", flush=True)
    while True:
        try:
            connection, address = listener.accept()
        except socket.timeout:
            continue
        connection.setblocking(False)
        peer = Peer(connection)
        hub.inbox.put((hub.on_connect, peer, address))
        threading.Thread(target=hub.reader, args=(peer,), daemon=True).start()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    options = vars(parser.parse_args())
    multiprocessing.set_start_method("spawn")
    process = multiprocessing.Process(target=serve, kwargs=options, daemon=True)
    process.start()
    try:
        process.join()
    except KeyboardInterrupt:
        process.terminate()
        process.join()
