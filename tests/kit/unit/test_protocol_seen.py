"""What a client shows: nothing that pretends to be said and was not, nothing twice, nothing out of its turn."""

from __future__ import annotations

import pytest

from grading.process.reading import without_prompts
from grading.protocol.seen import Astray, Fault, Seen


def astray(said: str | bytes, *screen: str, joins: bool = True, prompts: tuple[str, ...] = ("> ",)) -> Astray | None:
    seen = Seen(joins, "Alice")
    for piece in said.splitlines(keepends=True) if isinstance(said, bytes) else [said.encode()]:
        seen.says(piece)
    return seen.astray(screen, lambda line: without_prompts(line, prompts))


@pytest.mark.parametrize(
    "screen",
    [
        ("Enter username: Alice", "Joined as: Alice", "Bob: one", "Bob: two", "Bob left"),
        ("> Bob: one", "Bob: two>", "│ Bob left │"),
        ("Bob left", "Bob: two", "Bob: one"),  # the latest line first
        ("Bob: one", "Bob: two   3 people here", "Bob left"),
        ("[12:30] Bob: one", "* Bob: two", "-- Bob left --", "Bob: one is what I read"),
        ("Welcome to this chat", "Tip: type quit to leave", "Bob: one", "Bob: two", "Bob has left, it seems"),
        (),
    ],
)
def test_a_client_may_show_what_came_in_its_own_way_and_print_what_it_likes(screen: tuple[str, ...]) -> None:
    assert astray("JOINED:Alice\nBob: one\nBob: two\nUSER_LEFT:Bob\n", *screen) is None


@pytest.mark.parametrize(
    ("screen", "wrong"),
    [
        (("Bob: o", "Bob: one"), Astray(Fault.NOT_SAID, "Bob: o")),
        (("> Bob: three",), Astray(Fault.NOT_SAID, "Bob: three")),
        (("Bob: one", "Bob: one"), Astray(Fault.AGAIN, "Bob: one", 1, 2)),
        (("Bob left", "> Bob left"), Astray(Fault.AGAIN, "Bob left", 1, 2)),
        (("USER_LEFT:Bob", "Bob left"), Astray(Fault.AS_IT_CAME, "USER_LEFT:Bob")),
        (("Bob: two", "Bob: one", "Eve: hi"), Astray(Fault.OUT_OF_TURN, "Bob: two")),
    ],
)
def test_what_nobody_said_or_not_like_that_is_found(screen: tuple[str, ...], wrong: Astray) -> None:
    found = astray("Bob: one\nBob: two\nUSER_LEFT:Bob\nEve: hi\n", *screen)
    assert found and (found.fault, found.said, found.seen) == (wrong.fault, wrong.said, wrong.seen)


def test_a_line_may_be_said_twice_and_is_shown_twice_then() -> None:
    assert astray("Bob: yes\nBob: yes\n", "Bob: yes", "Bob: yes") is None


def test_before_people_have_names_a_client_shows_codes_as_they_come() -> None:
    assert astray("JOINED:Alice\nERROR:no\n", "JOINED:Alice", "ERROR:no", joins=False) is None


def test_the_name_of_whoever_sits_there_may_be_a_prompt() -> None:
    assert astray("Bob: one\n", "Alice: what I type", "Bob: one") is None
    said = "ERROR:name taken\nJOINED:Alicia\nAlicia: one\n"
    assert astray(said, "Alicia: Alicia: one", "Alicia: what I type") is None
    assert astray(said + "Bob: one\n", "Bob: what nobody said") is not None


def test_a_line_that_each_screen_shows_in_another_way_accuses_nobody() -> None:
    assert astray("Eve: x\x1b[7;3H beep\n", "Eve: x beep") is None
    assert astray("Eve: e\N{COMBINING ACUTE ACCENT}\n", "Eve: e") is None


def test_a_long_line_may_be_folded() -> None:
    text = " ".join(f"word{number}" for number in range(12))
    assert astray(f"Bob: {text}\n", f"Bob: {text[:30]}", text[30:]) is None


def test_lines_that_come_in_pieces_are_one_line() -> None:
    seen = Seen(True, "Alice")
    for piece in (b"Bob: He", b"llo\nBob: ", b"you\n"):
        seen.says(piece)
    assert seen.said == ["Bob: Hello", "Bob: you"]
