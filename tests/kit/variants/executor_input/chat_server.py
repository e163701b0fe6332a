"""Chat-Server. Gelesen wird in einem Thread je Teilnehmer, geschrieben wird nur vom Briefträger."""
import argparse
import contextlib
import logging
import pathlib
import re
import select
import socket
import threading
from datetime import datetime

HIER = pathlib.Path(__file__).parent
protokoll = logging.getLogger("chat")
NAME = re.compile("^[A-Za-z0-9_.-]{1,32}$(?!\n)")


class Abgelehnt(ValueError):
    pass


class Teilnehmer:
    def __init__(self, buchse):
        self.buchse = buchse
        self.name = ""
        self.raum = "lobby"
        self.sack = b""
        self.weg = threading.Event()

    def fileno(self):
        return self.buchse.fileno()


class Brieftraeger(threading.Thread):
    """Leert die Säcke. Wer nicht liest, dessen Sack wird voll, und er fliegt."""

    VOLL = 1 << 20

    def __init__(self, schloss):
        super().__init__(daemon=True)
        self.schloss = schloss
        self.runde = []
        self.klingel, self.knopf = socket.socketpair()
        self.klingel.setblocking(False)
        self.knopf.setblocking(False)

    def klingeln(self):
        try:
            self.knopf.send(b".")
        except BlockingIOError:
            pass

    def einwerfen(self, t, zeile):
        t.sack += (zeile + "\n").encode()
        if t not in self.runde:
            self.runde.append(t)
            self.klingeln()

    def run(self):
        while True:
            with self.schloss:
                offen = [t for t in self.runde if t.fileno() >= 0]
            lesbar, schreibbar, _ = select.select([self.klingel], offen, [], 5)
            if lesbar:
                self.klingel.recv(4096)
            with self.schloss:
                for t in schreibbar:
                    self.leeren(t)
                for t in list(self.runde):
                    if not t.sack:
                        self.runde.remove(t)
                        if t.weg.is_set():
                            t.buchse.close()
                    elif len(t.sack) > self.VOLL:
                        self.wegwerfen(t)

    def leeren(self, t):
        try:
            t.sack = t.sack[t.buchse.send(t.sack[:1 << 17]):]
        except BlockingIOError:
            pass
        except OSError:
            self.wegwerfen(t)

    def wegwerfen(self, t):
        with contextlib.suppress(OSError):
            t.buchse.shutdown(socket.SHUT_RDWR)
        t.sack = b""


class Chat:
    def __init__(self):
        self.schloss = threading.RLock()
        self.alle = {}
        self.verlauf = []
        self.post = Brieftraeger(self.schloss)
        self.post.start()

    def an(self, empfaenger, zeile):
        empfaenger = list(empfaenger)
        for t in empfaenger:
            self.post.einwerfen(t, zeile)
        return len(empfaenger)

    def betreten(self, t, name):
        if t.name:
            raise Abgelehnt("already joined")
        if not NAME.match(name):
            raise Abgelehnt("bad name")
        if name in self.alle:
            raise Abgelehnt("name taken")
        self.an(self.alle.values(), f"USER_JOINED:{name}")
        t.name = name
        self.alle[name] = t
        self.an([t], f"JOINED:{name}")
        for zeile in self.verlauf:
            self.an([t], zeile)
        protokoll.info("User '%s' joined", name)

    def sagen(self, t, text):
        zeile = f"{t.name} [{datetime.now().time().isoformat('seconds')}]: {text}"
        if t.raum == "lobby":
            self.verlauf = (self.verlauf + [zeile])[-20:]
        zahl = self.an((u for u in self.alle.values() if u.raum == t.raum), zeile)
        protokoll.info("Broadcasting message from %s to %d clients", t.name, zahl)

    def fluestern(self, t, rest):
        ziel, _, text = rest.partition(":")
        if ziel not in self.alle:
            raise Abgelehnt("no such user")
        self.an([self.alle[ziel]], f"PRIVATE:{t.name}:{text}")

    def umziehen(self, t, raum):
        if not NAME.match(raum):
            raise Abgelehnt("bad name")
        t.raum = raum
        self.an([t], f"JOINED_ROOM:{raum}")

    def auflisten(self, t, _):
        self.an([t], "USERS:" + ",".join(self.alle))

    BEFEHLE = {"MESSAGE": sagen, "PRIVATE": fluestern, "JOIN_ROOM": umziehen, "LIST_USERS": auflisten}

    def ausfuehren(self, t, roh):
        if roh is None:
            raise Abgelehnt("line too long")
        try:
            wort, _, rest = roh.decode("utf-8").partition(":")
        except UnicodeDecodeError:
            raise Abgelehnt("not UTF-8")
        if wort == "JOIN":
            return self.betreten(t, rest)
        if not t.name:
            raise Abgelehnt("join first")
        if wort not in self.BEFEHLE:
            raise Abgelehnt("unknown command")
        self.BEFEHLE[wort](self, t, rest)

    def lesen(self, t):
        puffer, zu_lang = bytearray(), False
        while True:
            select.select([t], [], [])
            try:
                teil = t.buchse.recv(4096)
            except BlockingIOError:
                continue
            if not teil:
                return
            for stueck in re.findall(rb"[^\n]*\n|[^\n]+$", teil):
                puffer += stueck
                if not puffer.endswith(b"\n"):
                    if len(puffer) > 4097:
                        zu_lang = True
                        puffer.clear()
                    continue
                puffer.pop()
                if puffer.endswith(b"\r"):
                    puffer.pop()
                zeile = None if zu_lang or len(puffer) > 4096 else bytes(puffer)
                puffer.clear()
                zu_lang = False
                if zeile == b"QUIT":
                    return
                if zeile == b"":
                    continue
                with self.schloss:
                    try:
                        self.ausfuehren(t, zeile)
                    except Abgelehnt as grund:
                        self.an([t], f"ERROR:{grund}")

    def betreuen(self, t):
        try:
            self.lesen(t)
        except (OSError, ValueError):
            pass
        with self.schloss:
            if t.name:
                del self.alle[t.name]
                self.an(self.alle.values(), f"USER_LEFT:{t.name}")
                protokoll.info("User '%s' disconnected", t.name)
            t.weg.set()
            if t not in self.post.runde:
                t.buchse.close()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", default=8080, type=int)
    wahl = parser.parse_args()
    logging.basicConfig(level="INFO", format="%(asctime)s  %(message)s", filename=HIER / "chat.log", encoding="utf-8")
    chat = Chat()
    tuer = socket.create_server((wahl.host, wahl.port))
    tuer.settimeout(0.4)
    print(f"Chat server started on {wahl.host}:{wahl.port}", flush=True)
    while True:
        try:
            buchse, adresse = tuer.accept()
        except TimeoutError:
            continue
        buchse.setblocking(False)
        protokoll.info("Client connected from %s", adresse)
        threading.Thread(target=chat.betreuen, args=[Teilnehmer(buchse)], daemon=True).start()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("Feierabend")
