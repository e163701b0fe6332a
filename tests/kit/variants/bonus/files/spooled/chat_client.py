"""Sockets as they are, without files around them; names get new ones, and links see to it that none is taken twice."""

import itertools
import os
import re
import socket
import sys
import tempfile
import threading
import uuid

from advanced import chat_client

FOLDER = "downloads"
if "--downloads" in sys.argv:
    at = sys.argv.index("--downloads")
    FOLDER = sys.argv[at + 1]
    del sys.argv[at : at + 2]


def harmless(name):
    name = re.sub(r"[^\w.-]+", "_", os.path.basename(name.replace("\\", "/")).replace(":", "_"))[-60:]
    name = name.strip("._") or "nameless"
    head = name.partition(".")[0].lower()
    device = head in ("con", "prn", "aux", "nul") or (head[:3] in ("com", "lpt") and head[3:].isdigit())
    return "file-" + name if device else name


class Client(chat_client.ChatClient):
    def __init__(self, *args):
        super().__init__(*args)
        self.guard = threading.Lock()
        self.out, self.offered, self.taken = {}, [], {}
        self.half = set()

    def lost(self):
        self.clean()
        super().lost()

    def disconnect(self):
        super().disconnect()
        self.clean()

    def clean(self):
        for path in list(self.half):
            try:
                os.unlink(path)
            except OSError:
                pass

    def send_message(self, message):
        words = message.split(None, 2)
        if words[0] == "/send":
            if len(words) < 3 or not os.path.isfile(words[2]):
                print("no such file", flush=True)
                return
            ticket, size = uuid.uuid4().hex, os.stat(words[2]).st_size
            with self.guard:
                self.out[ticket] = words[2], size
            self.send_line(f"OFFER:{ticket}:{words[1]}:{size}:{os.path.basename(words[2])}")
        elif words[0] in ("/accept", "/decline"):
            with self.guard:
                found = [offer for offer in self.offered if offer[1] == words[-1]]
                if found:
                    self.offered.remove(found[0])
                    if words[0] == "/accept":
                        self.taken[found[0][0]] = found[0]
            if found:
                self.send_line(f"{words[0][1:].upper()}:{found[0][0]}")
            else:
                print("there is no such offer", flush=True)
        else:
            super().send_message(message)

    def show(self, line):
        word, _, rest = line.partition(":")
        ticket = rest.partition(":")[0]
        if word == "OFFERED":
            ticket, person, size, name = rest.split(":", 3)
            with self.guard:
                self.offered.append((ticket, person, int(size), name))
            print(f"A file from {person}, {size} bytes: {chat_client.printable(name)}", flush=True)
        elif word == "ACCEPTED":
            with self.guard:
                out, taken = self.out.pop(ticket, None), self.taken.pop(ticket, None)
            if out:
                threading.Thread(target=self.give, args=(ticket, *out), daemon=True).start()
            if taken:
                threading.Thread(target=self.take, args=taken, daemon=True).start()
        elif word in ("DECLINED", "FAILED", "FINISHED"):
            with self.guard:
                self.offered = [offer for offer in self.offered if offer[0] != ticket]
            print(f"* a file: {word.lower()}", flush=True)
        else:
            super().show(line)

    def opens(self, line):
        sock = socket.create_connection((self.host, self.port))
        sock.sendall(line.encode() + b"\n")
        answer = b""
        while not answer.endswith(b"\n"):
            byte = sock.recv(1)  # one at a time: nothing is taken that belongs to the file
            if not byte:
                break
            answer += byte
        if answer.strip() != b"GO":
            sock.close()
            return None
        return sock

    def give(self, ticket, path, size):
        sock = self.opens(f"UPLOAD:{ticket}")
        if sock:
            with sock, open(path, "rb") as file:
                try:
                    sock.sendfile(file, count=size or None) if size else None
                except OSError:
                    pass

    def take(self, ticket, person, size, name):
        sock = self.opens(f"DOWNLOAD:{ticket}")
        if not sock:
            return self.send_line(f"DECLINE:{ticket}")
        os.makedirs(FOLDER, exist_ok=True)
        fd, other = tempfile.mkstemp(prefix=".coming-", dir=FOLDER)
        self.half.add(other)
        try:
            with sock, os.fdopen(fd, "wb") as file:
                buffer = memoryview(bytearray(1 << 16))
                while size:
                    count = sock.recv_into(buffer[: min(size, len(buffer))])
                    if not count:
                        raise ConnectionError
                    file.write(buffer[:count])
                    size -= count
                file.close()
                self.name(other, harmless(name))
                sock.sendall(b"RECEIVED\n")
        except OSError:
            print("a file broke off", flush=True)
            self.send_line(f"DECLINE:{ticket}")
        finally:
            self.half.discard(other)
            if os.path.exists(other):
                os.unlink(other)

    def name(self, other, name):
        for number in itertools.count():
            try:
                os.link(other, os.path.join(FOLDER, f"{number}-{name}" if number else name))
                return
            except FileExistsError:
                pass


sys.exit(chat_client.main(Client))
