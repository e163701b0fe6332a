"""What stands on the screen: failures of one reason are one line, and the others a line each."""

from __future__ import annotations

import io

from rich.console import Console

from grading.results.causes import Cause
from grading.results.values import FAILED, Grade
from grading.showing.terminal import MOST_OTHERS, Report
from tests.kit.conftest import finding

FRAMING = Cause("several-lines-as-one", "Two came as one.")


def screen(*causes: Cause | None, debug: bool = False) -> str:
    """Return what is shown of a grade with a failure for each of these causes."""
    names = "abcdefghijkl"
    checks = [
        finding(f"step1/server/{name}", f"Check {name}.", "A hint.", 3, FAILED, "this", "that", cause)
        for name, cause in zip(names, causes, strict=False)
    ]
    out = io.StringIO()
    Report(Console(file=out, width=80), debug).shows(Grade("step1", tuple(checks)), ["Go on."])
    return out.getvalue()


def test_failures_of_one_reason_are_counted_beside_the_one_that_is_told() -> None:
    shown = screen(FRAMING, FRAMING, None, FRAMING)
    assert "✗ Check a.\n  chat_server.py, step1: 0 of 3 points; 2 more fail for the same reason\n" in shown
    assert "Check b." not in shown
    assert "not yet\n  ✗ server  Check c.\n" in shown
    assert "; 1 more fails for the same reason\n" in screen(FRAMING, FRAMING)


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
    assert "✗ and 2 more  (--debug shows all)\n" in shown
    assert screen(*[None] * 9, debug=True).count("✗ server") == 8
