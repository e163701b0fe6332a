"""A screen on which a diagram grows."""

from __future__ import annotations

import io
import threading

from rich.console import Console

from grading.results.events import LINE, Event
from grading.showing.rolling import MOST_WAITING, PROMPT, Aside, Rolling

HI = Event(LINE, "Ann", "server", "hi")
MORE = 7


def rolling() -> tuple[Rolling, io.StringIO]:
    screen = io.StringIO()
    return Rolling(Console(file=screen, width=80, color_system=None, highlight=False), "server"), screen


def test_what_happens_while_a_line_is_typed_stands_above_the_prompt() -> None:
    watcher, screen = rolling()
    watcher.asks()
    watcher.add(HI)
    assert screen.getvalue().startswith(PROMPT)
    assert "hi" in screen.getvalue().splitlines()[-2]
    assert screen.getvalue().endswith(PROMPT)
    watcher.ends()
    watcher.says("Stopped.")
    assert screen.getvalue().endswith("\nStopped.\n")


def test_a_diagram_is_cut_at_the_edge_of_a_narrow_screen() -> None:
    screen = io.StringIO()
    Rolling(Console(file=screen, width=30, color_system=None), "server").add(HI)
    assert len(screen.getvalue().splitlines()) == 2


def test_nobody_waits_for_a_screen_that_is_stopped_and_what_it_cannot_show_is_counted() -> None:
    watcher, screen = rolling()
    goes_on, aside = threading.Event(), Aside(watcher)
    is_stopped = threading.Event()

    def stop() -> None:
        is_stopped.set()
        goes_on.wait()

    aside.calls(stop)
    is_stopped.wait()
    for _ in range(MOST_WAITING + MORE):
        aside.add(HI)
    aside.rename("Ann", "Bob")
    goes_on.set()
    aside.close(None)
    lines = screen.getvalue().splitlines()
    assert sum(" hi " in line for line in lines) == MOST_WAITING
    assert lines[-1] == f"  ({MORE} more came faster than this screen can show)"
