"""The minutes of a talk: who said what to whom, in the order in which the grader saw it."""

from __future__ import annotations

from dataclasses import dataclass

from grading.showing import visible

LONGEST = 300  # characters of a line that are worth keeping


@dataclass(frozen=True)
class Entry:
    """`text` went from `source` to `target`; without a target it is a remark about `source`."""

    source: str
    target: str
    text: str

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}: {self.text}" if self.target else f"({self.source} {self.text})"


class Minutes:
    """Keeps entries; whoever writes them decides what matters."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def line(self, source: str, target: str, text: str) -> None:
        """Note that a line of text went over the wire or the screen."""
        self.entries.append(Entry(source, target, shown(text)))

    def remark(self, who: str, what: str) -> None:
        """Note that something happened to `who`."""
        self.entries.append(Entry(who, "", what))


def shown(text: str) -> str:
    """Return `text` so that it can be read: control characters escaped, and not too long."""
    if len(text) > LONGEST:
        text = f"{text[:40]}… ({len(text)} characters)"
    return visible(text)
