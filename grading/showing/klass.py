"""Show what becomes of a class: tables that fit, and how far a grading of many has come."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

from rich.cells import cell_len
from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from grading.results.visible import visible

PER_SECOND = 4  # looks at a terminal
MOST_SHOWN = 8  # submissions in hand
LONGEST_NAME = 24  # columns
LEAST = 12  # columns that all but the first one keep for as long as it has more
SHARE = 0.55  # of the screen, that all columns of a table but the last may take


class ClassScreen:
    """The screen of whoever grades a class: a live one on a terminal, a plain line for each event elsewhere."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._lock = threading.Lock()
        self._in_hand: dict[str, tuple[int, int]] = {}  # checks done and in all, of each that is being graded
        self._done = self._all = 0
        self._started = time.monotonic()
        self._live: Live | None = None

    def says(self, text: str, style: str = "") -> None:
        """Print one line."""
        self.console.print(Text(visible(text, self.console.encoding), style))

    def tables(self, titles: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
        """Print a table that is no wider than the screen; its last column takes what room there is."""
        shown = [[visible(cell, self.console.encoding) for cell in row] for row in (titles, *rows)]
        table = Table(box=None, pad_edge=False, header_style="bold")
        for title, width in zip(titles, self._widths(shown), strict=False):
            table.add_column(title, overflow="ellipsis", no_wrap=True, max_width=width)
        table.add_column(titles[-1], overflow="fold")
        for row in shown[1:]:
            table.add_row(*map(Text, row))
        self.console.print(table)

    def _widths(self, rows: list[list[str]]) -> list[int]:
        """Return the widths of all columns but the last, to which they leave its share of the screen.

        The first one tells rows apart: as long as the others can, they give way.
        """
        widths = [min(LONGEST_NAME, max(map(cell_len, column))) for column in list(zip(*rows, strict=True))[:-1]]
        while sum(widths) > self.console.width * SHARE and max(widths) > 1:
            most = max(widths[1:], default=0)
            place = widths.index(most, 1) if most > LEAST else widths.index(max(widths))
            widths[place] -= 1
        return widths

    def starts(self, count: int) -> None:
        """Show that so many submissions are going to be graded."""
        self._all, self._started = count, time.monotonic()
        if self.console.is_terminal and count:
            self._live = Live(console=self.console, refresh_per_second=PER_SECOND, get_renderable=self._picture)
            self._live.start()

    def progresses(self, who: str, done: int, left: int) -> None:
        """Show how far somebody's grading has come."""
        with self._lock:
            self._in_hand[who] = done, done + left

    def ended(self, who: str, result: str, for_good: bool = True) -> None:
        """Show that somebody's grading has ended, unless it is going to be tried again."""
        with self._lock:
            self._in_hand.pop(who, None)
            self._done += for_good
            left, now = self._left(), ", ".join(self._in_hand)
        more = "" if self._live or not left else f"  ({left}{f'; now {now}' if now else ''})"
        self.says(f"{self._done:4} of {self._all}  {who}: {result}{more}")

    def ends(self) -> None:
        """Leave only what is printed."""
        if self._live:
            self._live.stop()
            self._live = None

    def _left(self) -> str:
        """Say how much time is left, as far as the submissions until now can tell."""
        if not self._done or self._done == self._all:
            return ""
        seconds = (time.monotonic() - self._started) / self._done * (self._all - self._done)
        return f"{_spoken(seconds)} left"

    def _picture(self) -> Group:
        with self._lock:
            in_hand, left = list(self._in_hand.items()), self._left()
            bar = ProgressBar(self._all or 1, self._done, width=30)
            told = Text(f" {self._done} of {self._all}{left and f', {left}'}")
        lines = [
            Text(f"  {visible(who, self.console.encoding)}  {done}/{of or '?'}", "dim") for who, (done, of) in in_hand
        ]
        return Group(bar, told, *lines[:MOST_SHOWN])


def _spoken(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
