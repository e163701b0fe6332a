"""What a class looks like on a screen: no wider than that, no order to it, and how far it has come."""

from __future__ import annotations

import io
import re

from rich.console import Console

from grading.showing.klass import ClassScreen


def screen(width: int = 80) -> tuple[ClassScreen, io.StringIO]:
    out = io.StringIO()
    return ClassScreen(Console(file=out, width=width, color_system=None, highlight=False)), out


def test_without_a_terminal_each_end_is_a_line_with_what_is_left_and_who_is_graded() -> None:
    shown, out = screen()
    shown.starts(3)
    for who in ("ann", "bob"):
        shown.progresses(who, 0, 0)
    shown.ended("ann", "3 of 5 points")
    shown.progresses("cy", 1, 7)
    shown.ended("bob", "it took longer than 600 s; it is tried once more", for_good=False)
    shown.ended("cy", "5 of 5 points")
    shown.ended("bob", "5 of 5 points")
    lines = re.sub(r"\d+ s left", "N s left", out.getvalue()).replace("\n(", " (").splitlines()
    assert [line.strip() for line in lines] == [
        "1 of 3  ann: 3 of 5 points  (N s left; now bob)",
        "1 of 3  bob: it took longer than 600 s; it is tried once more  (N s left; now",
        "cy)",
        "2 of 3  cy: 5 of 5 points  (N s left)",
        "3 of 3  bob: 5 of 5 points",
    ]


def test_a_table_is_no_wider_than_the_screen_and_loses_no_word() -> None:
    for width in (40, 80):
        shown, out = screen(width)
        shown.tables(("who", "came as", "a word"), [("x" * 90, "y" * 90, "a \x1b[2J word " * 9)])
        assert max(map(len, out.getvalue().splitlines())) <= width
        assert "\x1b" not in out.getvalue()
        assert re.sub(r"[^w]", "", out.getvalue()).count("w") >= 9


def test_what_tells_rows_apart_is_the_last_to_be_cut() -> None:
    shown, out = screen(80)
    rows = [
        (f"Participant 100{n}", "Žižková Eliška_1003_assignsubmission_file", "Moodle, copy", "x " * 40) for n in "12"
    ]
    shown.tables(("who", "came as", "by", "a word"), rows)
    assert "Participant 1001 " in out.getvalue() and "Participant 1002 " in out.getvalue()
    assert "Žižková Eli" in out.getvalue()


def test_names_that_look_like_markup_are_shown_as_they_are() -> None:
    shown, out = screen()
    shown.says("[bold]ann[/bold]")
    shown.tables(("who",), [("[red]bob",)])
    assert "[bold]ann[/bold]" in out.getvalue()
    assert "[red]bob" in out.getvalue()
