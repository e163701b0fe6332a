"""Interrupt the student's lines, and only theirs, at seeded random points: unlucky schedules on demand."""

from __future__ import annotations

import random
import sys
import threading
import time
from _thread import get_ident
from types import FrameType
from typing import Any

from grading.stage import threads

LONGEST = 1.0  # seconds of pauses in one schedule, all threads together: more than that is only slow

_sleep = time.sleep
_now = time.monotonic
_seed: int | None = None  # None: no pauses
_chance = 0.0  # of a pause before a line
_pause = 0.0  # seconds, at the most
_paused = 0.0  # seconds, in this schedule; on a busy machine each pause takes far longer than it should
_numbers: dict[int, int] = {}  # of each thread in this schedule: the newest is 0, those to come are -1, -2, …
_dice: dict[int, random.Random] = {}


def install() -> None:
    """Watch every line that the program runs from now on, in all its threads."""
    threading.settrace(_enter)
    sys.settrace(_enter)


def shake(seed: int | None, chance: float = 0.0, pause: float = 0.0) -> None:
    """Begin a new schedule, which `seed` decides as far as one can; None ends the shaking."""
    global _seed, _chance, _pause, _paused
    _numbers.clear()
    _numbers.update((thread.ident or 0, number) for number, thread in enumerate(reversed(threading.enumerate())))
    _dice.clear()
    _seed, _chance, _pause, _paused = seed, chance, pause, 0.0


def _enter(frame: FrameType, event: str, argument: Any) -> Any:
    return _step if threads.is_own(frame.f_code.co_filename) else None


def _hold_up(seconds: float) -> None:
    global _paused
    if _paused < LONGEST:
        started = _now()
        _sleep(seconds)
        _paused += _now() - started


def _step(frame: FrameType, event: str, argument: Any) -> Any:
    if _seed is not None and event == "line":
        thread = get_ident()
        if thread not in _dice:
            number = _numbers.setdefault(thread, min(_numbers.values(), default=1) - 1)
            _dice[thread] = random.Random(1000 * _seed + number)
        if _dice[thread].random() < _chance:
            _hold_up(_dice[thread].random() * _pause)
    return _step
