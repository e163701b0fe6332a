"""A pseudo-terminal (pty(7)): what a program that runs before it finds is what it finds at a person's desk."""

from __future__ import annotations

import contextlib
import os
import select
import struct
import sys
import threading
import time

from grading.process.screen import COLUMNS, ROWS

assert sys.platform != "win32"  # for mypy: nobody imports this there

import fcntl  # noqa: E402
import termios  # noqa: E402

ENTER = "\r"
CTRL_C, CTRL_D = b"\x03", b"\x04"
READ_BYTES = 65536
ARRIVING_SECONDS = 0.005  # until a key that was pressed is there to be taken, or has been
KEY_SECONDS = 10.0  # until the next keys are pressed, where the program does not take the one before


class PseudoTerminal:
    """A pseudo-terminal of 80 columns and 24 lines."""

    has_keys = True  # Ctrl+C and Ctrl+D are keys like any other

    def __init__(self) -> None:
        self._near, self.far = os.openpty()  # `far` is where the program reads and writes
        fcntl.ioctl(self.far, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self._be_utf8()
        os.set_blocking(self._near, False)
        self._guard = threading.Lock()

    def _be_utf8(self) -> None:
        """Let Backspace take back whole letters, where the system knows how."""
        if sys.platform == "linux":
            settings = termios.tcgetattr(self.far)
            settings[0] |= 0o40000  # IUTF8, which the termios module does not name
            termios.tcsetattr(self.far, termios.TCSANOW, settings)

    @property
    def streams(self) -> tuple[int, int, int]:
        """The descriptors that become streams 0, 1 and 2 of the program."""
        return self.far, self.far, self.far

    def has_started(self) -> None:
        """The program holds its end. Ours stays open, too: what it prints last must not get lost."""

    def has_ended(self) -> None:
        """Let `read` come to its end as soon as nobody else holds the far end."""
        with self._guard:
            if self.far >= 0:
                os.close(self.far)
            self.far = -1

    def read(self) -> bytes:
        """Wait for output and return it; nothing once the program and its children have ended."""
        while True:
            try:
                select.select([self._near], [], [])
                return os.read(self._near, READ_BYTES)
            except BlockingIOError:
                continue
            except (OSError, ValueError):  # EIO: nobody is there any more
                return b""

    def types(self, text: str) -> None:
        """Type `text` and Enter, at once where the system collects a line, else key after key."""
        line = f"{text}{ENTER}"
        key_by_key = not self._collects_lines()
        for keys in line if key_by_key else [line]:
            self._press(keys.encode())
            key_by_key = key_by_key and self._is_taken()

    def ends_the_input(self) -> None:
        """Press Ctrl+D."""
        self._press(CTRL_D)

    def interrupts(self) -> None:
        """Press Ctrl+C."""
        self._press(CTRL_C)

    def answers(self, data: bytes) -> None:
        """Answer a question that the program asked its terminal."""
        self._press(data)

    def _press(self, keys: bytes) -> None:
        with contextlib.suppress(OSError), self._guard:
            if self._near >= 0:
                os.write(self._near, keys)

    def _collects_lines(self) -> bool:
        """Tell whether the program gets whole lines, as it does unless it asked for each key."""
        with contextlib.suppress(termios.error), self._guard:
            return self.far < 0 or bool(termios.tcgetattr(self.far)[3] & termios.ICANON)
        return True

    def _is_taken(self) -> bool:
        """Wait until the program has taken all that was pressed; False if it does not."""
        pressed = time.monotonic()
        while not self._waiting() and time.monotonic() < pressed + ARRIVING_SECONDS:
            time.sleep(0.0001)
        while self._waiting() and time.monotonic() < pressed + KEY_SECONDS:
            time.sleep(0.001)
        return not self._waiting()

    def _waiting(self) -> int:
        """Return how many bytes the program has not taken yet."""
        with contextlib.suppress(OSError), self._guard:
            if self.far >= 0:
                return int(struct.unpack("i", fcntl.ioctl(self.far, termios.FIONREAD, b"\0\0\0\0"))[0])
        return 0

    def close(self) -> None:
        """Take the terminal away, once all that was printed has been read."""
        self.has_ended()
        with self._guard:
            os.close(self._near)
            self._near = -1
