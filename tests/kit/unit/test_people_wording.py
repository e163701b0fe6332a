"""A message is recognized in the dialect that an exercise asks for, and in those that come later."""

from __future__ import annotations

import pytest

from grading.course import Dialect
from grading.people.wording import (
    before,
    before_speech,
    do,
    is_speech,
    says_nothing,
    speech,
    spoken_text,
    told,
)
from grading.results.visible import together

BARE = Dialect(joins=False, may_be_bare=True)
NAMED = Dialect(joins=True)
STAMPED = Dialect(joins=True, is_stamped=True)


@pytest.mark.parametrize(
    ("dialect", "line", "fits"),
    [
        (BARE, "hi", True),
        (BARE, "Ann: hi", True),
        (NAMED, "hi", False),
        (NAMED, "Ann: hi", True),
        (NAMED, "Ann [09:08:07]: hi", True),
        (NAMED, "Bob: hi", False),
        (NAMED, "Ann: Ann: hi", False),
        (NAMED, "Ann:hi", False),
        (STAMPED, "Ann: hi", False),
        (STAMPED, "Ann [09:08:07]: hi ", True),
        (STAMPED, "Ann [9:08:07]: hi", False),
    ],
)
def test_a_message_is_recognized(dialect: Dialect, line: str, fits: bool) -> None:
    assert is_speech(dialect, "Ann", "hi", line) is fits


def test_a_message_is_told_as_the_exercise_asks_for_it() -> None:
    told_as = [speech(dialect, "Ann", "hi") for dialect in (BARE, NAMED, STAMPED)]
    assert told_as == ["hi", "Ann: hi", "Ann [HH:MM:SS]: hi"]


def test_a_time_in_a_text_is_a_part_of_the_text() -> None:
    assert spoken_text("Ann: at [12:00:00]: noon", "Ann") == "at [12:00:00]: noon"
    assert spoken_text("Anna: hi", "Ann") is None


def test_what_stands_before_a_message_is_found() -> None:
    assert before_speech("Welcome! Ann: hi", "Ann", "hi", joins=True) == "Welcome! "
    assert before_speech("Ann: hi", "Ann", "hi", joins=True) == ""
    assert before("> ERROR:no", "", any_error=True) == "> "


def test_a_message_of_nothing_is_seen() -> None:
    assert [says_nothing(line, "Ann") for line in ("Ann:", "Ann [09:08:07]:", "Ann: x")] == [True, True, False]


def test_many_are_told_in_few_words() -> None:
    assert together(["Ann", "Bob", "Cyd"]) == "Ann, Bob and Cyd"
    assert told([str(number) for number in range(9)]) == "0, 1, … 8 (9 messages)"


def test_a_verb_agrees_with_the_number_of_those_who_act() -> None:
    assert do("say", ["Ann"]) == "says"
    assert do("say", ["Ann", "Bob"]) == "say"
