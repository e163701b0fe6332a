"""What we ask of a Chromium: the DevTools protocol, over one line that nobody else can reach."""

from __future__ import annotations

import json
import queue
import threading
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from grading.process.patience import CHROMIUM_SECONDS
from grading.results.unmet import CannotTell

HAS_ENDED = "The Chromium in which the page was tried has ended."
Message = dict[str, Any]


class Line:
    """Questions and answers of all who ask one Chromium, and what it tells without being asked."""

    def __init__(self, send: Callable[[str], None], receive: Callable[[], str]) -> None:
        """Use what sends a message, and what waits for the next one; both raise an OSError or EOFError at the end."""
        self._send, self._receive = send, receive
        self._lock = threading.Lock()
        self._asked = 0
        self._answers: dict[int, queue.Queue[Message]] = {}
        self.events: dict[str, list[Message]] = defaultdict(list)  # by the session in which they came about
        self.has_ended = False
        threading.Thread(target=self._listens, daemon=True).start()

    def ask(self, method: str, session: str, what: Message) -> Message:
        """Return what is answered; TimeoutError where nothing is, CannotTell where nobody is there any more."""
        answer: queue.Queue[Message] = queue.Queue()
        with self._lock:
            if self.has_ended:
                raise CannotTell(HAS_ENDED)
            self._asked += 1
            number = self._asked
            self._answers[number] = answer
            request = {"id": number, "method": method, "params": what}
            try:
                self._send(json.dumps({**request, "sessionId": session} if session else request))
            except (OSError, EOFError):
                raise CannotTell(HAS_ENDED) from None
        try:
            said = answer.get(timeout=CHROMIUM_SECONDS)
        except queue.Empty:
            raise TimeoutError(method) from None
        finally:
            self._answers.pop(number, None)
        if not said:
            raise CannotTell(HAS_ENDED)
        return said

    def _listens(self) -> None:
        while True:
            try:
                said: Message = json.loads(self._receive())
            except (OSError, EOFError):
                break
            if "id" not in said:
                self.events[said.get("sessionId", "")].append(said)
            elif waiting := self._answers.get(said["id"]):
                waiting.put(said)
        with self._lock:
            self.has_ended = True
            for waiting in list(self._answers.values()):
                waiting.put({})


class DevTools:
    """Pages of one who asks, which know nothing of those of others."""

    def __init__(self, line: Line) -> None:
        self._line = line
        self._sessions: list[str] = []
        self.context: str = self.ask("Target.createBrowserContext", disposeOnDetach=True)["browserContextId"]

    @property
    def events(self) -> list[Message]:
        """What its pages have told without being asked."""
        return [event for session in self._sessions for event in list(self._line.events[session])]

    def ask(self, method: str, session: str = "", **what: Any) -> Message:
        """Ask for something, of a page if there is a `session`; return the answer. TimeoutError where none comes."""
        said = self._line.ask(method, session, what)
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error'].get('message')}")
        answer: Message = said["result"]
        return answer

    def opens(self, url: str, width: int, height: int, script: str = "") -> str:
        """Open a page, in which a script of ours may run before those of its own; return its session."""
        about: Message = {"browserContextId": self.context, "width": width, "height": height}
        target = self.ask("Target.createTarget", url="about:blank", **about)["targetId"]
        session: str = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self._sessions.append(session)
        self.ask("Runtime.enable", session)
        self.ask("Emulation.setFocusEmulationEnabled", session, enabled=True)
        self.ask("Page.enable", session)
        if script:
            self.ask("Page.addScriptToEvaluateOnNewDocument", session, source=script)
        self.ask("Page.navigate", session, url=url)
        return session

    def close(self) -> None:
        """Close its pages."""
        try:
            self.ask("Target.disposeBrowserContext", browserContextId=self.context)
        except (CannotTell, TimeoutError, RuntimeError):
            return  # they close with the browser
        for session in self._sessions:
            self._line.events.pop(session, None)
