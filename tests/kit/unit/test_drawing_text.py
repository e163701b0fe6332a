"""Diagrams and stories as lines of text."""

from __future__ import annotations

import random

import pytest
from rich.cells import cell_len

from grading.drawing.layout import Row, layout
from grading.drawing.text import LANES, LONGEST, WIDTH, page, paint
from grading.results.events import CLOSE, HALF_CLOSE, KINDS, LINE, REMARK, RESET, SEGMENT, SHOWN, SILENCE, TYPED, Event
from grading.results.visible import DRAWN, LOOKALIKES
from grading.telling.story import Story

WORDS = ("hi", "MESSAGE:Hello everyone!", "你好 " * 9, "one\ntwo\nMESS", "AGE:three\n", "", "\x1b[2J" * 30, "x" * 400)


def painted(*events: Event, centre: str = "server", height: int | None = None) -> list[str]:
    return paint(layout(events, centre, height, LANES))


def drawing(lines: list[str]) -> str:
    """Return lines as one can compare them with a drawing in a test."""
    return "\n".join(["", *lines, ""])


def cells(line: str) -> str:
    """Return what stands in each column: a wide character fills its second one with a blank."""
    return "".join(c + " " * (cell_len(c) - 1) for c in line if cell_len(c))


def test_a_line_is_an_arrow_with_its_text() -> None:
    said = Event(LINE, "Ann", "server", "MESSAGE:hi"), Event(LINE, "server", "Ann", "hi")
    assert (
        drawing(painted(*said))
        == """
     Ann                         server
      │── MESSAGE:hi ──────────────▶│
      │◀─ hi ───────────────────────│
"""
    )


def test_a_segment_of_several_lines_is_one_arrow_and_says_where_a_line_is_not_over() -> None:
    said = (
        Event(SEGMENT, "Ann", "server", "MESSAGE:one\nMESSAGE:two\nMESS"),
        Event(SEGMENT, "Ann", "server", "AGE:three\n"),
        Event(SEGMENT, "server", "Ann", "Ann: one\nAnn: two\n"),
    )
    assert (
        drawing(painted(*said))
        == r"""
     Ann                         server
      │┌─ MESSAGE:one               │
      │├─ MESSAGE:two               │
      │└─ MESS ──────── no \n yet ─▶│
      │── …AGE:three ──────────────▶│
      │   Ann: one ────────────────┐│
      │◀─ Ann: two ────────────────┘│
"""
    )


def test_whoever_has_gone_has_no_lifeline_and_what_did_not_come_does_not_arrive() -> None:
    happened = (
        Event(LINE, "Ann", "server", "MESSAGE:hi"),
        Event(RESET, "Ann", "", "breaks the connection"),
        Event(SILENCE, "server", "Bob", "Ann: hi"),
        Event(SILENCE, "Bob", "", "hears nothing"),
        Event(REMARK, "the server", "", "gets Ctrl+C"),
        Event(CLOSE, "server", "Bob", ""),
    )
    assert (
        drawing(painted(*happened))
        == """
     Ann                         server                          Bob
      │── MESSAGE:hi ──────────────▶│                             │
      ✗ breaks the connection       │                             │
                                    │·· Ann: hi ·················✗│
                                    │               hears nothing ⋮
                        (the server gets Ctrl+C)
                                    │── closes the connection ───✗│
"""
    )


def test_where_many_talk_what_is_said_stands_beside_them() -> None:
    said = [Event(LINE, "server", f"P{i}", f"hi {i}") for i in range(6)]
    piece = Event(SEGMENT, "P5", "server", "one\ntw"), Event(CLOSE, "P5", "", "leaves")
    assert (
        drawing(painted(*said, *piece))
        == r"""
     P0   server   P1     P2     P3     P4     P5
      │◀─────│      │      │      │      │      │  hi 0
      │      │─────▶│      │      │      │      │  hi 1
      │      │────────────▶│      │      │      │  hi 2
      │      │───────────────────▶│      │      │  hi 3
      │      │──────────────────────────▶│      │  hi 4
      │      │─────────────────────────────────▶│  hi 5
      │      │                                 ┐│  one
      │      │◀────────────────────────────────┘│  tw (no \n yet)
      │      │      │      │      │      │      ✗  leaves
"""
    )


def test_what_does_not_fit_between_three_people_stands_beside_them() -> None:
    said = Event(LINE, "Ann", "server", "MESSAGE:I have to go now."), Event(LINE, "server", "Bob", "Ann: I have to go.")
    assert (
        drawing(painted(*said, Event(SILENCE, "Cyd", "", "hears nothing")))
        == """
     Ann    server     Bob      Cyd
      │───────▶│        │        │  MESSAGE:I have to go now.
      │        │───────▶│        │  Ann: I have to go.
      │        │        │        ⋮  hears nothing
"""
    )


def test_long_names_above_narrow_lanes_take_two_lines() -> None:
    lines = painted(*[Event(LINE, "server", name, "x" * 30) for name in ("Maximilian", "Friederike", "Wilhelmina")])
    assert [line.split() for line in lines[:2]] == [["Maximilian", "Friederike"], ["server", "Wilhelmina"]]


def test_an_equal_row_says_how_often_it_came() -> None:
    assert painted(*[Event(LINE, "Ann", "server", "hi")] * 12)[1:] == ["      │── hi ─────────── 12 times ─▶│"]


def test_what_was_before_is_hinted_at() -> None:
    said = [Event(LINE, "Ann", "server", str(i)) for i in range(5)]
    assert painted(*said, height=2)[1].split() == ["⋮", "⋮"]
    assert len(painted(*said, height=2)) == 4


@pytest.mark.parametrize("seed", range(30))
def test_lifelines_keep_their_columns_in_every_row(seed: int) -> None:
    chance = random.Random(seed)
    people = [f"Person{i}" for i in range(chance.choice((1, 2, 3, 5, 14)))]
    talk = [Event(LINE, person, "server", "hi") for person in people]
    for _ in range(30):
        pair = chance.sample(["server", *people], 2) if chance.random() < 0.8 else [chance.choice(people), ""]
        talk.append(Event(chance.choice(KINDS), pair[0], pair[1], chance.choice(WORDS)))
    diagram = layout(talk, "server", None, LANES)
    lines = paint(diagram)
    assert max(map(cell_len, lines)) <= WIDTH
    lines = [cells(line) for line in lines[-sum(row.height for row in diagram.rows) :]]
    columns = [i for i, c in enumerate(lines[0]) if c == "│"]  # an arrow between neighbours crosses nobody
    assert len(columns) == len(diagram.lanes)
    for row in diagram.rows:
        for line in lines[: row.height]:
            assert row.end is None or all(
                line.ljust(WIDTH)[columns[lane]] == sign for lane, sign in _lifelines(row, len(columns))
            )
        lines = lines[row.height :]


def _lifelines(row: Row, lanes: int) -> list[tuple[int, str]]:
    """Return what stands in the lanes that an arrow does not cross."""
    assert row.start is not None and row.end is not None
    low, high = sorted((row.start, row.end))
    return [(lane, " " if lane in row.gone else "│") for lane in range(lanes) if not low < lane < high]


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1"])
def test_a_terminal_that_lacks_a_sign_gets_one_that_is_as_wide(encoding: str) -> None:
    happened = [Event(kind, "Ann", "server", "a\nb\nÄ你") for kind in KINDS]
    happened += [Event(kind, "server", "", "x") for kind in (CLOSE, HALF_CLOSE, RESET, SILENCE)]
    for line in paint(layout(happened, "server"), encoding):
        plain = "".join(c if c in LOOKALIKES or c.encode(encoding) else "" for c in line)
        assert plain == line
    assert all(cell_len(c) == 1 for c in DRAWN)


def test_typed_and_shown_are_arrows() -> None:
    desk = painted(Event(TYPED, "Ann", "client", "hi"), Event(SHOWN, "client", "Ann", "> hi"), centre="client")
    assert ["▶" in desk[1], "◀" in desk[2]] == [True, True]


def test_facts_are_wrapped_and_cut() -> None:
    facts = (("expected", "a " * 400), ("got", "one\ntwo\x1b\n"))
    lines = page(Story((), "server", facts)).lines
    assert lines[0].startswith("expected  a a")
    assert [line[:14].rstrip() for line in lines[1:]] == [
        "          a a",
        "          a a",
        "got       one",
        r"          two\x1b".rstrip()[:14],
    ]


@pytest.mark.parametrize("people", [1, 3, 9, 30])
@pytest.mark.parametrize("sentence", [0, 9, 900])
def test_a_story_is_never_longer_than_a_screen(people: int, sentence: int) -> None:
    said = [Event(SEGMENT, f"Person{i}", "server", "one\ntwo\nthree\n" * 5) for i in range(people)] * 3
    said += [Event(LINE, "server", f"Person{i}", "hi") for i in range(people)]
    words = "word " * sentence
    lines = page(
        Story(tuple(said), "server", tuple((label, words) for label in ("expected", "got", "because", "hint")))
    ).lines
    assert len(lines) <= LONGEST
    assert max(map(cell_len, lines)) <= WIDTH
