"""What stands on the screen is what a terminal would show."""

from __future__ import annotations

import random
import tracemalloc

import pyte
import pytest

from grading.process.screen import COLUMNS, MOST_LINES, ROWS, Screen

MOST_BYTES = 20_000_000  # of memory, for a screen

PIECES = [
    "Bob: Hello Alice!", "> ", "x" * 50, "\r", "\n", "\r\n", "\b", "\t", "\x1b[A", "\x1b[2B", "\x1b[5C", "\x1b[3D",
    "\x1b[H", "\x1b[5;10H", "\x1b[20;1H", "\x1b[K", "\x1b[1K", "\x1b[2K", "\x1b[J", "\x1b[1J", "\x1b[2J", "\x1b[2L",
    "\x1b[3P", "\x1b[4X", "\x1bM", "\x1bD", "\x1b[1;31m", "\x1b[0m", "\x1b[G",
    "\x1b[7G", "\x1b[3d", "\x1b[?25l", "\x1b]0;a title\x07", "\x1b(B",
]  # fmt: skip


def written(*texts: str) -> Screen:
    screen = Screen()
    for text in texts:
        screen.write(text)
    return screen


@pytest.mark.parametrize("seed", range(200))
def test_a_screen_shows_what_another_terminal_shows(seed: int) -> None:
    dice = random.Random(seed)
    pieces = [dice.choice(PIECES) for _ in range(60)]
    other = pyte.Screen(COLUMNS, ROWS)
    pyte.Stream(other).feed("".join(pieces))
    assert written(*pieces).rows == [row.rstrip() for row in other.display]


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_sequence_may_come_in_pieces(cut: int) -> None:
    text = "one\x1b[5;10Htwo"
    assert written(text[:cut], text[cut:]).rows == written(text).rows


def test_what_has_scrolled_out_is_still_there_to_be_read() -> None:
    lines = [f"line {number}" for number in range(100)]
    assert written("\r\n".join(lines)).lines == lines


def test_a_line_that_is_longer_than_a_row_is_one_line() -> None:
    long = " ".join(f"word{number}" for number in range(500))
    assert written(f"before\r\n{long}\r\nafter\r\n").lines == ["before", long, "after"]


def test_a_line_that_ends_with_its_row_is_over_there() -> None:
    assert written("x" * COLUMNS + "\r\nnext").lines == ["x" * COLUMNS, "next"]


def test_a_redrawn_prompt_leaves_the_message_alone_on_its_line() -> None:
    assert written("> half a li", "\r\x1b[KBob: Hello\r\n> half a li").lines == ["Bob: Hello", "> half a li"]


def test_a_message_that_is_overwritten_is_not_read() -> None:
    assert "Bob: Hello" not in "".join(written("Bob: Hello\r", "\x1b[2K> ").lines)


def test_a_region_scrolls_alone() -> None:
    screen = written("\x1b[24;1H> typed", "\x1b[1;3r\x1b[3;1Hone\r\ntwo\r\nthree\r\nfour")
    assert [screen.rows[0], screen.rows[2], screen.rows[23]] == ["two", "four", "> typed"]


def test_letters_are_inserted_before_others_which_make_room() -> None:
    assert written("Bob Hello\x1b[4G\x1b[1@:").rows[0] == "Bob: Hello"


def test_a_row_is_taken_out_and_the_next_ones_move_up() -> None:
    assert written("one\r\ntwo\r\nthree\x1b[1;1H\x1b[Mx").rows[:3] == ["xwo", "three", ""]


def test_a_place_is_kept_and_come_back_to() -> None:
    assert written("> \x1b7\x1b[1;30Hthere\x1b8here\x1bEbelow").rows[:2] == ["> here" + " " * 23 + "there", "below"]


def test_a_wide_letter_takes_two_columns_and_a_mark_none() -> None:
    screen = written("你好\x1b[5Ge\u0301!")
    assert screen.lines == ["你好e\u0301!"]
    assert screen.cursor == (7, 1)


def test_what_stood_on_the_alternate_screen_has_been_read() -> None:
    screen = written("shell\r\n", "\x1b[?1049h\x1b[H\x1b[2JBob: Hello", "\x1b[?1049lback")
    assert screen.lines == ["Bob: Hello", "shell", "back"]


@pytest.mark.parametrize("begin, end", (("\x1b(0", "\x1b(B"), ("\x1b(B\x1b)0\x0e", "\x0f")))
def test_frames_that_curses_draws_are_frames_and_no_letters(begin: str, end: str) -> None:
    top, side = f"{begin}lqqk{end}", f"{begin}x{end}"
    assert written(f"{top}\r\n{side}xq{side}\r\n").lines == ["┌──┐", "│xq│"]


def test_the_cursor_is_in_mid_line_behind_a_prompt_only() -> None:
    assert written("hello\r\n> ").is_in_mid_line
    assert not written("hello\r\n").is_in_mid_line


def test_a_sequence_without_an_end_does_not_swallow_the_rest() -> None:
    assert "x" in "".join(written("\x1b]0;" + "x" * 3000).lines)


@pytest.mark.parametrize(
    "text",
    [
        "abc\x1b[2D\x1b[999999999@",  # room for as many letters
        f"\x1b[{'9' * 5000}A",  # a number that Python takes for none
        "a" + "\u0301" * 20_000,
        "\x1b]" * 20_000,
        "\x1b]" * 20_000 + "\x07",
        "x\x1b[99999b" * 500,
        "\x1b[?1049hx\x1b[24dx\x1b[?1049l" * 200,
    ],
    ids=["letters", "number", "marks", "titles", "title", "again", "pages"],
)
def test_what_no_terminal_shows_takes_no_more_than_it_is_long(text: str) -> None:
    tracemalloc.start()
    try:
        screen = written(text)
        assert len(screen.lines) <= MOST_LINES + ROWS
        assert tracemalloc.get_traced_memory()[1] < MOST_BYTES
    finally:
        tracemalloc.stop()


def test_an_order_within_a_title_ends_it() -> None:
    assert written("\x1b]0;a title\x1b[5;3Hx", "\x07y").lines[-1] == "  xy"
