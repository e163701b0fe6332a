"""The chat client, encrypted: nobody on the way can read along, and nobody can pretend to be the server."""

from __future__ import annotations

import argparse
import io
import socket
import ssl
import sys

from advanced import chat_client
from secure import HANDSHAKE_SECONDS, SecureConnection


class SecureClient(chat_client.ChatClient):
    """The conversation of one person with a server that proves who it is."""

    ca = ""  # the file with the certificates of those whom we believe

    def connect(self, username: str) -> None:
        """Open the connection; where it is no server that we can trust, end the program with status 1."""
        self.username = username
        try:
            sock = self.open_securely()

        # TODO: A server that cannot prove who it is raises an ssl.SSLCertVerificationError. Say
        # so in one line, and end the program with status 1: `raise SystemExit(...)` does both.
        # The attribute `verify_message` of the error says what is wrong.

        except (OSError, OverflowError, UnicodeError) as error:  # the latter two: no such port, no such name
            raise SystemExit(f"Cannot connect to {self.host}:{self.port}: {error}") from None
        self.sock = sock  # type: ignore[assignment]  # it has what we need of one
        self.stream = io.BufferedReader(sock)
        print("Connected to chat server", flush=True)

    def open_securely(self) -> SecureConnection:
        """Connect, and let the server prove who it is. Raises OSError where that fails; nothing was said then."""
        # TODO: `ssl.create_default_context` makes a context for the side of a client. It
        # believes those in the file `self.ca`, and checks chain, dates and host name: change
        # none of that. Connect, give the connection a time limit of HANDSHAKE_SECONDS, and let
        # `wrap_socket` do the handshake. It must know which server is meant: `server_hostname`
        # is `self.host`.
        raise NotImplementedError("see the TODO above")


def main() -> int:
    """Read what is new on the command line; the rest is for the client of `advanced`."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False)
    parser.add_argument("--tls-ca", metavar="FILE", default="")
    options, sys.argv[1:] = parser.parse_known_args()
    SecureClient.ca = options.tls_ca
    return chat_client.main(SecureClient if options.tls_ca else chat_client.ChatClient)


if __name__ == "__main__":
    sys.exit(main())
