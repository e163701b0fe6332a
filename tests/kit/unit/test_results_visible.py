"""Text as a person can read it."""

from __future__ import annotations

import pytest

from grading.results.visible import DRAWN, LONGEST, LOOKALIKES, TYPED, escaped, has, shown, visible

FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{WOMAN}"


@pytest.mark.parametrize("text", ["plain words", "Änne 5 €", "你好 안녕", FAMILY, DRAWN, "\\n as typed"])
def test_what_one_can_see_stays_as_it_is(text: str) -> None:
    assert visible(text) == text


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("a\nb\tc\r", r"a\nb\tc\r"),
        ("\x1b[2J\x00\x7f\x9b", r"\x1b[2J\x00\x7f\x9b"),
        ("\N{RIGHT-TO-LEFT OVERRIDE}\N{ZERO WIDTH SPACE}\u2028", r"\u202e\u200b\u2028"),
        ("\N{NO-BREAK SPACE}\N{SOFT HYPHEN}", r"\xa0\xad"),
        ("\ud800\udc80", r"\ud800\udc80"),
        ("\U000e0041", r"\U000e0041"),
    ],
)
def test_what_a_terminal_obeys_or_hides_is_escaped(text: str, seen: str) -> None:
    assert visible(text) == seen
    assert visible(seen) == seen


def test_what_an_encoding_lacks_is_escaped_unless_there_is_something_like_it() -> None:
    assert visible("Ä你", "latin-1") == r"Ä\u4f60"
    assert visible("Ä", "ascii") == r"\xc4"
    assert visible(DRAWN, "ascii") == DRAWN


def test_each_sign_that_we_draw_has_one_like_it_that_everybody_has() -> None:
    assert len(DRAWN) == len(TYPED) == len(LOOKALIKES)
    assert TYPED.isascii()
    assert TYPED.isprintable()


def test_a_long_text_is_shown_by_its_beginning() -> None:
    assert shown("x" * LONGEST) == "x" * LONGEST
    assert shown("x" * (LONGEST + 1)) == "x" * 40 + f"… ({LONGEST + 1} characters)"
    assert shown("\x1b") == r"\x1b"


def test_a_sign_is_escaped_as_in_a_program() -> None:
    assert (escaped("\n"), escaped("你"), escaped("\U0001f600")) == (r"\n", r"\u4f60", r"\U0001f600")


def test_an_encoding_has_a_text_or_not() -> None:
    assert (has("latin-1", "Ä"), has("ascii", "Ä"), has("utf-8", "\ud800"), has("ascii", "")) == (
        True,
        False,
        False,
        False,
    )
