"""Chat-Client mit asyncio: input() läuft im Executor, der Empfang in einer Task."""
import argparse
import asyncio
import functools
import os
import sys

STEUERZEICHEN = {c: None for c in [*range(0x20), *range(0x7F, 0xA0)]}


class Verbindung:
    def __init__(self, leser, schreiber):
        self.leser = leser
        self.schreiber = schreiber

    def sende(self, zeile):
        self.schreiber.write(zeile.encode("utf-8", "replace") + b"\n")

    async def lies(self):
        try:
            return await self.leser.read(4096)
        except OSError:
            return b""

    async def zeilen(self):
        rest = b""
        while teil := await self.lies():
            *fertig, rest = (rest + teil).split(b"\n")
            for roh in fertig:
                yield roh.decode("utf-8", "replace").rstrip("\r").translate(STEUERZEICHEN)


async def frage(text):
    schleife = asyncio.get_running_loop()
    return await schleife.run_in_executor(None, functools.partial(input, text))


MELDUNGEN = [("USER_JOINED:", "{} joined"), ("USER_LEFT:", "{} left"), ("JOINED:", "Joined as: {}"),
             ("ERROR:", "Error: {}"), ("PRIVATE:", "privat von {}")]
KURZ = {"/join": "JOIN_ROOM:{}", "/users": "LIST_USERS"}


def huebsch(zeile):
    passend = [form.format(zeile[len(anfang):]) for anfang, form in MELDUNGEN if zeile.startswith(anfang)]
    return (passend + [zeile])[0]


def befehl(eingabe):
    woerter = eingabe.split()
    if woerter and woerter[0] in KURZ:
        return KURZ[woerter[0]].format(*woerter[1:2] or "-")
    an, leer, text = eingabe.removeprefix("/msg ").partition(" ")
    if eingabe.startswith("/msg ") and leer:
        return ":".join(("PRIVATE", an, text))
    return "MESSAGE:" + (eingabe[1:] if eingabe.startswith("//") else eingabe)


async def empfange(verbindung, antwort):
    async for zeile in verbindung.zeilen():
        print(huebsch(zeile))
        if zeile.startswith(("JOINED:", "ERROR:")) and antwort.empty():
            antwort.put_nowait(zeile.startswith("JOINED:"))


async def tippe(verbindung, antwort, name):
    angemeldet = False
    while not angemeldet:
        if not name:
            name = (await frage("Enter username: ")).strip()
            continue
        while not antwort.empty():
            antwort.get_nowait()
        verbindung.sende("JOIN:" + name)
        angemeldet, name = await antwort.get(), None
    while True:
        eingabe = await frage("> ")
        if eingabe == "quit":
            return
        if eingabe:
            verbindung.sende(befehl(eingabe))


async def chat(wahl, verbindung):
    antwort = asyncio.Queue(1)
    empfang = asyncio.create_task(empfange(verbindung, antwort))
    tastatur = asyncio.create_task(tippe(verbindung, antwort, wahl.username))
    await asyncio.wait([empfang, tastatur], return_when=asyncio.FIRST_COMPLETED)
    if tastatur.done() and not isinstance(tastatur.exception(), OSError):
        await abschied(verbindung)
        return 0
    return 1


async def abschied(verbindung):
    try:
        verbindung.sende("QUIT")
        await asyncio.wait_for(verbindung.schreiber.drain(), 1)
        verbindung.schreiber.close()
        await asyncio.wait_for(verbindung.schreiber.wait_closed(), 1)
    except (OSError, asyncio.TimeoutError):
        pass


def ende(status):
    print("Connection lost" if status else "Disconnected")
    sys.stdout.flush()
    os._exit(status)        # der Executor wartet sonst auf die Tastatur


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="localhost", help="Rechner des Servers")
    parser.add_argument("--port", default=8080, type=int, help="Port des Servers")
    parser.add_argument("--username", help="Name im Chat")
    wahl = parser.parse_args()
    schleife = asyncio.new_event_loop()
    try:
        verbindung = Verbindung(*schleife.run_until_complete(asyncio.open_connection(wahl.host, wahl.port)))
    except OSError as fehler:
        sys.exit(f"Keine Verbindung: {fehler}")
    print("Connected to chat server")
    try:
        ende(schleife.run_until_complete(chat(wahl, verbindung)))
    except KeyboardInterrupt:
        schleife.run_until_complete(abschied(verbindung))
        ende(0)


main()
