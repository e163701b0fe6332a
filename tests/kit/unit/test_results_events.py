"""What happened, as events, and how they are written down."""

from __future__ import annotations

import pytest

from grading.results.events import KINDS, LINE, REMARK, SEGMENT, TYPED, Event, Minutes


def test_kinds_have_names_of_their_own() -> None:
    assert len(set(KINDS)) == len(KINDS) == 9


def test_events_are_the_same_whenever_they_happened() -> None:
    assert Event(LINE, "Ann", "server", "hi", 1.0) == Event(LINE, "Ann", "server", "hi", 2.0)
    assert Event(LINE, "Ann", "server", "hi") != Event(TYPED, "Ann", "server", "hi")


def test_an_event_can_be_read() -> None:
    assert str(Event(LINE, "Ann", "server", "hi")) == "Ann -> server: hi"
    assert str(Event(REMARK, "Ann", "", "leaves")) == "(Ann leaves)"


def test_minutes_keep_the_order_and_the_moments() -> None:
    minutes = Minutes()
    minutes.line("Ann", "server", "hi")
    minutes.remark("Ann", "leaves")
    minutes.line("Ann", "client", "x", TYPED)
    assert minutes.events == [
        Event(LINE, "Ann", "server", "hi"),
        Event(REMARK, "Ann", "", "leaves"),
        Event(TYPED, "Ann", "client", "x"),
    ]
    moments = [event.moment for event in minutes.events]
    assert moments == sorted(moments)
    assert moments[0] >= 0


def test_what_is_written_down_gives_no_orders_and_is_not_too_long() -> None:
    minutes = Minutes()
    minutes.line("server", "Ann", "\x1b[2J")
    minutes.line("server", "Ann", "x" * 999)
    assert [event.data for event in minutes.events] == [r"\x1b[2J", f"{'x' * 40}… (999 characters)"]


def test_a_segment_keeps_its_newlines_and_nothing_else_that_cannot_be_read() -> None:
    minutes = Minutes()
    minutes.segment("Ann", "server", "MESSAGE:Ä\r\nMESS".encode() + b"\xe2")
    assert minutes.events == [Event(SEGMENT, "Ann", "server", r"MESSAGE:Ä\r" + "\n" + r"MESS\xe2")]


@pytest.mark.parametrize("line", ["Ann: marker 12", "Ann [14:30:15]: MARKER 12 ", "[marker 12]", "marker 1marker 12"])
def test_what_is_said_for_the_graders_sake_is_known_whatever_stands_around_it(line: str) -> None:
    minutes = Minutes()
    minutes.keeps_inner("marker 12", "marker")
    minutes.keeps_inner("Bob is here", "is here")
    assert minutes.is_inner(line)
    assert minutes.is_inner("bob is here")
    assert not minutes.is_inner("Ann: marker 1")
