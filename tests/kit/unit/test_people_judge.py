"""Each line that anybody hears in a talk must be explained; where nobody can know, nothing is judged."""

from __future__ import annotations

import pytest

from grading.people.judge import ENDED, Judge
from grading.results.events import Minutes
from grading.telling import diagnosis


@pytest.fixture
def judge() -> Judge:
    judge = Judge(Minutes())
    judge.wakes(step=2, joins=True)
    for name in ("Ann", "Bob"):
        judge.comes(name)
        judge.sends(name, f"JOIN:{name}\n".encode())
        judge.hears(name, f"JOINED:{name}")
    judge.hears("Ann", "USER_JOINED:Bob")
    return judge


def test_what_somebody_said_is_explained(judge: Judge) -> None:
    judge.sends("Ann", b"MESSAGE:hi\n")
    judge.hears("Bob", "Ann: hi")
    assert judge.failure() is None


def test_what_nobody_said_is_put_down_where_it_was_heard(judge: Judge) -> None:
    judge.minutes.remark("Ann", "waits")
    judge.hears("Bob", "Ann: hi")
    judge.minutes.remark("Ann", "waits on")
    failure = judge.failure()
    assert failure and failure.expected == "Bob to hear nothing that nobody said"
    assert [str(event) for event in judge.minutes.events] == ["(Ann waits)", "server -> Bob: Ann: hi"]


def test_the_first_line_that_is_wrong_is_the_one_that_is_told(judge: Judge) -> None:
    judge.hears("Ann", "USER_JOINED:Bob")
    judge.hears("Ann", "what is this?")
    failure = judge.failure()
    assert failure and failure.expected == "Ann to hear USER_JOINED:Bob once"


@pytest.mark.parametrize(("after", "got"), [("Ann: one", "Ann: two"), ("Ann: three", "it did not come")])
def test_whether_a_line_is_late_or_never_comes_is_seen_from_what_comes_after(
    judge: Judge, after: str, got: str
) -> None:
    judge.sends("Bob", b"MESSAGE:here\n")
    judge.hears("Bob", "Bob: here")
    judge.sends("Ann", b"MESSAGE:one\nMESSAGE:two\nMESSAGE:three\n")
    judge.hears("Bob", "Ann: two")
    assert judge.is_unsure
    judge.hears("Ann", "Ann: one")
    judge.hears("Bob", after)
    failure = judge.failure()
    assert failure and "Ann: one" in failure.expected and failure.got.startswith(got)


def test_what_is_answered_by_an_error_is_drawn_though_it_was_asked_without_a_word() -> None:
    judge = Judge(Minutes())
    judge.wakes(step=5, joins=True)
    judge.comes("Ann")
    judge.sends("Ann", b"JOIN:Ann\n")
    judge.hears("Ann", "JOINED:Ann")
    judge.sends("Ann", b"LIST_USERS\n")
    judge.hears("Ann", "ERROR:unknown command")
    failure = judge.failure()
    assert failure and failure.perhaps == diagnosis.of_refusal("LIST_USERS")
    assert [str(event) for event in judge.minutes.events] == [
        "Ann -> server: LIST_USERS\n",
        "server -> Ann: ERROR:unknown command",
    ]


@pytest.mark.parametrize("letter", ["\xe9", "x"])
@pytest.mark.parametrize("is_answered", [True, False])
def test_a_line_of_too_many_bytes_that_is_said_all_the_same_is_told_with_its_bytes(
    letter: str, is_answered: bool
) -> None:
    judge = Judge(Minutes())
    judge.wakes(step=3, joins=True)
    judge.comes("Ann")
    judge.sends("Ann", b"JOIN:Ann\n")
    judge.hears("Ann", "JOINED:Ann")
    text = letter * (4100 // len(letter.encode()))
    judge.sends("Ann", f"MESSAGE:{text}\n".encode())
    if is_answered:
        judge.hears("Ann", "ERROR:line too long")
    judge.hears("Ann", f"Ann: {text}")
    failure = judge.failure()
    assert failure and failure.cause and failure.cause.code == "too-long-let-through"
    counted = "2058 characters, but 4108 bytes" if letter == "\xe9" else "4108 bytes"
    assert f"The line has {counted}, more than 4096" in failure.cause.sentence
    assert ("ERROR" in failure.expected) == (not is_answered)


def test_hanging_up_on_somebody_takes_a_reason(judge: Judge) -> None:
    judge.is_hung_up_on("Ann")
    failure = judge.failure()
    assert failure and failure.got == "it closed the connection"


def test_after_leaving_it_needs_none(judge: Judge) -> None:
    judge.leaves("Ann", politely=True)
    judge.is_hung_up_on("Ann")
    assert judge.failure() is None


def test_who_sleeps_judges_nothing(judge: Judge) -> None:
    judge.sleeps(ENDED)
    judge.wakes(step=2, joins=True)
    judge.hears("Bob", "Ann: hi")
    assert judge.failure() is None and not judge.is_awake


def test_what_people_at_an_earlier_server_hear_is_not_judged(judge: Judge) -> None:
    judge.begins_anew()
    judge.wakes(step=2, joins=True)
    judge.comes("Ann")
    judge.hears("Bob", "Ann: hi")
    judge.sends("Ann", b"JOIN:Ann\n")
    judge.hears("Ann", "JOINED:Ann")
    assert judge.failure() is None and judge.is_awake


@pytest.mark.parametrize(("more", "code"), [(0, "heard-again"), (9, "sent-on-and-on")])
def test_what_comes_again_and_again_is_told_as_that(judge: Judge, more: int, code: str) -> None:
    judge.sends("Ann", b"MESSAGE:hi\n")
    for _ in range(2 + more):
        judge.hears("Bob", "Ann: hi")
    failure = judge.failure()
    assert failure and failure.perhaps and failure.perhaps.code == code


def test_what_stands_where_a_name_belongs_is_told_where_it_is_nobodys(judge: Judge) -> None:
    judge.hears("Bob", "USER_LEFT:True")
    failure = judge.failure()
    assert failure and failure.cause == diagnosis.of_nobodys_name("USER_LEFT:True", ["Ann"])
