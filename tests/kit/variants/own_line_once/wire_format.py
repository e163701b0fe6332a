def pack(kind, *fields):
    return ":".join((kind,) + fields).encode("utf-8", "replace") + b"\n"


def unpack(line):
    kind, _, value = line.partition(":")
    return kind, value


class TooLong(Exception):
    pass


class LineReader:
    """Raw lines out of a socket; one that is too long comes as TooLong (not raised)."""

    def __init__(self, sock, limit=4096):
        self.sock, self.limit, self.data = sock, limit, b""

    def fill(self):
        more = self.sock.recv(4096)
        self.data += more
        return bool(more)

    def __iter__(self):
        while True:
            at = self.data.find(b"\n")
            while at < 0 and len(self.data) <= self.limit + 1:
                if not self.fill():
                    return
                at = self.data.find(b"\n")
            if at < 0:
                while b"\n" not in self.data:
                    self.data = b""
                    if not self.fill():
                        return
                self.data = self.data[self.data.index(b"\n") + 1:]
                yield TooLong
                continue
            line, self.data = self.data[:at], self.data[at + 1:]
            if line[-1:] == b"\r":
                line = line[:-1]
            yield line if len(line) <= self.limit else TooLong
