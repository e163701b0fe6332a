"""The terminal before which a program runs: a pseudo-terminal or, on systems that have none, pipes.

On a pseudo-terminal a program finds what it finds at a person's desk: it is asked line by line, what is typed shows
on the screen, Ctrl+C and Ctrl+D are keys. Through pipes the same keys do what comes nearest to that.
"""

from __future__ import annotations

import contextlib
import os
import sys
from typing import IO, Protocol

READ_BYTES = 65536


class Terminal(Protocol):
    """A keyboard and a screen."""

    has_keys: bool  # Ctrl+C is a key like any other, and what is typed shows on the screen by itself

    @property
    def streams(self) -> tuple[int, int, int]:
        """The descriptors that become streams 0, 1 and 2 of the program."""

    def has_started(self) -> None:
        """Know that the program holds its end now."""

    def has_ended(self) -> None:
        """Know that the program holds it no longer; a child of it still may."""

    def read(self) -> bytes:
        """Wait for output and return it; nothing once the program and its children have ended."""

    def types(self, text: str) -> None:
        """Type `text` and Enter."""

    def ends_the_input(self) -> None:
        """Press Ctrl+D, or what comes nearest to it."""

    def interrupts(self) -> None:
        """Press Ctrl+C, where that is a key."""

    def answers(self, data: bytes) -> None:
        """Answer what a program asked its terminal."""

    def close(self) -> None:
        """Take the terminal away, once all that was printed has been read."""


class Pipes:
    """Two pipes: one for what is typed, one for all that is printed."""

    has_keys = False

    def __init__(self) -> None:
        theirs_in, near_in = os.pipe()
        near_out, theirs_out = os.pipe()
        self._theirs = (theirs_in, theirs_out, theirs_out)
        self._in: IO[bytes] = os.fdopen(near_in, "wb", buffering=0)
        self._out = near_out

    @property
    def streams(self) -> tuple[int, int, int]:
        """The descriptors that become streams 0, 1 and 2 of the program."""
        return self._theirs

    def has_started(self) -> None:
        """Close what the program holds now."""
        for descriptor in set(self._theirs):
            os.close(descriptor)

    def has_ended(self) -> None:
        """Nothing is to be done: the program closed its ends."""

    def read(self) -> bytes:
        """Wait for output and return it; nothing once the program and its children have ended."""
        try:
            return os.read(self._out, READ_BYTES)
        except OSError:
            return b""

    def types(self, text: str) -> None:
        """Type `text` and Enter."""
        with contextlib.suppress(OSError, ValueError):
            self._in.write(text.encode() + b"\n")

    def ends_the_input(self) -> None:
        """Press what comes nearest to Ctrl+D: the input ends."""
        with contextlib.suppress(OSError):
            self._in.close()

    def interrupts(self) -> None:
        """There is no such key here: the stage does it."""

    def answers(self, data: bytes) -> None:
        """Nobody asks a pipe."""

    def close(self) -> None:
        """Close our ends, once all that was printed has been read."""
        self.ends_the_input()
        os.close(self._out)


def make_terminal() -> Terminal:
    """Return a terminal as good as this system has one."""
    if sys.platform != "win32":
        from grading.process.pseudo_terminal import PseudoTerminal

        with contextlib.suppress(OSError):
            return PseudoTerminal()
    return Pipes()
