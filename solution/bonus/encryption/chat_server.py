"""The chat server, encrypted: nobody on the way can read along.

It is the server of `advanced`. Between the two, each connection becomes one of TLS, in the thread of its
client: until both sides have agreed on a key, nobody else waits.
"""

from __future__ import annotations

import argparse
import io
import signal
import socket
import ssl

from advanced import chat_server
from advanced.chat_server import log
from secure import HANDSHAKE_SECONDS, SecureConnection


def make_context(cert: str, key: str) -> ssl.SSLContext:
    """Return what all connections have in common: the certificate, its key, and the rules."""
    # STEP bonus: A context for the side of the server, `ssl.PROTOCOL_TLS_SERVER`, that speaks
    # TLS 1.2 at least, and has the certificate and its key (`load_cert_chain`).
    # UNTIL bonus: return ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(cert, key)
    return context


class SecureHandler(chat_server.ChatHandler):
    """socketserver makes one of these for each connection, in a thread of its own."""

    def setup(self) -> None:
        super().setup()

        # STEP bonus: Agree on a key with the client: `self.request.do_handshake()`. This is its own
        # thread, so nobody else waits; but a client may never answer, so give the connection a time
        # limit of HANDSHAKE_SECONDS before. (What fails raises an OSError, and that ends this
        # connection alone.) From then on, `self.connection` is a SecureConnection, and `self.rfile`,
        # from which `Client.lines` reads, is an io.BufferedReader of that.
        self.request.settimeout(HANDSHAKE_SECONDS)
        self.request.do_handshake()
        self.connection = SecureConnection(self.request)
        self.rfile = io.BufferedReader(self.connection)

    def finish(self) -> None:
        if isinstance(self.connection, SecureConnection):
            try:
                self.connection.shutdown(socket.SHUT_WR)
            except OSError:
                pass  # the other side was faster
        super().finish()


class SecureServer(chat_server.ChatServer):
    """A chat server that speaks TLS."""

    def __init__(self, host: str, port: int, context: ssl.SSLContext) -> None:
        super().__init__(host, port)
        self.RequestHandlerClass = SecureHandler
        self.context = context

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        """Accept a connection, and make it one of TLS, on which nothing has been said yet."""
        sock, address = super().get_request()

        # STEP bonus: `self.context.wrap_socket` makes it one of TLS. All who come pass here, one after
        # the other, so nobody may be waited for: tell it not to do the handshake now.
        sock = self.context.wrap_socket(sock, server_side=True, do_handshake_on_connect=False)

        return sock, address


def make_server(options: argparse.Namespace) -> chat_server.ChatServer:
    """Return the server that the command line asks for: without a certificate, it is the one of `advanced`."""
    if not options.tls_cert:
        return chat_server.ChatServer(options.host, options.port)
    context = make_context(options.tls_cert, options.tls_key or options.tls_cert)
    log("Connections are encrypted")
    return SecureServer(options.host, options.port, context)


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--host", default="localhost", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=8080, help="port to listen on (default: %(default)s)")
    parser.add_argument("--tls-cert", metavar="FILE", help="the certificate of the server (default: talk in clear)")
    parser.add_argument("--tls-key", metavar="FILE", help="its key (default: in the same file)")
    options = parser.parse_args()
    try:
        server = make_server(options)
    except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
        raise SystemExit(f"Cannot start: {error}") from None
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ends like Ctrl+C
    server.start()


if __name__ == "__main__":
    main()
