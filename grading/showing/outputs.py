"""What a person gets to read: any terminal can take it, and nothing in it is an order to the terminal."""

from __future__ import annotations

import codecs
import contextlib
import os
import sys
from collections.abc import Iterator
from typing import Any, TextIO, cast

from grading.results.visible import LOOKALIKES, escaped

LOOKALIKE = "grading.lookalike"  # the name of the error handler that puts them in
STANDARD_DESCRIPTORS = (0, 1, 2)


def _lookalike(error: UnicodeError) -> tuple[str, int]:
    """Stand in for what an encoding lacks, as `codecs.register_error` wants it."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(LOOKALIKES.get(c, escaped(c)) for c in error.object[error.start : error.end]), error.end


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
