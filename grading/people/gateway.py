"""A gateway between browsers and a chat server: what a check of the challenge `web` is written with."""

from __future__ import annotations

import contextlib
import select
import socket
from collections.abc import Callable

from grading.course import Exercise
from grading.people.own_server import End, OwnServer, ServerSide
from grading.people.talk import let_in
from grading.people.websocket import AT_ONCE, FORBIDDEN, UPGRADED, Answer, WebSocket, request_for
from grading.process.patience import (
    HELD_UP,
    HOPE,
    KNOCK,
    PATIENCE,
    PATIENCE_FOR_END,
    PATIENCE_FOR_START,
    SILENCE_KEPT,
    SLOW_TALK,
)
from grading.process.production import Production
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.events import CLOSE, RESET, SILENCE, Minutes
from grading.results.unmet import Unmet, expect
from grading.results.visible import shown
from grading.stage.messages import Options
from grading.system.addresses import own_port
from grading.system.wire import reset
from grading.telling import diagnosis, stacks

KEPT = Cause("kept-for-nobody", "Its WebSocket is over.")
FAULT, FAULT_INSIDE = 500, 1011  # the status of HTTP and the close code that say so
GATEWAY, PAGE, SERVER = "gateway", "page", "chat server"  # how they are called in the minutes
LETTER = "\N{LATIN SMALL LETTER E WITH ACUTE}".encode()  # one letter, two bytes
MOST_LINES = 1000  # of a flood, from one look at who does not read to the next


class Guest:
    """Somebody in a browser."""

    name: str
    server_side: ServerSide | None = None  # our chat server's end of its connection, once there is one

    def __repr__(self) -> str:
        return self.name


class Browser(End, Guest):
    """Somebody's browser, as far as it is a WebSocket at the gateway."""

    sock: WebSocket

    def __init__(self, name: str, sock: WebSocket) -> None:
        super().__init__()
        self.name = name
        self.sock = sock
        self.heard = sock.messages  # which are lines, unless the gateway leaves a newline in one

    def _hears(self, line: str) -> None:
        """Nothing: the message is in `heard` already."""

    @property
    def answered(self) -> str:
        """What came where a WebSocket was asked for, in words."""
        if self.sock.status not in (0, UPGRADED):
            return f"the answer is {self.sock.status}"
        if self.sock.status:
            return self.ended
        return "the gateway closed the connection" if self.closed else "no answer came"

    @property
    def ended(self) -> str:
        """How its WebSocket has ended, in words."""
        if self.sock.close_code is not None:
            return f"the gateway ends it with the code {self.sock.close_code}"
        return "the gateway closes the connection without a code" if self.closed else "it is still open"


def _side(guest: Guest) -> ServerSide:
    assert guest.server_side, f"{guest} is not connected yet"
    return guest.server_side


def lets_it_say_why(gateway: Program, number: int | None) -> None:
    """Where a status or a close code says that something went wrong inside a gateway, wait until it has said what."""
    if number in (FAULT, FAULT_INSIDE):
        for seconds in gateway.patience(KNOCK):
            if gateway.exceptions:
                break
            gateway.listen_to_stage(seconds)


def missing_websocket(browser: Browser, gateway: Program) -> Unmet:
    """Return what is missed where a browser gets no WebSocket from a gateway."""
    lets_it_say_why(gateway, browser.sock.status)
    return Unmet(f"{browser}'s browser to get a WebSocket at /chat", browser.answered, late=not browser.closed)


def _fills(sock: socket.socket, line: bytes) -> bool:
    """Send `line` again and again, for as long as the connection takes some; tell whether it took any."""
    for number in range(MOST_LINES):
        try:
            sock.send(line)
        except BlockingIOError:
            return number > 0
        except OSError:
            return False
    return True


class Gate:
    """A student's gateway; the browsers before it and the chat server behind it are ours."""

    expects = staticmethod(expect)
    args: tuple[str, ...] = ()  # what is typed behind the name of the gateway
    listen = 0  # the port where it must listen; 0: any will do
    beats = PATIENCE  # until something that does not come is missed
    middle = GATEWAY  # who stands between the two in the minutes

    def __init__(self, production: Production, exercise: Exercise) -> None:
        self.production = production
        self.program = exercise.program("gateway")
        self.minutes = Minutes()
        self.browsers: list[Browser] = []
        self.options: Options = {}  # of the gateway
        self._visitors: list[socket.socket] = []
        self._server = OwnServer()
        self._server.comes()
        self._gateway: Program | None = None

    @property
    def gateway(self) -> Program:
        """The gateway, started when somebody comes to it."""
        if not self._gateway:
            where: Options = {**self.options, "connect": self._server.ports, "listen": self.listen}
            self._gateway = Program(self.production, self.program, self.args, **where)
            self._gateway.wait_for_port(PATIENCE_FOR_START)
        return self._gateway

    @property
    def programs(self) -> list[Program]:
        """The student's programs that took part."""
        return [self._gateway] if self._gateway else []

    def adds_up(self) -> None:
        """Fail if our chat server was told what no check has waited for."""
        for browser in self.browsers:
            if browser.server_side and browser.server_side.sock.fileno() >= 0:
                browser.server_side.takes_in_what_came()
                self.server_hears_no_more(browser)

    def close(self) -> None:
        """Send everyone home, and end the gateway."""
        for sock in [*(browser.sock for browser in self.browsers), *self._visitors]:
            sock.close()
        self._server.close()
        if self._gateway:
            self._gateway.close()

    # Starting

    def is_started_from_elsewhere(self) -> None:
        """Let whoever starts the gateway stand in another folder. It must not run yet."""
        self.options["stands_in"] = str(self.production.hands_out({}))
        self.minutes.remark(self.middle, "is started by somebody who stands in another folder")

    def is_started_elsewhere(self) -> str:
        """Let the gateway listen for browsers at another host and port; return the origin of its page."""
        if self._gateway:
            self._gateway.close()
            self._gateway = None
        self.listen = own_port()
        self.args = ("--web-host", "127.0.0.1", "--web-port", str(self.listen))
        self.minutes.remark(self.middle, "is started with --web-host 127.0.0.1 and another --web-port")
        return f"http://127.0.0.1:{self.listen}"

    def nobody_says_anything(self, *browsers: Browser) -> None:
        """Let nothing come for longer than a gateway in a hurry waits; then let the chat server say something."""
        self.gateway.passes(SILENCE_KEPT)
        self.minutes.remark("everybody", "says nothing for a long time")
        for browser in browsers:
            self.server_says(browser, "Bob: Are you still there?\n")
            try:
                self.hears(browser, "Bob: Are you still there?")
            except Unmet as unmet:
                unmet.perhaps = unmet.perhaps or diagnosis.LOST_PATIENCE
                raise

    # Plain requests

    def visits(self, name: str, data: bytes, in_words: str) -> socket.socket:
        """Return the connection of somebody who sends `data` as it is; `in_words` says what that is."""
        self.minutes.remark(name, in_words)
        sock = let_in(self.gateway, name)
        self._visitors.append(sock)
        with contextlib.suppress(OSError):
            sock.sendall(data)
        return sock

    def is_answered(self, sock: socket.socket) -> Answer:
        """Wait for the answer to a plain request; return it, or as much of it as came."""
        answer = Answer()
        for seconds in self.gateway.patience(self.beats):
            if answer.is_whole:
                break
            if select.select([sock], [], [], seconds)[0]:
                try:
                    answer.takes(sock.recv(AT_ONCE))
                except OSError:
                    answer.takes(b"")
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_WR)  # a server may wait for that before it says what went wrong
        return answer

    def gets(self, path: str, name: str = "Ann") -> Answer:
        """Return what a browser gets at `path`."""
        answer = self.is_answered(self.visits(name, request_for(path), f"asks for {path}"))
        self.minutes.remark(self.middle, f"answers {answer.status}" if answer.status else "answers nothing")
        return answer

    def serves_page(self) -> None:
        """Fail unless a browser gets the page."""
        answer = self.gets("/")
        if answer.status != 200:
            got = f"the answer is {answer.status}" if answer.status else "no answer came"
            lets_it_say_why(self.gateway, answer.status)
            raise Unmet("GET / to be answered with the page, and status 200", got, late=not answer.is_whole)
        kind = answer.headers.get("content-type", "")
        is_html = kind.lower().replace(" ", "").replace('"', "") == "text/html;charset=utf-8"
        expect(
            is_html, "the page to come as text/html; charset=utf-8", f"its Content-Type is {shown(kind) or 'missing'}"
        )
        page = self.production.submission.read("chat.html")
        expect(answer.body == page, "the page to be chat.html as it is", f"{len(answer.body)} other bytes came")

    def is_turned_away(self, name: str, data: bytes, in_words: str) -> None:
        """Fail if somebody who sends `data` is answered as if all were well, or the chat server hears of it."""
        answer = self.is_answered(self.visits(name, data, in_words))
        is_welcome = answer.status == UPGRADED or 200 <= answer.status < 300
        expect(not is_welcome, f"the gateway to turn {name} away", f"the answer is {answer.status}")
        self.server_hears_of_nobody(name)

    # Browsers

    def opens_page(self, name: str, **about: str) -> Browser:
        """Return a browser that has a WebSocket, and its connection at our chat server; Unmet where it gets none."""
        browser = self.asks_for_websocket(name, **about)
        if not browser.sock.is_open:
            raise missing_websocket(browser, self.gateway)
        self.server_lets_in(browser)
        return browser

    def open_pages(self, *names: str) -> list[Browser]:
        """Return browsers that have a WebSocket each."""
        return [self.opens_page(name) for name in names]

    def asks_for_websocket(self, name: str, **about: str) -> Browser:
        """Return a browser that has asked for a WebSocket; `about` may name another `origin` and `site`."""
        origin = f", as a page of {about['origin']}" if "origin" in about else ""
        self.minutes.remark(name, f"opens the WebSocket /chat{origin}")
        browser = Browser(name, WebSocket(let_in(self.gateway, name), **about))
        self.browsers.append(browser)
        for _ in browser.waits(self.gateway.patience(self.beats)):
            if browser.sock.status:
                break
        return browser

    def is_refused_websocket(self, name: str, **about: str) -> None:
        """Fail unless a page from elsewhere gets no WebSocket, and the chat server hears nothing of it."""
        browser = self.asks_for_websocket(name, **about)
        if browser.sock.status != FORBIDDEN:
            got = "it opens a WebSocket" if browser.sock.status == UPGRADED else browser.answered
            expected = f"the gateway to refuse a page of {about['origin']}, with status {FORBIDDEN}"
            raise Unmet(expected, got, missing=False)
        self.minutes.remark(self.middle, f"answers {FORBIDDEN}")
        self.server_hears_of_nobody(name)

    def says(self, browser: Browser, *parts: str, ping: bytes = b"") -> None:
        """Let a browser send one message, each part in a frame of its own, with pings between."""
        for number, part in enumerate(parts):
            more = " …" if number < len(parts) - 1 else ""
            self.minutes.line(browser.name, self.middle, f"{part}{more}")
        with contextlib.suppress(OSError):
            browser.sock.sends_text(*(part.encode() for part in parts), ping=ping)

    def says_in_binary(self, browser: Browser, text: str) -> None:
        """Let a browser send a message that is no text."""
        self.minutes.remark(browser.name, f"sends {text} as a binary message")
        browser.sock.sends_binary(text.encode())

    def says_too_much(self, browser: Browser, size: int) -> None:
        """Let a browser send one message of so many bytes, in frames; it may be stopped before that."""
        self.minutes.remark(browser.name, f"sends one message of {size:,} bytes")
        frames = [LETTER * (AT_ONCE // len(LETTER))] * (size // AT_ONCE)
        with contextlib.suppress(OSError):
            browser.sock.sends_text(b"MESSAGE:", *frames)

    def is_flooded(self, browser: Browser) -> None:
        """Let our chat server tell a browser, which stops reading, more than the connections between can hold."""
        self.minutes.remark(browser.name, "stops reading")
        self.minutes.remark(SERVER, f"tells {browser} more and more")
        sock = _side(browser).sock
        sock.setblocking(False)
        line, stands = b"Bob: " + b"x" * 1000 + b"\n", 0
        for seconds in self.gateway.patience(SLOW_TALK):
            if not select.select([], [sock], [], seconds)[1]:
                stands += 1  # nobody takes anything more
            elif _fills(sock, line):
                stands = 0
            if stands > HELD_UP:
                return

    def hears(self, browser: Browser, line: str) -> None:
        """Wait until a browser gets `line` as a message, with nothing before it."""
        expected = f"{browser}'s browser to get {shown(line)} as a message"
        self._next_is(browser, line.__eq__, expected, browser.name, line)

    def is_refused(self, browser: Browser, what: str) -> None:
        """Wait until a browser gets an `ERROR:` in answer to `what`."""
        expected = f"{browser}'s browser to get an ERROR: in answer to {what}"
        self._next_is(browser, lambda line: line.startswith("ERROR:"), expected, browser.name)

    def is_ended(self, browser: Browser, code: int, in_words: str) -> None:
        """Wait until the gateway ends a WebSocket with `code`; `in_words` says what that means."""
        for _ in browser.waits(self.gateway.patience(self.beats)):
            if browser.sock.close_code is not None:
                break
        if browser.sock.close_code != code:
            expected = f"the gateway to end {browser}'s WebSocket with the code {code} ({in_words})"
            lets_it_say_why(self.gateway, browser.sock.close_code)
            raise Unmet(expected, browser.ended, late=not browser.closed)
        if browser.lines_ahead:
            self.minutes.line(self.middle, browser.name, browser.lines_ahead[0])
            got = shown(browser.lines_ahead[0])
            raise Unmet(f"{browser}'s browser to get nothing that the chat server has not said", got, missing=False)
        self.minutes.remark(self.middle, f"ends {browser}'s WebSocket with the code {code}", CLOSE)

    def is_ended_as_server_is_gone(self, browser: Browser) -> None:
        """Wait until the gateway tells a browser that there is no chat server."""
        self.is_ended(browser, 1014, "the server behind is gone")

    def closes(self, browser: Browser) -> None:
        """Let somebody close the tab: the browser says so."""
        self.minutes.remark(browser.name, "closes the page", CLOSE)
        browser.sock.close()

    def vanishes(self, browser: Browser, breaks: bool = False) -> None:
        """Let a browser end without a word: its connection is closed, or breaks."""
        self.minutes.remark(browser.name, "vanishes without a word", RESET if breaks else CLOSE)
        if breaks:
            reset(browser.sock)
        else:
            socket.socket.close(browser.sock)

    def _next_is(
        self, end: End, fits: Callable[[str], bool], expected: str, target: str, wanted: str | None = None
    ) -> None:
        """Fail unless the next line at an end fits, which is `wanted`; note it for `target`, whose end it is."""
        line = end.next_line(self.gateway.patience(self.beats))
        if line is not None:
            self.minutes.line(self.middle, target, line)
        if line is None or not fits(line):
            unmet = self._missed(end, line, expected, target)
            if wanted is not None and line is not None:
                unmet.perhaps = diagnosis.of_sent(wanted, line)
            raise unmet

    def _missed(self, end: End, line: str | None, expected: str, target: str) -> Unmet:
        """Return what was missed at an end, where another line came, or none."""
        if line is not None:
            return Unmet(expected, shown(line), missing=False)
        if isinstance(end, Browser) and end.sock.binary:
            return Unmet(expected, "a binary message", missing=False)
        if isinstance(end, Browser) and end.closed:
            lets_it_say_why(self.gateway, end.sock.close_code)
            return Unmet(expected, end.ended)
        if end.closed:
            return Unmet(expected, "the gateway has ended the connection")
        if end.unfinished:
            return Unmet(expected, f"{shown(end.unfinished)} without a newline at its end", late=True)
        self.minutes.remark(target, "gets nothing", SILENCE)
        return Unmet(expected, "nothing came", late=True)

    # Our chat server

    def has_no_server(self) -> None:
        """Let our chat server end, with all that is connected to it."""
        self.minutes.remark(SERVER, "ends" if self._server.sides else "is not there")
        self._server.goes()

    def has_a_server_again(self) -> None:
        """Let our chat server listen where it did."""
        self.minutes.remark(SERVER, "is there again")
        self._server.comes()

    def server_lets_in(self, guest: Guest) -> None:
        """Wait until the gateway connects to our chat server for somebody."""
        guest.server_side = self._server.accepts(self.gateway.patience(self.beats))
        if not guest.server_side:
            raise Unmet(f"the {self.middle} to connect to the chat server for {guest}", "it does not", late=True)

    def server_hears_of_nobody(self, who: str) -> None:
        """Fail if the gateway connects to our chat server for somebody who has no business there."""
        if self._server.accepts(self.gateway.patience(HOPE)):
            raise Unmet(f"the chat server to hear nothing of {who}", "the gateway connects to it", missing=False)

    def server_hears(self, guest: Guest, line: str) -> None:
        """Wait until our chat server gets `line` on the connection of a browser, with nothing before it."""
        expected = f"the chat server to get {shown(line)} from {guest}"
        self._next_is(_side(guest), line.__eq__, expected, SERVER, line)

    def server_hears_no_more(self, guest: Guest) -> None:
        """Fail if our chat server has got a line from a browser at which nobody has looked yet."""
        side = _side(guest)
        if line := "".join([*side.lines_ahead, side.unfinished]):
            self.minutes.line(self.middle, SERVER, line)
            raise Unmet(f"the chat server to get nothing else from {guest}", shown(line), missing=False)

    def server_says(self, guest: Guest, data: str | bytes) -> None:
        """Let our chat server send `data` in one segment on the connection of a browser."""
        data = data.encode() if isinstance(data, str) else data
        self.minutes.segment(SERVER, self.middle, data)
        with contextlib.suppress(OSError):
            _side(guest).sock.sendall(data)

    def gateway_reads_all(self, guest: Guest) -> None:
        """Wait until the gateway has read what our chat server has sent, as far as this system can tell."""
        sock = _side(guest).sock
        with contextlib.suppress(OSError):
            self.gateway.reads(sock.getpeername()[1], sock.getsockname()[1])
        self.gateway.comes_to_rest()

    def server_is_left(self, guest: Guest) -> None:
        """Wait until the gateway ends the connection of a browser to our chat server."""
        for _ in _side(guest).waits(self.gateway.patience(self.beats)):
            pass
        if not _side(guest).closed:
            expected = f"the gateway to end {guest}'s connection to the chat server"
            raise Unmet(expected, "it keeps it", late=True, perhaps=KEPT)
        self.minutes.remark(self.middle, f"ends {guest}'s connection to the chat server", CLOSE)

    def server_hangs_up(self, guest: Guest, breaks: bool = False) -> None:
        """Let our chat server end the connection of a browser, or break it."""
        what = "breaks" if breaks else "closes"
        self.minutes.remark(SERVER, f"{what} {guest}'s connection", RESET if breaks else CLOSE)
        if breaks:
            reset(_side(guest).sock)
        else:
            _side(guest).sock.close()

    # The end

    def is_interrupted(self) -> None:
        """Press Ctrl+C, and fail unless the gateway ends in time."""
        self.minutes.remark(self.middle, "gets Ctrl+C")
        self.gateway.interrupt()
        for seconds in self.gateway.patience(PATIENCE_FOR_END):
            for browser in self.browsers:  # a browser answers a goodbye
                browser.takes_in_what_came()
            if self.gateway.process.wait(seconds) is not None:
                return
        expected = "the gateway to end within 3 seconds after Ctrl+C"
        raise Unmet(expected, "it still runs", stacks.told_lingering(self.gateway.threads()), late=True)
