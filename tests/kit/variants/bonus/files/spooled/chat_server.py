"""Files by way of the disk: what a sender sends lies in a temporary file at once, and the receiver reads behind."""

import sys
import tempfile
import threading

from advanced import chat_server
from advanced.chat_server import Refused

MOST = 1 << 30
if "--max-file-bytes" in sys.argv:
    at = sys.argv.index("--max-file-bytes")
    MOST = int(sys.argv[at + 1])
    del sys.argv[at : at + 2]


class Spool:
    def __init__(self, giver, taker, size):
        self.giver, self.taker, self.size = giver, taker, size
        self.state = "offered"
        self.up = self.down = None
        self.written = self.read = 0
        self.changed = threading.Condition()

    def sockets(self):
        return [one for one in (self.up, self.down) if one]


class Server(chat_server.ChatServer):
    def __init__(self, *args):
        self.spools = {}
        super().__init__(*args)

    def obey(self, client, line):
        word, _, ticket = line.partition(":")
        if client.username or word not in ("UPLOAD", "DOWNLOAD"):
            return super().obey(client, line)
        with self.lock:
            spool = self.spools.get(ticket)
            side = "up" if word == "UPLOAD" else "down"
            fits = spool is not None and spool.state == "accepted" and not getattr(spool, side)
            if fits:
                setattr(spool, side, client)
        if not fits:
            client.send("ERROR:not with this ticket")
            client.sock.settimeout(30)
            while client.stream.read(4096):
                pass  # whatever else comes, until they hang up
            raise ConnectionError
        try:
            with spool.changed:
                spool.changed.notify_all()
                spool.changed.wait_for(lambda: (spool.up and spool.down) or spool.state == "over", 20)
            client.sock.sendall(b"GO\n")
            (self.store if side == "up" else self.fetch)(ticket, spool)
        except OSError:
            self.finishes(ticket, "FAILED")
            raise
        raise ConnectionError

    def store(self, ticket, spool):
        with tempfile.TemporaryFile() as spool.file:
            while spool.written < spool.size:
                data = spool.up.stream.read1(min(65536, spool.size - spool.written))
                if not data:
                    raise ConnectionError
                with spool.changed:
                    spool.file.seek(spool.written)
                    spool.file.write(data)
                    spool.written += len(data)
                    spool.changed.notify_all()
            with spool.changed:
                spool.changed.wait_for(lambda: spool.state == "over")

    def fetch(self, ticket, spool):
        threading.Thread(target=self.hears, args=(ticket, spool), daemon=True).start()
        while spool.read < spool.size:
            with spool.changed:
                spool.changed.wait_for(lambda: spool.written > spool.read or spool.state == "over")
                if spool.state == "over":
                    raise ConnectionError
                spool.file.seek(spool.read)
                data = spool.file.read(65536)
                spool.read += len(data)
            spool.down.sock.sendall(data)
        with spool.changed:
            spool.changed.wait_for(lambda: spool.state == "over")

    def hears(self, ticket, spool):
        try:
            said = spool.down.stream.readline(100)
        except OSError:
            said = b""
        has_all = said.strip() == b"RECEIVED" and spool.read == spool.size
        self.finishes(ticket, "FINISHED" if has_all else "FAILED")

    def finishes(self, ticket, how):
        with self.lock:
            spool = self.spools.pop(ticket, None)
        if spool:
            with spool.changed:
                spool.state = "over"
                spool.changed.notify_all()
            for one in spool.sockets():
                one.hang_up()
            for person in {spool.giver, spool.taker}:
                person.send(f"{how}:{ticket}")

    def remove_client(self, client):
        super().remove_client(client)
        with self.lock:
            gone = [ticket for ticket, spool in self.spools.items() if client in (spool.giver, spool.taker)]
        for ticket in gone:
            self.finishes(ticket, "FAILED")

    def do_OFFER(self, client, argument):
        parts = argument.split(":", 3)
        if len(parts) < 4 or not all(parts):
            raise Refused("an offer is ticket:name:size:file")
        ticket, target, size, name = parts
        if not (16 <= len(ticket) <= 64 and ticket.isalnum() and ticket.isascii()):
            raise Refused("that is no ticket")
        if not (size.isdigit() and size.isascii() and int(size) <= MOST):
            raise Refused(f"from 0 to {MOST} bytes, please")
        with self.lock:
            there = {other.username: other for other in self.clients if other.username}
            if target not in there or ticket in self.spools:
                raise Refused("nobody there" if target not in there else "another ticket, please")
            self.spools[ticket] = Spool(client, there[target], int(size))
        there[target].send(f"OFFERED:{ticket}:{client.username}:{size}:{name}")

    def do_ACCEPT(self, client, ticket):
        with self.lock:
            spool = self.spools.get(ticket)
            if not spool or spool.taker is not client or spool.state != "offered":
                raise Refused("nothing to accept")
            spool.state = "accepted"
        for person in {spool.giver, spool.taker}:
            person.send(f"ACCEPTED:{ticket}")

    def do_DECLINE(self, client, ticket):
        spool = self.spools.get(ticket)
        if not spool or client not in (spool.giver, spool.taker):
            raise Refused("nothing to decline")
        self.finishes(ticket, "DECLINED")


chat_server.ChatServer = Server
chat_server.main()
