"""How the grader ends: with a status that README.md names, and without a traceback, at Ctrl+C and at its own faults."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from grading.system import shortage

PASSED, FAILED, UNUSABLE, OWN_FAULT, INTERRUPTED = 0, 1, 2, 3, 130
BY_A_SIGNAL = 128  # and its number: the status of what a shell sees ended by one
ALSO_END_US = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]  # as Ctrl+C does
_signals: list[int] = []  # by which we were told to end


def ends_with(main: Callable[[], int]) -> NoReturn:
    """End with the status that `main` returns; never come back."""
    _at_ctrl_c(_stop_at_once)
    try:
        status = main()
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else UNUSABLE if end.code else PASSED
    except KeyboardInterrupt:
        _stop_at_once()
    except Exception as error:
        fault = f"The grader itself failed: {type(error).__name__}: {error}. This is not your fault."
        _say(shortage.told(error) or fault)
        if "--debug" in sys.argv:
            sys.excepthook(type(error), error, error.__traceback__)
        status = OWN_FAULT
    _end(status)


def give_up(why: str) -> NoReturn:
    """End with a line that says why nothing was graded, and what to do about it."""
    print(why, file=sys.stderr)
    sys.exit(UNUSABLE)


def shortened(path: str | Path) -> str:
    """Return a path as short as one can type it here."""
    try:
        return str(path).removeprefix(os.getcwd() + os.sep)
    except OSError:  # the folder that one is in is gone
        return str(path)


def tidies_up_at_ctrl_c() -> None:
    """Let Ctrl+C raise KeyboardInterrupt from now on, once: there is something to tidy up.

    So do a window that is closed, and whoever ends a job that takes too long.
    """
    _at_ctrl_c(_stop_tidily)
    for number in ALSO_END_US:
        if signal.getsignal(number) is signal.SIG_DFL:  # nohup has it ignored
            signal.signal(number, _stop_tidily)
    sys.unraisablehook = _stop_all_the_same


def told_to_end(number: int) -> None:
    """Remember by which signal we were told to end."""
    _signals.append(number)


def interrupted() -> int:
    """Return the status of what was told to end: that of Ctrl+C, unless it was told so in another way."""
    return BY_A_SIGNAL + _signals[0] if _signals else INTERRUPTED


def _at_ctrl_c(handler: Callable[..., object]) -> None:
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # so it is in the background
        signal.signal(signal.SIGINT, handler)
    if sys.platform != "win32":
        signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGINT])  # see environment.py


def _stop_at_once(*_: object) -> NoReturn:
    _say("Stopped.")
    _end(interrupted())


def _stop_tidily(number: int, _: object) -> NoReturn:
    for one in (signal.SIGINT, *ALSO_END_US):
        signal.signal(one, signal.SIG_IGN)  # whoever tidies up must not be stopped
    told_to_end(number)
    raise KeyboardInterrupt


def _stop_all_the_same(lost: Any) -> None:
    """Stop where Python would only have printed that it ignores a KeyboardInterrupt."""
    if lost.exc_type is KeyboardInterrupt:
        _stop_at_once()
    sys.__unraisablehook__(lost)


def _say(line: str) -> None:
    """Write a line past the streams: one of them may just be at work, or broken."""
    _flush()
    try:
        os.write(1, line.encode("ascii", "backslashreplace") + b"\n")
    except OSError:
        pass


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # nobody reads, or the disk is full: the status holds
            pass


def _end(status: int) -> NoReturn:
    """End without waiting for threads, which might have something to say about it."""
    _flush()
    os._exit(status)
