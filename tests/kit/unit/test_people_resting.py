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


def test_who_goes_on_to_look_for_work_is_told_with_the_function_that_does(monkeypatch: pytest.MonkeyPatch) -> None:
    server = looks(monkeypatch, *[{1: 2.0, 2: 480.0}] * 3)
    with pytest.raises(Unmet) as caught:
        resting.rest_as_before(server, 2.0)  # type: ignore[arg-type]
    cause = caught.value.cause
    assert cause
    assert (cause.code, cause.place) == ("works-for-nobody", DELIVER)
    assert cause.sentence == "A thread wakes up again and again, in deliver (chat_server.py:30)."
