"""Each line that a client sends comes from something that was typed, and comes once."""

from __future__ import annotations

import pytest

from grading.protocol.typed import Typed

STEP_1, STEP_3, ADVANCED = 1, 3, 5


def typed(step: int, *texts: str) -> Typed:
    """Return what was typed by somebody called Alice."""
    person = Typed(step)
    person.names("Alice")
    for text in texts:
        person.types(text)
    return person


@pytest.mark.parametrize(
    ("step", "text", "sent"),
    [
        (STEP_1, "hi", ["MESSAGE:hi"]),
        (STEP_1, "quit", []),
        (STEP_3, "quit", ["JOIN:Alice", "QUIT"]),
        (STEP_3, "  two  blanks ", ["JOIN:Alice", "MESSAGE:two  blanks"]),
        (STEP_3, "", ["JOIN:Alice", "MESSAGE:"]),
        (STEP_3, "/users", ["JOIN:Alice", "MESSAGE:/users"]),
        (STEP_3, "/users", ["JOIN:Alice", "LIST_USERS"]),
        (ADVANCED, "/msg Bob at 10:30", ["JOIN:Alice", "PRIVATE:Bob:at 10:30"]),
        (ADVANCED, "/join garden", ["JOIN:Alice", "JOIN_ROOM:garden"]),
        (ADVANCED, "/join", ["JOIN:Alice", "JOIN_ROOM:"]),
        (ADVANCED, "/join", ["JOIN:Alice", "JOIN_ROOM:-"]),
        (ADVANCED, "/msg Bob", ["JOIN:Alice", "PRIVATE:Bob:"]),
        (ADVANCED, "/msg Bob", ["JOIN:Alice", "MESSAGE:/msg Bob"]),
        (ADVANCED, "//users", ["JOIN:Alice", "MESSAGE:/users"]),
        (ADVANCED, "hi", ["JOIN:Alice", "JOIN_ROOM:lobby", "LIST_USERS", "MESSAGE:hi", "QUIT"]),
    ],
)
def test_what_the_page_asks_for_or_leaves_open_is_explained(step: int, text: str, sent: list[str]) -> None:
    assert typed(step, text).unexplained(sent) is None


@pytest.mark.parametrize(
    ("step", "text", "sent", "wrong"),
    [
        (STEP_1, "hi", ["MESSAGE:hi", "MESSAGE:hi"], "MESSAGE:hi"),
        (STEP_1, "hi", ["hi"], "hi"),
        (STEP_3, "hi", ["JOIN:Alice", "MESSAGE:Alice"], "MESSAGE:Alice"),
        (STEP_3, "hi", ["JOIN:Alice", "JOIN:Alice"], "JOIN:Alice"),
        (STEP_3, "hi", ["JOIN:Alice", "PING"], "PING"),
        (STEP_3, "quit", ["JOIN:Alice", "MESSAGE:quit"], "MESSAGE:quit"),
        (ADVANCED, "/msg Bob hi", ["JOIN:Alice", "PRIVATE:Bob:hi", "MESSAGE:/msg Bob hi"], "MESSAGE:/msg Bob hi"),
        (ADVANCED, "/join garden", ["JOIN:Alice", "JOIN_ROOM:garden", "JOIN_ROOM:garden"], "JOIN_ROOM:garden"),
        (ADVANCED, "//users", ["JOIN:Alice", "MESSAGE://users"], "MESSAGE://users"),
        (ADVANCED, "/join", ["JOIN:Alice", "JOIN_ROOM:-", "JOIN_ROOM:+"], "JOIN_ROOM:+"),
    ],
)
def test_what_nobody_typed_is_found(step: int, text: str, sent: list[str], wrong: str) -> None:
    assert typed(step, text).unexplained(sent) == wrong


def test_whoever_was_refused_may_try_any_name() -> None:
    person = typed(STEP_3)
    person.may_join_again = True
    person.types("Alicia")
    assert person.unexplained(["JOIN:Alice", "JOIN:Alicia", "JOIN:Alice2"]) is None


def test_what_is_typed_before_the_answer_has_come_may_be_taken_for_another_name() -> None:
    assert typed(STEP_3, "I am here").unexplained(["JOIN:Alice", "JOIN:I am here"]) is None


def test_of_a_line_that_came_while_the_client_started_the_beginning_may_be_lost() -> None:
    person = typed(STEP_3, "hi")
    person.knocks("I am here")
    assert person.unexplained(["JOIN:Alice", "MESSAGE:e", "MESSAGE:hi"]) is None
    assert person.unexplained(["JOIN:Alice", "MESSAGE: am here"]) is None
    assert person.unexplained(["JOIN:Alice", "MESSAGE:e", "MESSAGE:here"]) == "MESSAGE:here"
    assert person.unexplained(["JOIN:Alice", "MESSAGE:I am"]) == "MESSAGE:I am"
