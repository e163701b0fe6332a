"""The layout of a sequence diagram: who takes part, and what went from whom to whom, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grading.results.events import SILENCE, Event


@dataclass(frozen=True)
class Row:
    """One event: an arrow from lane `start` to lane `end`, or a remark, which has neither."""

    kind: str
    text: str
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True)
class Diagram:
    """Lanes from left to right, rows from top to bottom."""

    lanes: tuple[str, ...]
    rows: tuple[Row, ...]
    is_cut: bool = False  # more happened before


def layout(events: Sequence[Event], centre: str, rows: int) -> Diagram:
    """Lay out the last `rows` events around the student's program, which is the `centre`."""
    events = list(_lines(events))
    shown = events[-rows:] if len(events) > rows else events
    lanes = _lanes(shown, centre)
    if not lanes:
        return Diagram((), ())
    return Diagram(lanes, tuple(_row(event, lanes) for event in shown), len(shown) < len(events))


def _lines(events: Sequence[Event]) -> Iterator[Event]:
    """Return what is drawn: a segment is its lines, and silence is nothing."""
    for event in events:
        if event.kind != SILENCE:
            for line in event.data.removesuffix("\n").split("\n"):
                yield replace(event, data=line)


def _row(event: Event, lanes: tuple[str, ...]) -> Row:
    if not event.target:
        return Row(event.kind, f"({event.source} {event.data})")
    return Row(event.kind, event.data, lanes.index(event.source), lanes.index(event.target))


def _lanes(events: Sequence[Event], centre: str) -> tuple[str, ...]:
    """Return who takes part: the student's program is the centre and stands second, as everyone talks to it."""
    pairs = ((event.source, event.target) for event in events)
    names = list(dict.fromkeys(name for pair in pairs for name in pair if name and " " not in name))
    others = [name for name in names if name != centre]
    if centre == "client":
        others.sort(key=lambda name: name == "server")
    return (*others[:1], centre, *others[1:]) if others else ()
