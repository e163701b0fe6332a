"""What one can type while playing."""

from __future__ import annotations

import pytest

from grading.wire.scene import (
    BREAKS,
    CUT,
    HALF_CLOSES,
    HELP_LINES,
    JOINS,
    SAYS,
    SENDS,
    STALL,
    Act,
    Misunderstood,
    read_scene,
    understood,
)


@pytest.mark.parametrize(
    ("line", "act"),
    [
        ("Alice joins", Act(JOINS, "Alice")),
        ("Alice: hello: you ", Act(SAYS, "Alice", "hello: you")),
        ("Alice:", Act(SAYS, "Alice")),
        ("Alice: sends x", Act(SAYS, "Alice", "sends x")),
        ("bob_the-2nd. half-closes", Act(HALF_CLOSES, "bob_the-2nd.")),
        (" Alice breaks", Act(BREAKS, "Alice")),
        ("cut 5 12", Act(CUT, "", " 5 12")),
        ("stall Bob", Act(STALL, "Bob")),
        ("# what Bob sees", None),
        ("", None),
    ],
)
def test_a_line_is_understood(line: str, act: Act | None) -> None:
    assert understood(line) == act


@pytest.mark.parametrize(
    "line", ["Alice", "Alice flies", "Alice flies " * 9, "cut", "cut 0", "stall", "Alice sends", "Alice talks", "-"]
)
def test_a_wrong_word_is_told_in_one_line_with_what_can_be_typed(line: str) -> None:
    with pytest.raises(Misunderstood) as complaint:
        understood(line)
    told = str(complaint.value)
    assert "Alice joins" in told and len(told) < 80


def test_nobody_can_speak_for_the_students_program() -> None:
    with pytest.raises(Misunderstood, match="your program"):
        understood("server: hello")


def test_cuts_come_in_order_and_once_each() -> None:
    assert Act(CUT, "", " 12 5 12").numbers == [5, 12]


def test_bytes_can_be_typed_and_nothing_is_added_to_them() -> None:
    act = understood(r"Alice sends JOIN:\xc3\xbc\r\n\\n ö\q")
    assert act and act.verb == SENDS
    assert act.data == b"JOIN:\xc3\xbc\r\n\\n \xc3\xb6\\q"


def test_a_scene_names_the_line_that_means_nothing() -> None:
    assert read_scene(["# a scene", "Alice joins", "", "quit"]) == [Act(JOINS, "Alice"), Act("quit")]
    with pytest.raises(Misunderstood, match="Line 2: 'Alice jumps' is not"):
        read_scene(["Alice joins", "Alice jumps"])


def test_all_that_the_help_shows_is_understood() -> None:
    for line in HELP_LINES:
        assert understood(line[:21].strip())
