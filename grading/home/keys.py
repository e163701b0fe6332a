"""Single keys, without Enter, where somebody sits before a terminal. Its settings are put back whatever happens."""

from __future__ import annotations

import os
import signal
import sys
import time

if sys.platform == "win32":
    import msvcrt

    LOOKING_SECONDS = 0.01  # between two looks at the keyboard

    class Keys:
        """The keyboard, as long as one is in the context."""

        def __enter__(self) -> Keys:
            self.are_there = sys.stdin is not None and sys.stdin.isatty()
            return self

        def pressed(self, seconds: float) -> str:
            """Return the key that is pressed within that time; empty if none is."""
            end = time.monotonic() + seconds
            while not (self.are_there and msvcrt.kbhit()):
                if time.monotonic() > end:
                    return ""
                time.sleep(LOOKING_SECONDS)
            key = msvcrt.getwch()
            if key == "\x03":
                raise KeyboardInterrupt
            return key

        def __exit__(self, *_: object) -> None:
            """There is nothing to put back."""

else:
    import select
    import termios
    import tty

    END_OF_INPUT = "\x04"  # Ctrl+D
    ENDS_US = (signal.SIGTERM, signal.SIGHUP)

    class Keys:
        """The keyboard, as long as one is in the context."""

        def __init__(self) -> None:
            self._fd = _keyboard()
            self.are_there = self._fd >= 0
            self._before: list[object] = []
            self._handlers: dict[signal.Signals, object] = {}

        def __enter__(self) -> Keys:
            if self.are_there:
                self._before = termios.tcgetattr(self._fd)
                self._handlers = {number: signal.signal(number, self._ends) for number in ENDS_US}
                self._handlers[signal.SIGCONT] = signal.signal(signal.SIGCONT, self._goes_on)
                tty.setcbreak(self._fd)
            return self

        def pressed(self, seconds: float) -> str:
            """Return the key that is pressed within that time; empty if none is."""
            if not self.are_there:
                time.sleep(seconds)
                return ""
            if not select.select([self._fd], [], [], seconds)[0]:
                return ""
            return os.read(self._fd, 1).decode("ascii", "replace") or END_OF_INPUT

        def __exit__(self, *_: object) -> None:
            self._puts_back()
            for number, handler in self._handlers.items():
                signal.signal(number, handler)  # type: ignore[arg-type]

        def _puts_back(self) -> None:
            if self._before:
                termios.tcsetattr(self._fd, termios.TCSADRAIN, self._before)  # type: ignore[arg-type]

        def _goes_on(self, *_: object) -> None:
            """After Ctrl+Z, the shell has put the settings back: take the keys again."""
            if _keyboard() == self._fd:
                tty.setcbreak(self._fd)

        def _ends(self, *_: object) -> None:
            """End as at Ctrl+C, so that all is tidied up."""
            raise KeyboardInterrupt

    def _keyboard() -> int:
        """Return the descriptor of a terminal that is ours to read; -1 where there is none, or in the background."""
        try:
            fd = sys.stdin.fileno()
            return fd if os.isatty(fd) and os.tcgetpgrp(fd) == os.getpgrp() else -1
        except (AttributeError, OSError, ValueError):  # closed, or not our terminal
            return -1
