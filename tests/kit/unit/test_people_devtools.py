"""Several ask one browser on one line, and each gets their own answer; when it ends, all learn so."""

from __future__ import annotations

import json
import queue
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from grading.people import devtools
from grading.people.devtools import DevTools, Line
from grading.results.unmet import CannotTell


class Browser:
    """Answers what it is told to answer, in the order that a test chooses."""

    def __init__(self) -> None:
        self.asked: queue.Queue[dict[str, Any]] = queue.Queue()
        self._says: queue.Queue[str | None] = queue.Queue()
        self.line = Line(lambda text: self.asked.put(json.loads(text)), self._next)

    def _next(self) -> str:
        if (said := self._says.get()) is None:
            raise EOFError
        return said

    def says(self, **message: Any) -> None:
        self._says.put(json.dumps(message))

    def ends(self) -> None:
        self._says.put(None)


def test_each_gets_the_answer_to_their_own_question() -> None:
    browser = Browser()
    with ThreadPoolExecutor(2) as pool:
        waiting = {name: pool.submit(browser.line.ask, name, "", {}) for name in ("one", "two")}
        asked = [browser.asked.get(), browser.asked.get()]
        for question in reversed(asked):
            browser.says(id=question["id"], result=question["method"])
        assert {name: future.result()["result"] for name, future in waiting.items()} == {"one": "one", "two": "two"}


def test_what_a_page_tells_is_told_to_whoever_opened_it() -> None:
    browser = Browser()
    with ThreadPoolExecutor(1) as pool:
        made = pool.submit(DevTools, browser.line)
        browser.says(id=browser.asked.get()["id"], result={"browserContextId": "mine"})
        tools = made.result()
        opened = pool.submit(tools.opens, "http://localhost/", 100, 100)
        for result in ({"targetId": "t"}, {"sessionId": "s"}, {}, {}, {}):
            browser.says(id=browser.asked.get()["id"], result=result)
        browser.says(method="Runtime.exceptionThrown", sessionId="other")
        browser.says(method="Runtime.exceptionThrown", sessionId="s")
        browser.says(id=browser.asked.get()["id"], result={})
        assert opened.result() == "s"
        assert [event["sessionId"] for event in tools.events] == ["s"]


def test_when_the_browser_has_ended_nobody_waits_for_it() -> None:
    browser = Browser()
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(browser.line.ask, "one", "", {})
        browser.asked.get()
        browser.ends()
        for _ in range(2):
            with pytest.raises(CannotTell):
                waiting.result()
            waiting = pool.submit(browser.line.ask, "two", "", {})


def test_a_question_that_is_never_answered_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devtools, "CHROMIUM_SECONDS", 0.01)
    with pytest.raises(TimeoutError):
        Browser().line.ask("one", "", {})
