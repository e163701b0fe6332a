"""The gateway between browsers and a chat server: it serves the page, and carries lines to and fro.

A browser speaks WebSocket and no plain TCP, a chat server the other way round. For each browser that comes, the gateway
opens a connection of its own to the chat server, as one client more: to the server, nothing has changed.
"""

from __future__ import annotations

import argparse
import contextlib
import http
import logging
import signal
import socket
import threading
from pathlib import Path

from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.http11 import Request, Response
from websockets.sync.server import ServerConnection, serve
from websockets.typing import Origin

PAGE = Path(__file__).with_name("chat.html")
CHAT = "/chat"  # where a browser opens its WebSocket
NOT_TEXT, SERVER_GONE = 1003, 1014  # why we end one: codes of the WebSocket protocol
LOOK_SECONDS = 0.5  # from one look for Ctrl+C to the next, on Windows


class Gateway:
    """Where the chat server is, and what is done for each browser."""

    def __init__(self, host: str, port: int) -> None:
        self.host = host  # of the chat server
        self.port = port

    def answer(self, browser: ServerConnection, request: Request) -> Response | None:
        """Return what is answered to a request; None where it is one for a WebSocket, which the library answers."""
        # TODO: For CHAT, return None. For `/`, return the page: `browser.respond` makes an
        # answer of a status (http.HTTPStatus.OK) and a text; its `headers` say `text/plain`, so
        # delete their `Content-Type`, and set it to `text/html; charset=utf-8`. Whatever else
        # somebody asks for is NOT_FOUND: never make the name of a file of it.
        raise NotImplementedError("see the TODO above")

    def talk(self, browser: ServerConnection) -> None:
        """Carry lines between a browser and the chat server, until either goes. Each browser has a thread for it."""
        # TODO: Connect to the chat server. Where that fails (OSError), `browser.close` with the
        # code SERVER_GONE, and return. Otherwise start a thread for `to_browser`, and run
        # `to_server` here. However that ends, shut the connection to the server down in both
        # directions: the server hears that its client has gone, and the thread that reads from
        # it wakes up.
        raise NotImplementedError("see the TODO above")

    def to_browser(self, server: socket.socket, browser: ServerConnection) -> None:
        """Hand each line of the chat server to the browser; once the server has gone, end the WebSocket."""
        # TODO: `server.makefile("rb")` yields line after line. What a browser gets is text,
        # without the line end. Where the server has gone, `browser.close` with the code
        # SERVER_GONE. Each side may go at any moment: OSError and ConnectionClosed are no
        # surprise.
        raise NotImplementedError("see the TODO above")

    def to_server(self, browser: ServerConnection, server: socket.socket) -> None:
        """Make a line for the chat server of each message of the browser, until the browser goes."""
        # TODO: A WebSocket yields message after message, whole, whatever frames it came in. One
        # that is binary comes as bytes: `browser.close` with the code NOT_TEXT, and return. One
        # with a newline in it would be two lines, and the second one a command: send the
        # browser an `ERROR:` instead. All others are a line for the server.
        raise NotImplementedError("see the TODO above")


def origins(host: str, port: int) -> list[Origin | None]:
    """Return the pages that may open a WebSocket here, as browsers name them; None stands for what is no browser."""
    # TODO: Any page in any tab can open a WebSocket to your own computer, and talk in your
    # name. But the browser says from where that page is, and no page can change that: ours is
    # from `http://`, the host, a colon and the port.
    return [Origin("http://nobody.example")]


def is_about_us(record: logging.LogRecord) -> bool:
    """Tell whether what the library logs is about our program, and not about somebody who knocks in another way."""
    return not (record.exc_info and isinstance(record.exc_info[1], (InvalidHandshake, TimeoutError)))


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="where the chat server is (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="its port (default: %(default)s)")
    parser.add_argument("--web-host", default="localhost", help="where browsers come (default: %(default)s)")
    parser.add_argument("--web-port", type=int, default=8000, help="the port for them (default: %(default)s)")
    options = parser.parse_args()
    web_host, web_port = options.web_host, options.web_port
    logging.getLogger("websockets.server").addFilter(is_about_us)
    gateway = Gateway(options.host, options.port)
    allowed = origins(web_host, web_port)
    try:
        server = serve(gateway.talk, web_host, web_port, origins=allowed, process_request=gateway.answer)
    except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
        raise SystemExit(f"Cannot start: {error}") from None
    print(f"The chat is at http://{web_host}:{web_port}", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    serving = threading.Thread(target=server.serve_forever, daemon=True)  # and so are the threads that it starts
    serving.start()
    with contextlib.suppress(KeyboardInterrupt):
        while serving.is_alive():
            serving.join(LOOK_SECONDS)


if __name__ == "__main__":
    main()
