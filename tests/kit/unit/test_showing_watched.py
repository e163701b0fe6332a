"""On a low screen, who watches sees what they asked for from its first line on."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from grading.home.memory import Changes
from grading.results.events import SEGMENT, Event
from grading.results.values import FAILED, CheckResult, Grade
from grading.showing.terminal import Report
from grading.showing.watched import Watched
from grading.telling.depths import Hint
from tests.kit.conftest import finding

CLEARED = "\x1b[2J"
HEIGHT = 24
SAID = tuple(Event(SEGMENT, "Ann", "server", f"MESSAGE:{number}\n") for number in range(8))
LONG = Hint(4, tuple(f"This is paragraph {number}." for number in range(6)))
VERY_LONG = Hint(4, tuple(f"This is paragraph {number}." for number in range(9)))


def checks(count: int) -> tuple[CheckResult, ...]:
    return tuple(
        finding(f"step3/server/x{number}", f"It is {number}.", "Why?", 1, FAILED, "this", "that", None, SAID)
        for number in range(count)
    )


def seen(count: int, keys: str, hint: Hint = LONG, height: int = HEIGHT) -> list[str]:
    """Return what is on the screen, after these keys, where so many checks fail."""
    out = io.StringIO()
    console = Console(file=out, width=80, height=height, force_terminal=True, color_system=None)
    watched = Watched(Report(console), "Step 3", lambda grade: ["Go on."], lambda told: hint, lambda told: ("", []))
    watched.has_keys = True
    with watched:
        watched.shows(Grade("step3", checks(count)), Changes())
        for key in keys:
            watched.obeys(key)
        return out.getvalue().rpartition(CLEARED)[2].split("\n")  # a row may be painted twice


def has(lines: list[str], text: str) -> bool:
    return any(text in line for line in lines)


def test_all_that_fails_is_listed_alone_where_the_story_would_push_it_away() -> None:
    low, high = seen(13, "a"), seen(13, "a", height=60)
    assert [has(lines, "It is 12.") for lines in (low, high)] == [True, True]
    assert [has(lines, "expected") for lines in (low, high)] == [False, True]
    assert has(seen(40, "a"), "more")
    assert has(seen(13, "an"), "expected  this")


@pytest.mark.parametrize("count", [1, 13, 40])
@pytest.mark.parametrize("hint", [LONG, VERY_LONG])
@pytest.mark.parametrize("keys", ["a", "h", "ah", "nh"])
def test_what_is_asked_for_is_never_higher_than_the_screen(count: int, keys: str, hint: Hint) -> None:
    lines = seen(count, keys, hint)
    assert len(lines) <= HEIGHT
    assert has(lines, "Step 3") and has(lines, "h hint")


def test_of_a_long_hint_all_is_seen_and_of_its_story_what_has_room() -> None:
    for hint, is_short in ((LONG, False), (VERY_LONG, True)):
        lines = seen(1, "h", hint)
        assert all(has(lines, paragraph) for paragraph in hint.paragraphs)
        assert has(lines, "✗ It is 0.")
        assert has(lines, "expected  this") is not is_short
        assert not has(lines, "MESSAGE:7")
    assert has(seen(1, "h", height=60), "MESSAGE:7")


def test_why_there_is_no_other_failure_is_told_even_where_the_keys_take_all_the_room() -> None:
    assert has(seen(1, "n"), "nothing else fails")
