"""The wire: how lines become bytes and bytes become lines, for the server and the client."""

from __future__ import annotations

import string
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

LINE_LIMIT = 4096  # bytes, without the newline
NAME_LIMIT = 32
NAME_CHARACTERS = frozenset(string.ascii_letters + string.digits + "_-.")


class ChatError(Exception):
    """Something that a client is told after ERROR:."""


@dataclass(frozen=True)
class Command:
    """One line, cut at its first colon."""

    word: str
    argument: str
    has_colon: bool

    @classmethod
    def parse(cls, text: str) -> Command:
        word, colon, argument = text.partition(":")
        return cls(word, argument, bool(colon))


def pack(text: str) -> bytes:
    return text.encode("utf-8", "replace") + b"\n"


def checked_name(text: str) -> str:
    if not 1 <= len(text) <= NAME_LIMIT or not NAME_CHARACTERS.issuperset(text):
        raise ChatError("bad name")
    return text


def cut_newline(raw: bytes) -> bytes:
    raw = raw[:-1] if raw.endswith(b"\n") else raw
    return raw[:-1] if raw.endswith(b"\r") else raw


def skip_rest(file: BinaryIO) -> None:
    """Read up to the next newline, a bit at a time."""
    while raw := file.readline(LINE_LIMIT):
        if raw.endswith(b"\n"):
            return


def read_lines(file: BinaryIO) -> Iterator[str | ChatError]:
    """Every line as text; instead of one that is too long or no text, the error to be told."""
    while raw := file.readline(LINE_LIMIT + 2):
        line = cut_newline(raw)
        if not raw.endswith(b"\n"):
            if len(raw) < LINE_LIMIT + 2:
                return  # the connection ended in the middle of a line
            skip_rest(file)
            yield ChatError("line too long")
        elif len(line) > LINE_LIMIT:
            yield ChatError("line too long")
        elif line:
            try:
                yield line.decode("utf-8")
            except UnicodeDecodeError:
                yield ChatError("not UTF-8")
