"""What whoever sits before a client sees on its screen."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grading.people.eyes import Eyes
from grading.process.screen import MOST_LINES, ROWS, Screen

LINE = "Bob: Hello\r\n"


def eyes_on(screen: Screen) -> Eyes:
    keyboard = SimpleNamespace(prompts=(), was_typed=lambda line: False)
    client: Any = SimpleNamespace(out=SimpleNamespace(screen=screen), keyboard=keyboard)
    return Eyes(client, "Alice")


@pytest.mark.parametrize("before", [0, 1, ROWS, MOST_LINES, 2 * MOST_LINES])
def test_what_comes_again_is_news_however_much_of_the_same_stood_there_before(before: int) -> None:
    screen = Screen()
    eyes = eyes_on(screen)
    screen.write(LINE * before)
    eyes.remember()
    assert not eyes.news()
    screen.write(LINE * 3)
    assert eyes.news() == ["Bob: Hello"] * 3


def test_a_line_that_is_drawn_anew_is_no_news() -> None:
    screen = Screen()
    eyes = eyes_on(screen)
    screen.write(LINE)
    eyes.remember()
    screen.write("\x1b[2J\x1b[H" + LINE)
    assert not eyes.news()


def test_a_traceback_is_no_news_though_a_part_of_it_was_there_before() -> None:
    screen = Screen()
    eyes = eyes_on(screen)
    whole = ["Traceback (most recent call last):", '  File "chat_client.py", line 1, in lines', "    data.decode()"]
    screen.write("\r\n".join(whole))
    eyes.remember()
    screen.write("\r\n    ^^^^^\r\nUnicodeDecodeError: unexpected end of data\r\n" + LINE)
    assert eyes.news() == ["Bob: Hello"]
