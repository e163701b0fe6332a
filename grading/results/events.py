"""What happened, as a list of events: who did what to whom, in the order in which the grader saw it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from grading.results.visible import shown

LINE = "line"  # came over the wire, and was heard
SEGMENT = "segment"  # went over the wire in one piece: lines, or a part of one
SHOWN = "shown"  # on a screen
TYPED = "typed"
CLOSE, HALF_CLOSE, RESET = "close", "half-close", "reset"
SILENCE = "silence"  # what was waited for did not come
REMARK = "remark"  # whatever else happened to somebody
KINDS = (LINE, SEGMENT, SHOWN, TYPED, CLOSE, HALF_CLOSE, RESET, SILENCE, REMARK)
DEEDS = (SEGMENT, TYPED, CLOSE, HALF_CLOSE, RESET, REMARK)
ENTERED = {True: "joined", False: "connected"}  # is remarked on whoever has come in, and joined where one joins
HANGING_UP = {CLOSE: "closes the connection", RESET: "breaks the connection"}  # what a server does to somebody


@dataclass(frozen=True)
class Event:
    """`data` went from `source` to `target`; without a target, something happened to `source`, and `data` says what.

    The `moment` is in seconds since the talk began.
    """

    kind: str
    source: str
    target: str
    data: str
    moment: float = field(default=0.0, compare=False)

    def __str__(self) -> str:
        return f"{self.source} -> {self.target}: {self.data}" if self.target else f"({self.source} {self.data})"


class Minutes:
    """Keeps events; whoever writes them decides what matters."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._inner: dict[str, set[str]] = {}  # what is said for the grader's sake, in small letters, by a word in it
        self.began = time.monotonic()

    def line(self, source: str, target: str, text: str, kind: str = LINE) -> None:
        """Note that a line of text went over the wire or the screen."""
        self._note(kind, source, target, shown(text))

    def segment(self, source: str, target: str, data: bytes) -> None:
        """Note what went over the wire in one go. Its newlines stay; whatever else cannot be read is escaped."""
        lines = data.decode("utf-8", "backslashreplace").split("\n")
        self._note(SEGMENT, source, target, "\n".join(map(shown, lines)))

    def remark(self, who: str, what: str, kind: str = REMARK) -> None:
        """Note that something happened to `who`."""
        self._note(kind, who, "", what)

    def puts_last_at(self, place: int) -> None:
        """Move what was noted last to a `place` before others, for that is when it happened."""
        self.events.insert(place, self.events.pop())

    def keeps_inner(self, text: str, word: str) -> None:
        """Note that `text`, with `word` in it as in many others, is said for the grader's sake: nobody reads it."""
        self._inner.setdefault(word.lower(), set()).add(text.lower())

    def is_inner(self, line: str) -> bool:
        """Tell whether there is in `line` what was said for the grader's sake, in whatever case."""
        line = line.lower()
        for word, texts in self._inner.items():
            place = line.find(word)
            if place >= 0 and (line[place:].strip() in texts or any(text in line for text in texts)):
                return True
        return False

    def last_deed(self, who: str) -> int:
        """Return the place of the last thing that somebody else did to `who`; 0 if there is none."""
        deeds = (place for place, event in enumerate(self.events) if event.kind in DEEDS and event.source != who)
        return max(deeds, default=0)

    def prints(self, who: str, lines: Sequence[str]) -> None:
        """Note what `who` printed after the last deed, unless what is on a screen there is noted already."""
        place = self.last_deed(who) + 1
        if not any(event.kind == SHOWN for event in self.events[place:]):
            moment = self.events[place - 1].moment if self.events else 0.0
            self.events[place:place] = [Event(SHOWN, who, "", shown(line), moment) for line in lines]

    def _note(self, kind: str, source: str, target: str, data: str) -> None:
        self.events.append(Event(kind, source, target, data, time.monotonic() - self.began))
