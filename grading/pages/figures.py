"""What figures of a class are worth: shares with their intervals, and how checks go together."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.959964  # standard deviations within which 95 of 100 lie
FEWEST = 10  # people; with fewer, figures tell of persons and not of a class
ENOUGH = 30  # people, for a figure of the whole test


@dataclass(frozen=True)
class Share:
    """How many of how many, and between which shares of all the truth lies, 95 times out of 100."""

    count: int
    of: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself."""
        return self.count / self.of if self.of else 0.0

    @property
    def told(self) -> str:
        """The interval in words."""
        return f"{100 * self.low:.0f} to {100 * self.high:.0f} %"


def wilson(count: int, of: int) -> Share:
    """Return a share with its Wilson interval, which is right for small numbers, too."""
    if not of:
        return Share(0, 0, 0.0, 1.0)
    share, square = count / of, Z * Z / of
    middle = (share + square / 2) / (1 + square)
    half = Z * math.sqrt(share * (1 - share) / of + square / (4 * of)) / (1 + square)
    return Share(count, of, max(0.0, middle - half), min(1.0, middle + half))


def item_rest(passed: Sequence[bool], rest: Sequence[float]) -> float | None:
    """Return how passing one check goes with all other points, from -1 to 1; None where that cannot be told."""
    if len(passed) < FEWEST or len(set(passed)) < 2 or len(set(rest)) < 2:
        return None
    return float(statistics.correlation([float(one) for one in passed], rest))


def kuder_richardson(passes: Sequence[Sequence[bool]]) -> float | None:
    """Return how well all checks agree on who is good (KR-20); `passes` has a row for each person."""
    if len(passes) < ENOUGH or len(passes[0]) < 2 or len({len(row) for row in passes}) > 1:
        return None
    variance = statistics.pvariance([float(sum(row)) for row in passes])
    if not variance:
        return None
    shares = [sum(row[item] for row in passes) / len(passes) for item in range(len(passes[0]))]
    items = len(shares)
    return items / (items - 1) * (1 - sum(share * (1 - share) for share in shares) / variance)
