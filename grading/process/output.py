"""What a program prints, read by a thread of its own so that the program never waits for us."""

from __future__ import annotations

import codecs
import re
import threading
import time

from grading.process.patience import Allowance
from grading.process.screen import Screen
from grading.process.terminal import Terminal

MOST_CHARACTERS = 2_000_000  # of output that are kept; what is older is forgotten
ENDLESS_CHARACTERS = 3_000_000  # that no program prints before it begins
MUCH_CHARACTERS = 500_000  # more than thirty times what a client shows of all that is said in a check
AT_ONCE_CHARACTERS = 200_000  # that go on the screen between two looks; of more, only the end
MOST_PIECES = 200  # of output, of which it is known when they came
QUESTIONS = re.compile("\x1b\\[(?P<what>6n|0?c)")  # where is the cursor? what kind of terminal are you?
VT102 = b"\x1b[?6c"


class Output:
    """All that a program has printed, and the screen that this makes."""

    def __init__(self, terminal: Terminal, changed: threading.Condition, allowance: Allowance | None = None) -> None:
        self._allowance = allowance or Allowance()
        self.text = ""  # as it came, with all that moves the cursor
        self._printed = 0  # characters, so far
        self._endless = ENDLESS_CHARACTERS  # where they are more than anybody can have caused
        self.ended = False
        self.latest = time.monotonic()  # when something came
        self._came: list[tuple[float, str]] = []  # the latest pieces, and when they came
        self._shown = 0  # characters of `text` that are on the screen
        self._screen = Screen()
        self._changed = changed
        self._terminal = terminal
        threading.Thread(target=self._read, daemon=True).start()

    @property
    def is_endless(self) -> bool:
        """Whether so much came that nobody can have caused it."""
        return self._printed > self._endless

    def begins(self) -> None:
        """Know that the program, a client, has begun: it shows what is said to it from now on."""
        self._endless = self._printed + MUCH_CHARACTERS

    @property
    def screen(self) -> Screen:
        """The screen as it is now."""
        with self._changed:
            self._screen.write(self.text[max(self._shown, len(self.text) - AT_ONCE_CHARACTERS) :])
            self._shown = len(self.text)
            return self._screen

    def lines_around(self, moment: float) -> tuple[list[str], list[str]]:
        """Return the lines that came before a moment and after it, as a person reads them, as far as they are kept."""
        with self._changed:
            after = sum(len(piece) for came, piece in self._came if came >= moment)
            split = max(0, len(self.text) - after)
            pieces = self.text[:split], self.text[split:]
        before, behind = (Screen() for _ in pieces)
        before.write(pieces[0])
        behind.write(pieces[1])
        return before.lines, behind.lines

    def wait_for_end(self, seconds: float) -> None:
        """Wait until all is read that the program printed; a child of its may go on printing."""
        with self._changed:
            self._changed.wait_for(lambda: self.ended, seconds)

    def shows_what_was_typed(self, text: str) -> None:
        """Put on the screen what a person typed, where the terminal does not do so itself."""
        with self._changed:
            self._add(text + "\n")

    def _read(self) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        while data := self._terminal.read():
            with self._changed:
                self._add(decoder.decode(data))
            if b"\x1b[" in data:
                self._answer(data.decode("ascii", "ignore"))
            if self._printed > self._allowance.characters:  # nobody reads so much: the screen is taken away
                self._allowance.endless += 1
                break
        with self._changed:
            self.ended = True
            self._changed.notify_all()
        self._terminal.close()

    def _add(self, text: str) -> None:
        self.text += text
        self._printed += len(text)
        if len(self.text) > MOST_CHARACTERS:
            forgotten = len(self.text) - MOST_CHARACTERS // 2
            self.text = self.text[forgotten:]
            self._shown = max(0, self._shown - forgotten)
        self.latest = time.monotonic()
        self._came = [*self._came[-MOST_PIECES:], (self.latest, text)]
        self._changed.notify_all()

    def _answer(self, text: str) -> None:
        """Answer what programs ask their terminal."""
        for question in QUESTIONS.finditer(text):
            column, row = self.screen.cursor
            where = b"\x1b[%d;%dR" % (row, column)
            self._terminal.answers(where if question["what"] == "6n" else VT102)
