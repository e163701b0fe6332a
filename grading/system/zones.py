"""Time zones made to measure: in each of them it is just now the time that somebody wants a clock to show."""

from __future__ import annotations

import time

DAY, HOUR = 24 * 3600, 3600  # seconds
FARTHEST = 12 * HOUR  # from UTC, on either side
SPRING, AUTUMN = (60, 120), (244, 305)  # days of the year on which clocks are changed: one of each, a month from today


def offset_where_it_is(clock: str) -> int:
    """Return how many seconds ahead of UTC it is now `clock`, as in `23:59:58`."""
    hours, minutes, seconds = map(int, clock.split(":"))
    wanted = hours * HOUR + minutes * 60 + seconds
    return (wanted - int(time.time()) + FARTHEST) % DAY - FARTHEST


def zone(offset: int, summer: bool | None = None) -> str:
    """Return the zone that is `offset` seconds ahead of UTC, as the variable TZ names it (POSIX, 8.3).

    If it is `summer` there, this is an hour more than its standard time; if it is not, but will be, its standard time.
    As in all real zones, it is summer for half a year, with one of January and July in it: by these two, Python finds
    `time.altzone`. The C library of Windows knows no such rule.
    """
    if summer is None or not hasattr(time, "tzset"):
        return f"KIT{_ahead(offset)}"
    today = time.gmtime(time.time() + offset).tm_yday
    spring, autumn = (max(days, key=lambda day: abs(day - today)) for days in (SPRING, AUTUMN))
    begins, ends = (spring, autumn) if (spring < today < autumn) == summer else (autumn, spring)
    standard = offset - HOUR * summer
    return f"KIT{_ahead(standard)}KIS{_ahead(standard + HOUR)},J{begins},J{ends}"


def _ahead(offset: int) -> str:
    sign, ahead = ("-", offset) if offset >= 0 else ("+", -offset)
    return f"{sign}{ahead // HOUR:02d}:{ahead % HOUR // 60:02d}:{ahead % 60:02d}"


def shown_at(moment: float, offset: int) -> str:
    """Return what a clock shows there at `moment`, in seconds since 1970."""
    return time.strftime("%H:%M:%S", time.gmtime((int(moment) + offset) % DAY))
