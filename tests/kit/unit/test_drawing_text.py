"""Diagrams and stories as lines of text."""

from __future__ import annotations

import random

import pytest
from rich.cells import cell_len

from grading.drawing.layout import Row, layout
from grading.drawing.text import LANES, LONGEST, NAMES_AGAIN, WIDTH, Scroll, page, paint
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
    assert [line.endswith(" …") for line in lines[:3]] == [False, False, True]
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


def scrolled(*events: Event) -> list[str]:
    scroll = Scroll("server")
    return [line for event in events for line in scroll.add(event)]


def test_a_diagram_that_grows_names_who_comes_and_gives_away_the_lane_of_who_has_gone() -> None:
    happened = (
        Event(REMARK, "Ann", "", "connects"),
        Event(SEGMENT, "Ann", "server", "JOIN:Ann\nMESS"),
        Event(SHOWN, "server", "", "Ann is here"),
        Event(SEGMENT, "Bob", "server", "JOIN:Bob\n"),
        Event(SEGMENT, "Ann", "server", "AGE:hi\n"),
        Event(RESET, "Ann", "server", ""),
        Event(SILENCE, "server", "", "sends nothing"),
        Event(LINE, "Cyd", "server", "JOIN:Cyd"),
    )
    assert (
        drawing(scrolled(*happened))
        == r"""
  (Ann connects)
     Ann                                                           server
      │┌─ JOIN:Ann                                                    │
      │└─ MESS ────────────────────────────────────────── no \n yet ─▶│
      │                                                   Ann is here >
     Ann                           server                            Bob
      │                               │◀─ JOIN:Bob ───────────────────│
      │── …AGE:hi ───────────────────▶│                               │
      │✗─ resets the connection ─────▶│                               │
                                      ⋮ sends nothing                 │
     Bob                           server                            Cyd
      │                               │◀─ JOIN:Cyd ───────────────────│
"""
    )


def test_what_finds_no_room_between_lifelines_puts_all_that_follows_beside_them() -> None:
    lines = scrolled(
        Event(LINE, "Ann", "server", "hi"),
        Event(LINE, "server", "Bob", "hi"),
        Event(LINE, "server", "Bob", "w" * 40),
        Event(LINE, "server", "Bob", "hi"),
    )
    assert [line.strip().endswith("│") for line in lines if "│" in line] == [True, True, False, False]
    assert [line.split() for line in lines if "server" in line] == [["Ann", "server"], ["Ann", "server", "Bob"]] + [
        ["Ann", "server", "Bob"]
    ]


def test_a_long_diagram_that_grows_shows_its_names_again() -> None:
    lines = scrolled(*[Event(LINE, "Ann", "server", "hi")] * (2 * NAMES_AGAIN))
    assert [number for number, line in enumerate(lines) if "Ann" in line] == [0, NAMES_AGAIN + 1]


def test_who_is_renamed_keeps_the_lane_and_who_comes_back_takes_up_the_old_one() -> None:
    scroll = Scroll("server")
    scroll.add(Event(SEGMENT, "client 1", "server", "JOIN:A"))
    scroll.rename("client 1", "Ann")
    assert [line.split()[0] for line in scroll.add(Event(SEGMENT, "Ann", "server", "nn\n"))] == ["Ann", "│──"]
    scroll.add(Event(CLOSE, "Ann", "server", ""))
    scroll.rename("client 2", "Ann")
    assert len(scroll.add(Event(SEGMENT, "Ann", "server", "JOIN:Ann\n"))) == 1


def test_what_somebody_shows_is_folded_and_not_cut() -> None:
    words = " ".join(["word"] * 12)
    lines = scrolled(*[Event(LINE, name, "server", "hi") for name in ("Ann", "Bob")], Event(SHOWN, "server", "", words))
    assert sum(line.count("word") for line in lines) == 12
    assert max(map(cell_len, lines)) <= WIDTH


@pytest.mark.parametrize("seed", range(10))
def test_a_diagram_that_grows_is_never_too_wide(seed: int) -> None:
    chance = random.Random(seed)
    people = [f"Person{i}" for i in range(chance.choice((1, 2, 3, 5, 14)))]
    scroll = Scroll("server")
    for _ in range(100):
        source, target = chance.choice(
            [("server", ""), ("server", chance.choice(people)), (chance.choice(people), "server")]
        )
        lines = scroll.add(Event(chance.choice(KINDS), source, target, chance.choice(WORDS)))
        assert max(map(cell_len, lines), default=0) <= WIDTH + 2
