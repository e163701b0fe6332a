"""What stands on a terminal's screen: 24 lines of 80 columns, and what has scrolled out above them.

A program writes text and moves the cursor about (ECMA-48, as xterm does it); a person reads lines. A line that is too
long for one row goes on in the next one, and still is one line to the person.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

COLUMNS, ROWS = 80, 24
MOST_LINES = 2000  # that are kept of what has scrolled out
TAB = 8  # columns
NUMBER_DIGITS = 4  # of a sequence that count: no screen is so big
MOST_MARKS = 20  # upon one letter, more than any language has
TOKEN = re.compile(
    r"\x1b\[(?P<private>[<=>?]?)(?P<numbers>[\d;:]*)[ -/]*(?P<final>[@-~])"  # a control sequence
    r"|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\|(?=\x1b))"  # a title, and what else is for the window
    r"|\x1b(?P<place>[()])(?P<letters>[0-~])"  # which letters there are at the first and at the second place
    r"|\x1b[ -/]+[0-~]"  # and at others
    r"|\x1b(?P<escape>[0-~])"
    r"|(?P<control>[\x00-\x1f\x7f-\x9f])"
    r"|(?P<text>[^\x00-\x1f\x7f-\x9f]+)"
)
DRAWN = str.maketrans(  # the letters of DEC by which curses draws frames
    "_`abcdefghijklmnopqrstuvwxyz{|}~", " ◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·"
)
UNFINISHED = re.compile(r"\x1b(?:\[[0-?]*[ -/]*|[\]PX^_][^\x07\x1b]*\x1b?|[ -/]*)?\Z")
LONGEST_UNFINISHED = 1000  # characters of a sequence that does not end: then it is none


@dataclass
class Row:
    """The letters of one row, one a column; a wide letter is followed by an empty one."""

    cells: list[str] = field(default_factory=list)
    goes_on: bool = False  # the next row is the rest of this line

    @property
    def text(self) -> str:
        return "".join(self.cells)


class Screen:
    """A screen to write on, and to read."""

    def __init__(self) -> None:
        self.forgotten = 0  # lines that have scrolled out and are no longer kept
        self._above: list[str] = []  # lines that have scrolled out
        self._above_goes_on = False  # the last one is not over yet
        self._rest = ""  # the beginning of a sequence
        self._last = " "
        self._other: list[Row] | None = None  # the usual screen, while a program uses the alternate one
        self._kept = (0, 0)
        self._reset()

    def _reset(self) -> None:
        self._rows = [Row() for _ in range(ROWS)]
        self._x, self._y = 0, 0
        self._top, self._bottom = 0, ROWS - 1
        self._draws = {"(": False, ")": False}  # whether the letters at a place draw frames
        self._place = "("

    # Reading

    @property
    def lines(self) -> list[str]:
        """All lines from the top to the last one with something on it, those that have scrolled out included."""
        above, on_it = self._above, _joined(self._rows)
        if self._above_goes_on and on_it:
            return [*above[:-1], above[-1] + on_it[0], *on_it[1:]]
        return above + on_it

    @property
    def rows(self) -> list[str]:
        """The rows of the screen as they stand there now."""
        return [row.text.rstrip() for row in self._rows]

    @property
    def is_painted(self) -> bool:
        """Whether a program paints it as a whole: it uses the one from which nothing scrolls out to be read."""
        return self._other is not None

    @property
    def cursor(self) -> tuple[int, int]:
        """Column and row of the cursor, counted from 1."""
        return min(self._x, COLUMNS - 1) + 1, self._y + 1

    @property
    def is_in_mid_line(self) -> bool:
        """Whether the cursor stands behind something, as it does behind a prompt."""
        return bool(self._rows[self._y].text[: self._x].strip())

    # Writing

    def write(self, text: str) -> None:
        """Do what a terminal does with `text`."""
        text = self._rest + text
        unfinished = UNFINISHED.search(text)
        cut = unfinished.start() if unfinished and len(text) - unfinished.start() < LONGEST_UNFINISHED else len(text)
        self._rest = text[cut:]
        for token in TOKEN.finditer(text, 0, cut):
            if token["text"]:
                self._put(token["text"])
            elif token["final"]:
                self._sequence(token["final"], token["private"], token["numbers"])
            elif token["place"]:
                self._draws[token["place"]] = token["letters"] == "0"
            elif token["escape"]:
                self._escape(token["escape"])
            elif token["control"]:
                self._control(token["control"])

    def _put(self, text: str) -> None:
        if self._draws[self._place]:
            text = text.translate(DRAWN)
        self._last = text[-1]
        for letter in text:
            width = _width(letter)
            if not width:
                self._join(letter)
                continue
            if self._x + width > COLUMNS:
                self._rows[self._y].goes_on = True
                self._x = 0
                self._feed()
            cells = self._rows[self._y].cells
            cells.extend(" " * (self._x + width - len(cells)))
            cells[self._x : self._x + width] = [letter, ""][:width]
            self._x += width

    def _join(self, mark: str) -> None:
        """Put a mark without a width of its own upon the letter before it."""
        cells = self._rows[self._y].cells
        at = next((x for x in range(min(self._x, len(cells)) - 1, -1, -1) if cells[x]), None)
        if at is not None and len(cells[at]) <= MOST_MARKS:
            cells[at] += mark

    def _control(self, control: str) -> None:
        if control in "\n\x0b\x0c\x84\x85":
            self._rows[self._y].goes_on = False
            self._feed()
            self._x = 0 if control == "\x85" else self._x
        elif control == "\r":
            self._x = 0
        elif control == "\b":
            self._x = max(0, min(self._x, COLUMNS - 1) - 1)
        elif control in "\x0e\x0f":
            self._place = ")" if control == "\x0e" else "("
        elif control == "\t":
            self._x = min(COLUMNS - 1, self._x // TAB * TAB + TAB)

    def _escape(self, letter: str) -> None:
        if letter == "7":
            self._kept = (self._x, self._y)
        elif letter == "8":
            self._x, self._y = self._kept
        elif letter == "D":
            self._feed()
        elif letter == "E":
            self._x = 0
            self._feed()
        elif letter == "M":
            self._feed_back()
        elif letter == "c":
            self._reset()

    def _feed(self) -> None:
        """Go a row down; at the bottom, everything above goes up instead."""
        if self._y == self._bottom:
            self._scroll(self._top)
        else:
            self._y = min(self._y + 1, ROWS - 1)

    def _feed_back(self) -> None:
        if self._y == self._top:
            self._insert_rows(self._top, 1)
        else:
            self._y = max(self._y - 1, 0)

    def _scroll(self, at: int, count: int = 1) -> None:
        """Take rows out at `at`; what leaves the top of the usual screen is kept."""
        for _ in range(min(count, ROWS)):
            gone = self._rows.pop(at)
            if at == 0:
                self._keep(gone)
            self._rows.insert(self._bottom, Row())

    def _keep(self, row: Row) -> None:
        if self._above and self._above_goes_on:
            self._above[-1] += row.text
        else:
            self._above.append(row.text.rstrip() if not row.goes_on else row.text)
        self._above_goes_on = row.goes_on
        self._forget()

    def _forget(self) -> None:
        self.forgotten += max(0, len(self._above) - MOST_LINES)
        del self._above[:-MOST_LINES]

    def _insert_rows(self, at: int, count: int) -> None:
        for _ in range(min(count, ROWS)):
            self._rows.pop(self._bottom)
            self._rows.insert(at, Row())

    # Control sequences

    def _sequence(self, final: str, private: str, numbers: str) -> None:
        values = [int(number[:NUMBER_DIGITS] or 0) for number in re.split("[;:]", numbers)] if numbers else []
        if private:
            if private == "?" and final in "hl" and {47, 1047, 1049} & set(values):
                self._turn_to_alternate(final == "h")
            return
        first = values[0] if values else 0
        action = getattr(self, SEQUENCES.get(final, ""), None)
        if action:
            action(first, *values[1:2])

    def _turn_to_alternate(self, on: bool) -> None:
        """Go to the screen that leaves no trace, or back from it."""
        if on and self._other is None:
            self._other, self._rows = self._rows, [Row() for _ in range(ROWS)]
            self._kept = (self._x, self._y)
        elif not on and self._other is not None:
            self._above += _joined(self._rows)  # somebody has read it
            self._forget()
            self._rows, self._other = self._other, None
            self._x, self._y = self._kept
            self._top, self._bottom = 0, ROWS - 1

    def _up(self, count: int, *_: int) -> None:
        self._y = max(0, self._y - max(1, count))

    def _down(self, count: int, *_: int) -> None:
        self._y = min(ROWS - 1, self._y + max(1, count))

    def _right(self, count: int, *_: int) -> None:
        self._x = min(COLUMNS - 1, self._x + max(1, count))

    def _left(self, count: int, *_: int) -> None:
        self._x = max(0, min(self._x, COLUMNS - 1) - max(1, count))

    def _next_rows(self, count: int, *_: int) -> None:
        self._down(count)
        self._x = 0

    def _rows_before(self, count: int, *_: int) -> None:
        self._up(count)
        self._x = 0

    def _to_column(self, column: int, *_: int) -> None:
        self._x = min(max(1, column), COLUMNS) - 1

    def _to_row(self, row: int, *_: int) -> None:
        self._y = min(max(1, row), ROWS) - 1

    def _to(self, row: int, column: int = 1) -> None:
        self._to_row(row)
        self._to_column(column)

    def _erase_in_screen(self, what: int, *_: int) -> None:
        if what == 0:
            self._erase_in_row(0)
            rows = range(self._y + 1, ROWS)
        elif what == 1:
            self._erase_in_row(1)
            rows = range(self._y)
        else:
            rows = range(ROWS if what == 2 else 0)
        for y in rows:
            self._rows[y] = Row()

    def _erase_in_row(self, what: int, *_: int) -> None:
        row = self._rows[self._y]
        if what == 0:
            del row.cells[self._x :]
            row.goes_on = False
        elif what == 1:
            row.cells[: self._x + 1] = " " * min(self._x + 1, len(row.cells))
        else:
            self._rows[self._y] = Row()

    def _erase(self, count: int, *_: int) -> None:
        cells = self._rows[self._y].cells
        end = min(self._x + max(1, count), len(cells))
        cells[self._x : end] = " " * max(0, end - self._x)

    def _insert_cells(self, count: int, *_: int) -> None:
        cells = self._rows[self._y].cells
        if self._x < len(cells):
            cells[self._x : self._x] = " " * max(1, count)
            del cells[COLUMNS:]

    def _delete_cells(self, count: int, *_: int) -> None:
        del self._rows[self._y].cells[self._x : self._x + max(1, count)]

    def _insert_lines(self, count: int, *_: int) -> None:
        if self._top <= self._y <= self._bottom:
            self._x = 0
            self._insert_rows(self._y, max(1, count))

    def _delete_lines(self, count: int, *_: int) -> None:
        if self._top <= self._y <= self._bottom:
            self._x = 0
            for _row in range(min(max(1, count), ROWS)):
                self._rows.pop(self._y)
                self._rows.insert(self._bottom, Row())

    def _scroll_up(self, count: int, *_: int) -> None:
        self._scroll(self._top, max(1, count))

    def _scroll_down(self, count: int, *_: int) -> None:
        self._insert_rows(self._top, max(1, count))

    def _set_region(self, top: int, bottom: int = ROWS) -> None:
        first, last = max(1, top), min(bottom or ROWS, ROWS)
        if first < last:
            self._top, self._bottom = first - 1, last - 1
            self._x, self._y = 0, 0

    def _repeat(self, count: int, *_: int) -> None:
        self._put(self._last * min(max(1, count), COLUMNS))

    def _keep_place(self, *_: int) -> None:
        self._kept = (self._x, self._y)

    def _to_kept_place(self, *_: int) -> None:
        self._x, self._y = self._kept


SEQUENCES = {
    "A": "_up", "B": "_down", "C": "_right", "D": "_left", "E": "_next_rows", "F": "_rows_before",
    "G": "_to_column", "`": "_to_column", "a": "_right", "d": "_to_row", "e": "_down", "H": "_to", "f": "_to",
    "J": "_erase_in_screen", "K": "_erase_in_row", "X": "_erase", "@": "_insert_cells", "P": "_delete_cells",
    "L": "_insert_lines", "M": "_delete_lines", "S": "_scroll_up", "T": "_scroll_down", "r": "_set_region",
    "b": "_repeat", "s": "_keep_place", "u": "_to_kept_place",
}  # fmt: skip


def _joined(rows: list[Row]) -> list[str]:
    """Return the lines that `rows` hold, without the empty ones at the end."""
    lines: list[str] = []
    goes_on = False
    for row in rows:
        if goes_on:
            lines[-1] += row.text
        else:
            lines.append(row.text)
        goes_on = row.goes_on
    while lines and not lines[-1].strip():
        lines.pop()
    return [line.rstrip() for line in lines]


def _width(letter: str) -> int:
    """Return how many columns a letter takes: wide ones two, marks upon another letter none."""
    if letter < "\u0300":
        return 1
    if unicodedata.combining(letter) or unicodedata.category(letter) in ("Mn", "Me", "Cf"):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
