"""Tell a failure: who did what as a sequence diagram, what was expected, what came, and why. Knows no colour."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, replace

from rich.cells import cell_len, set_cell_size

from grading.minutes import Entry
from grading.results import CheckResult
from grading.showing import visible

WIDTH = 76  # columns
LANE = 30  # columns from one lifeline to the next, at the most
ROWS = 8  # entries of a diagram, at the most
LONGEST_NAME = 12  # characters above a lane
MOST = {"expected": 3, "got": 3, "because": 5, "hint": 4}  # lines
LONGEST = 20  # lines of a story


@dataclass(frozen=True)
class Story:
    """The parts of a told failure, each a list of lines that fit the width."""

    diagram: list[str]
    facts: list[tuple[str, list[str]]]  # "expected", "got", "because": lines

    @property
    def lines(self) -> list[str]:
        """All lines, as they are shown without colours."""
        told = [f"{label if i == 0 else '':9} {line}" for label, lines in self.facts for i, line in enumerate(lines)]
        return [*self.diagram, *([""] if self.diagram else []), *told]


def tell(result: CheckResult, encoding: str = "utf-8") -> Story:
    """Return the story of a check that failed, for a terminal with this encoding."""
    hint = "" if result.todo else result.hint
    facts = [("expected", result.expected), ("got", result.got), ("because", result.because), ("hint", hint)]
    told = [(label, _wrapped(text, encoding)[: MOST[label]]) for label, text in facts if text]
    room = LONGEST - 1 - sum(len(lines) for _, lines in told)
    centre = "client" if result.program == "chat_client.py" else "server"
    minutes = [replace(entry, text=visible(entry.text, encoding)) for entry in result.minutes]
    return Story(diagram(minutes, rows=min(ROWS, room - 2), centre=centre), told)


def _wrapped(text: str, encoding: str) -> list[str]:
    lines = []
    for part in text.rstrip("\n").split("\n"):
        part = visible(part, encoding)
        lines += textwrap.wrap(part, WIDTH - 12, break_long_words=True, break_on_hyphens=False) or [""]
    return lines


def diagram(entries: list[Entry], rows: int = ROWS, centre: str = "server") -> list[str]:
    """Draw the last `rows` entries as a sequence diagram."""
    shown = entries[-rows:] if len(entries) > rows else entries
    names = _lanes(shown, centre)
    if not names:
        return []
    lane = min(LANE, (WIDTH - 12) // max(1, len(names) - 1))
    at = {name: 6 + lane * i for i, name in enumerate(names)}
    lines = [_header(at)]
    if len(shown) < len(entries):
        lines.append(_lifelines(at).replace("│", "⋮"))
    return lines + [_arrow(entry, at) if entry.target else _remark(entry, at) for entry in shown]


def _lanes(entries: list[Entry], centre: str) -> list[str]:
    """Return who takes part: the student's program is the centre and stands second, as everyone talks to it."""
    pairs = ((entry.source, entry.target if entry.target else "") for entry in entries)
    names = list(dict.fromkeys(name for pair in pairs for name in pair if name and " " not in name))
    others = [name for name in names if name != centre]
    if centre == "client":
        others.sort(key=lambda name: name == "server")
    return [*others[:1], centre, *others[1:]] if others else []


def _lifelines(at: dict[str, int]) -> str:
    line = [" "] * (max(at.values()) + 1)
    for column in at.values():
        line[column] = "│"
    return "".join(line)


def _header(at: dict[str, int]) -> str:
    line = ""
    for name, column in at.items():
        name = name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + "…"
        line = line.ljust(max(column - len(name) // 2, len(line) + 1 if line else 0)) + name
    return line


def _arrow(entry: Entry, at: dict[str, int]) -> str:
    start, end = at[entry.source], at[entry.target]
    low, high = min(start, end), max(start, end)
    room = high - low - 7
    text = entry.text if cell_len(entry.text) <= room else set_cell_size(entry.text, room - 1) + "…"
    dashes = "─" * (high - low - 5 - cell_len(text))
    body = f"── {text} {dashes}▶" if start < end else f"◀─ {text} {dashes}─"
    line = _lifelines(at)
    return line[: low + 1] + body + line[high:]


def _remark(entry: Entry, at: dict[str, int]) -> str:
    text = f"({entry.source} {entry.text})"
    middle = (min(at.values()) + max(at.values())) // 2
    return " " * max(2, middle - cell_len(text) // 2) + text
