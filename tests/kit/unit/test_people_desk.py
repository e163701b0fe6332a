"""What is asked of a client at the end of a check does not depend on how far it has come by then."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from grading.course import EXERCISES
from grading.people.desk import Desk
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
