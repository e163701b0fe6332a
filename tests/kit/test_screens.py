"""What a student sees first."""

from __future__ import annotations

from collections.abc import Callable

from grading.drawing.layout import layout
from grading.drawing.text import LONGEST, WIDTH, page, paint
from grading.results.causes import Cause
from grading.results.events import LINE, SILENCE, Event, Minutes
from grading.results.values import FAILED
from grading.telling.story import tell
from tests.kit.conftest import finding, grader


def test_the_first_screen_of_the_untouched_skeleton_is_golden(golden: Callable[[str, str], None]) -> None:
    done = grader("step1")
    assert done.returncode == 1
    golden("step1", done.stdout)


def test_where_one_stands_at_the_beginning_is_golden(golden: Callable[[str, str], None]) -> None:
    done = grader()
    assert done.returncode == 1
    golden("overview", done.stdout)


def test_no_screen_is_wider_than_the_terminal() -> None:
    assert max(len(line) for line in grader("step2").stdout.splitlines()) <= 80


def test_a_story_fits_a_screen_whatever_was_said() -> None:
    words = "long words and wide ones: 你好 \N{PARTY POPPER} " * 9
    events = [Event(LINE, f"Person{i}", "server", words) for i in range(4)] * 20
    told = "x" * 900, "y " * 900, Cause("exception", "z\n" * 50), tuple(events)
    lines = page(tell(finding("step1/server/x", "A title.", "hint " * 200, 3, FAILED, *told))).lines
    assert len(lines) <= LONGEST
    assert max(len(line) for line in lines) <= WIDTH + 10


def test_a_diagram_can_draw_every_name_that_the_protocol_allows() -> None:
    assert paint(layout([Event(LINE, "bob_the-2nd.", "server", "MESSAGE:hi")], "server", 8))


def test_a_diagram_has_a_lane_for_everyone_who_spoke() -> None:
    said = [Event(LINE, "Ann", "server", "MESSAGE:hi"), Event(LINE, "server", "Bob", "hi")]
    drawn = paint(layout(said, "server", 8))
    assert [word for line in drawn for word in line.split() if word.isalpha()] == ["Ann", "server", "Bob", "hi"]
    assert "▶" in drawn[1]


def test_what_went_in_one_go_is_one_row_with_its_lines_and_silence_is_another() -> None:
    minutes = Minutes()
    minutes.segment("Ann", "server", b"MESSAGE:one\nMESS\x07")
    minutes.remark("Bob", "hears nothing", SILENCE)
    assert [event.data for event in minutes.events] == ["MESSAGE:one\nMESS\\x07", "hears nothing"]
    rows = layout(minutes.events, "server", 8).rows
    assert [row.lines for row in rows] == [("MESSAGE:one", "MESS\\x07"), ("hears nothing",)]
