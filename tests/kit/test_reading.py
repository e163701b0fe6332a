"""A person reads a line past prompts and frames, and over the ends of rows; nothing else passes for it."""

from __future__ import annotations

import socketserver
import textwrap

import pytest

from grading.course import KIT
from grading.process.reading import (
    fills,
    shows,
    shows_a_crash,
    shows_in_rows,
    where_it_broke,
    with_own_steps,
    without_tracebacks,
)
from grading.process.screen import COLUMNS, ROWS

TEXT = "Bob: Hello Alice!"
LONG = "Bob: " + " ".join(f"word{number}" for number in range(450)) + " end"


@pytest.mark.parametrize(
    "line",
    [
        TEXT,
        f"> {TEXT}",
        f"chat>{TEXT}",
        f"[10:00] {TEXT}",
        f"│ {TEXT}      │",
        f"{TEXT}>",
        f"> > {TEXT}  ",
        f"说：{TEXT}",
        f"you»{TEXT}",
        f"ann$~{TEXT}",
        f"name?{TEXT}",
        f"❯{TEXT}",
    ],
)
def test_a_line_is_seen_past_what_stands_around_it(line: str) -> None:
    assert shows(line, TEXT)


@pytest.mark.parametrize(
    "line",
    [
        "Bob: Hello",
        f"{TEXT}!",
        f"{TEXT} Cyd: Hi",
        f"b'{TEXT}'",
        f"x{TEXT}",
        f"{TEXT}{TEXT}",
        f"\N{REPLACEMENT CHARACTER}{TEXT}",
        f"<{TEXT}>",
        "",
    ],
)
def test_another_line_does_not_pass_for_it(line: str) -> None:
    assert not shows(line, TEXT)


def test_a_prompt_that_is_known_may_end_with_any_sign() -> None:
    assert shows(f"> now talk!{TEXT}", TEXT, {"now talk!"})
    assert not shows(f"> now talk!{TEXT}", TEXT)


def test_the_prompt_of_another_thread_may_stand_behind_it() -> None:
    assert shows(f"{TEXT}say: ", TEXT, {"say: "})
    assert not shows(f"{TEXT}say: ", TEXT)


@pytest.mark.parametrize("width", [79, 76, 40])
def test_a_long_line_may_be_broken_where_the_next_word_finds_no_room(width: int) -> None:
    assert shows_in_rows(["before", *textwrap.wrap(LONG, width), "after"], LONG)
    assert shows_in_rows([f"│ {row:{width}} │" for row in textwrap.wrap(LONG, width)], LONG)


def test_a_long_line_may_be_broken_at_the_edge() -> None:
    assert shows_in_rows([LONG[i : i + 79] for i in range(0, len(LONG), 79)], LONG)


@pytest.mark.parametrize("size", [1024, 2048])
def test_a_long_line_in_the_pieces_in_which_it_came_is_not_whole(size: int) -> None:
    pieces = [LONG[i : i + size] for i in range(0, len(LONG), size)]
    rows = [row for piece in pieces for row in [piece[i : i + 80] for i in range(0, len(piece), 80)]]
    assert not shows_in_rows(pieces, LONG)
    assert not shows_in_rows(rows, LONG)


def test_the_end_of_a_line_for_which_no_screen_has_room_fills_one() -> None:
    text = " ".join(f"word{number}" for number in range(450))
    rows = [f"│{text[i : i + 78]:78}│" for i in range(0, len(text), 78)]
    assert fills(rows[-22:], text)
    assert not fills(rows[-10:], text)
    assert not fills(rows[-22:], text[-ROWS * COLUMNS :])  # for that there is room


TRACEBACK = ["Traceback (most recent call last):", '  File "chat_client.py", line 7, in talk', "ValueError: no"]


def test_a_traceback_is_a_crash_unless_python_only_tidied_up() -> None:
    assert shows_a_crash(["> ", *TRACEBACK])
    assert not shows_a_crash(["Disconnected", "Exception ignored in: <function x>", *TRACEBACK])


def test_what_is_told_of_a_screen_leaves_tracebacks_out() -> None:
    assert without_tracebacks(["one", "Exception in thread Thread-1:", *TRACEBACK, "two"]) == ["one", "two"]


def test_a_traceback_at_the_end_of_a_screen_tells_where_a_program_broke() -> None:
    library = f'  File "{socketserver.__file__}", line 5, in handle'
    lines = ["one", *TRACEBACK[:2], library, "    self.handle()", TRACEBACK[2], ""]
    assert where_it_broke(lines) == "chat_client.py:7, in talk"
    assert where_it_broke([*TRACEBACK, "", "Disconnected"]) == ""
    assert where_it_broke([*TRACEBACK, "During handling …", TRACEBACK[0], library, "OSError"]) == ""


def test_the_steps_of_a_traceback_that_are_in_the_library_are_one_line() -> None:
    library = [
        f"  File {socketserver.__file__!r}, line 5, in handle".replace("'", '"'),
        "    self.handle()",
        "    ^^^^",
    ]
    own = ['  File "chat_server.py", line 9, in handle', "    obey()"]
    lines = ["hello", "Traceback (most recent call last):", *library, *library, *own, *library, "ValueError: no", "bye"]
    short = ["hello", "Traceback (most recent call last):", "  … 2 steps in socketserver.py", *own]
    assert with_own_steps(lines) == [*short, "  … 1 step in socketserver.py", "ValueError: no", "bye"]
    ours = [f'  File "{KIT / "grading" / "stage" / "sockets.py"}", line 5, in connect', "    _connect(self, address)"]
    assert with_own_steps([*own, *ours, "OSError: no"]) == [*own, "OSError: no"]
    assert with_own_steps(lines[:4]) == [*lines[:2], "  … 1 step in socketserver.py"]
