"""A student's client at a desk: someone types and looks at the screen; the server on the wire is ours."""

from __future__ import annotations

import contextlib
import select
import socket
import time
from collections import Counter
from collections.abc import Callable
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.listener import Listener
from grading.process import real_start
from grading.process.patience import (
    GLANCE_SECONDS,
    KNOCK,
    NOTICE,
    PATIENCE,
    PATIENCE_FOR_END,
    PATIENCE_FOR_START,
)
from grading.process.production import Production
from grading.process.program import Program
from grading.process.reading import shows, shows_a_crash, shows_in_rows, without_tracebacks
from grading.results.causes import Cause
from grading.results.events import SHOWN, TYPED, Minutes
from grading.results.unmet import CannotTell, Unmet
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.system.addresses import meet, told
from grading.system.wire import reset
from grading.telling import diagnosis, stacks

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

RETYPES = 5  # times that a person types a name until it is understood as one
NEVER_MEET = Cause("never-meet", "Both were started without --host and --port: their defaults do not agree.")


class Desk(Listener):
    """One run of a student's client, the keyboard and the screen before it, and the server behind it, which listens."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__()
        self.production = production
        self.program = exercise.program("client")
        self.dialect = exercise.dialect
        self.minutes = Minutes()
        self.name = "Alice"
        self.refused: list[str] = []  # names to which our server says no
        self.answer_to_join = ""  # instead of JOINED and the name
        self.in_haste = False  # our server hangs up after QUIT even before the client has done what it wants to do
        self._before: Counter[str] = Counter()  # the lines on the screen when something last happened
        self._listeners: list[socket.socket] = []
        self._client: Program | None = None

    # Starting

    @property
    def client(self) -> Program:
        """The client that runs now."""
        assert self._client, "sits_down comes first"
        return self._client

    @property
    def programs(self) -> list[Program]:
        """The student's programs that took part."""
        return [self._client] if self._client else []

    def sits_down(self, *args: str, name: str = "Alice", knock: bool = True, **options: Unpack[Options]) -> None:
        """Start the client and wait for its connection, after typing `name` unless `args` give one.

        `options` are those of the stage.
        """
        self.name = name
        options["connect"] = self._listen()
        self._client = Program(self.production, self.program, args, **options)
        self._accept(name if not args else "")
        if self.dialect.joins:
            self.wire_hears(f"JOIN:{name}", quietly=True)
        self.minutes.remark(name, f"starts the client{' with ' + ' '.join(args) if args else ''}")
        if knock:
            self.types("I am here", quietly=True)
            with contextlib.suppress(Unmet):
                self.wire_hears("MESSAGE:I am here", quietly=True, beats=KNOCK)

    def starts_for_real(self) -> None:
        """Fail unless the client starts just as a person starts it, too, and goes where its server listens."""
        self.sits_down(knock=False)
        asked = self.client.where_it_connected()
        self.client.close()
        if not asked:
            return
        listens = real_start.where_it_listens(self.production)
        if listens and not any(meet(asked, address) for address in listens):
            expected = f"the client to connect to {told(listens[0])}, where the server beside it listens"
            raise Unmet(expected, f"it connects to {told(asked)}", NEVER_MEET, missing=False)
        real_start.try_client(self.production, asked)

    def _listen(self) -> dict[str, int]:
        """Listen on loopback, in both address families where both are there; return the ports."""
        ports = {}
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with contextlib.suppress(OSError):
                listener = socket.create_server((host, 0), family=family)
                self._listeners.append(listener)
                ports[str(int(family))] = listener.getsockname()[1]
        return ports

    def _accept(self, name: str) -> None:
        """Wait for the connection, and type `name` once asked for it, which may be before or after."""
        for seconds in self.client.patience(PATIENCE_FOR_START):
            if name and self.client.keyboard.is_asked():
                self.client.keyboard.types(name)
                name = ""
            if self.sock is None:
                self._lets_in(min(seconds, GLANCE_SECONDS) if name else seconds)
            elif name:
                time.sleep(GLANCE_SECONDS)
            if self.sock and not name:
                return
        if self.sock:
            return
        expected = "the client to connect to the server"
        status = self.client.wait_for_end(0)
        if status is None:
            raise Unmet(expected, "it runs, but does not connect", self.client.where_it_stands(), late=True)
        raise Unmet(expected, f"it ended with exit status {status} before it connected")

    def _lets_in(self, seconds: float) -> None:
        ready, _, _ = select.select(self._listeners, [], [], seconds)
        if ready:
            self.sock, _ = ready[0].accept()
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # The keyboard and the screen

    def types(self, text: str, quietly: bool = False) -> None:
        """Type `text` and Enter, once the client had the chance to ask for it."""
        self.is_asked()
        if not quietly:
            self._acts()
            self.minutes.line(self.name, "client", text, TYPED)
        self.client.keyboard.types(text)

    def is_asked(self) -> None:
        """Wait until the client had the chance to ask for something: nobody types before."""
        for _ in self.client.patience(PATIENCE):
            self.takes_in_what_came()
            if self.client.keyboard.is_asked():
                return
            time.sleep(GLANCE_SECONDS)

    def ends_the_input(self) -> None:
        """Press Ctrl+D."""
        self.is_asked()
        self.minutes.remark(self.name, "ends the input (Ctrl+D)")
        self.client.process.terminal.ends_the_input()

    def interrupts(self) -> None:
        """Press Ctrl+C."""
        self.is_asked()
        self.minutes.remark(self.name, "presses Ctrl+C")
        if not self.client.interrupt():
            raise CannotTell("A program that reads the keyboard past sys.stdin gets Ctrl+C only from a person here.")

    @property
    def screen(self) -> str:
        """All that stands on the client's screen, and what has scrolled out above it."""
        return "\n".join(self.lines)

    @property
    def printed(self) -> str:
        """All that the client has printed, as it came, with everything that moves the cursor."""
        return self.client.out.text

    @property
    def lines(self) -> list[str]:
        """What a person reads on the screen, line by line."""
        return self.client.out.screen.lines

    def sees(self, text: str) -> None:
        """Wait until a line of the screen is `text`, whatever prompt or frame stands around it."""
        self.finds(lambda: self._shows(text), text)

    def _shows(self, text: str) -> bool:
        lines = self.lines
        return any(shows(line, text, self.client.keyboard.prompts) for line in lines) or shows_in_rows(lines, text)

    def sees_any(self, text: str) -> None:
        """Wait until `text` is anywhere on the screen."""
        self.finds(lambda: text in self.screen, f"… {text} …")

    def finds(self, seen: Callable[[], bool], in_words: str) -> None:
        """Wait until `seen()` of the screen; `in_words` says what that is."""
        if self.client.wait_for_screen(seen, PATIENCE):
            self.minutes.line("client", self.name, in_words, SHOWN)
            return
        rest = self._telling(self._new_lines())
        for line in rest[-4:]:
            self.minutes.line("client", self.name, line, SHOWN)
        got = "; ".join(shown(line) for line in rest[-3:]) or "nothing new"
        if self.client.wait_for_end(0) is not None and not rest:
            got = "nothing: the client has ended"
        raise Unmet(f"{self.name} to see {shown(in_words)}", got, late=True)

    def _acts(self) -> None:
        """Remember what is on the screen, now that something happens."""
        self._before = Counter(self.lines)

    def _new_lines(self) -> list[str]:
        """Return the lines of the screen that were not there when something last happened."""
        old = self._before.copy()
        new = []
        for line in self.lines:
            if old[line]:
                old[line] -= 1
            else:
                new.append(line)
        return new

    def _is_greeting(self, line: str) -> bool:
        """Tell whether `line` only says that the client has started, or shows what was typed."""
        is_start = "Connected to chat server" in line or line.endswith(f"Joined as: {self.name}")
        return is_start or self.client.keyboard.was_typed(line)

    def fence(self) -> None:
        """Let our server say a marker, and wait until it is on the screen: what it said before is, too."""
        self.wire_says("Zoe: marker\n", quietly=True)
        self.finds(lambda: "marker" in self.printed, "Zoe: marker")

    def lets_the_client_read(self) -> None:
        """Wait until the client has read what it was sent, as far as this system can tell, and had time for it."""
        assert self.sock
        try:
            ours, theirs = self.sock.getsockname()[1], self.sock.getpeername()[1]
        except OSError:
            return  # the client has gone
        self.client.reads(theirs, ours)
        for _ in range(2):
            self.client.is_awake()

    def expects(self, true: bool, expected: str, got: str) -> None:
        """Fail with these words unless `true`."""
        if not true:
            raise Unmet(expected, got, missing=False)

    # The wire

    def wire_says(self, data: str | bytes, quietly: bool = False) -> None:
        """Let our server send `data` in one segment."""
        data = data.encode() if isinstance(data, str) else data
        if not quietly:
            self._acts()
            for line in data.splitlines(keepends=True):
                self.minutes.line("server", "client", line.decode("utf-8", "backslashreplace").removesuffix("\n"))
        assert self.sock
        with contextlib.suppress(OSError):
            self.sock.sendall(data)

    def wire_hears(self, line: str, quietly: bool = False, beats: int = PATIENCE) -> None:
        """Wait until the client sends exactly `line`."""
        if (
            self._finds(lambda heard: heard.rstrip() == line.rstrip(), self.client.patience(beats), self._strays)
            is None
        ):
            self._misses(line)
        if not quietly:
            self.minutes.line("client", "server", line)

    def _misses(self, line: str) -> None:
        expected = f"the client to send {shown(line)}"
        others = [other for other in self.heard[self._since :] if self._strays(other)]
        for other in [*others[:4], *([self.unfinished] if self.unfinished else [])]:
            self.minutes.line("client", "server", other)
        if self.closed:
            self.client.wait_for_end(KNOCK)
        if others:
            raise Unmet(expected, shown(others[0]), late=True)
        if self.unfinished:
            got = f"{shown(self.unfinished)} without a newline at its end"
            raise Unmet(expected, got, diagnosis.NO_NEWLINE, late=True)
        if self.closed:
            raise Unmet(expected, "it closed the connection")
        raise Unmet(expected, "nothing came", late=True, perhaps=self.client.where_it_stands())

    def _strays(self, line: str) -> bool:
        return line not in (f"JOIN:{self.name}", "MESSAGE:I am here", f"MESSAGE:{self.name}")

    def _hears(self, line: str) -> None:
        """Take in one line, and answer `JOIN` and `QUIT` as a server does."""
        super()._hears(line)
        command, _, argument = line.partition(":")
        if command == "JOIN" and argument in self.refused:
            self.wire_says("ERROR:name taken\n", quietly=True)
        elif command == "JOIN":
            self.wire_says(self.answer_to_join or f"JOINED:{argument}\n", quietly=not self.answer_to_join)
        elif command == "QUIT":
            if not self.in_haste:
                self.client.ask({"do": "settle"})
            self.vanishes(quietly=True)

    def vanishes(self, quietly: bool = False) -> None:
        """Let our server close the connection."""
        if not quietly:
            self.minutes.remark("the server", "closes the connection")
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_WR)

    def breaks(self) -> None:
        """Let the connection break (RST)."""
        self.minutes.remark("the connection", "breaks (reset)")
        self.closed = "broken"
        if self.sock:
            reset(self.sock)
            self.sock = None

    # The end

    def ends(self) -> int:
        """Wait until the client ends by itself; return its exit status."""
        ended = None
        for seconds in self.client.patience(PATIENCE_FOR_END):
            self.takes_in_what_came()
            ended = self.client.process.wait(seconds)
            if ended is not None:
                break
        if ended is None:
            raise Unmet(
                "the client to end by itself", "it still runs", stacks.told_lingering(self.client.threads()), late=True
            )
        self.client.hear_last_words()
        self.takes_in_what_came()
        self.minutes.remark("the client", f"ends with exit status {ended}")
        return ended

    def ends_well(self, status: int, last_words: str) -> None:
        """Fail unless the client ends by itself, with exit status `status` and `last_words` on the screen."""
        ended = self.ends()
        if self.has_crashed():
            raise Unmet("the client to end without a traceback", self._error())
        self.expects(last_words in self.screen, f"{self.name} to see {last_words}", self._last_line() or "nothing")
        self.expects(ended == status, f"the client to end with exit status {status}", f"exit status {ended}")

    def has_crashed(self) -> bool:
        """Tell whether the screen shows a traceback."""
        return shows_a_crash(self.lines)

    def _error(self) -> str:
        """Return the last line on the screen, which is that of the exception."""
        return shown(next(line for line in reversed(self.lines) if line.strip()))

    def _last_line(self) -> str:
        """Return the last line of the screen that tells something."""
        lines = self._telling(self.lines)
        return shown(lines[-1]) if lines else ""

    def _telling(self, lines: list[str]) -> list[str]:
        """Return those of `lines` that tell more than that the client has started, asks, or has crashed."""
        return [line for line in without_tracebacks(lines) if line.strip(" >") and not self._is_greeting(line)]

    def says_goodbye(self) -> None:
        """Fail unless the client sends QUIT, says that it is disconnected, and ends well."""
        self.wire_hears("QUIT")
        self.ends_well(0, "Disconnected")

    def says_goodbye_in_haste(self) -> None:
        """The same, where our server has hung up before the thread that sent QUIT can do anything else.

        The client must have been started with `hold_after="QUIT"`.
        """
        self.in_haste = True
        self.wire_hears("QUIT")
        self.minutes.remark("the server", "hangs up at once")
        for seconds in self.client.patience(NOTICE):
            if self.client.process.wait(seconds) is not None:
                break
        self.client.ask({"do": "settle"})
        self.client.ask({"do": "go on"})
        try:
            self.ends_well(0, "Disconnected")
        except Unmet as unmet:
            unmet.cause = unmet.cause or (diagnosis.TOO_QUICK if "Connection lost" in self.screen else None)
            raise

    def is_lost(self) -> None:
        """Fail unless the client says that it lost the connection, and ends by itself."""
        self.ends_well(1, "Connection lost")

    def joins_as_or_ends(self, name: str) -> None:
        """Fail unless the client asks the server for `name`, which was typed, or ends without a traceback.

        A client that had not understood the refusal yet may take the name for a message: it is typed again then.
        """
        typed = 1
        for seconds in self.client.patience(PATIENCE_FOR_END):
            self.takes_in_what_came()
            if f"JOIN:{name}" in self.heard or self.client.process.wait(seconds) is not None:
                break
            if typed < RETYPES and self.heard.count(f"MESSAGE:{name}") == typed:
                self.types(name, quietly=True)
                typed += 1
        else:
            got = " and ".join(dict.fromkeys(self.heard[self._read :])) or "neither"
            raise Unmet(f"the client to send JOIN:{name}, or to end", got, late=True)
        if self.client.wait_for_end(0) is not None and self.has_crashed():
            raise Unmet("the client to ask again or to end", self._error())

    def close(self) -> None:
        """End the client and our server."""
        if self._client:
            self._client.close()
        for sock in [*self._listeners, *([self.sock] if self.sock else [])]:
            sock.close()
