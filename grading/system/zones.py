"""Time zones made to measure: in each of them it is just now the time that somebody wants a clock to show."""

from __future__ import annotations

import time

DAY, HOUR = 24 * 3600, 3600  # seconds
FARTHEST = 12 * HOUR  # from UTC, on either side


def offset_where_it_is(clock: str) -> int:
    """Return how many seconds ahead of UTC it is now `clock`, as in `23:59:58`."""
    hours, minutes, seconds = map(int, clock.split(":"))
    wanted = hours * HOUR + minutes * 60 + seconds
    return (wanted - int(time.time()) + FARTHEST) % DAY - FARTHEST


def zone(offset: int) -> str:
    """Return the zone that is `offset` seconds ahead of UTC, as the variable TZ names it (POSIX, 8.3)."""
    sign, ahead = ("-", offset) if offset >= 0 else ("+", -offset)
    return f"KIT{sign}{ahead // HOUR:02d}:{ahead % HOUR // 60:02d}:{ahead % 60:02d}"


def shown_at(moment: float, offset: int) -> str:
    """Return what a clock shows there at `moment`, in seconds since 1970."""
    return time.strftime("%H:%M:%S", time.gmtime((int(moment) + offset) % DAY))
