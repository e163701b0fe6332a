"""The program's time zone, in which the grader sets its clock; and a clock that moves whenever it is looked at.

No clock is replaced, as a rule: the zone alone decides what time it is for the program, its libraries and all that it
starts. Only where a check wants to know how often a program looks at the clock, each look takes some seconds; and where
it cannot wait for as long as something lasts, the clock leaps.
"""

from __future__ import annotations

import datetime as datetime_module
import os
import time
from collections.abc import Callable
from typing import Any

from grading.stage.likeness import AnyInstance, LikeBuiltIn

_looks = 0
_tick = 0.0  # seconds that pass whenever the program looks at the clock
leapt = 0.0  # seconds that it has gone on all at once
_time = time.time
_localtime = time.localtime
_gmtime = time.gmtime
_strftime = time.strftime
_asctime = time.asctime
_datetime = datetime_module.datetime
_date = datetime_module.date


def now() -> float:
    global _looks
    _looks += 1
    return _time() + _looks * _tick + leapt


def now_ns() -> int:
    return int(now() * 1e9)


def localtime(seconds: float | None = None, /) -> time.struct_time:
    return _localtime(now() if seconds is None else seconds)


def gmtime(seconds: float | None = None, /) -> time.struct_time:
    return _gmtime(now() if seconds is None else seconds)


def strftime(format: str, moment: Any = None, /) -> str:
    return _strftime(format, localtime() if moment is None else moment)


def asctime(moment: Any = None, /) -> str:
    return _asctime(localtime() if moment is None else moment)


def ctime(seconds: float | None = None, /) -> str:
    return _asctime(localtime(seconds))


class datetime(_datetime, metaclass=AnyInstance):
    original = _datetime

    @classmethod
    def now(cls, tz: Any = None) -> Any:
        return cls.fromtimestamp(now(), tz)

    @classmethod
    def today(cls) -> Any:
        return cls.fromtimestamp(now())

    @classmethod
    def utcnow(cls) -> Any:
        return cls.fromtimestamp(now(), datetime_module.timezone.utc).replace(tzinfo=None)


class date(_date, metaclass=AnyInstance):
    original = _date

    @classmethod
    def today(cls) -> Any:
        return cls.fromtimestamp(now())


def install(tick: float) -> None:
    """From now on, let `tick` seconds pass whenever the program looks at the clock."""
    global _tick
    _tick = tick
    ours: dict[str, Callable[..., Any]] = {
        "time": now, "time_ns": now_ns, "localtime": localtime, "gmtime": gmtime,
        "strftime": strftime, "asctime": asctime, "ctime": ctime,
    }  # fmt: skip
    for name, function in ours.items():
        setattr(time, name, LikeBuiltIn(getattr(time, name), function))
    for cls in (datetime, date):
        cls.__module__ = "datetime"
        setattr(datetime_module, cls.__name__, cls)


def leap(seconds: float) -> None:
    """Let so many seconds have passed, on a clock that was installed."""
    global leapt
    leapt += seconds


def set_zone(zone: str) -> None:
    """Move this process to `zone`, written as in POSIX (`KIT-5:45` is 5:45 ahead of UTC)."""
    os.environ["TZ"] = zone
    if hasattr(time, "tzset"):  # elsewhere the C library has read TZ when the process started
        time.tzset()
