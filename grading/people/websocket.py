"""A browser's end of a WebSocket, as a stream of lines, and a browser's plain requests."""

from __future__ import annotations

import contextlib
import http.client
import io
import socket
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from websockets.frames import Frame  # for one challenge alone

SITE = "localhost:8000"  # where a gateway is, unless it is told another place
ORIGIN = f"http://{SITE}"
CHAT = "/chat"
AT_ONCE = 65536  # bytes
UPGRADED, FORBIDDEN = 101, 403  # of the answer to who asks for a WebSocket


class WebSocket(socket.socket):
    """A connection that wants to be a WebSocket: each text message that comes is a line, and each line becomes one."""

    def __init__(self, plain: socket.socket, origin: str = ORIGIN, site: str = SITE) -> None:
        from websockets.client import ClientProtocol
        from websockets.typing import Origin
        from websockets.uri import parse_uri

        timeout = plain.gettimeout()
        super().__init__(plain.family, plain.type, plain.proto, fileno=plain.detach())
        self.settimeout(timeout)
        self.protocol = ClientProtocol(parse_uri(f"ws://{site}{CHAT}"), origin=Origin(origin), max_size=None)
        self.status = 0  # with which the request was answered
        self.messages: list[str] = []  # as they came, of text
        self.binary = 0  # messages that were no text
        self.pongs: list[bytes] = []
        self._parts = b""  # of a message that comes in frames
        self._ended = False  # the connection below
        self.protocol.send_request(self.protocol.connect())
        self._sends_out()

    # What comes

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Return the text that has come, a line for each message; BlockingIOError where that is none."""
        raw = super().recv(AT_ONCE)
        if raw:
            self.protocol.receive_data(raw)
        elif not self._ended:
            self._ended = True
            self.protocol.receive_eof()
        text = "".join(map(self._takes, self.protocol.events_received()))
        self._sends_out()
        if self.protocol.close_rcvd or self.status not in (0, UPGRADED):
            with contextlib.suppress(OSError):
                super().shutdown(socket.SHUT_WR)  # who waits for our end waits no longer
        if not text and not self.is_over:
            raise BlockingIOError
        return text.encode()

    def _takes(self, event: Any) -> str:
        if hasattr(event, "status_code"):
            self.status = event.status_code
            return ""
        return self._takes_frame(event)

    def _takes_frame(self, frame: Frame) -> str:
        from websockets.frames import Opcode

        if frame.opcode is Opcode.PONG:
            self.pongs.append(bytes(frame.data))
        self.binary += frame.opcode is Opcode.BINARY
        if frame.opcode not in (Opcode.TEXT, Opcode.CONT):
            return ""
        self._parts += frame.data
        if not frame.fin:
            return ""
        text, self._parts = self._parts.decode("utf-8", "replace"), b""
        self.messages.append(text)
        return f"{text}\n"

    @property
    def is_open(self) -> bool:
        """Whether both sides have agreed on a WebSocket, and neither has ended it."""
        from websockets.protocol import State

        return self.protocol.state is State.OPEN

    @property
    def is_over(self) -> bool:
        """Whether nothing more will come."""
        return self._ended or self.protocol.close_rcvd is not None or self.status not in (0, UPGRADED)

    @property
    def close_code(self) -> int | None:
        """The code with which the other side has ended the WebSocket, if it has."""
        return self.protocol.close_rcvd.code if self.protocol.close_rcvd else None

    # What goes

    def sendall(self, data: bytes, flags: int = 0) -> None:  # type: ignore[override]
        """Send each line of `data` as a message."""
        for line in data.split(b"\n"):
            if line:
                self.sends_text(line)

    def sends_text(self, *parts: bytes, ping: bytes = b"") -> None:
        """Send one message, each part of it in a frame of its own, with a ping behind each that is not the last."""
        self._must_be_open()
        for number, part in enumerate(parts):
            is_last = number == len(parts) - 1
            if number:
                self.protocol.send_continuation(part, fin=is_last)
            else:
                self.protocol.send_text(part, fin=is_last)
            if ping and not is_last:
                self.protocol.send_ping(ping)
            self._sends_out()

    def sends_binary(self, data: bytes) -> None:
        """Send one message that is no text."""
        self._must_be_open()
        self.protocol.send_binary(data)
        self._sends_out()

    def says_goodbye(self, code: int = 1001) -> None:
        """End the WebSocket, as a browser does whose tab is closed."""
        self._must_be_open()
        self.protocol.send_close(code)
        self._sends_out()

    def close(self) -> None:
        """Close the connection, after a goodbye where there is anybody to hear it."""
        if self.fileno() >= 0 and self.is_open:
            with contextlib.suppress(OSError):
                self.says_goodbye()
        super().close()

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise BrokenPipeError("the WebSocket has ended")

    def _sends_out(self) -> None:
        with contextlib.suppress(OSError):
            for data in self.protocol.data_to_send():
                if data:  # else a half-close, which a browser would do a little later
                    super().sendall(data)


@dataclass
class Answer:
    """What came back on a plain request, as far as it came."""

    raw: bytes = b""
    is_over: bool = False  # the other side has closed the connection
    status: int = 0  # 0: none has come yet
    headers: dict[str, str] = field(default_factory=dict)  # with names in small letters
    body: bytes = b""
    is_whole: bool = False

    def takes(self, data: bytes) -> None:
        """Take in what has come; nothing, if that was all."""
        self.raw += data
        self.is_over = self.is_over or not data
        with contextlib.suppress(http.client.HTTPException):
            self._parses()
        self.is_whole = self.is_whole or self.is_over

    def _parses(self) -> None:
        response = http.client.HTTPResponse(_AsSocket(self.raw))  # type: ignore[arg-type]  # all that it needs of one
        response.begin()
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.status = response.status
        self.body = response.read()
        self.is_whole = "content-length" in self.headers or response.chunked


class _AsSocket:
    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, mode: str) -> io.BytesIO:
        return io.BytesIO(self._data)


def request_for(path: str, method: str = "GET", body: str = "", **headers: str) -> bytes:
    """Return a request as a browser sends it."""
    lines = [f"{method} {path} HTTP/1.1", f"Host: {SITE}", "Connection: close"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    if body:
        lines += ["Content-Type: text/plain", f"Content-Length: {len(body.encode())}"]
    return "\r\n".join([*lines, "", body]).encode()
