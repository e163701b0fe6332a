"""What a grading has found out about a submission while it waited for it."""

from __future__ import annotations

from collections import Counter

MOST_MISSED = 2  # times that something is waited for to the end, if nothing like it ever comes


class Experience:
    """Which kinds of things came that were waited for, and which never did."""

    def __init__(self) -> None:
        self.hurries = True  # what never came is not waited for to the end again
        self._came: set[object] = set()
        self._missed: Counter[object] = Counter()

    def has_come(self, what: object) -> None:
        """Note that something of a kind came."""
        self._came.add(what)

    def has_not_come(self, what: object) -> None:
        """Note that something of a kind did not come although there was all the time for it."""
        self._missed[what] += 1

    def comes_never(self, what: object) -> bool:
        """Tell whether nothing of a kind has come yet, though it was waited for several times to the end."""
        return self.hurries and what not in self._came and self._missed[what] >= MOST_MISSED
