import argparse, asyncio, configparser, re, signal, time
from collections import deque
from pathlib import Path

from settings import ENV

rules = configparser.ConfigParser(interpolation=None)
with open(Path(__file__).parent / ENV["ROOM_RULES"]) as ini:
    rules.read_file(ini)

NAME_OK = re.compile(rules["names"]["pattern"]).fullmatch
LINE = rules.getint("limits", "line")
OUTBOX = rules.getint("limits", "outbox")

past = deque(maxlen=int(ENV["HISTORY"]))
sessions = {}


class Oops(Exception):
    pass


class Session(asyncio.Protocol):
    user = None

    def connection_made(self, transport):
        self.transport = transport
        transport.set_write_buffer_limits(high=OUTBOX)
        self.space = ENV["LOBBY"]
        self.inp = bytearray()
        self.overflow = False
        print("Client connected from", transport.get_extra_info("peername")[:2], flush=True)

    def pause_writing(self):
        self.transport.abort()

    def connection_lost(self, exc):
        self.goodbye()

    def goodbye(self):
        if self.user:
            del sessions[self.user]
            announce("USER_LEFT:" + self.user)
            print(f"User '{self.user}' disconnected", flush=True)
            self.user = None

    def data_received(self, data):
        for b in data.splitlines(True) if b"\r" not in data else re.findall(rb"[^\n]*\n|[^\n]+", data):
            self.inp += b
            if self.inp[-1:] != b"\n":
                if len(self.inp) > LINE + 1:
                    self.overflow = True
                    self.inp.clear()
                continue
            line = bytes(self.inp[:-1]).removesuffix(b"\r")
            self.inp.clear()
            try:
                if self.overflow or len(line) > LINE:
                    self.overflow = False
                    raise Oops("line too long")
                if line:
                    self.perform(line.decode())
            except UnicodeDecodeError:
                self.write("ERROR:not UTF-8")
            except Oops as oops:
                self.write("ERROR:" + str(oops))
            if self.transport.is_closing():
                return

    def write(self, s):
        if not self.transport.is_closing():
            self.transport.write((s + "\n").encode())

    def perform(self, line):
        match line.split(":", 1):
            case ["QUIT"]:
                self.goodbye()
                self.transport.close()
            case ["JOIN", name]:
                self.enter(name)
            case _ if not self.user:
                raise Oops("join first")
            case ["MESSAGE", text]:
                text = f"{self.user} [{time.strftime('%H:%M:%S', time.localtime())}]: {text}"
                if self.space == ENV["LOBBY"]:
                    past.append(text)
                n = announce(text, self.space)
                print(f"Broadcasting message from {self.user} to {n} clients", flush=True)
            case ["PRIVATE", rest]:
                to, _, text = rest.partition(":")
                if to not in sessions:
                    raise Oops("no such user")
                sessions[to].write(f"PRIVATE:{self.user}:{text}")
            case ["JOIN_ROOM", room]:
                if not NAME_OK(room):
                    raise Oops("bad name")
                self.space = room
                self.write("JOINED_ROOM:" + room)
            case ["LIST_USERS"]:
                self.write("USERS:" + ",".join(sessions))
            case _:
                raise Oops("unknown command")

    def enter(self, name):
        if self.user:
            raise Oops("already joined")
        if not NAME_OK(name):
            raise Oops("bad name")
        if name in sessions:
            raise Oops("name taken")
        announce("USER_JOINED:" + name)
        self.user = name
        sessions[name] = self
        self.write("JOINED:" + name)
        for line in past:
            self.write(line)
        print(f"User '{name}' joined", flush=True)


def announce(line, space=None):
    to = [s for s in sessions.values() if space in (None, s.space)]
    for s in to:
        s.write(line)
    return len(to)


async def main(host, port):
    server = await asyncio.get_running_loop().create_server(Session, host, port)
    print(f"Chat server started on {host}:{port}", flush=True)
    while server.is_serving():
        await asyncio.sleep(1)      # lets Ctrl+C through on Windows

a = argparse.ArgumentParser()
a.add_argument("--host", default="localhost")
a.add_argument("--port", type=int, default=8080)
a = a.parse_args()
signal.signal(signal.SIGINT, signal.default_int_handler)
try:
    asyncio.run(main(a.host, a.port))
except KeyboardInterrupt:
    print("Stopped.")
