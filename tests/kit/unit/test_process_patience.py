"""A heart beats as often as its process answers, and stops where nothing more will come."""

from __future__ import annotations

import pytest

from grading.process import patience
from grading.process.patience import (
    HELD_AGAIN_SECONDS,
    HELD_SECONDS,
    SLICE,
    STUCK_SECONDS,
    SUSPICIOUS_SECONDS,
    Allowance,
    Heart,
)


class Runner:
    """A process and a clock that moves only while somebody waits; each answer takes the process some `seconds`."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, seconds: float, waits: float | None = None) -> None:
        self.now = 0.0
        self.seconds = seconds
        self.running = True
        self.waits = waits  # of each second, for how long it wants a processor in vain
        self.asked: list[tuple[int, float]] = []  # the number of each heartbeat, and when it was asked for
        monkeypatch.setattr(patience.time, "monotonic", lambda: self.now)

    def asks_for_beat(self, number: int) -> bool:
        self.asked.append((number, self.now))
        return True

    def felt_beat(self) -> int | None:
        number, since = self.asked[-1]
        return number if self.now >= since + self.seconds else number - 1

    def longest_kept_waiting(self) -> float | None:
        return None if self.waits is None else self.waits * self.now

    def lives(self, heart: Heart, beats: int, until: float = float("inf")) -> float:
        """Return how many seconds one waits for so many beats of a process that ends at `until`."""
        for seconds in heart.beats(beats):
            self.now += seconds
            self.running = self.now < until
        return self.now


@pytest.mark.parametrize(("seconds", "behind"), [(0.0, 0.0), (SLICE * 3, SLICE * 2 * 10)])
def test_a_busy_machine_is_given_the_time_that_it_takes(
    seconds: float, behind: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    runner = Runner(monkeypatch, seconds)
    heart = Heart(runner)
    assert runner.lives(heart, 10) == pytest.approx(10 * max(SLICE, seconds), abs=10 * 0.002)
    assert heart.behind == pytest.approx(behind, abs=10 * 0.002)


def test_a_process_that_never_answers_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(monkeypatch, 10 * STUCK_SECONDS)
    assert runner.lives(Heart(runner), 10) == pytest.approx(STUCK_SECONDS, abs=2 * SLICE)


def test_a_process_that_could_answer_and_does_not_is_given_up_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(monkeypatch, 10 * STUCK_SECONDS, waits=0.0)
    heart = Heart(runner)
    assert runner.lives(heart, 10) == pytest.approx(SUSPICIOUS_SECONDS + HELD_SECONDS, abs=3 * SLICE)
    assert heart.was_held


def test_what_held_us_up_once_is_given_up_sooner_still(monkeypatch: pytest.MonkeyPatch) -> None:
    runner, allowance = Runner(monkeypatch, 10 * STUCK_SECONDS, waits=0.0), Allowance()
    began = runner.lives(Heart(runner, allowance), 10)
    passed = runner.lives(Heart(runner, allowance), 10) - began
    assert passed == pytest.approx(SUSPICIOUS_SECONDS + HELD_AGAIN_SECONDS, abs=3 * SLICE)


def test_a_process_that_gets_no_processor_is_not_given_up_sooner(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(monkeypatch, 10 * STUCK_SECONDS, waits=0.9)
    assert runner.lives(Heart(runner), 10) == pytest.approx(STUCK_SECONDS, abs=2 * SLICE)


def test_whoever_has_ended_gets_one_more_moment_for_its_last_words(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(monkeypatch, 0.0)
    assert runner.lives(Heart(runner), 10, until=2 * SLICE) == pytest.approx(3 * SLICE, abs=0.01)


def test_every_heartbeat_has_a_number_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    runner = Runner(monkeypatch, 0.0)
    heart = Heart(runner)
    for _ in range(2):
        runner.lives(heart, 3)
    assert [number for number, _ in runner.asked] == [1, 2, 3, 4, 5, 6]
