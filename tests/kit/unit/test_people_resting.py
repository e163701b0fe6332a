"""A server may look for work as often as it likes, but not much more often once everybody has gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from grading.people import resting
from grading.results.causes import Place, Thread
from grading.results.unmet import Unmet

DELIVER = Place("chat_server.py", 30, "deliver", "self.flush(client)")
FLUSH = Place("chat_server.py", 40, "flush", "self.sock.send(data)")


class Server:
    def patience(self, beats: int) -> Iterator[float]:
        yield from [0.0] * 3

    def threads(self) -> list[Thread]:
        return [Thread(1, "MainThread", (FLUSH,), native=1), Thread(2, "Thread-1", (FLUSH, DELIVER), native=2)]


def looks(monkeypatch: pytest.MonkeyPatch, *counts: dict[int, float]) -> Server:
    counted = iter(counts)
    monkeypatch.setattr(resting, "turns", lambda program: next(counted))
    return Server()


@pytest.mark.parametrize(
    ("before", "counts"),
    [
        (0.0, [{}]),
        (0.0, [{1: 90.0, 2: 90.0}]),
        (500.0, [{1: 2.0, 2: 900.0}]),
        (0.0, [{2: 480.0}, {2: 480.0}, {2: 50.0}]),
    ],
    ids=["it rests", "it polls a little", "it has always polled", "it calms down"],
)
def test_who_rests_as_before_is_not_accused(
    monkeypatch: pytest.MonkeyPatch, before: float, counts: list[dict[int, float]]
) -> None:
    resting.rest_as_before(looks(monkeypatch, *counts), before)  # type: ignore[arg-type]


class Busy:
    """A program on a machine where a second passes with each look."""

    pid = 7

    def loops(self) -> list[int]:
        return [70]

    def patience(self, beats: int) -> Iterator[float]:
        yield from [0.0] * beats


@pytest.mark.parametrize(
    ("own", "stage", "expected"),
    [
        ((0.9, 0.0), (0.0, 0.0), True),
        ((0.1, 0.8), (0.0, 0.0), True),
        ((0.0, 0.0), (0.0, 0.9), False),  # it rests, and the stage waits for a core
        ((0.05, 0.1), (0.001, 0.8), True),  # it runs, whenever the stage lets it
        ((0.01, 0.1), (0.002, 0.8), False),  # it polls
        ((0.0001, 0.0), (0.1, 0.8), False),  # it does something now and then
        ((0.1, 0.1), (0.0, 0.1), False),
    ],
)
def test_who_runs_whenever_it_can_is_restless_also_where_the_stage_is_in_its_way(
    monkeypatch: pytest.MonkeyPatch, own: tuple[float, float], stage: tuple[float, float], expected: bool
) -> None:
    """Each pair is for how much of a second a thread runs, and waits for a core."""
    looks = iter(range(1000))
    seconds = iter(range(1000))

    def times(pid: int) -> dict[str, tuple[float, float]]:
        second = next(looks) // 2  # the threads are looked at twice, then: the own ones, and that of the stage
        return {"1": (own[0] * second, own[1] * second), "2": (stage[0] * second, stage[1] * second)}

    monkeypatch.setattr(resting, "own_numbers", lambda pid: {1: 10, 2: 70})
    monkeypatch.setattr(resting, "times_of_threads", times)
    monkeypatch.setattr("time.monotonic", lambda: float(next(seconds)))
    next(looks)
    assert resting.is_restless(Busy()) == expected  # type: ignore[arg-type]


def test_who_goes_on_to_look_for_work_is_told_with_the_function_that_does(monkeypatch: pytest.MonkeyPatch) -> None:
    server = looks(monkeypatch, *[{1: 2.0, 2: 480.0}] * 3)
    with pytest.raises(Unmet) as caught:
        resting.rest_as_before(server, 2.0)  # type: ignore[arg-type]
    cause = caught.value.cause
    assert cause
    assert (cause.code, cause.place) == ("works-for-nobody", DELIVER)
    assert cause.sentence == "A thread wakes up again and again, in deliver (chat_server.py:30)."
