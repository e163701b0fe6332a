"""The reception: lets callers in, reads what they want and has it done."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import time
from contextlib import suppress
from queue import Outbox
from threading import Thread

from rooms import Guest, House
from wire import ChatError, Command, read_lines

FAREWELL_SECONDS = 1.0


def log(text: str) -> None:
    with suppress(OSError, ValueError):
        print(text, flush=True)


class Reception:
    """The part of the server that knows about sockets."""

    def __init__(self, host: str, port: int) -> None:
        self.closing = False
        signal.signal(signal.SIGINT, self.stop)
        self.house = House()
        self.callers: dict[socket.socket, Thread] = {}
        self.listener = socket.socket()
        if os.name == "posix":
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self.listener.bind((host, port))
        self.listener.listen(128)
        self.listener.settimeout(0.3)  # seconds until Ctrl+C is noticed

    def open(self) -> None:
        while not self.closing:
            try:
                sock, address = self.listener.accept()
            except TimeoutError:
                continue
            except OSError:
                time.sleep(0.1)
                continue
            thread = Thread(target=self.attend, args=(sock, address), daemon=True)
            self.callers[sock] = thread
            try:
                thread.start()
            except RuntimeError:  # too many threads
                del self.callers[sock]
                sock.close()

    def stop(self, *_: object) -> None:
        self.closing = True

    def close(self) -> None:
        """Hang up on everybody and wait for the threads, but not for ever."""
        self.listener.close()
        deadline = time.monotonic() + 1.5
        for sock in list(self.callers):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in list(self.callers.values()):
            with suppress(RuntimeError):  # not started yet
                thread.join(max(0.0, deadline - time.monotonic()))

    def attend(self, sock: socket.socket, address: tuple[str, int]) -> None:
        log(f"Client connected from {address}")
        guest = Guest(Outbox(sock))
        guest.outbox.start()
        with suppress(OSError), sock.makefile("rb") as file:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for line in read_lines(file):
                try:
                    if isinstance(line, ChatError):
                        raise line
                    if line == "QUIT":
                        break
                    self.obey(guest, Command.parse(line))
                except ChatError as error:
                    guest.tell(f"ERROR:{error}")
        if self.house.leave(guest):
            log(f"User '{guest.name}' disconnected")
        guest.outbox.close(FAREWELL_SECONDS)
        with suppress(OSError):
            sock.shutdown(socket.SHUT_WR)
            sock.settimeout(FAREWELL_SECONDS)
            sock.recv(4096)
        sock.close()
        self.callers.pop(sock, None)

    def obey(self, guest: Guest, command: Command) -> None:
        match command:
            case Command("JOIN", name, True):
                self.house.enter(guest, name)
                log(f"User '{name}' joined")
            case _ if not guest.name:
                raise ChatError("join first")
            case Command("MESSAGE", text, True):
                count = self.house.say(guest, text)
                log(f"Broadcasting message from {guest.name} to {count} clients")
            case Command("PRIVATE", argument, True) if ":" in argument:
                self.house.whisper(guest, *argument.split(":", 1))
            case Command("JOIN_ROOM", room, True):
                self.house.move(guest, room)
            case Command("LIST_USERS"):
                self.house.list_to(guest)
            case _:
                raise ChatError("unknown command")


def main() -> None:
    parser = argparse.ArgumentParser(description="A chat server.")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    options = parser.parse_args()
    reception = Reception(options.host, options.port)
    log(f"Chat server started on {options.host}:{options.port}")
    reception.open()
    reception.close()
    log("Chat server stopped")
