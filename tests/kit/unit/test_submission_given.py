"""A function is given as long as it stands in a program as its skeleton has it."""

from __future__ import annotations

from grading.course import STEPS
from grading.skeletons import original
from grading.submission.given import given_lines

SKELETON = """
def given(x):
    y = x

    return y


class A:
    def one(self):
        # TODO: Write it.
        raise NotImplementedError

    async def two(self):
        return 2
"""
GIVEN = {2, 3, 4, 5, 13, 14}


def test_all_is_given_but_what_is_to_be_written() -> None:
    assert given_lines(SKELETON, SKELETON) == GIVEN


def test_what_stands_elsewhere_or_ends_otherwise_is_given_still() -> None:
    assert given_lines("import os\n" + SKELETON, SKELETON) == {line + 1 for line in GIVEN}
    assert given_lines(SKELETON.replace("\n", " \r\n"), SKELETON) == GIVEN


def test_a_function_in_which_a_line_was_changed_is_ones_own() -> None:
    assert given_lines(SKELETON.replace("y = x", "y = x + 1"), SKELETON) == {13, 14}
    assert given_lines(SKELETON.replace("return y", "return y\n    # done"), SKELETON) == {14, 15}


def test_of_advanced_what_sends_is_given_and_what_flushes_is_not() -> None:
    text = original(STEPS[-1], "chat_server.py").read_text("utf-8")
    lines, given = text.split("\n"), given_lines(text, text)
    assert lines.index("        return sock.send(data, DONT_WAIT)") + 1 in given
    assert lines.index("    def flush(self) -> None:") + 1 not in given


def test_functions_in_one_another_take_no_longer_than_their_lines() -> None:
    deep = "".join(f"{' ' * depth}def f():\n" for depth in range(5_000))
    assert given_lines(deep, SKELETON) == set()
