"""What is asked of a client at the end of a check does not depend on chance; and nobody waits for what is decided."""

from __future__ import annotations

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grading.course import EXERCISES
from grading.people.desk import Desk
from grading.people.room import Room
from grading.process.patience import SILENCE_KEPT
from grading.process.program import Program
from grading.protocol.seen import Seen
from grading.results.unmet import Unmet

RAW = "JOINED:Alice"


def desk(*screen: str) -> Desk:
    """Return a desk at which a client has joined, and shows these lines."""
    production: Any = SimpleNamespace()
    made = Desk(production, EXERCISES["step2"])
    made.seen = Seen(True, "Alice")
    made.seen.says(f"{RAW}\n".encode())
    client: Any = SimpleNamespace(
        is_awake=lambda: True, patience=lambda beats: iter(()), wait_for_screen=lambda seen, beats: seen()
    )
    eyes: Any = SimpleNamespace(rows_told=list(screen), bare=str, see=lambda text, count: text in screen)
    made._client, made._eyes = client, eyes
    return made


def test_a_check_that_never_looks_at_the_screen_does_not_judge_it() -> None:
    desk(RAW).adds_up()


def test_one_that_looks_at_the_screen_judges_all_of_it() -> None:
    looked = desk(RAW, "Bob: hi")
    looked.sees("Bob: hi")
    with pytest.raises(Unmet) as told:
        looked.adds_up()
    assert RAW in told.value.got


class Beats:
    """Heartbeats of a program, as many as one waits for; they are counted."""

    running = True
    exceptions = ()

    def __init__(self) -> None:
        self.count = 0

    def patience(self, beats: int) -> Iterator[float]:
        for _ in range(beats):
            self.count += 1
            yield 0.0

    passes = Program.passes


def test_who_has_hung_up_is_not_waited_for_in_silence() -> None:
    made, beats = desk(), Beats()
    made._client = cast(Any, beats)
    made.nobody_says_anything()
    assert beats.count == SILENCE_KEPT
    made.closed, made._has_spoken = "closed", True
    with pytest.raises(Unmet):
        made.nobody_says_anything()
    assert beats.count == SILENCE_KEPT + 1


def test_a_server_that_has_hung_up_on_somebody_is_not_waited_for_in_silence() -> None:
    production: Any = SimpleNamespace()
    room, beats = Room(production, EXERCISES["step1"]), Beats()
    room.talk.servers = [cast(Any, beats)]
    ann: Any = SimpleNamespace(name="Ann", closed="", takes_in_what_came=lambda: None)
    room.is_silent(ann)
    assert beats.count == SILENCE_KEPT
    ann.closed = "closed"
    with pytest.raises(Unmet):
        room.is_silent(ann)
    assert beats.count == SILENCE_KEPT + 1
