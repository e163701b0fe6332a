"""Whoever waits for a line waits as long as it may still come, and no longer."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from grading.people import listener
from grading.people.listener import Listener
from grading.process.patience import GRACE, SLICE

LONG = 10 * GRACE  # heartbeats
LATE = 0.001  # seconds, from one look for a heartbeat that is late to the next


def everything(line: str) -> bool:
    """Let any line be astray."""
    return True


class Ear(Listener):
    """Listens to `mouth`; whatever is not awaited is astray."""

    def __init__(self) -> None:
        super().__init__()
        self.sock, self.mouth = socket.socketpair()
        self.beats = 0

    def listens(self, seconds: float) -> bool:
        """Take in what has arrived: no time passes."""
        return super().listens(0.0)

    def waits_for(self, line: str, *pieces: bytes, rests: int = 0) -> str | None:
        """Wait for `line` while one of `pieces` arrives at each heartbeat, which is felt late after so many `rests`."""

        def patience() -> Iterator[float]:
            for piece in [*pieces, *[b""] * LONG][:LONG]:
                self.mouth.send(piece)
                self.beats += 1
                yield SLICE
                yield from [LATE] * rests

        return self._finds(lambda heard: heard == line, patience(), everything)


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear()
    yield ear
    assert ear.sock
    ear.sock.close()
    ear.mouth.close()


def test_a_line_is_heard_however_late_it_comes(ear: Ear) -> None:
    assert ear.waits_for("hello", *[b""] * (LONG - 1), b"hello\n") == "hello"


def test_a_line_that_grows_is_waited_for(ear: Ear) -> None:
    text = "x" * (LONG - 1)
    assert ear.waits_for(text, *[letter.encode() for letter in text], b"\n") == text


def test_a_line_that_does_not_grow_any_more_is_given_up(ear: Ear) -> None:
    assert ear.waits_for("hello", b"hel") is None
    assert ear.beats == 1 + GRACE
    assert ear.unfinished == "hel"


def test_where_something_else_came_one_waits_a_little_only(ear: Ear) -> None:
    assert ear.waits_for("hello", b"goodbye\n") is None
    assert ear.beats == 1 + GRACE


def test_heartbeats_that_are_felt_late_count_once(ear: Ear) -> None:
    assert ear.waits_for("hello", b"goodbye\n", rests=3 * GRACE) is None
    assert ear.beats == 1 + GRACE


def test_where_nothing_came_one_waits_for_as_long_as_patience_lasts(ear: Ear) -> None:
    assert ear.waits_for("hello") is None
    assert ear.beats == LONG


def test_what_came_before_the_end_of_a_connection_counts(ear: Ear) -> None:
    ear.mouth.send(b"hello\r\n")
    ear.mouth.shutdown(socket.SHUT_WR)
    assert ear._finds(lambda heard: heard == "hello", [0.0], everything) == "hello"
    assert ear._finds(lambda heard: False, [0.0] * LONG, everything) is None
    assert ear.closed == "closed"


def test_what_came_before_a_line_that_was_found_is_not_told_behind_it_by_who_looks_again(ear: Ear) -> None:
    assert ear.waits_for("two", b"one\ntwo\nthree\n") == "two"
    ear._read = 0
    assert ear.waits_for("four") is None
    assert (ear.lines_since, ear.lines_behind) == (["one", "two", "three"], ["three"])


def test_who_says_more_than_anybody_hears_is_not_listened_to_any_more(ear: Ear) -> None:
    assert ear.waits_for("hello", *[b"x" * 1000] * 3) is None
    assert not ear.never_ends
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(listener, "LONGEST_LINE", 2000)
        assert ear.waits_for("hello", b"x" * 1000) is None
    assert ear.never_ends and ear.closed
