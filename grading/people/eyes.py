"""What whoever sits before a student's client sees on the screen."""

from __future__ import annotations

from collections import Counter

from grading.process.program import Program
from grading.process.reading import fills, shows, shows_a_crash, shows_in_rows, without_prompts, without_tracebacks
from grading.process.screen import ROWS
from grading.results.visible import shown


class Eyes:
    """Look at the screen of a client, at which somebody called `name` sits."""

    def __init__(self, client: Program, name: str) -> None:
        self._client = client
        self._name = name
        self._before: list[str] = []  # the lines that were there when something last happened
        self._forgotten = 0  # lines, by then

    @property
    def lines(self) -> list[str]:
        """What a person reads on the screen, and above it where it has scrolled out, line by line."""
        return self._client.out.screen.lines

    def see(self, text: str, count: int = 1) -> bool:
        """Tell whether so many lines of the screen are `text`, whatever prompt or frame stands around it."""
        screen = self._client.out.screen
        is_there = self.count(text) >= count or shows_in_rows(self.lines, text)
        return is_there or screen.is_painted and fills(screen.rows, text)

    def count(self, text: str) -> int:
        """Return how many lines of the screen are `text`."""
        return sum(shows(line, text, self._client.keyboard.prompts) for line in self.lines)

    def bare(self, line: str) -> str:
        """Return what is left of a line without the prompts and frames around it."""
        return without_prompts(line, self._client.keyboard.prompts)

    @property
    def rows_told(self) -> list[str]:
        """The lines that stand there because the program wrote them; none where some have scrolled out.

        There a screen that is drawn anew each time holds the same lines more than once.
        """
        lines = self.lines
        return [line for line in lines if not self._client.keyboard.was_typed(line)] if len(lines) <= ROWS else []

    def see_a_crash(self) -> bool:
        """Tell whether the screen shows a traceback."""
        return shows_a_crash(self.lines)

    def remember(self) -> None:
        """Keep in mind what is on the screen, now that something happens."""
        screen = self._client.out.screen
        self._before, self._forgotten = screen.lines, screen.forgotten

    def news(self) -> list[str]:
        """Return the lines that tell something and were not there when something last happened."""
        screen = self._client.out.screen
        old = Counter(self._before[screen.forgotten - self._forgotten :])  # what else there was stands there no more
        new = []
        for line in self._telling(screen.lines):  # of a traceback, a part may have been there
            if old[line]:
                old[line] -= 1
            else:
                new.append(line)
        return new

    def error(self) -> str:
        """Return the last line, which is that of the exception."""
        return shown(next(line for line in reversed(self.lines) if line.strip()))

    def last_line(self) -> str:
        """Return the last line that tells something; an empty string if there is none."""
        lines = self._telling(self.lines)
        return shown(lines[-1]) if lines else ""

    def _telling(self, lines: list[str]) -> list[str]:
        """Return those of `lines` that tell more than that the client has started, asks, or has crashed."""
        return [line for line in without_tracebacks(lines) if line.strip(" >") and not self._is_greeting(line)]

    def _is_greeting(self, line: str) -> bool:
        """Tell whether `line` only says that the client has started, or shows what was typed."""
        is_start = "Connected to chat server" in line or line.endswith(f"Joined as: {self._name}")
        return is_start or self._client.keyboard.was_typed(line)
