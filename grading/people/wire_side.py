"""The wire behind a student's client, and our server at its other end: it lets the client in, and talks to it."""

from __future__ import annotations

import contextlib
import select
import socket

from grading.people.listener import Listener
from grading.process.patience import KNOCK, PATIENCE
from grading.process.program import Program
from grading.protocol.seen import Seen
from grading.results.causes import Cause
from grading.results.events import CLOSE, RESET, SILENCE, Minutes
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.system.wire import reset
from grading.telling import diagnosis, stacks

MOST_SHOWN = 4  # lines that came instead
KNOCKING = "I am here"  # what is typed to see whether the client reads the keyboard


class WireSide(Listener):
    """Our server, and all that it heard from the client."""

    def __init__(self) -> None:
        super().__init__()
        self.minutes = Minutes()
        self.name = "Alice"  # of the person at the client
        self.refused: list[str] = []  # names to which our server says no
        self.refusal = "name taken"  # in its words
        self.answer_to_join = ""  # instead of JOINED and the name
        self.goes_at_join = False  # our server closes the connection instead of answering JOIN
        self.in_haste = False  # our server hangs up after QUIT even before the client has done what it wants to do
        self.seen: Seen | None = None  # what we say is what the client may show
        self._listeners: list[socket.socket] = []
        self._only_looked = False  # the connection ended before anything was said: whoever came may come again
        self._has_spoken = False  # our server, or it has ended the connection
        self._was_refused = False  # a name: whoever came may ask for another one by a connection of its own
        self._client: Program | None = None

    @property
    def client(self) -> Program:
        """The client that runs now."""
        assert self._client, "sits_down comes first"
        return self._client

    # Coming

    def _listen(self) -> dict[str, int]:
        """Listen on loopback, in both address families where both are there; return the ports."""
        self._only_looked = self._has_spoken = self._was_refused = False
        ports = {}
        for family, host in ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")):
            with contextlib.suppress(OSError):
                listener = socket.create_server((host, 0), family=family)
                self._listeners.append(listener)
                ports[str(int(family))] = listener.getsockname()[1]
        return ports

    def listens(self, seconds: float) -> bool:
        """Take in what has arrived; where somebody only looked whether we are there, let them in once more.

        One connection may find out whether there is a server, and the next one be for talking.
        """
        if self._only_looked and not self._comes_again(seconds):
            return False
        if self._was_refused:
            self._comes_anew()
        came = super().listens(seconds)
        if self.closed and not self._bytes and not self._has_spoken:
            self._only_looked, self.closed = True, ""
        return came

    def _comes_again(self, seconds: float) -> bool:
        looked, has_ended = self.sock, not self.client.running
        self._lets_in(seconds)
        if self.sock is not looked:
            self._only_looked = False
            if looked:
                looked.close()
        elif has_ended:
            self._only_looked, self.closed = False, "closed"
        return not self._only_looked

    def _comes_anew(self) -> None:
        refused = self.sock
        self._lets_in(0)
        if self.sock is not refused:
            self._data, self.closed, self._was_refused = b"", "", False
            if refused:
                refused.close()

    def _lets_in(self, seconds: float) -> None:
        ready, _, _ = select.select(self._listeners, [], [], seconds)
        if ready:
            self.sock, _ = ready[0].accept()
            self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    # Talking

    def wire_says(self, data: str | bytes, quietly: bool = False) -> None:
        """Let our server send `data` in one segment."""
        self._has_spoken = True
        data = data.encode() if isinstance(data, str) else data
        if self.seen:
            self.seen.says(data)
        if not quietly:
            self._notices()
            self.minutes.segment("server", "client", data)
        assert self.sock
        with contextlib.suppress(OSError):
            self.sock.sendall(data)

    def lets_the_client_read(self) -> None:
        """Wait until the client has read what it was sent, as far as this system can tell, and had time for it."""
        assert self.sock
        try:
            ours, theirs = self.sock.getsockname()[1], self.sock.getpeername()[1]
        except OSError:
            return  # the client has gone
        self.client.reads(theirs, ours)
        self.client.comes_to_rest()

    def wire_hears(self, line: str, quietly: bool = False, beats: int = PATIENCE) -> None:
        """Wait until the client sends exactly `line`."""
        if not self._is_sent(line, beats):
            raise self._missed(line)
        if not quietly:
            self.minutes.line("client", "server", line)

    def _is_sent(self, line: str, beats: int) -> bool:
        """Wait until the client sends exactly `line`; tell whether it did."""
        patience = self.client.patience(beats)
        return self._finds(lambda heard: heard.rstrip() == line.rstrip(), patience, self._strays) is not None

    def _missed(self, line: str) -> Unmet:
        """Put down what the client sent instead of `line`; return what was missed."""
        expected = f"the client to send {shown(line)}"
        if self._only_looked:  # and did not come again
            self.closed = "closed"
        if self.asks_again:
            return Unmet(expected, f"JOIN:{self.name} again", missing=False)
        others = self._puts_down_strays()
        if self.unfinished:
            self.minutes.line("client", "server", self.unfinished)
        if self.closed:
            self.client.wait_for_end(KNOCK)
        if others and not self.closed and self._were_typed_before(others):
            got, stands = f"nothing after {shown(others[-1])}", self.client.where_it_stands()
            return Unmet(expected, got, late=True, perhaps=stands)
        if others:
            cause, perhaps = self._why_it_is_sent(line, others[0]), diagnosis.of_sent(line, others[0])
            return Unmet(expected, shown(others[0]), cause, late=True, perhaps=perhaps)
        if self.unfinished:
            got = f"{shown(self.unfinished)} without a newline at its end"
            return Unmet(expected, got, diagnosis.of_open_line(self.unfinished, [line]), late=True)
        if self.closed:
            is_content = line.startswith("MESSAGE:") and self.client.wait_for_end(0) == 0 and not self.client.exceptions
            return Unmet(expected, "it closed the connection", diagnosis.NO_QUIT if is_content else None)
        self.minutes.remark("the client", "sends nothing", SILENCE)
        asks = stacks.told_asking(self.client.threads(), line.startswith("MESSAGE:") and not self.heard)
        return Unmet(expected, "nothing came", late=True, perhaps=asks or self.client.where_it_stands())

    def _were_typed_before(self, lines: list[str]) -> bool:
        """Tell whether the client sends what somebody typed, and has not come to what is waited for."""
        return False

    def _why_it_is_sent(self, line: str, other: str) -> Cause | None:
        """Explain for certain why an `other` line was sent instead of `line`."""
        if line.startswith("MESSAGE:") and other == "QUIT" and not self.client.exceptions:
            return diagnosis.NO_QUIT
        return diagnosis.of_one_for_all(other) if self._is_never_typed(other) else diagnosis.of_blanks(line, other)

    def _is_never_typed(self, line: str) -> bool:
        """Tell whether the client has sent this message several times, and nothing typed has any of it."""
        return False

    def _puts_down_strays(self) -> list[str]:
        """Put down what the client sent instead of what was waited for, as far as its lines are over; return it."""
        others = [other for other in self.lines_since if self._strays(other)]
        for other in others[:MOST_SHOWN]:
            if not self._is_put_down(other):
                self.minutes.line("client", "server", other)
        return others

    def _strays(self, line: str) -> bool:
        return line not in (f"JOIN:{self.name}", f"MESSAGE:{KNOCKING}", f"MESSAGE:{self.name}")

    def _is_put_down(self, line: str) -> bool:
        """Tell whether it is put down when it comes: each JOIN, where our server refuses some."""
        return bool(self.refused) and line.startswith("JOIN:")

    @property
    def asks_again(self) -> bool:
        """Whether the client has asked once more for a name that was refused."""
        return self.name in self.refused and self.heard.count(f"JOIN:{self.name}") > 1

    def _hears(self, line: str) -> None:
        """Take in one line, and answer `JOIN` and `QUIT` as a server does."""
        super()._hears(line)
        command, _, argument = line.partition(":")
        if self._is_put_down(line):
            self.minutes.line("client", "server", line)
        if command == "JOIN" and argument in self.refused:
            self.wire_says(f"ERROR:{self.refusal}\n")
            self._was_refused = True
        elif command == "JOIN" and self.goes_at_join:
            self.vanishes(quietly=True)
        elif command == "JOIN":
            self._was_refused = False
            is_news = bool(self.answer_to_join or self.refused)
            self.wire_says(self.answer_to_join or f"JOINED:{argument}\n", quietly=not is_news)
        elif command == "QUIT":
            if not self.in_haste:
                self.client.ask({"do": "settle"})
            self.vanishes(quietly=True)

    # Going

    def vanishes(self, quietly: bool = False) -> None:
        """Let our server close the connection."""
        self._has_spoken = True
        if not quietly:
            self.minutes.remark("the server", "closes the connection", CLOSE)
        if self.sock:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_WR)

    def breaks(self) -> None:
        """Let the connection break (RST)."""
        self._has_spoken = True
        self.minutes.remark("the connection", "breaks (reset)", RESET)
        self.closed = "broken"
        if self.sock:
            reset(self.sock)
            self.sock = None

    def _notices(self) -> None:
        """Look up, as something is about to happen that whoever sits there may see."""

    def hangs_up(self) -> None:
        """Let nobody in any more, and close the connection."""
        for sock in [*self._listeners, *([self.sock] if self.sock else [])]:
            sock.close()
