"""A terminal with a person before it, for programs that behave otherwise there (POSIX only)."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import struct
import sys
import termios
import time
from collections.abc import Callable
from pathlib import Path

import pyte

PATIENCE = 60.0  # seconds until what does not come is missed
WHERE_IS_THE_CURSOR = b"\x1b[6n"


class Terminal:
    """`python PROGRAM ARGUMENTS`, on a screen of 80 columns and 24 lines."""

    def __init__(self, program: Path, *arguments: str) -> None:
        self.screen = pyte.Screen(80, 24)
        self._stream = pyte.ByteStream(self.screen)
        self._typed = b""  # but not taken yet
        self._status: int | None = None
        self._child, self._fd = pty.fork()
        if self._child == 0:
            os.execve(sys.executable, [sys.executable, str(program), *arguments], {**os.environ, "TERM": "xterm"})
        self.resize(80)
        os.set_blocking(self._fd, False)
        self.settings = termios.tcgetattr(self._fd)

    def resize(self, columns: int) -> None:
        """Make the window so wide."""
        self.screen.resize(24, columns)
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))

    def types(self, text: str) -> None:
        """Press those keys; the program takes them in while one of the methods below looks at the screen."""
        self._typed += text.encode(errors="surrogateescape")

    def shows(self, *lines: str) -> None:
        """Wait until the last lines of the screen are these, blanks at their ends aside."""
        self.until(lambda: self.lines()[-len(lines) :] == list(lines))

    def lines(self) -> list[str]:
        """Return what is on the screen, without empty lines."""
        return [line.rstrip() for line in self.screen.display if line.strip()]

    def until(self, is_so: Callable[[], bool]) -> None:
        """Let the program run until that is so."""
        end = time.monotonic() + PATIENCE
        while not is_so():
            assert time.monotonic() < end, f"the screen shows {self.lines()}"
            self._serve()

    def end(self) -> int:
        """Wait until the program has ended; return its exit status."""
        self.until(lambda: self._status is not None)
        while self._serve():  # what it printed last of all
            pass
        return self._status or 0

    def _serve(self) -> bool:
        """Let it read and print; return whether it printed."""
        reading, writing, _ = select.select([self._fd], [self._fd] if self._typed else [], [], 0.05)
        if writing:
            self._typed = self._typed[os.write(self._fd, self._typed[:512]) :]
        try:
            output = os.read(self._fd, 65536) if reading else b""
        except OSError:  # the program has closed its end
            output = b""
        self._stream.feed(output)
        if WHERE_IS_THE_CURSOR in output:
            cursor = self.screen.cursor
            self._typed = b"\x1b[%d;%dR" % (cursor.y + 1, cursor.x + 1) + self._typed
        if not output and self._status is None:
            child, status = os.waitpid(self._child, os.WNOHANG)
            self._status = os.waitstatus_to_exitcode(status) if child else None
        return bool(output)

    def has_settings_of_the_start(self) -> bool:
        """Tell whether keys are echoed and lines are edited as when the program began."""
        return termios.tcgetattr(self._fd) == self.settings

    def close(self) -> None:
        if self._status is None:
            os.kill(self._child, 9)
            os.waitpid(self._child, 0)
        os.close(self._fd)
