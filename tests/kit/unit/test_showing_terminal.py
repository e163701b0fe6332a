"""What stands on the screen: failures of one reason are one line, and the others a line each."""

from __future__ import annotations

import io
from typing import Any

from rich.console import Console

from grading.home.memory import Changes
from grading.results.causes import Cause, Place
from grading.results.events import LINE, Event
from grading.results.values import FAILED, PASSED, Grade
from grading.showing.terminal import MOST_OTHERS, Report
from tests.kit.conftest import finding

FRAMING = Cause("several-lines-as-one", "Two came as one.")


def screen(*causes: Cause | None, debug: bool = False, whole: bool = False, **terminal: Any) -> str:
    """Return what is shown of a grade with a failure for each of these causes."""
    names = "abcdefghijkl"
    checks = [
        finding(f"step1/server/{name}", f"Check {name}.", "A hint.", 3, FAILED, "this", "that", cause)
        for name, cause in zip(names, causes, strict=False)
    ]
    out = io.StringIO()
    Report(Console(file=out, width=80, color_system=None, **terminal), debug, whole).shows(
        Grade("step1", tuple(checks)), ["Go on."]
    )
    return out.getvalue()


def test_failures_of_one_reason_are_counted_beside_the_one_that_is_told() -> None:
    shown = screen(FRAMING, FRAMING, None, FRAMING)
    assert "✗ Check a.\n  chat_server.py, step1: 0 of 3 points; 2 more fail for the same reason\n" in shown
    assert "Check b." not in shown
    assert "not yet\n  ✗ server  Check c.\n" in shown
    assert "; 1 more fails for the same reason\n" in screen(FRAMING, FRAMING)


def test_all_that_fails_is_a_line_each_whatever_the_reason() -> None:
    shown = screen(FRAMING, FRAMING, None, whole=True)
    assert "not yet\n  ✗ server  Check b.\n  ✗ server  Check c.\n" in shown


def test_where_nothing_else_fails_nothing_else_is_shown() -> None:
    assert "not yet" not in screen(FRAMING, FRAMING)
    assert "0 of 3 points\n" in screen(FRAMING)


def test_failures_without_a_known_cause_are_a_line_each() -> None:
    shown = screen(None, None, None)
    assert "0 of 3 points\n" in shown
    assert "not yet\n  ✗ server  Check b.\n  ✗ server  Check c.\n" in shown


def test_of_many_other_failures_the_first_ones_are_shown() -> None:
    assert screen(*[None] * 8).count("✗ server") == 7
    shown = screen(*[None] * 9)
    assert shown.count("✗ server") == MOST_OTHERS
    assert "✗ and 2 more  (--all shows them)\n" in shown
    assert screen(*[None] * 9, debug=True).count("✗ server") == 8
    assert screen(*[None] * 9, whole=True).count("✗ server") == 8


def test_on_a_low_terminal_the_others_leave_room_for_the_story() -> None:
    low, high = (screen(*[None] * 9, force_terminal=True, height=height) for height in (20, 60))
    assert (low.count("✗ server"), high.count("✗ server")) == (2, MOST_OTHERS)
    assert len(low.splitlines()) == 20 - len(["what is graded", "the prompt"])


def test_on_a_terminal_too_low_for_the_others_they_are_counted_apart_from_what_has_changed() -> None:
    shown = screen(*[None] * 9, force_terminal=True, height=16)
    assert shown.startswith("not yet  8 more, perhaps for other reasons (see --all)\n\nscore")
    assert max(map(len, shown.splitlines())) <= 80


def test_where_the_others_are_only_counted_the_lines_of_proven_mistakes_are_named() -> None:
    here, there = (Cause("unpacking", "Too many.", Place("chat_server.py", line)) for line in (26, 43))
    elsewhere = Cause("unpacking", "Too many.", Place("rooms.py", 50))
    seen = Cause("stands-there", "It waits.", Place("chat_server.py", 60))
    shown = screen(here, here, there, there, elsewhere, seen, None, None, force_terminal=True, height=16)
    assert shown.startswith("not yet  6 more; wrong too: chat_server.py, line 43\n")
    by_others = Cause("connection-broke", "It broke.", Place("chat_server.py", 70))
    assert "wrong too" not in screen(here, here, seen, by_others, None, None, force_terminal=True, height=16)


def test_where_the_scores_of_all_steps_have_no_room_in_a_line_the_full_ones_are_only_named() -> None:
    steps = ("step1", "step2", "step3", "step4")
    full = [finding(f"{step}/server/a", "Check a.", "", 60, PASSED) for step in steps]
    failed = finding("advanced/server/a", "Check a.", "A hint.", 40, FAILED, "this", "that")
    out = io.StringIO()
    low = Console(file=out, width=80, color_system=None, force_terminal=True, height=16)
    Report(low).shows(Grade("advanced", (*full, failed)), ["Go on."])
    assert "score  advanced 0/40, together 240/280; full: step1, step2, step3, step4\n" in out.getvalue()


def test_what_has_changed_is_told_with_at_most_three_sentences_of_a_kind() -> None:
    checks = [finding(f"step1/server/{name}", f"Check {name}.", "", 3) for name in "abcdefgh"]
    out = io.StringIO()
    Report(Console(file=out, width=80)).shows_changes(Changes(tuple(checks[:5]), tuple(checks[5:7]), tuple(checks[7:])))
    assert out.getvalue().splitlines() == [
        "",
        "since the last run: +6 points",
        *(f"  ✓ now true: Check {name}." for name in "abc"),
        "  ✓ now true: and 2 more",
        *(f"  ✗ no longer true: Check {name}." for name in "fg"),
        "  – comes and goes: Check h.",
    ]


def test_what_a_check_of_stress_lost_without_a_proof_may_be_luck() -> None:
    lost = [
        finding("step3/server/x", "Check x.", "", 3, FAILED, "this", "that", cause, stress=True)
        for cause in (None, FRAMING)
    ]
    out = io.StringIO()
    Report(Console(file=out, width=80)).shows_changes(Changes((), tuple(lost)))
    assert out.getvalue().splitlines()[2:] == [
        "  ✗ no longer true, if not by luck: Check x.",
        "  ✗ no longer true: Check x.",
    ]


def test_on_a_low_terminal_what_has_changed_takes_a_line_for_each_kind() -> None:
    checks = tuple(finding(f"step1/server/{name}", f"Check {name}.", "", 3) for name in "abc")
    out = io.StringIO()
    low = Console(file=out, width=80, height=24, force_terminal=True, color_system=None)
    Report(low).shows_changes(Changes(checks[:2], checks[2:]))
    assert out.getvalue().splitlines()[2:] == ["  ✓ now true, 2 of these: Check a.", "  ✗ no longer true: Check c."]


def test_where_nothing_has_changed_nothing_is_said() -> None:
    out = io.StringIO()
    Report(Console(file=out)).shows_changes(Changes())
    assert out.getvalue() == ""


def test_the_talk_of_a_check_that_passed_is_told_without_a_hint() -> None:
    out = io.StringIO()
    talk = (Event(LINE, "Ann", "server", "hi"),)
    Report(Console(file=out, width=80)).tells(finding("step1/server/a", "It is so.", "A hint.", 3, PASSED, events=talk))
    assert out.getvalue().startswith("\n✓ It is so.\n  chat_server.py, step1: 3 of 3 points\n\n")
    assert "hi ─" in out.getvalue() and "hint" not in out.getvalue()


def told(width: int, plain: bool = False) -> str:
    """Return the story of a check on a screen of so many columns."""
    said = tuple(Event(LINE, "Ann", "server", f"MESSAGE:{word}") for word in ("hello everybody", "bye"))
    check = finding("step1/server/a", "All hear it.", "Why?", 3, FAILED, "a " * 30, "that", None, said)
    out = io.StringIO()
    Report(Console(file=out, width=width, color_system=None), plain=plain).tells(check)
    return out.getvalue()


def test_where_a_drawing_has_no_place_there_are_sentences() -> None:
    assert "▶" in told(80)
    narrow = told(30)
    assert "▶" not in narrow
    assert "  Ann to server: MESSAGE:hello\neverybody.\n" in narrow
    assert max(map(len, narrow.splitlines())) <= 30


def test_whoever_hears_the_screen_gets_words_for_signs_and_nothing_is_cut() -> None:
    plain = told(80, plain=True)
    assert plain.isascii()
    assert "fails: All hear it.\n" in plain
    assert "  Ann to server: MESSAGE:bye.\n" in plain
