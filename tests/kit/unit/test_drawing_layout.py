"""The layout of a diagram: lanes, rows, segments, who is gone, and what is left out."""

from __future__ import annotations

import pytest

from grading.drawing.layout import LINES, Diagram, Row, layout
from grading.results.events import CLOSE, ENTERED, HALF_CLOSE, LINE, REMARK, RESET, SEGMENT, SILENCE, Event


def row(*events: Event) -> Row:
    """Return the last row of a diagram of these events."""
    return layout(events, "server").rows[-1]


def to_server(data: str, kind: str = SEGMENT, who: str = "Ann") -> Event:
    return Event(kind, who, "server", data)


def test_the_program_stands_second_and_a_client_before_its_server() -> None:
    heard = Event(LINE, "server", "Bob", "hi")
    assert layout([to_server("hi"), heard], "server").lanes == ("Ann", "server", "Bob")
    assert layout([heard], "server").centre == 1
    assert layout([Event(LINE, "server", "client", "hi"), Event(LINE, "client", "Ann", "hi")], "client").lanes == (
        "Ann",
        "client",
        "server",
    )


def test_a_talk_without_a_centre_has_lanes_in_the_order_in_which_people_came() -> None:
    said = [Event(LINE, "10.0.0.1:80", "a host", "x"), Event(LINE, "a host", "c", "y")]
    assert layout(said, "").lanes == ("10.0.0.1:80", "a host", "c")
    assert layout(said, "").centre is None


def test_where_nobody_else_takes_part_there_is_no_diagram() -> None:
    assert layout([Event(REMARK, "the server", "", "ends")], "server") == Diagram((), ())
    assert layout([], "server") == Diagram((), ())


def test_what_happened_to_something_that_has_no_lane_is_a_remark() -> None:
    assert row(to_server("x"), Event(REMARK, "the server's clock", "", "shows 1:00")) == Row(
        REMARK, ("the server's clock shows 1:00",)
    )
    assert row(to_server("x"), Event(CLOSE, "Ann's connection", "", "is closed")).start is None


def test_a_segment_of_one_whole_line_is_as_plain_as_a_line() -> None:
    whole = row(to_server("MESSAGE:hi\n"))
    assert (whole.lines, whole.is_piece, whole.height) == (("MESSAGE:hi",), False, 1)
    assert not row(to_server("MESSAGE:hi", LINE)).is_piece


def test_a_segment_of_several_lines_is_one_row() -> None:
    both = row(to_server("MESSAGE:one\n\nMESSAGE:two\n"))
    assert (both.lines, both.is_open, both.is_piece) == (("MESSAGE:one", "", "MESSAGE:two"), False, True)


def test_a_part_of_a_line_is_open_and_the_next_segment_continues_it() -> None:
    first, other, last, after = layout(
        [to_server("MESSAGE:one\nMESS"), to_server("x\n", who="Bob"), to_server("AGE:two\n"), to_server("y\n")],
        "server",
    ).rows
    assert (first.is_open, first.continues) == (True, False)
    assert (other.is_open, other.continues) == (False, False)
    assert (last.is_open, last.continues) == (False, True)
    assert not after.is_piece


@pytest.mark.parametrize(
    "end", [Event(RESET, "Ann", "", ""), Event(CLOSE, "server", "Ann", ""), Event(CLOSE, "Ann", "server", "")]
)
def test_no_line_goes_on_after_the_end_of_a_connection(end: Event) -> None:
    assert not row(to_server("MESS"), end, to_server("MESSAGE:hi\n")).continues


def test_a_line_goes_on_after_the_end_of_another_connection() -> None:
    assert row(to_server("MESS"), Event(RESET, "Bob", "server", ""), to_server("AGE:hi\n")).continues


def test_an_empty_segment_and_a_newline_alone_can_be_drawn() -> None:
    assert row(to_server("")).lines == ("",)
    assert (row(to_server("\n")).lines, row(to_server("\n")).is_piece) == (("",), False)


def test_of_a_long_segment_the_beginning_and_the_end_are_shown() -> None:
    long = row(to_server("".join(f"{i}\n" for i in range(100))))
    assert (long.lines[0], long.lines[-1], long.left_out) == ("0", "99", 100 - LINES + 1)
    assert long.height == LINES


@pytest.mark.parametrize("height", range(2, 12))
def test_a_diagram_is_no_higher_than_it_may_be(height: int) -> None:
    talk = [to_server("1\n2\n3\n4\n5\n6\n7\n"), Event(LINE, "server", "Bob", "x"), to_server("8\n9\n")] * 5
    drawn = layout(talk, "server", height)
    assert 0 < sum(row.height for row in drawn.rows) <= height
    assert drawn.earlier + sum(row.times for row in drawn.rows) == len(talk)


def test_who_came_in_before_what_is_drawn_is_told_in_a_line() -> None:
    came = [Event(REMARK, "Vic", "", ENTERED[True]), Event(REMARK, "Ann and Bob", "", ENTERED[True])]
    talk = [*came, *[to_server(f"{number}\n") for number in range(9)]]
    drawn = layout(talk, "server", 6)
    assert [row.lines[0] for row in drawn.rows] == ["Vic, Ann and Bob joined before", *"45678"]
    assert (drawn.earlier, drawn.lanes) == (6, ("Ann", "server"))
    assert [row.lines[0] for row in layout(talk[2:], "server", 6).rows] == [*"345678"]
    assert [row.lines[0] for row in layout(talk, "server", 3).rows] == [*"678"]
    assert layout(talk, "server").rows[0].lines == ("Vic joined",)


def test_equal_rows_are_one_with_their_number() -> None:
    drawn = layout([to_server("hi\n")] * 5000 + [to_server("ho\n")] + [to_server("hi\n")], "server")
    assert [(row.lines[0], row.times) for row in drawn.rows] == [("hi", 5000), ("ho", 1), ("hi", 1)]
    dripping = layout([to_server("x")] * 4000, "server").rows
    assert [(row.times, row.continues) for row in dripping] == [(1, False), (3999, True)]


def test_what_happens_to_somebody_is_a_mark_on_their_lane() -> None:
    quiet = row(to_server("x"), Event(SILENCE, "Ann", "", "hears nothing"))
    assert (quiet.start, quiet.end, quiet.lines) == (0, None, ("hears nothing",))


def test_what_has_no_words_of_its_own_gets_some() -> None:
    assert row(to_server("x"), Event(HALF_CLOSE, "Ann", "server", "")).lines == ("closes its sending half",)


def test_the_lane_of_whoever_has_gone_ends_until_they_are_back() -> None:
    talk = [to_server("a"), Event(RESET, "Ann", "", ""), to_server("b", who="Bob"), to_server("c")]
    assert [row.gone for row in layout(talk, "server").rows] == [frozenset(), frozenset(), {0}, frozenset()]
    talk = [to_server("a"), Event(CLOSE, "server", "Ann", ""), to_server("b", who="Bob")]
    assert layout(talk, "server").rows[-1].gone == {0}


def test_more_people_than_lanes_share_the_last_one() -> None:
    talk = [to_server("hi", LINE, f"P{i}") for i in range(9)]
    talk += [Event(LINE, "P7", "P8", "psst"), Event(REMARK, "P8", "", "leaves")]
    drawn = layout(talk, "server", None, 4)
    assert drawn.lanes == ("P0", "server", "P1", "7 others")
    assert (drawn.rows[8].lines, drawn.rows[8].start) == (("(P8) hi",), 3)
    assert (drawn.rows[9].lines, drawn.rows[9].start, drawn.rows[9].end) == (("(P7, P8) psst",), 3, None)
    assert drawn.rows[10] == Row(REMARK, ("P8 leaves",))


def test_whoever_is_only_remarked_on_has_no_lane_unless_nobody_has_one() -> None:
    remark = Event(REMARK, "everyone", "", "talks")
    assert layout([remark, to_server("x")], "server").lanes == ("Ann", "server")
    assert layout([remark], "server").lanes == ("everyone", "server")
