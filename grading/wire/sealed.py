"""One end of TLS, without a socket: what is said goes in and what is sent comes out, and the other way round."""

from __future__ import annotations

import contextlib
import ssl

HOST = "localhost"  # what the certificate of the server must say
AT_ONCE = 65536  # bytes that are read in one piece at the most
SHOWN_BYTES = 3  # of what is sent
BEGINNINGS = (b"\x16\x03", b"\x15\x03")  # of the first record of TLS: a handshake, or what is wrong with it


class Sealed:
    """The end of a client."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._came, self._goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._came, self._goes, server_hostname=HOST)
        self.agreed = False  # both sides have a key

    def begins(self) -> bytes:
        """Return what opens the handshake."""
        self._agrees()
        return self.to_send()

    def opens(self, raw: bytes) -> bytes:
        """Return what is said in what has come; ssl.SSLError where it is no TLS."""
        self._came.write(raw)
        if not self.agreed:
            self._agrees()
        said = b""
        with contextlib.suppress(ssl.SSLWantReadError, ssl.SSLZeroReturnError):
            while self.agreed and (piece := self._tls.read(AT_ONCE)):
                said += piece
        return said

    def seals(self, said: bytes) -> bytes:
        """Return what is sent where this is said."""
        while said:
            said = said[self._tls.write(said) :]
        return self.to_send()

    def ends(self) -> bytes:
        """Return what is sent to say that nothing more will be said (close-notify)."""
        with contextlib.suppress(ssl.SSLError):
            self._tls.unwrap()
        return self.to_send()

    def to_send(self) -> bytes:
        """Return what TLS itself has to send now: often nothing."""
        return self._goes.read()

    def _agrees(self) -> None:
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.do_handshake()
            self.agreed = True


def told(raw: bytes) -> str:
    """Return how bytes that nobody can read are shown."""
    return f"{raw[:SHOWN_BYTES].hex(' ')} … {len(raw)} bytes"


def begins_sealed(raw: bytes) -> bool:
    """Tell whether these are the first bytes of somebody who speaks TLS."""
    return raw.startswith(BEGINNINGS)
