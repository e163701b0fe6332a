"""Clocks that leap: what lasts for hours is over as soon as the grader says so.

Whoever waits with a time limit waits for one short time after the other, and looks at these clocks in between. The time
limits of connections stay what they are: how fast others answer is real.
"""

from __future__ import annotations

import queue
import select
import selectors
import threading
import time
from _thread import allocate_lock
from collections.abc import Callable
from functools import partial
from typing import Any

from grading.stage import clock
from grading.stage.likeness import LikeBuiltIn

SHORT = 0.02  # seconds from one look at the clock to the next
FROM_A_START = ("monotonic", "perf_counter")  # clocks that count from somewhere, and show no time of day
KEPT = ((threading, "_time"), (queue, "time"))  # where modules keep a clock, with which they count what they wait
CLOCKS = [getattr(time, f"CLOCK_{name}", None) for name in ("REALTIME", "MONOTONIC", "MONOTONIC_RAW", "BOOTTIME")]

_monotonic, _sleep = time.monotonic, time.sleep
_gettime: Any = getattr(time, "clock_gettime", None)  # not on Windows
_select = select.select
_wait = threading.Condition.wait


def install() -> None:
    """From now on, let the program's clocks leap when `leap` is called."""
    clock.install(0.0)
    for name in FROM_A_START:
        original = getattr(time, name)
        _put(time, name, partial(_later, original))
        _put(time, f"{name}_ns", lambda original=original: int(_later(original) * 1e9))
    if _gettime:
        _put(time, "clock_gettime", gettime)
        _put(time, "clock_gettime_ns", lambda id, /: int(gettime(id) * 1e9))
    _put(time, "sleep", sleep)
    _put(select, "select", select_in_turns)
    for module, name in KEPT:
        setattr(module, name, time.monotonic)
    setattr(threading.Condition, "wait", wait)
    for name in ("SelectSelector", "PollSelector", "EpollSelector", "DevpollSelector", "KqueueSelector"):
        if selector := getattr(selectors, name, None):
            setattr(selector, "select", _in_turns(selector.select))


def leap(seconds: float) -> None:
    """Let so many seconds have passed."""
    clock.leap(seconds)


def gettime(id: int, /) -> float:
    return float(_gettime(id)) + (clock.leapt if id in CLOCKS else 0.0)


def sleep(seconds: float, /) -> None:
    if seconds <= SHORT:  # a wrong number raises as ever
        return _sleep(seconds)
    _until(lambda short: _sleep(short), seconds)


def select_in_turns(readers: Any, writers: Any, others: Any, seconds: float | None = None, /) -> Any:
    if not seconds:
        return _select(readers, writers, others, seconds)
    return _until(partial(_select, readers, writers, others), seconds, any)


def wait(self: threading.Condition, timeout: float | None = None) -> bool:
    if timeout is None or timeout <= 0 or not self._is_owned():  # type: ignore[attr-defined]  # which raises
        return _wait(self, timeout)
    waiter = allocate_lock()
    waiter.acquire()
    self._waiters.append(waiter)  # type: ignore[attr-defined]
    saved = self._release_save()  # type: ignore[attr-defined]
    is_told = False
    try:
        is_told = bool(_until(lambda short: waiter.acquire(True, short), timeout))
        return is_told
    finally:
        self._acquire_restore(saved)  # type: ignore[attr-defined]
        if not is_told and waiter in self._waiters:  # type: ignore[attr-defined]
            self._waiters.remove(waiter)  # type: ignore[attr-defined]


def _in_turns(select: Any) -> Any:
    """Return `select` of a selector, which asyncio uses as well."""

    def select_in_turns(self: Any, timeout: float | None = None) -> Any:
        return _until(partial(select, self), timeout) if timeout and timeout > 0 else select(self, timeout)

    return select_in_turns


def _until(wait: Callable[[float], Any], seconds: float, is_enough: Callable[[Any], bool] = bool) -> Any:
    """Wait until what comes of it `is_enough`, or so many seconds have passed; return what came."""
    end = _later(_monotonic) + seconds
    while True:
        left = end - _later(_monotonic)
        came = wait(max(0.0, min(left, SHORT)))
        if is_enough(came) or left <= SHORT:
            return came


def _later(original: Callable[[], float]) -> float:
    return original() + clock.leapt


def _put(module: Any, name: str, function: Callable[..., Any]) -> None:
    """Let `function` stand for a built-in one."""
    setattr(module, name, LikeBuiltIn(getattr(module, name), function))
