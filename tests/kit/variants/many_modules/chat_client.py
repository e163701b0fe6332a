"""The client of a submission in many modules: the main thread only waits until either the listener
or the typist is done. How lines look on the screen is told in screen.py."""

from __future__ import annotations

import argparse
import os
import socket
import sys
from dataclasses import dataclass, field
from threading import Event, Thread

from screen import Typed, show, understand, words_for
from wire import cut_newline, pack

ANSWER_SECONDS = 2.0
FAREWELL_SECONDS = 1.0


@dataclass
class ChatClient:
    sock: socket.socket
    username: str | None
    finished: Event = field(default_factory=Event)
    answered: Event = field(default_factory=Event)
    gone: Event = field(default_factory=Event)  # the server
    refused: bool = False

    def listen(self) -> None:
        try:
            with self.sock.makefile("rb") as file:
                for raw in file:
                    line = cut_newline(raw).decode("utf-8", "replace")
                    if line:
                        show(words_for(line))
                    if line.startswith(("JOINED:", "ERROR:")) and not self.answered.is_set():
                        self.refused = line.startswith("ERROR:")
                        self.answered.set()
        except OSError:
            pass
        self.gone.set()
        self.answered.set()
        self.finished.set()

    def type(self) -> None:
        try:
            self.join()
            for typed in sys.stdin:
                command = understand(typed.rstrip("\r\n"))
                if command.leave:
                    break
                if command.complaint:
                    show(f"Error: {command.complaint}")
                elif command.line:
                    self.sock.sendall(pack(command.line))
        except EOFError:
            pass
        except OSError:
            self.gone.wait(FAREWELL_SECONDS)
            self.gone.set()
        self.finished.set()

    def join(self) -> None:
        while True:
            name = self.username or self.ask_name()
            self.answered.clear()
            self.sock.sendall(pack(f"JOIN:{name}"))
            if not self.answered.wait(ANSWER_SECONDS) or not self.refused:
                return
            self.username = None

    def ask_name(self) -> str:
        command = Typed()
        while not command.text:
            print("Enter username: ", end="", flush=True)
            typed = sys.stdin.readline()
            command = understand(typed.strip())
            if not typed or command.leave:
                raise EOFError
        return command.text

    def say_goodbye(self) -> None:
        try:
            self.sock.sendall(pack("QUIT"))
            self.sock.shutdown(socket.SHUT_WR)
        except OSError:
            return
        self.gone.wait(FAREWELL_SECONDS)

    def run(self) -> int:
        """Chat until one of the two threads is done; the exit status."""
        show("Connected to chat server")
        for task in (self.listen, self.type):
            Thread(target=task, daemon=True).start()
        try:
            while not self.finished.wait(0.2):
                pass
        except KeyboardInterrupt:
            pass
        if self.gone.is_set():
            show("Connection lost")
            return 1
        self.say_goodbye()
        show("Disconnected")
        return 0


def main() -> int:
    parser = argparse.ArgumentParser(description="A chat client.")
    parser.add_argument("--host", default="localhost")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--username")
    options = parser.parse_args()
    sys.stdin.reconfigure(errors="replace")
    sys.stdout.reconfigure(errors="replace")
    try:
        sock = socket.create_connection((options.host, options.port))
    except OSError as error:
        show(f"Cannot connect: {error}")
        return 1
    except KeyboardInterrupt:
        show("Disconnected")
        return 0
    return ChatClient(sock, options.username).run()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    os._exit(status)  # sys.exit would wait for the typist, who may sit in readline for ever
