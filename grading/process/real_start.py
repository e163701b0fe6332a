"""Start a program exactly as a person does, with nothing of ours in its process: what fails then, does not start.

The program gets the very port that it asks for. Where that is in use already, it is asked to take another one.
"""

from __future__ import annotations

import contextlib
import os
import re
import select
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from grading.process import hiding
from grading.process.keyboard import Keyboard
from grading.process.output import Output
from grading.process.patience import GOING_ON, LAST_WORDS_SECONDS, PATIENCE_FOR_START, QUIET_START, seconds_by_hand
from grading.process.production import Production
from grading.process.program import Program
from grading.process.started import Process
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.system import blocked
from grading.system.addresses import Address, answers, close, free_port, is_free, listen, told
from grading.system.locks import alone_with
from grading.system.wire import reset

RAISED_AT = re.compile(r'  File "(?P<file>[^"]+)", line (?P<line>\d+)(?:, in (?P<function>.+))?')  # see traceback


@dataclass
class Start:
    """One program, started for real in a copy of the work."""

    process: Process
    out: Output
    work: Path

    def listens(self) -> bool | None:
        """Tell whether it waits for something to be typed, or to come; None if nobody can tell."""
        return blocked.listens(self.process.pid, ())

    def why_it_ended(self) -> Cause:
        """Return what the program said on its way out: the exception with its line, or the last line."""
        self.out.wait_for_end(LAST_WORDS_SECONDS)
        lines = [self._without_folder(line) for line in self.out.screen.lines if line.strip()]
        if not lines:
            return Cause("ended", "It said nothing about it.")
        last = lines[-1].strip()
        places = [place for line in lines if (place := RAISED_AT.match(line)) and self._is_ours(place["file"])]
        where = _told_place(places[-1]) if places else "Its last words"
        hidden = list(hiding.hidden(self._beside, last))
        code = "hides-a-module" if hidden else "does-not-start"
        return Cause(code, "\n".join([shown(f"{where}: {last}"), *hidden]))

    def _without_folder(self, line: str) -> str:
        return line.replace(f"{os.path.realpath(self.work)}{os.sep}", "").replace(f"{self.work}{os.sep}", "")

    def _is_ours(self, file: str) -> bool:
        return not os.path.isabs(file) and os.path.isfile(self.work / file)

    @property
    def _beside(self) -> list[str]:
        """What lies in the folder; nothing where the program has left none that can be read."""
        with contextlib.suppress(OSError):
            return os.listdir(self.work)
        return []


def _told_place(place: re.Match[str]) -> str:
    return f"{place['file']}:{place['line']}" + (f", in {place['function']}" if place["function"] else "")


def where_it_listens(production: Production) -> list[Address]:
    """Return for which hosts and ports the server asks; none where there is none, or it does not listen."""
    program = production.exercise.program("server")
    if program not in production.submission or program in production.mute:
        return []
    server = Program(production, program)
    try:
        server.wait_for_port(PATIENCE_FOR_START)
        return [] if server.wait_for_end(GOING_ON) is not None else server.stage.asked  # it may listen once more
    except Unmet:
        return []
    finally:
        server.close()


@contextlib.contextmanager
def _started(production: Production, program: str, *args: str) -> Iterator[Start]:
    work = production.copy_of_work()
    process = production.launcher.start_for_real(work, program, *args)
    try:
        yield Start(process, Output(process.terminal, threading.Condition(), production.allowance), work)
    finally:
        production.launcher.end(process)


def try_server(production: Production, asked: Address) -> None:
    """Fail unless the server, started by itself, listens at the address for which it asked on the stage."""
    host, port = asked
    with alone_with(f"port-{port}"):
        if port == 0 or is_free(asked):
            return _try_server(production, asked)
        with contextlib.suppress(Unmet):
            return _try_server(production, (host, other := free_port()), "--port", str(other))
        _could_not_try(production, "server", port)


def _could_not_try(production: Production, role: str, port: int) -> None:
    note = f"Port {port} is in use: {production.exercise.program(role)} was not tried there just as you start it."
    if note not in production.notes:
        production.notes.append(note)


def _try_server(production: Production, address: Address, *args: str) -> None:
    program = production.exercise.program("server")
    with _started(production, program, *args) as start:
        looks = iter(range(QUIET_START))
        for _ in seconds_by_hand():
            if start.process.wait(0) is not None:
                break
            if answers(address) if address[1] else next(looks, None) is None:
                return
        expected = f"the server to listen at {told(address)}, started with `python {' '.join((program, *args))}`"
        _fail(expected, start, "listened")


def try_client(production: Production, asked: Address) -> None:
    """Fail unless the client, started by itself, connects to the address for which it asked on the stage."""
    with alone_with(f"port-{asked[1]}"):
        with contextlib.suppress(OSError):
            listeners = listen(asked)
            return _try_client(production, listeners, asked)
        other = ("localhost", free_port())
        with contextlib.suppress(Unmet, OSError):
            return _try_client(production, listen(other), other, "--host", other[0], "--port", str(other[1]))
        _could_not_try(production, "client", asked[1])


def _try_client(production: Production, listeners: list[socket.socket], address: Address, *args: str) -> None:
    program = production.exercise.program("client")
    prompts = production.prompts.setdefault(program, set())
    try:
        with _started(production, program, *args) as start:
            keyboard = Keyboard(start.process.terminal, start.out, prompts, bool, start.listens)
            for _ in seconds_by_hand():
                ready, _, _ = select.select(listeners, [], [], 0)
                if ready:
                    return reset(ready[0].accept()[0])
                if start.process.wait(0) is not None:
                    break
                if keyboard.is_asked():  # once more, where what came too early was thrown away, as getpass does
                    keyboard.types("Alice")
            expected = f"the client to connect to {told(address)}, started with `python {' '.join((program, *args))}`"
            _fail(expected, start, "connected")
    finally:
        close(listeners)


def _fail(expected: str, start: Start, what: str) -> None:
    """Tell why nothing came of it, while the program is still what it was: once it is ended, that was us."""
    status = start.process.wait(0)
    if status is None:
        raise Unmet(expected, f"it runs, but never {what}", late=True)
    raise Unmet(expected, f"it ended with exit status {status} before it {what}", start.why_it_ended())
