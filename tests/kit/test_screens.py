"""What a student sees first."""

from __future__ import annotations

from collections.abc import Callable

from grading.minutes import Entry
from grading.results import FAILED, CheckResult
from grading.story import LONGEST, WIDTH, diagram, tell
from tests.kit.conftest import grader


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
    entries = [Entry(f"Person{i}", "server", "long words and wide ones: 你好 \N{PARTY POPPER} " * 9) for i in range(4)]
    result = CheckResult("step1/server/x", "A title.", "hint " * 200, 3, FAILED, "x" * 900, "y " * 900, "z\n" * 50)
    result.minutes = entries * 20
    lines = tell(result).lines
    assert len(lines) <= LONGEST
    assert max(len(line) for line in lines) <= WIDTH + 10


def test_a_diagram_can_draw_every_name_that_the_protocol_allows() -> None:
    assert diagram([Entry("bob_the-2nd.", "server", "MESSAGE:hi")])


def test_a_diagram_has_a_lane_for_everyone_who_spoke() -> None:
    drawn = diagram([Entry("Ann", "server", "MESSAGE:hi"), Entry("server", "Bob", "hi")])
    assert [word for line in drawn for word in line.split() if word.isalpha()] == ["Ann", "server", "Bob", "hi"]
    assert "▶" in drawn[1]
