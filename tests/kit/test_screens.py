"""What a student sees first."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from grading.drawing.layout import layout
from grading.drawing.text import LONGEST, WIDTH, page, paint
from grading.results.causes import Cause
from grading.results.events import LINE, SILENCE, Event, Minutes
from grading.results.values import FAILED
from grading.telling.story import tell
from tests.kit import pages
from tests.kit.conftest import finding, grader

on_posix = pytest.mark.skipif(sys.platform == "win32", reason="the pages show paths and checks as they are elsewhere")


@pytest.fixture
def as_on_the_page(request: pytest.FixtureRequest) -> Callable[[Path], None]:
    """Compare a picture with the one of this name that the pages show, or put it there if it says something else."""

    def compare(picture: Path) -> None:
        shown = pages.PICTURES / picture.name
        if request.config.getoption("--update-golden") and pages.words(picture) != pages.words(shown):
            shutil.copy(picture, shown)
        assert pages.words(picture) == pages.words(shown)

    return compare


def test_the_first_screen_of_the_untouched_skeleton_is_golden(golden: Callable[[str, str], None]) -> None:
    done = grader("step1")
    assert done.returncode == 1
    golden("step1", done.stdout)


@on_posix
def test_the_pages_show_todays_first_screen(as_on_the_page: Callable[[Path], None], tmp_path: Path) -> None:
    grader("step1", "--svg", str(tmp_path / "first-run.svg"))
    as_on_the_page(tmp_path / "first-run.svg")


@on_posix
def test_the_pages_show_todays_last_screen(as_on_the_page: Callable[[Path], None], tmp_path: Path) -> None:
    pages.screen_of_a_full_pass(tmp_path / "full-pass.svg")
    as_on_the_page(tmp_path / "full-pass.svg")


@on_posix
def test_the_screen_that_the_page_explains_is_todays(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    page = pages.PAGE.read_text("utf-8")
    today = pages.with_quoted(page, pages.quoted_screen(tmp_path))
    if request.config.getoption("--update-golden"):
        pages.PAGE.write_text(today, "utf-8", newline="\n")
    assert today == pages.PAGE.read_text("utf-8")


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


def test_what_went_in_one_go_is_one_arrow_and_silence_stands_on_a_lifeline() -> None:
    minutes = Minutes()
    minutes.segment("Ann", "server", b"MESSAGE:one\nMESS\x07")
    minutes.remark("Bob", "hears nothing", SILENCE)
    assert [event.data for event in minutes.events] == ["MESSAGE:one\nMESS\\x07", "hears nothing"]
    segment, silence = layout(minutes.events, "server", 8).rows
    assert (segment.lines, segment.is_open) == (("MESSAGE:one", "MESS\\x07"), True)
    assert (silence.lines, silence.start, silence.end) == (("hears nothing",), 2, None)
