"""Single keys, without Enter, where somebody sits before a terminal. Its settings are put back whatever happens."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from typing import Any

from grading.start import ending

CTRL_C, CTRL_D = "\x03", "\x04"
ENDS_US = (signal.SIGINT, *ending.ALSO_END_US)

if sys.platform == "win32":
    import msvcrt

    LOOKING_SECONDS = 0.01  # between two looks at the keyboard

    class _Keyboard:
        def __init__(self) -> None:
            self.is_there = sys.stdin is not None and sys.stdin.isatty()

        def takes(self) -> None:
            """There is nothing to set."""

        def read(self, seconds: float) -> str:
            end = time.monotonic() + seconds
            while not msvcrt.kbhit():
                if time.monotonic() > end:
                    return ""
                time.sleep(LOOKING_SECONDS)
            return msvcrt.getwch()

        def puts_back(self) -> None:
            """There is nothing to put back."""

else:
    import select
    import termios
    import tty

    OFF = b"\0"  # instead of a key that is a signal

    class _Keyboard:
        def __init__(self) -> None:
            self._fd = _descriptor()
            self.is_there = self._fd >= 0
            self._before: list[Any] = []
            self._continued: Any = None  # what would have been done after Ctrl+Z

        def takes(self) -> None:
            self._before = termios.tcgetattr(self._fd)
            self._sets()
            self._continued = signal.signal(signal.SIGCONT, lambda *_: self._sets())

        def _sets(self) -> None:
            """Let keys come one by one, Ctrl+C as well; also after Ctrl+Z, when the shell has put all that back."""
            if _descriptor() == self._fd:
                tty.setcbreak(self._fd)
                settings = termios.tcgetattr(self._fd)
                settings[-1][termios.VINTR] = OFF
                termios.tcsetattr(self._fd, termios.TCSADRAIN, settings)

        def read(self, seconds: float) -> str:
            if not select.select([self._fd], [], [], seconds)[0]:
                return ""
            return os.read(self._fd, 1).decode("ascii", "replace") or CTRL_D

        def puts_back(self) -> None:
            signal.signal(signal.SIGCONT, self._continued)
            with contextlib.suppress(termios.error):  # the window is gone
                termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)

    def _descriptor() -> int:
        """Return that of a terminal which is ours to read; -1 where there is none, or in the background."""
        try:
            fd = sys.stdin.fileno()
            return fd if os.isatty(fd) and os.tcgetpgrp(fd) == os.getpgrp() else -1
        except (AttributeError, OSError, ValueError):  # closed, or not our terminal
            return -1


class Keys:
    """The keyboard, as long as one is in the context. There, Ctrl+C is raised by `pressed()` and nowhere else."""

    def __init__(self) -> None:
        self._keyboard = _Keyboard()
        self._handlers: dict[int, Any] = {}
        self._ended = False  # somebody wants us to end

    def __enter__(self) -> Keys:
        for number in ENDS_US:
            if signal.getsignal(number) is not signal.SIG_IGN:  # so it is in the background
                self._handlers[number] = signal.signal(number, self._hears)
        if self.are_there:
            self._keyboard.takes()
        return self

    @property
    def are_there(self) -> bool:
        """Whether there is a keyboard."""
        return self._keyboard.is_there

    def pressed(self, seconds: float) -> str:
        """Return the key that is pressed within that time, empty if none is; KeyboardInterrupt at Ctrl+C."""
        key = ""
        if self.are_there and not self._ended:
            key = self._keyboard.read(seconds)
        elif not self._ended:
            time.sleep(seconds)
        if self._ended or key == CTRL_C:
            self._ended = True
            raise KeyboardInterrupt
        return key

    def _hears(self, number: int, _: object) -> None:
        self._ended = True
        ending.told_to_end(number)

    def __exit__(self, *_: object) -> None:
        if self.are_there:
            self._keyboard.puts_back()
        for number, handler in self._handlers.items():
            signal.signal(number, signal.SIG_IGN if self._ended else handler)  # we are ending already
