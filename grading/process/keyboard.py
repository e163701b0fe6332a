"""The keyboard before a program: nobody types before the program had the chance to ask."""

from __future__ import annotations

import time
from collections.abc import Callable

from grading.process.output import Output
from grading.process.patience import PROMPT_SECONDS, QUESTION_SECONDS, QUIET_SECONDS
from grading.process.reading import without_blanks
from grading.process.terminal import Terminal


class Keyboard:
    """Types lines. `answers()` waits until the program's process has answered us.

    `listens()` tells whether it waits for something to be typed, or None if nobody can tell.
    """

    def __init__(
        self,
        terminal: Terminal,
        output: Output,
        prompts: set[str],
        answers: Callable[[], object],
        listens: Callable[[], bool | None],
    ) -> None:
        self._terminal = terminal
        self._output = output
        self.prompts = prompts  # that this program has shown before, in this run or another
        self._answers = answers
        self._listens = listens
        self._has_typed = False
        self._typed = ""  # the last line
        self._mark = 0  # how much was printed before that
        self._echoes: set[str] = set()  # how each typed line stands on the screen, behind its prompt

    def is_asked(self) -> bool:
        """Tell whether the program had the chance to ask for a line since it got the last one."""
        prompt = self._prompt()
        quiet = time.monotonic() - self._output.latest
        if prompt in self.prompts or quiet > (PROMPT_SECONDS if prompt else QUIET_SECONDS):
            if not self._has_typed and quiet < QUESTION_SECONDS and self._listens() is False:
                return False  # it may still be starting, and will throw away what is typed before, as getpass does
            self._answers()  # it may be about to read, but not quite there yet
            return True
        return False

    def _prompt(self) -> str:
        """Return what stands behind the last newline that the program printed since we typed, if anything does."""
        printed = self._output.text[self._mark :].removeprefix(self._typed)
        return printed.rpartition("\n")[2]

    def types(self, text: str) -> None:
        """Type `text` and Enter."""
        if prompt := self._prompt():
            self.prompts.add(prompt)
        screen = self._output.screen
        asked = screen.lines[-1] if screen.is_in_mid_line else ""
        self._echoes.add(without_blanks(asked + text))
        self._mark, self._typed = len(self._output.text), text
        self._has_typed = True
        self._terminal.types(text)
        if not self._terminal.has_keys:
            self._output.shows_what_was_typed(text)

    def was_typed(self, line: str) -> bool:
        """Tell whether a line of the screen is there only because somebody typed it."""
        return without_blanks(line) in self._echoes

    def is_echo(self, line: str) -> bool:
        """Tell whether a line is what was typed last, without the prompt before it."""
        return bool(line.strip()) and line.strip() == self._typed.strip()
