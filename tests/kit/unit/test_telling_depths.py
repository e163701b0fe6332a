"""Each cause has a hint in four depths: short, in plain words, and on a page that is there."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from grading.course import EXERCISES, STEPS
from grading.results.causes import Cause, Place
from grading.results.events import LINE, Event
from grading.results.values import FAILED, TODO, CheckResult
from grading.skeletons import finished
from grading.telling.depths import DEPTHS, EXAMPLE_OF, hint_at, section_of
from grading.telling.examples import EXAMPLES
from grading.telling.hints import KINDS
from tests.kit.conftest import finding

MOST_WORDS = 160
LEAST_WORDS = 80  # of an example
LONGEST_SENTENCE = 45  # words
QUESTION = "What is wrong with it?"


def told(code: str, step: str = "step3") -> CheckResult:
    said = (Event(LINE, "Ann", "server", "MESSAGE:hi"),)
    cause = Cause(code, "A line gave it away.", Place("chat_server.py", 7))
    return finding(f"{step}/server/x", "People hear it.", QUESTION, 3, FAILED, "Bob to hear hi", "nothing", cause, said)


def words(code: str, depth: int, step: str = "step3") -> list[str]:
    paragraphs = hint_at(depth, told(code, step), lambda step: f"steps/{step}/README.md").paragraphs
    assert all(paragraphs)
    return " ".join(paragraphs).split()


@pytest.mark.parametrize("code", KINDS)
def test_every_cause_has_all_depths_and_none_is_long(code: str) -> None:
    assert code in EXAMPLE_OF
    for depth in range(1, DEPTHS + 1):
        assert 0 < len(words(code, depth)) <= MOST_WORDS


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_is_neither_short_nor_long_and_asks_something(name: str) -> None:
    text = EXAMPLES[name]
    assert LEAST_WORDS <= len(text.split()) <= MOST_WORDS
    assert "?" in text
    prose = " ".join(line for line in text.splitlines() if not line.startswith("    "))
    assert max(len(sentence.split()) for sentence in re.split(r"[.?:;]", prose)) <= LONGEST_SENTENCE
    assert "!" not in prose


def test_no_example_holds_a_line_of_a_finished_program() -> None:
    programs = {text for step in STEPS for text in finished(step).values()}
    code = {line.strip() for text in programs for line in text.splitlines() if len(line.split()) > 2}
    quoted = {line.strip() for text in EXAMPLES.values() for line in text.splitlines()}
    assert quoted & code == set()


def test_every_example_helps_with_a_cause() -> None:
    assert set(EXAMPLES) == set(EXAMPLE_OF.values())


@pytest.mark.parametrize("step", STEPS)
def test_what_is_to_be_read_stands_on_a_page_of_this_step_or_an_earlier_one(step: str) -> None:
    for code in KINDS:
        where, heading = section_of(told(code, step))
        assert STEPS.index(where) <= STEPS.index(step)
        pages = EXERCISES[where].pages
        assert pages and f"\n## {heading}" in (pages / "README.md").read_text("utf-8")


def test_the_question_is_the_one_of_the_cause_and_of_the_check_where_the_cause_has_none() -> None:
    assert " ".join(words("removed-twice", 3)).startswith(" ".join(KINDS["removed-twice"].hint.split()))
    assert " ".join(words("ended", 3)).startswith(QUESTION)


@pytest.mark.parametrize("code", KINDS)
def test_the_third_hint_asks_something(code: str) -> None:
    assert any("?" in word for word in words(code, 3))


def test_the_third_hint_asks_something_where_a_check_only_says_how_it_is() -> None:
    said = replace(told("ended"), hint="Send exactly what was typed.")
    paragraphs = hint_at(3, said, lambda step: step).paragraphs
    assert paragraphs[0] == "Send exactly what was typed. Where in your program does that matter?"


def test_the_third_hint_names_the_page_of_what_is_new_as_well() -> None:
    paragraphs = hint_at(3, told("ended"), lambda step: step, "advanced").paragraphs
    assert paragraphs[-1].endswith("advanced: When something goes wrong.")
    assert hint_at(3, told("ended"), lambda step: step, "step3").paragraphs == paragraphs[:-1]


def test_who_has_written_nothing_yet_is_sent_to_the_tasks() -> None:
    assert section_of(told(TODO)) == ("step3", "Your tasks")
    assert "A part that it needs is not written" in " ".join(words(TODO, 1))


def test_only_what_is_proven_is_called_a_mistake() -> None:
    assert "The mistake has a name" in " ".join(words("removed-twice", 1))
    assert "Nothing is proven" in " ".join(words("ended", 1))


def test_the_second_depth_ends_with_what_was_to_come_and_what_came() -> None:
    text = hint_at(2, told("ended"), str).paragraphs
    assert "    Ann -> server: MESSAGE:hi" in text
    assert text[-2:] == (
        "    expected  Bob to hear hi\n    got       nothing",
        "What your program knows of it: A line gave it away.",
    )
