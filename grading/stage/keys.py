"""What is typed where there are no pseudo-terminals, and Ctrl+C there (Windows).

A program that reads from its console is woken by Ctrl+C; one that reads from a pipe is not. So what is typed is waited
for in short naps, from which Ctrl+C wakes it as well.
"""

from __future__ import annotations

import _thread
import io
import os
import signal
import sys
import time
from typing import Any

if sys.platform == "win32":
    import _winapi
    import ctypes
    import msvcrt

NAP_SECONDS = 0.005
_sleep = time.sleep  # whatever the program makes of it


class Keys(io.RawIOBase):
    """The pipe at stream 0."""

    name: str
    were_read = False  # whether the program has looked for what is typed here

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return 0

    def readinto(self, buffer: Any) -> int:
        Keys.were_read = True
        while _is_silent():
            _sleep(NAP_SECONDS)
        data = os.read(0, len(buffer))
        buffer[: len(data)] = data
        return len(data)


def _is_silent() -> bool:
    """Tell whether a read would have to wait."""
    if sys.platform == "win32":
        try:
            return not _winapi.PeekNamedPipe(msvcrt.get_osfhandle(0), 0)[0]
        except OSError:
            pass  # the input has ended
    return False


def keep(stream: object) -> None:
    """Never close the stream of keys: a daemon thread may wait there at the program's end, and would be waited for."""
    if sys.platform == "win32":
        ctypes.pythonapi.Py_IncRef(ctypes.py_object(stream))


def press_ctrl_c() -> bool:
    """Press Ctrl+C on this program's console, which nobody sees; return whether that wakes who reads what is typed."""
    try:
        _press_ctrl_c()
    except OSError:  # there is no console
        _thread.interrupt_main()
    return Keys.were_read


def _press_ctrl_c() -> None:
    if sys.platform == "win32":
        ctypes.windll.kernel32.SetConsoleCtrlHandler(None, False)  # the grader may have been told to ignore it
        os.kill(0, signal.CTRL_C_EVENT)
    else:
        _thread.interrupt_main()
