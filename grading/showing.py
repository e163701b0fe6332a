"""What a person gets to read: any terminal can take it, and nothing in it is an order to the terminal."""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shlex
import string
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast

DRAWN = "✓✗·│─▶◀⋮…“”„‘’–—•━╸╺"
TYPED = 'vx.|-><:~"""\'\'--*---'  # as wide, for encodings that have nothing better
LOOKALIKES = dict(zip(DRAWN, TYPED, strict=True))
LOOKALIKE = "grading.lookalike"  # the name of the error handler that puts them in
JOINERS = "\N{ZERO WIDTH JOINER}"  # not printable, and yet part of what one sees
SAFE_IN_SHELLS = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
SAFE_ON_WINDOWS = re.compile(r"[\w+=:./\\-]+", re.ASCII)
SAFE_BYTES = frozenset((string.ascii_letters + string.digits + "@+=:,./-_ ").encode())  # between quotes
STANDARD_DESCRIPTORS = (0, 1, 2)


def visible(text: str, encoding: str = "utf-8") -> str:
    """Return `text` on one line, with an escape for all that a terminal obeys, hides or, in `encoding`, lacks."""
    return "".join(c if _is_visible(c, encoding) else _escaped(c) for c in text)


def _is_visible(c: str, encoding: str) -> bool:
    return c in LOOKALIKES or ((c.isprintable() or c in JOINERS) and (c.isascii() or _has(encoding, c)))


def _has(encoding: str, text: str) -> bool:
    try:
        return bool(text.encode(encoding))
    except UnicodeError:
        return False


def _escaped(c: str) -> str:
    return ascii(c)[1:-1]


def _lookalike(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what an encoding lacks, as `codecs.register_error` wants it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(LOOKALIKES.get(c, _escaped(c)) for c in error.object[error.start : error.end]), error.end


codecs.register_error(LOOKALIKE, _lookalike)


class Output:
    """A text stream that never fails: what its encoding lacks is replaced, and once it is broken it is silent."""

    def __init__(self, stream: TextIO | None) -> None:
        self.trouble: Exception | None = None  # that broke it
        self._stream = stream
        with contextlib.suppress(AttributeError, OSError, ValueError):
            cast(Any, stream).reconfigure(errors=LOOKALIKE)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Print at once, if that is possible."""
        if self._stream and not self.trouble:
            try:
                self._stream.write(text)
                self._stream.flush()
            except (OSError, ValueError) as error:
                self.trouble = error
        return len(text)

    def flush(self) -> None:
        """Do nothing: all is printed already."""

    def isatty(self) -> bool:
        """Tell whether a person sits before it."""
        return self._stream is not None and not self.trouble and self._stream.isatty()

    def gives_up(self) -> None:
        """Where it broke, let nothing that is left in it trouble the interpreter's last moments."""
        if self.trouble and self._stream:
            with contextlib.suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)
                self._stream.flush()


@contextlib.contextmanager
def outputs_that_never_fail() -> Iterator[None]:
    """Put an `Output` into the place of either standard stream."""
    _open_what_is_closed()
    before = sys.stdout, sys.stderr
    ours = Output(sys.stdout), Output(sys.stderr)
    sys.stdout, sys.stderr = cast(TextIO, ours[0]), cast(TextIO, ours[1])
    try:
        yield
    finally:
        sys.stdout, sys.stderr = before
        if ours[0].trouble and not isinstance(ours[0].trouble, BrokenPipeError):
            ours[1].write(f"The screen could not be written: {ours[0].trouble}.\n")
        for output in ours:
            output.gives_up()


def _open_what_is_closed() -> None:
    """Let nothing that is opened later be taken for a standard stream."""
    for descriptor in STANDARD_DESCRIPTORS:
        try:
            os.fstat(descriptor)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free, which is this one


def pasted(words: list[str]) -> str:
    """Return a command as one can paste it into a shell of this system."""
    return " ".join(map(_quoted_on_windows if os.name == "nt" else _quoted, words))


def _quoted(word: str) -> str:
    if SAFE_IN_SHELLS.fullmatch(word):
        return word
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    is_shown_as_it_is = visible(word) == word and _has(encoding, word)
    return shlex.quote(word) if is_shown_as_it_is else _spelled(word)


def _spelled(word: str) -> str:
    """Return a word with bytes that one cannot type, as every POSIX shell reads it."""
    spelled = "".join(chr(byte) if byte in SAFE_BYTES else f"\\0{byte:03o}" for byte in os.fsencode(word))
    return f"\"$(printf %b '{spelled}')\""


def _quoted_on_windows(word: str) -> str:
    return word if SAFE_ON_WINDOWS.fullmatch(word) else f'"{word}"'
