"""What is seen on a wire: kept for a picture of the whole talk, and told at once to whoever draws."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol

from grading.drawing.layout import LINES, Diagram, layout
from grading.results.events import SILENCE, Event, Minutes
from grading.wire.scene import SERVER

NOBODY = ""  # as a target: nothing went from one to the other
QUIET_SECONDS = 1.0  # after which silence is worth telling
MOST_KEPT = 5000  # events for the picture: a longer one is no picture any more


class Watcher(Protocol):
    """Whoever draws what happens while it happens."""

    def add(self, event: Event) -> object:
        """Draw one more event."""

    def rename(self, name: str, new: str) -> object:
        """Call somebody by another name from now on."""


class Record(Minutes):
    """Minutes of a wire, which somebody watches."""

    def __init__(self, watcher: Watcher, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.earlier = 0  # events that are not kept any more
        self._watcher = watcher
        self._clock = clock
        self._latest = clock()

    def segment(self, source: str, target: str, data: bytes) -> None:
        """Note what went over the wire in one go; of many lines, those in the middle are only counted."""
        lines = data.split(b"\n")
        if len(lines) > 2 * LINES:  # no more are ever drawn, and to make them readable takes its time
            lines[LINES:-LINES] = [b""] * (len(lines) - 2 * LINES)
        super().segment(source, target, b"\n".join(lines))

    def rename(self, name: str, new: str) -> None:
        """Call somebody by another name, also in all that happened before."""
        for number, event in enumerate(self.events):
            source, target = (new if one == name else one for one in (event.source, event.target))
            self.events[number] = replace(event, source=source, target=target)
        self._watcher.rename(name, new)

    def rests(self) -> None:
        """Know that the silence up to now means nothing: a person was thinking."""
        self._latest = self._clock()

    def diagram(self) -> Diagram:
        """Return all that happened, as far as it is kept, for a picture."""
        drawn = layout(self.events, SERVER)
        return replace(drawn, earlier=drawn.earlier + self.earlier)

    def _note(self, kind: str, source: str, target: str, data: str) -> None:
        quiet = self._clock() - self._latest
        self.rests()
        if quiet > QUIET_SECONDS and self.events:
            self._keep(SILENCE, "the wire", NOBODY, f"is silent for {quiet:.1f} seconds")
        self._keep(kind, source, target, data)

    def _keep(self, kind: str, source: str, target: str, data: str) -> None:
        super()._note(kind, source, target, data)
        if len(self.events) > MOST_KEPT:
            self.earlier += len(self.events) - MOST_KEPT
            del self.events[:-MOST_KEPT]
        self._watcher.add(Event(kind, source, target, data))
