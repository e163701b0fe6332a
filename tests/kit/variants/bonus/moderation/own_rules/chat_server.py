"""Rules of one's own: times of the last lines instead of a bucket, a small table of letters, marks at the clients."""

import hashlib
import secrets
import string
import sys
import threading
import time
import unicodedata
from collections import defaultdict, deque

from advanced import chat_server
from advanced.chat_server import Refused

ALIKE = str.maketrans("авеԁһіјкӏморгѕтухαβεικνορτυχ", "abedhijklmopgstyxabeiknoptux")


def option(name, default=None):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else default


def look(text):
    text = unicodedata.normalize("NFKD", text).lower().translate(ALIKE)
    return "".join(c for c in text if c.isprintable() and not unicodedata.combining(c))


class Server(chat_server.ChatServer):
    rate = float(option("--rate", 0))
    words = set(open(option("--words"), encoding="utf-8").read().lower().split()) if option("--words") else set()
    secret = open(option("--operator-password-file")).read().split(":") if option("--operator-password-file") else None

    def __init__(self, *args):
        self.guard = threading.Lock()
        self.out, self.quiet = set(), {}
        self.last = defaultdict(deque)
        self.wrong = defaultdict(list)
        super().__init__(*args)

    def obey(self, client, line):
        if self.rate:
            times, now = self.last[id(client)], time.time()
            while times and times[0] < now - 5 / self.rate:
                times.popleft()
            if len(times) >= 5:
                client.send("ERROR:one after the other, please")
                return
            times.append(now)
        super().obey(client, line)

    def remove_client(self, client):
        self.last.pop(id(client), None)
        super().remove_client(client)

    def may_say(self, client, text):
        if self.quiet.get(client.username.lower(), 0) > time.time():
            raise Refused("you are muted for now")
        said = "".join(c if c.isalnum() else " " for c in look(text)).split()
        if self.words & set(said):
            raise Refused("there is a word in it that we do not use here")

    def do_MESSAGE(self, client, text):
        self.may_say(client, text)
        return super().do_MESSAGE(client, text)

    def do_PRIVATE(self, client, argument):
        self.may_say(client, argument.split(":", 1)[-1])
        return super().do_PRIVATE(client, argument)

    def do_JOIN(self, client, name):
        with self.lock:
            if name.lower() in self.out:
                raise Refused("you are banned")
            return super().do_JOIN(client, name)

    def do_OPERATOR(self, client, password):
        address, now = client.sock.getpeername()[0], time.time()
        with self.guard:
            recent = self.wrong[address] = [moment for moment in self.wrong[address] if moment > now - 30]
            if len(recent) >= 5 or not self.secret:
                raise Refused("not now")
            salt, key = map(bytes.fromhex, self.secret[1:])
            stretched = hashlib.scrypt(password.encode(), salt=salt, n=16384, r=8, p=1, dklen=32)
            if not secrets.compare_digest(stretched, key):
                recent.append(now)
                raise Refused("no")
        client.keeps_order = True
        client.send("MODERATING:" + client.username)

    def those(self, name):
        return [other for other in list(self.clients) if other.username and other.username.lower() == name.lower()]

    def leave(self, others, why):
        for other in others:
            other.send("ERROR:" + why)
            time.sleep(0.1)
            other.hang_up()

    def must_keep_order(self, client):
        if not getattr(client, "keeps_order", False):
            raise Refused("you do not keep order here")

    def do_KICK(self, client, name):
        self.must_keep_order(client)
        found = [other for other in self.those(name) if other.username == name]
        if not found:
            raise Refused("who?")
        client.send("DONE:KICK:" + name)
        self.leave(found, "you were kicked")

    def do_BAN(self, client, name):
        self.must_keep_order(client)
        with self.lock:
            self.out.add(name.lower())
            found = self.those(name)
        client.send("DONE:BAN:" + name)
        self.leave(found, "you were banned")

    def do_MUTE(self, client, argument):
        self.must_keep_order(client)
        name, _, seconds = argument.partition(":")
        if not 0 < len(seconds) < 9 or set(seconds) - set(string.digits):
            raise Refused("for how long?")
        if not self.those(name):
            raise Refused("who?")
        self.quiet[name.lower()] = time.time() + int(seconds)
        client.send("DONE:MUTE:" + name)


Server(option("--host", "localhost"), int(option("--port", "8080"))).start()
