"""How long conversations go on."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from grading.people.playing import MOST_EXTENSION, first_failure


class Passing:
    """Companies in which each conversation takes a second, for a part of which the machine is busy with others."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, part: float) -> None:
        self.seconds = 0
        self.room = SimpleNamespace(server=SimpleNamespace(is_starved=False))
        self._part = part
        monkeypatch.setattr("grading.people.playing.time.monotonic", lambda: float(self.seconds))

    def plays(self, conversation: object) -> None:
        self.seconds += 1

    def waited(self) -> float:
        return self._part * self.seconds


@pytest.mark.parametrize(("part", "played"), [(0.0, 7), (0.5, 13), (1.0, 6 * MOST_EXTENSION + 1)])
def test_time_that_others_took_is_no_reason_to_play_less(
    part: float, played: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    companies = Passing(monkeypatch, part)
    assert first_failure(companies, [()] * 100, seconds=6) is None  # type: ignore[arg-type]
    assert companies.seconds == played
