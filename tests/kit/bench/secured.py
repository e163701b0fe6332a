"""The end of a TLS connection that one thread serves beside hundreds of others."""

from __future__ import annotations

import socket
import ssl

HOST = "localhost"  # what the certificate of each server says
PIECE = 1 << 17  # bytes taken from the network at once; decrypted, they have room wherever the crowd reads


class Secured:
    """Sends and reads as a socket that never waits does.

    What has come is taken from the system at once and decrypted here: an SSLSocket would ask the system twice for
    each record, and a server that sends line by line makes a record of each.
    """

    def __init__(self, plain: socket.socket, context: ssl.SSLContext) -> None:
        """Agree on a key with the server; `plain` must still be one that waits."""
        self.plain = plain
        self.came, self.goes = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.tls = context.wrap_bio(self.came, self.goes, server_hostname=HOST)
        self.unsent = b""  # encrypted
        while not self._has_agreed():
            self.came.write(plain.recv(PIECE))

    def _has_agreed(self) -> bool:
        try:
            self.tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        finally:
            self.plain.sendall(self.goes.read())
        return True

    def fileno(self) -> int:
        return self.plain.fileno()

    def recv_into(self, buffer: memoryview) -> int:
        """Put into `buffer` what has come; return how many bytes, 0 at the end; BlockingIOError where none did."""
        if data := self.plain.recv(PIECE):
            self.came.write(data)
        else:
            self.came.write_eof()
        filled = 0
        try:
            while size := int(self.tls.read(len(buffer), buffer[filled:])):  # no bytes, where there is a buffer
                filled += size
        except ssl.SSLWantReadError:
            if not filled:
                raise BlockingIOError from None
        return filled

    def send(self, data: bytes) -> int:
        """Encrypt one record and send what goes; return how much of `data` is in it. Raises as a socket would."""
        self._flush()
        if self.unsent:
            raise BlockingIOError
        taken = self.tls.write(data)
        self.unsent = self.goes.read()
        self._flush()
        return taken

    def _flush(self) -> None:
        try:
            while self.unsent:
                self.unsent = self.unsent[self.plain.send(self.unsent) :]
        except BlockingIOError:
            pass

    def close(self) -> None:
        self.plain.close()
