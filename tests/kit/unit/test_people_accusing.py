"""What the model finds wrong is told in the words of people, with a cause that has a hint."""

from __future__ import annotations

import pytest

from grading.people.accusing import accused, of_absence, of_copy
from grading.protocol.forms import Exactly, Refusal, Speech, Users
from grading.protocol.wrong import Kind, Wrong
from grading.results.causes import Cause
from grading.telling import diagnosis
from grading.telling.hints import KINDS


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name.lower())
def test_every_kind_of_wrong_has_words_and_a_cause_with_a_hint(kind: Kind) -> None:
    unmet = accused(Wrong(kind, "Bob", "Ann: hi", "Ann", "Ann: one"))
    assert unmet.expected and unmet.got and unmet.perhaps
    assert KINDS[unmet.perhaps.code].hint


@pytest.mark.parametrize("kind", Kind, ids=lambda kind: kind.name.lower())
def test_only_what_did_not_come_may_be_late(kind: Kind) -> None:
    assert accused(Wrong(kind, "Bob", "Ann: hi", "Ann")).late == (
        kind in (Kind.MISSING, Kind.NOT_IN_HISTORY, Kind.STILL_THERE)
    )


def test_where_something_was_to_come_that_is_told() -> None:
    unmet = accused(Wrong(Kind.NOBODY_SAID, "Bob", "Ann: h"), [Refusal(), Speech(("Ann",), ("h i",), "named")])
    assert (unmet.expected, unmet.got, unmet.cause) == ("Bob to hear Ann: h i", "Ann: h", diagnosis.CUTS[" "])


@pytest.mark.parametrize(
    ("line", "expected"), [("[]", diagnosis.COLLECTION), ("USER_JOINED:{name}", diagnosis.of_braces("{name}", ()))]
)
def test_what_python_shows_of_a_value_is_told_where_nobody_said_anything(line: str, expected: Cause) -> None:
    assert accused(Wrong(Kind.NOBODY_SAID, "Ann", line)).cause == expected
    assert accused(Wrong(Kind.NOBODY_SAID, "Ann", "Welcome to all {of you}, [] or not")).cause != expected


@pytest.mark.parametrize(
    ("line", "is_told"),
    [("USER_JOINED:True", True), ("USER_LEFT:('::1', 9)", True), ("USER_LEFT:an", False), ("USER_LEFT:Anna", False)],
)
def test_what_is_nobodys_name_is_told_where_a_name_belongs(line: str, is_told: bool) -> None:
    unmet = accused(Wrong(Kind.NOBODY_SAID, "Bob", line), [Speech(("Ann",), ("hi",), "named")], names=["Ann", "Bob"])
    assert (unmet.cause is not None and unmet.cause.code == "nobodys-name") == is_told
    assert "to hear hi" not in unmet.expected
    glued = accused(Wrong(Kind.NOBODY_SAID, "Bob", f"{line}Ann: hi"), [Speech(("Ann",), ("hi",), "named")])
    assert glued.expected == "Bob to hear Ann: hi"


@pytest.mark.parametrize(
    ("line", "last", "is_told"),
    [
        ("JOINED:An", "ERROR:name taken", True),
        ("JOINED:An", "ERROR:unknown command", False),
        ("USER_JOINED:An", "ERROR:name taken", False),
    ],
)
def test_a_free_name_that_is_said_to_be_taken_is_told_as_free(line: str, last: str, is_told: bool) -> None:
    unmet = accused(Wrong(Kind.MISSING, "An", line), last=last)
    assert (unmet.got == last and unmet.cause == diagnosis.of_free_name("An")) == is_told


@pytest.mark.parametrize(
    ("asked", "refusals", "is_granted"),
    [("PRIVATE:An:hi", 1, False), ("LIST_USERS", 1, True), ("PRIVATE:An:hi", 2, True), ("", 1, True)],
)
def test_what_another_one_has_asked_for_was_not_granted(asked: str, refusals: int, is_granted: bool) -> None:
    unmet = accused(Wrong(Kind.NOT_FOR, "Bob", "USERS:Ann,Bob", "Ann"), [Refusal()] * refusals, asked=asked)
    assert (unmet.perhaps == diagnosis.GRANTED) == is_granted
    assert is_granted or unmet.perhaps == diagnosis.of_stranger("USERS:Ann,Bob", "Ann")


def test_that_somebody_without_a_name_has_left_is_told_by_what_is_missing() -> None:
    unmet = accused(Wrong(Kind.NOBODY_SAID, "Ann", "USER_LEFT:"))
    assert unmet.cause == diagnosis.of_missing_name("USER_LEFT:")
    assert unmet.got == "USER_LEFT:"
    owed = [Speech(("Ann",), ("hi",), "named")]
    assert accused(Wrong(Kind.NOBODY_SAID, "Ann", "USER_LEFT:None"), owed).cause == diagnosis.of_missing_name(
        "USER_LEFT:None"
    )


def test_an_answer_with_something_else_in_it_was_asked_for() -> None:
    unmet = accused(Wrong(Kind.NOBODY_SAID, "Ann", "USERS:,Ann,Bob"), [Refusal(), Users({"Ann", "Bob"})])
    assert (unmet.got, unmet.perhaps) == ("USERS:,Ann,Bob", diagnosis.OTHER_ANSWER)
    unmet = accused(Wrong(Kind.NOBODY_SAID, "Ann", "PRIVATE:Bob:hi"), [Users({"Ann", "Bob"})])
    assert unmet.perhaps == diagnosis.NOBODY_SAID


def test_a_word_behind_the_news_is_news_in_other_words() -> None:
    unmet = accused(Wrong(Kind.NOBODY_SAID, "Ann", "USER_LEFT:Bob (timeout)"), [Exactly("USER_JOINED:Bob")])
    assert unmet.perhaps == diagnosis.OTHER_WORDS


def test_a_changed_line_that_might_have_been_a_greeting_is_told_once_the_next_one_comes() -> None:
    form = Speech((), ("Ann is here",), "bare")
    wrong = Wrong(Kind.OUT_OF_TURN, "Ann", "Hello", "Ann", "Ann is here")
    changed = of_copy(wrong, [form], ["Welcome to this server", "nn is here"])
    unmet = accused(changed, [form])
    assert (unmet.expected, unmet.got, unmet.cause) == ("Ann to hear Ann is here", "nn is here", diagnosis.TAKEN_AWAY)
    assert of_copy(wrong, [form], ["Welcome to this server"]) == wrong


def test_a_line_that_never_comes_is_missing_and_not_out_of_turn() -> None:
    forms = [Speech(("Ann",), ("one",), "named"), Speech(("Ann",), ("two",), "named")]
    wrong = Wrong(Kind.OUT_OF_TURN, "Bob", "Ann: two", "Ann", "Ann: one")
    assert of_absence(wrong, forms, ["Ann: three", "Ann: one"]) is wrong
    unmet = accused(of_absence(wrong, forms, ["Ann: three"]), forms)
    assert (unmet.expected, unmet.got) == ("Bob to hear Ann: one", "it did not come, and Ann: two did")
    assert unmet.perhaps == diagnosis.PASSED_OVER


def test_a_line_that_stands_behind_a_prompt_is_what_was_to_come() -> None:
    unmet = accused(Wrong(Kind.MISSING, "Bob", "JOINED:Bob"), [Exactly("JOINED:Bob")], "Name? JOINED:Bob")
    assert unmet.cause and unmet.cause.code == "stands-before"
    assert unmet.got == "Name? JOINED:Bob"


@pytest.mark.parametrize(
    ("line", "words"),
    [("PRIVATE:Ann:hi", "private"), ("USERS:Ann", "answers Ann"), ("Ann: hi", "another room")],
)
def test_whom_a_line_is_for_is_told_by_its_kind(line: str, words: str) -> None:
    unmet = accused(Wrong(Kind.NOT_FOR, "Bob", line, "Ann"))
    assert unmet.perhaps and words in unmet.perhaps.sentence


def test_a_text_without_the_name_of_its_speaker_is_told_as_such() -> None:
    unmet = accused(Wrong(Kind.NOBODY_SAID, "Bob", "at 10:30: tea", first="Ann: at 10:30: tea"))
    assert (unmet.expected, unmet.got) == ("Bob to hear Ann: at 10:30: tea", "at 10:30: tea")
    assert unmet.perhaps == diagnosis.OTHER_WORDS


def test_what_is_granted_and_should_be_refused_is_no_answer_for_others() -> None:
    unmet = accused(Wrong(Kind.NOT_FOR, "Bob", "JOINED:Ann", "Ann"), [Refusal()])
    assert (unmet.expected, unmet.got, unmet.perhaps) == ("Bob to hear ERROR:…", "JOINED:Ann", diagnosis.GRANTED)


def test_an_error_where_one_line_was_to_come_is_told_with_that_line() -> None:
    unmet = accused(Wrong(Kind.NO_REASON, "Ann", "ERROR:bad name"), [Exactly("JOINED:_")])
    assert unmet.expected == "Ann to hear JOINED:_, and no ERROR"
