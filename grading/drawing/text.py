"""Paint a diagram and a story as lines of text. Knows no colour."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from grading.drawing.layout import Diagram, Growing, Row, layout
from grading.results.events import CLOSE, HALF_CLOSE, RESET, SEGMENT, SHOWN, SILENCE, TYPED, Event
from grading.results.visible import visible
from grading.telling.story import Story

WIDTH = 76  # columns
FIRST = 6  # column of the first lifeline
LANE = 30  # columns from one lifeline to the next, unless what is said needs more
CROWDED = 16  # columns; with fewer, what is said always stands beside all lifelines and not between two
NARROW = 9  # columns from one lifeline to the next where what is said stands beside them, at the most
NARROWEST = 4
BESIDE = 27  # columns, for what is said beside the lifelines
LANES = 11  # that fit into the width
ROWS = 8  # of a diagram, at the most
LONGEST_NAME = 12  # characters above a lane
MOST = {"expected": 3, "got": 3, "because": 5, "hint": 4}  # lines
LONGEST = 20  # lines of a story
AROUND = 6  # columns of an arrow that are not for its text, lifelines aside
DONE = (SEGMENT, TYPED, CLOSE, HALF_CLOSE, RESET)  # what somebody does, after which one waits
CUT = "…"
BRACKETS = {True: "┌├└", False: "┐┤┘"}  # at the sender of a segment of several lines; whether it stands at the left
MARKS = {CLOSE: "✗", RESET: "✗", HALF_CLOSE: "•", SILENCE: "⋮", SHOWN: ">"}
MOST_OF_A_MARK = 3  # lines of what somebody shows, in a diagram that grows
NAMES_AGAIN = 20  # lines of a diagram that grows, after which its names have scrolled out of a small screen


@dataclass(frozen=True)
class Page:
    """A painted story."""

    diagram: list[str]
    facts: list[tuple[str, list[str]]]  # "expected", "got", "because": lines

    @property
    def lines(self) -> list[str]:
        """All lines, as they are shown without colours."""
        told = [f"{label if i == 0 else '':9} {line}" for label, lines in self.facts for i, line in enumerate(lines)]
        return [*self.diagram, *([""] if self.diagram else []), *told]


def page(story: Story, encoding: str = "utf-8", longest: int = LONGEST) -> Page:
    """Paint a story for a terminal with this encoding, in `longest` lines, or a few more where it needs them."""
    facts = [(label, _shortened(_wrapped(text, encoding), MOST[label])) for label, text in story.facts]
    taken = 1 + sum(len(lines) for _, lines in facts)
    room = max(longest - taken, min(LONGEST - taken, _needed(story)))
    height = min(ROWS, room - 2)
    diagram = paint(layout(story.events, story.centre, height, LANES), encoding)
    while len(diagram) > room and height > 1:  # the names may take two lines, and so may what is printed
        height -= 1
        diagram = paint(layout(story.events, story.centre, height, LANES), encoding)
    return Page(diagram, facts)


def _needed(story: Story) -> int:
    """Return how many lines a diagram needs, names and all, so that it begins with the last thing that somebody did."""
    deeds = (place for place, event in enumerate(story.events) if event.kind in DONE and event.source != story.centre)
    diagram = layout(story.events[max(deeds, default=0) :], story.centre, ROWS, LANES)
    return 3 + sum(row.height for row in diagram.rows)


def _shortened(lines: list[str], most: int) -> list[str]:
    """Return the first of some lines; where there are more, a sign says so."""
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], f"{lines[most - 1]} {CUT}"]


def _wrapped(text: str, encoding: str) -> list[str]:
    lines = []
    for part in text.rstrip("\n").split("\n"):
        part = visible(part, encoding)
        lines += textwrap.wrap(part, WIDTH - 12, break_long_words=True, break_on_hyphens=False) or [""]
    return lines


def paint(diagram: Diagram, encoding: str = "utf-8") -> list[str]:
    """Paint a diagram for a terminal with this encoding; up to LANES lanes fit into the width."""
    return _Painter(diagram, encoding).lines() if diagram.lanes else []


class Scroll:
    """A diagram that grows downwards while people talk: the names stand above it anew whenever they would be missed."""

    def __init__(self, centre: str, encoding: str = "utf-8") -> None:
        self._talk = Growing(centre, LANES)
        self._encoding = encoding
        self._head: tuple[tuple[str, ...], bool] = ((), False)
        self._is_crowded = False  # something did not fit between lifelines, and so may the next thing not
        self._since = 0  # lines below the names

    def add(self, event: Event) -> list[str]:
        """Return the lines that show one more event."""
        diagram = self._talk.add(event)
        if not diagram.lanes:
            return ["  " + _cut(f"({visible(diagram.rows[0].lines[0], self._encoding)})", WIDTH - 2)]
        painter = _Painter(diagram, self._encoding, True, self._is_crowded and len(diagram.lanes) > 2)
        self._is_crowded = self._is_crowded or painter.is_crowded
        body = painter.body()
        is_missed = (diagram.lanes, painter.is_crowded) != self._head or self._since >= NAMES_AGAIN
        self._head = (diagram.lanes, painter.is_crowded)
        self._since = len(body) + (0 if is_missed else self._since)
        return [*(painter.header() if is_missed else []), *body]

    def rename(self, name: str, new: str) -> None:
        """Call somebody by another name from now on."""
        self._talk.rename(name, new)


class _Painter:
    """Knows where the lifelines stand, and whether there is room between them.

    What `grows` has its lifelines as far apart as the width allows: nobody knows what will be said.
    """

    def __init__(self, diagram: Diagram, encoding: str, grows: bool = False, is_crowded: bool = False) -> None:
        self.diagram = diagram
        self.encoding = encoding
        self.grows = grows
        gaps = max(1, len(diagram.lanes) - 1)
        widest, narrow = (WIDTH - 2 * FIRST) // gaps, (WIDTH - FIRST - BESIDE) // gaps
        beside = max(NARROWEST, min(NARROW, narrow))
        between = widest if grows else min(max(LANE, self._needed()), widest)
        self.is_crowded = is_crowded or widest < CROWDED or (self._would_cut(between) and len(diagram.lanes) > 2)
        self.lane = beside if self.is_crowded else between
        self.columns = [FIRST + self.lane * i for i in range(len(diagram.lanes))]

    def _needed(self) -> int:
        """Return how far from each other the lifelines should be for all that is said between two of them."""
        return max((self._needs(row) for row in self.diagram.rows if row.end is not None), default=0)

    def _would_cut(self, lane: int) -> bool:
        """Tell whether not all that is said fits between lifelines that are so far from each other."""
        for row in self.diagram.rows:
            if row.start is not None and row.end is not None and self._needs(row) > lane * abs(row.start - row.end):
                return True
        return False

    def lines(self) -> list[str]:
        """Return the whole diagram."""
        lines = self.header()
        if self.diagram.earlier:
            lines.append(self._lifelines().replace("│", "⋮"))
        return lines + self.body()

    def body(self) -> list[str]:
        """Return all that happened."""
        return [line.rstrip() for row in self.diagram.rows for line in self._row(row)]

    def header(self) -> list[str]:
        """Return the names above their lanes; where these are too narrow, every other name stands one line lower."""
        longest = max(cell_len(visible(name, self.encoding)) for name in self.diagram.lanes)
        if not self.is_crowded or longest < self.lane:
            return [self._names(0, 1, LONGEST_NAME)]
        return [self._names(first, 2, min(LONGEST_NAME, 2 * self.lane - 1)) for first in (0, 1)]

    def _names(self, first: int, step: int, longest: int) -> str:
        line = ""
        for name, column in zip(self.diagram.lanes[first::step], self.columns[first::step], strict=True):
            name = _cut(visible(name, self.encoding), longest)
            start = max(column - cell_len(name) // 2, cell_len(line) + 1 if line else 0)
            line = set_cell_size(line, start) + name
        return line

    def _lifelines(self, gone: frozenset[int] = frozenset()) -> str:
        line = [" "] * (self.columns[-1] + 1)
        for lane, column in enumerate(self.columns):
            line[column] = " " if lane in gone else "│"
        return "".join(line)

    def _texts(self, row: Row) -> list[str]:
        """Return what is said, line by line."""
        texts = [visible(line, self.encoding) for line in row.lines]
        if row.left_out:
            texts.insert(-1, f"… {row.left_out} more lines")
        if row.continues:
            texts[0] = CUT + texts[0]
        return texts

    def _needs(self, row: Row) -> int:
        """Return how many columns there should be from the start of an arrow to its end."""
        *lines, last = self._texts(row)
        tag = _tag(row)
        return max(map(cell_len, [*lines, f"{last} {tag} ─" if tag else last])) + AROUND + 1

    def _row(self, row: Row) -> list[str]:
        texts, tag = self._texts(row), _tag(row)
        if row.start is None:
            text = _cut(_joined(f"({texts[0]})", tag), WIDTH - 2)
            middle = (self.columns[0] + self.columns[-1]) // 2
            return [" " * max(2, min(middle - cell_len(text) // 2, WIDTH - cell_len(text))) + text]
        if row.end is None:
            room = self._room_beside(row.start)
            may_fold = self.grows or (row.kind == SHOWN and not self.is_crowded)
            parts = textwrap.wrap(_joined(texts[0], tag), room)[:MOST_OF_A_MARK] if may_fold else []
            return [self._mark(row, part, i == 0) for i, part in enumerate(parts or [_joined(texts[0], tag)])]
        tags = [""] * (len(texts) - 1) + [tag]
        return [self._arrow(row, i, text, tag) for i, (text, tag) in enumerate(zip(texts, tags, strict=True))]

    def _room_beside(self, lane: int) -> int:
        """Return how many columns there are for what happened on a lane."""
        if self.is_crowded:
            return max(BESIDE, WIDTH - self.columns[-1] - 3)
        return self.columns[lane] - 2 if lane == len(self.columns) - 1 else WIDTH - self.columns[lane] - 2

    def _mark(self, row: Row, text: str, is_first: bool) -> str:
        assert row.start is not None
        column = self.columns[row.start]
        line = self._lifelines(row.gone)
        line = line[:column] + MARKS.get(row.kind, "•") + line[column + 1 :] if is_first else line
        if self.is_crowded:
            return self._with_beside(line, text)
        if row.start == len(self.columns) - 1:
            text = _cut(text, self._room_beside(row.start))
            return _over(line, column - 1 - cell_len(text), text)
        return _over(line, column + 2, _cut(text, self._room_beside(row.start)))

    def _arrow(self, row: Row, number: int, text: str, tag: str) -> str:
        """Return a line of an arrow; of a segment of several lines, the last one has the tip."""
        assert row.start is not None and row.end is not None
        low, high = sorted((self.columns[row.start], self.columns[row.end]))
        between = ("", "") if self.is_crowded else (text, tag)
        line = self._lifelines(row.gone)
        line = line[: low + 1] + _body(row, number, *between, high - low - 1) + line[high:]
        return self._with_beside(line, _joined(text, tag)) if self.is_crowded else line

    def _with_beside(self, line: str, text: str) -> str:
        start = self.columns[-1] + 3
        return line.ljust(start) + _cut(text, max(BESIDE, WIDTH - start))


def _body(row: Row, number: int, text: str, tag: str, width: int) -> str:
    """Return what stands between two lifelines, `width` columns wide."""
    assert row.start is not None and row.end is not None
    is_last = number == row.height - 1
    dash = "·" if row.kind == SILENCE else "─"
    goes_right = row.start < row.end
    tip = "✗" if row.kind == SILENCE or row.leaving == row.end else "▶" if goes_right else "◀"
    bracket = dash if row.height == 1 else BRACKETS[goes_right][2 if is_last else 1 if number else 0]
    bracket = "✗" if row.leaving == row.start else bracket
    left, right = (bracket, tip if is_last else " ") if goes_right else (tip if is_last else " ", bracket)
    fill = dash if is_last or (text and not goes_right) else " "
    begins = dash if is_last or goes_right else " "
    if tag:
        tag = f" {tag} {dash}"
    middle = f"{begins} {_cut(text, width - AROUND - cell_len(tag))} " if text else ""
    return left + middle + fill * (width - 2 - cell_len(middle + tag)) + tag + right


def _tag(row: Row) -> str:
    """Return what is to be said of an arrow beside its text."""
    tags = [r"no \n yet"] if row.is_open else []
    return ", ".join([*tags, f"{row.times} times"] if row.times > 1 else tags)


def _over(line: str, start: int, text: str) -> str:
    """Lay a text over a line of lifelines, with a blank on either side."""
    return f"{line[: start - 1]} {text} {line[start + 1 + cell_len(text) :]}"


def _joined(text: str, tag: str) -> str:
    return f"{text} ({tag})" if tag else text


def _cut(text: str, room: int) -> str:
    return text if cell_len(text) <= room else set_cell_size(text, max(0, room - 1)) + CUT
