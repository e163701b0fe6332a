"""The layout of a sequence diagram: who takes part, and what went from whom to whom, row by row."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from grading.results.events import CLOSE, ENTERED, HALF_CLOSE, REMARK, RESET, SEGMENT, SILENCE, Event

LINES = 6  # of one segment that are shown, at the most
FEWEST_LANES = 3
FEWEST_ROWS = 3  # with fewer, none is left for who came before
ENDS = (CLOSE, RESET)  # kinds after which somebody is gone
IN_WORDS = {  # of what has no words of its own
    CLOSE: "closes the connection",
    HALF_CLOSE: "closes its sending half",
    RESET: "resets the connection",
    SILENCE: "nothing comes",
}


@dataclass(frozen=True)
class Row:
    """What happened: an arrow from lane `start` to lane `end`, a mark on lane `start`, or a remark, which has neither.

    A segment, as it went over the wire in one piece, may hold several lines, and may begin or end inside of one.
    """

    kind: str
    lines: tuple[str, ...]
    start: int | None = None
    end: int | None = None
    continues: bool = False  # begins in the middle of a line
    is_open: bool = False  # ends in the middle of a line
    left_out: int = 0  # lines of it, before the last one
    times: int = 1  # it happened, one right after the other
    leaving: int | None = None  # lane of whoever is not there any more from now on
    gone: frozenset[int] = frozenset()  # lanes of those who are not there any more

    @property
    def height(self) -> int:
        """How many lines of text it takes."""
        return len(self.lines) + bool(self.left_out)

    @property
    def is_piece(self) -> bool:
        """Whether it is a segment that is not just one whole line."""
        return self.height > 1 or self.continues or self.is_open


@dataclass(frozen=True)
class Diagram:
    """Lanes from left to right, rows from top to bottom."""

    lanes: tuple[str, ...]
    rows: tuple[Row, ...]
    earlier: int = 0  # events before, which are not shown
    centre: int | None = None  # the lane of the student's program
    gone: frozenset[int] = frozenset()  # lanes of those who are not there any more at the end


def layout(events: Sequence[Event], centre: str, height: int | None = None, most_lanes: int | None = None) -> Diagram:
    """Lay out what happened around the student's program, which is the `centre`.

    All of it, or as much of the end as `height` lines of text hold. Where more people take part than there may be
    lanes, the last lane is for all others together.
    """
    every = list(_folded(events, min(height or LINES, LINES)))
    happened = _last(every, height)
    entered = _who_entered(every[: len(every) - len(happened)]) if height and height > FEWEST_ROWS else None
    if height and entered:
        happened = [entered, *_last(every, height - 1)]
    names = _names([event for event, _ in happened], centre)
    if not names:
        return Diagram((), ())
    lanes = _Lanes(names, most_lanes or len(names))
    middle = lanes.index.get(centre)
    rows, gone = _without_the_gone([lanes.place(event, row) for event, row in happened], middle, set())
    earlier = len(events) - sum(row.times for row in rows) + bool(entered)
    return Diagram(lanes.shown, rows, earlier, middle, gone)


class Growing:
    """The layout of a talk that goes on: each event is laid out as it happens, in a diagram of one row.

    Whoever comes gets a lane; at that moment the lanes of those who have gone are given away.
    """

    def __init__(self, centre: str, most_lanes: int) -> None:
        self._centre = centre
        self._most = most_lanes
        self._others: list[str] = []  # who has a lane, but for the centre
        self._gone: set[str] = set()
        self._unfinished: set[tuple[str, str]] = set()

    def add(self, event: Event) -> Diagram:
        """Return the lanes as they are now, with what happened in them."""
        self._make_room([event] if event.target or event.kind != REMARK else [])
        names = [*self._others[:1], self._centre, *self._others[1:]] if self._others else []
        lanes = _Lanes(names, self._most)
        row = _row(event, LINES, (event.source, event.target) in self._unfinished)
        _note(event, row, self._unfinished)
        middle = lanes.index.get(self._centre)
        before = {lanes.index[name] for name in self._gone if name in lanes.index}
        rows, gone = _without_the_gone([lanes.place(event, row)], middle, before)
        self._gone = {name for name, lane in lanes.index.items() if lane in gone}
        return Diagram(lanes.shown, rows, 0, middle, gone)

    def rename(self, name: str, new: str) -> None:
        """Call somebody by another name from now on, and let them have the lane of whoever had that name."""
        before = [other for other in self._others if other != new]
        self._others = [new if other == name else other for other in before] if name in before else self._others
        self._gone = {new if other == name else other for other in self._gone - {new}}
        self._unfinished = {(new if a == name else a, new if b == name else b) for a, b in self._unfinished}

    def _make_room(self, events: Sequence[Event]) -> None:
        new = [name for name in _names(events, self._centre) if name not in (*self._others, self._centre)]
        if new:
            self._others = [name for name in self._others if name not in self._gone] + new
            self._gone -= set(new)


def _folded(events: Sequence[Event], most: int) -> Iterator[tuple[Event, Row]]:
    """Go through the events with their rows, not placed yet: of equal ones in a row the first, with their number."""
    unfinished: set[tuple[str, str]] = set()  # who is in the middle of a line to whom
    last: tuple[Event, Row] | None = None
    for event in events:
        row = _row(event, most, (event.source, event.target) in unfinished)
        _note(event, row, unfinished)
        if last and (last[0], replace(last[1], times=1)) == (event, row):
            last = last[0], replace(row, times=last[1].times + 1)
        else:
            if last:
                yield last
            last = event, row
    if last:
        yield last


def _row(event: Event, most: int, continues: bool) -> Row:
    if event.kind != SEGMENT or not event.target:
        return Row(event.kind, (event.data or IN_WORDS.get(event.kind, ""),))
    *lines, rest = event.data.split("\n")
    is_open = bool(rest) or not lines
    lines = [*lines, rest] if is_open else lines
    shown = lines if len(lines) <= most else [*lines[: max(0, most - 2)], lines[-1]]
    return Row(event.kind, tuple(shown), None, None, continues, is_open, len(lines) - len(shown))


def _note(event: Event, row: Row, unfinished: set[tuple[str, str]]) -> None:
    """Keep in mind who is in the middle of a line."""
    if event.kind in ENDS:
        unfinished -= {pair for pair in unfinished if event.source in pair and event.target in (*pair, "")}
    elif event.kind == SEGMENT:
        unfinished.discard((event.source, event.target))
        if row.is_open:
            unfinished.add((event.source, event.target))


def _last(happened: list[tuple[Event, Row]], height: int | None) -> list[tuple[Event, Row]]:
    """Return as much of the end as fits, but not nothing."""
    if height is None:
        return happened
    left, first = height, len(happened)
    while first and happened[first - 1][1].height <= left:
        first -= 1
        left -= happened[first][1].height
    return happened[min(first, max(0, len(happened) - 1)) :]


def _who_entered(happened: Sequence[tuple[Event, Row]]) -> tuple[Event, Row] | None:
    """Return a remark on those who have come in meanwhile; None where nobody has."""
    entered = [event for event, _ in happened if event.kind == REMARK and event.data in ENTERED.values()]
    if not entered:
        return None
    who = ", ".join(event.source for event in entered)
    event = Event(REMARK, who, "", f"{entered[-1].data} before")
    return event, Row(REMARK, (event.data,))


def _names(events: Sequence[Event], centre: str) -> list[str]:
    """Return who takes part: the centre stands second, as everyone talks to it; nobody where it would be alone.

    Whoever is only remarked on has no lane, unless there is nothing but remarks; nor has "the server's clock" one.
    """
    somebody = [event for event in events if event.target or " " not in event.source]
    talking = [event for event in somebody if event.target or event.kind != REMARK]
    names = list(dict.fromkeys(name for event in talking or somebody for name in (event.source, event.target) if name))
    others = [name for name in names if name != centre]
    if centre == "client":
        others.sort(key=lambda name: name == "server")
    return [*others[:1], *([centre] if centre else []), *others[1:]] if others else []


class _Lanes:
    """Which lane is whose."""

    def __init__(self, names: Sequence[str], most: int) -> None:
        most = max(most, FEWEST_LANES)
        crowd = names[most - 1 :] if len(names) > most else []
        own = names[: len(names) - len(crowd)]
        self.shown = (*own, *([f"{len(crowd)} others"] if crowd else []))
        self.index = {name: min(i, len(self.shown) - 1) for i, name in enumerate(names)}
        self._crowd = set(crowd)

    def place(self, event: Event, row: Row) -> Row:
        """Give a row its place. What goes from a lane to itself is a mark on it."""
        start, end = self.index.get(event.source), self.index.get(event.target)
        if start is None or (end is None and event.kind == REMARK):
            return replace(row, lines=(f"{event.source} {event.data}",))
        return replace(self._named(event, row), start=start, end=None if end == start else end)

    def _named(self, event: Event, row: Row) -> Row:
        """Where somebody has no lane of their own, say who it is."""
        who = [name for name in (event.source, event.target) if name in self._crowd]
        return replace(row, lines=(f"({', '.join(who)}) {row.lines[0]}", *row.lines[1:])) if who else row


def _without_the_gone(rows: list[Row], centre: int | None, gone: set[int]) -> tuple[tuple[Row, ...], frozenset[int]]:
    """Let the lane of whoever has gone end there, until they are back; whoever has is not there at the end.

    When a connection to the centre ends, it is the other side that has gone, whoever ended it. Before the first row,
    those are gone who are `gone` already.
    """
    placed = []
    for row in rows:
        gone.difference_update({row.start, row.end})
        leaving = (row.end if row.start == centre and row.end is not None else row.start) if row.kind in ENDS else None
        placed.append(replace(row, leaving=leaving, gone=frozenset(gone)))
        if leaving is not None:
            gone.add(leaving)
    return tuple(placed), frozenset(gone)
