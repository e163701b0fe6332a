"""What never comes is not waited for to the end again and again."""

from __future__ import annotations

from grading.process.experience import MOST_MISSED, Experience


def test_what_was_missed_often_enough_comes_never() -> None:
    experience = Experience()
    for _ in range(MOST_MISSED):
        assert not experience.comes_never("USER_LEFT")
        experience.has_not_come("USER_LEFT")
    assert experience.comes_never("USER_LEFT")
    assert not experience.comes_never("USER_JOINED")


def test_what_came_once_may_come_again() -> None:
    experience = Experience()
    for _ in range(MOST_MISSED):
        experience.has_not_come("USER_LEFT")
    experience.has_come("USER_LEFT")
    assert not experience.comes_never("USER_LEFT")


def test_who_has_time_waits_for_everything() -> None:
    experience = Experience()
    for _ in range(MOST_MISSED):
        experience.has_not_come("USER_LEFT")
    experience.hurries = False
    assert not experience.comes_never("USER_LEFT")
