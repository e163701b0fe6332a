"""Paint a diagram and a story as lines of text. Knows no colour."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size

from grading.drawing.layout import Diagram, Row, layout
from grading.results.visible import visible
from grading.telling.story import Story

WIDTH = 76  # columns
LANE = 30  # columns from one lifeline to the next, at the most
ROWS = 8  # of a diagram, at the most
LONGEST_NAME = 12  # characters above a lane
MOST = {"expected": 3, "got": 3, "because": 5, "hint": 4}  # lines
LONGEST = 20  # lines of a story


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


def page(story: Story, encoding: str = "utf-8") -> Page:
    """Paint a story for a terminal with this encoding."""
    facts = [(label, _wrapped(text, encoding)[: MOST[label]]) for label, text in story.facts]
    room = LONGEST - 1 - sum(len(lines) for _, lines in facts)
    return Page(paint(layout(story.events, story.centre, min(ROWS, room - 2)), encoding), facts)


def _wrapped(text: str, encoding: str) -> list[str]:
    lines = []
    for part in text.rstrip("\n").split("\n"):
        part = visible(part, encoding)
        lines += textwrap.wrap(part, WIDTH - 12, break_long_words=True, break_on_hyphens=False) or [""]
    return lines


def paint(diagram: Diagram, encoding: str = "utf-8") -> list[str]:
    """Paint a diagram for a terminal with this encoding."""
    if not diagram.lanes:
        return []
    lane = min(LANE, (WIDTH - 12) // max(1, len(diagram.lanes) - 1))
    columns = [6 + lane * i for i in range(len(diagram.lanes))]
    lines = [_header(diagram.lanes, columns)]
    if diagram.is_cut:
        lines.append(_lifelines(columns).replace("│", "⋮"))
    return lines + [_row(row, columns, encoding) for row in diagram.rows]


def _row(row: Row, columns: list[int], encoding: str) -> str:
    text = visible(row.text, encoding)
    if row.start is None or row.end is None:
        middle = (columns[0] + columns[-1]) // 2
        return " " * max(2, middle - cell_len(text) // 2) + text
    return _arrow(text, columns[row.start], columns[row.end], columns)


def _arrow(text: str, start: int, end: int, columns: list[int]) -> str:
    low, high = min(start, end), max(start, end)
    room = high - low - 7
    if cell_len(text) > room:
        text = set_cell_size(text, room - 1) + "…"
    dashes = "─" * (high - low - 5 - cell_len(text))
    body = f"── {text} {dashes}▶" if start < end else f"◀─ {text} {dashes}─"
    line = _lifelines(columns)
    return line[: low + 1] + body + line[high:]


def _lifelines(columns: list[int]) -> str:
    line = [" "] * (columns[-1] + 1)
    for column in columns:
        line[column] = "│"
    return "".join(line)


def _header(lanes: tuple[str, ...], columns: list[int]) -> str:
    line = ""
    for name, column in zip(lanes, columns, strict=True):
        name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
        line = line.ljust(max(column - len(name) // 2, len(line) + 1 if line else 0)) + name
    return line
