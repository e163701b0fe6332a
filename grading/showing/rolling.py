"""A screen on which a diagram grows, drawn aside from whoever is at work, and perhaps a line that a person types."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

from grading.drawing.text import Scroll
from grading.results.events import Event
from grading.showing.terminal import Report

PROMPT = "> "
MOST_WAITING = 2000  # events that a slow screen may be behind; what comes then is counted, not drawn
LAST_SECONDS = 2.0  # for a screen to show what it is behind with at the end


class Rolling:
    """A terminal on which lines only come below each other; what is typed below them gives way."""

    def __init__(self, console: Console, centre: str) -> None:
        self._report = Report(console)
        self._scroll = Scroll(centre, console.encoding)
        self._console = console
        self._is_asking = False
        self._drawing = threading.Lock()

    def add(self, event: Event) -> None:
        """Draw one more event."""
        with self._drawing:
            self._shows(self._scroll.add(event), "cyan", cut=True)

    def rename(self, name: str, new: str) -> None:
        """Call somebody by another name from now on."""
        with self._drawing:
            self._scroll.rename(name, new)

    def says(self, *lines: str, style: str = "") -> None:
        """Show a few sentences."""
        with self._drawing:
            self._shows(list(lines), style)

    def asks(self) -> None:
        """Show that a line can be typed."""
        with self._drawing:
            self._is_asking = True
            self._console.print(PROMPT, end="", style="bold")

    def was_answered(self) -> None:
        """Take away what was typed, where the terminal can: it is drawn."""
        with self._drawing:
            self._is_asking = False
            self._console.control(Control((ControlType.CURSOR_UP, 1), (ControlType.ERASE_IN_LINE, 2)))

    def ends(self) -> None:
        """Know that no more is typed."""
        with self._drawing:
            if self._is_asking:
                self._clears()
            self._is_asking = False

    def _clears(self) -> None:
        """Take the prompt away, where the terminal can; else begin a new line."""
        if self._console.is_dumb_terminal or not self._console.is_terminal:
            self._console.print()
        else:
            self._console.control(Control(ControlType.CARRIAGE_RETURN, (ControlType.ERASE_IN_LINE, 2)))

    def _shows(self, lines: list[str], style: str, cut: bool = False) -> None:
        if not lines:
            return
        if self._is_asking:
            self._clears()
        for line in lines:
            self._report.says(line, style, cut)
        if self._is_asking:
            self._console.print(PROMPT, end="", style="bold")


class Aside:
    """Lets somebody draw in a thread of its own, so that nobody waits for a screen that is slow or stopped."""

    def __init__(self, watcher: Rolling) -> None:
        self._watcher = watcher
        self._todo: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._left_out = 0
        self._thread = threading.Thread(target=self._draw, daemon=True)
        self._thread.start()

    def add(self, event: Event) -> None:
        """Draw one more event, as soon as the screen has time."""
        if self._todo.qsize() >= MOST_WAITING:
            self._left_out += 1
            return
        self._tells_what_is_left_out()
        self.calls(lambda: self._watcher.add(event))

    def rename(self, name: str, new: str) -> None:
        """Call somebody by another name from now on."""
        self.calls(lambda: self._watcher.rename(name, new))

    def calls(self, job: Callable[[], None]) -> None:
        """Do something else when the screen has time."""
        self._todo.put(job)

    def close(self, seconds: float | None = LAST_SECONDS) -> None:
        """Let the screen show what it is behind with, for a while."""
        self._tells_what_is_left_out()
        self._todo.put(None)
        self._thread.join(seconds)

    def _tells_what_is_left_out(self) -> None:
        if self._left_out:
            line = f"  ({self._left_out} more came faster than this screen can show)"
            self.calls(lambda: self._watcher.says(line))
            self._left_out = 0

    def _draw(self) -> None:
        while job := self._todo.get():
            job()
