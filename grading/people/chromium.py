"""A Chromium without a window, where one is installed, and what we ask of it: the DevTools protocol, over WebSocket."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from grading.process.launcher import Launcher
from grading.process.patience import CHROMIUM_SECONDS, PEEK_SECONDS
from grading.results.unmet import CannotTell

if TYPE_CHECKING:
    from websockets.sync.client import ClientConnection

NAMES = (
    "chromium-headless-shell", "chrome-headless-shell", "chromium", "chromium-browser", "google-chrome",
    "google-chrome-stable", "chrome", "msedge", "microsoft-edge",
)  # fmt: skip
PLACES = (  # where it is on systems on which nothing is found by its name
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
OPTIONS = (
    "--headless", "--remote-debugging-port=0", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-extensions", "--disable-sync", "--disable-component-update", "--disable-background-networking",
    "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--no-proxy-server",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
)  # fmt: skip
PORT_FILE = "DevToolsActivePort"  # in its folder: where it listens for us
NOT_INSTALLED = "There is no Chromium here in which the page could be tried; Chrome and Edge would do as well."
HAS_ENDED = "The Chromium in which the page was tried has ended."
NO_START = "The Chromium that is installed here does not start."


def find() -> str:
    """Return the Chromium that is installed here, or a browser that is built on it; empty where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((place for place in PLACES if os.path.exists(place)), "")


class Chromium:
    """One process of it, for all pages of a launcher."""

    def __init__(self, launcher: Launcher) -> None:
        command = find()
        if not command:
            raise CannotTell(NOT_INSTALLED)
        self._folder = Path(tempfile.mkdtemp(dir=launcher.place.temporary))
        launcher.place.hands_over(self._folder)
        self._process = self._start(command, launcher.place.owner)
        self.url = self._listens()

    def _start(self, command: str, owner: int) -> subprocess.Popen[bytes]:
        """Start it, in the spare account where there is one: what runs in it is a student's."""
        is_root = sys.platform != "win32" and os.geteuid() == 0
        options = [*OPTIONS, f"--user-data-dir={self._folder}", *(["--no-sandbox"] if is_root else [])]
        about: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        if owner:
            about |= {"user": owner, "group": owner, "extra_groups": []}
        environment = {**os.environ, "HOME": str(self._folder), "TMPDIR": str(self._folder)}
        try:
            return subprocess.Popen([command, *options], env=environment, start_new_session=True, **about)
        except OSError:
            raise CannotTell(NO_START) from None

    def _listens(self) -> str:
        """Wait until it listens for us; return where."""
        deadline = time.monotonic() + CHROMIUM_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                port, path = (self._folder / PORT_FILE).read_text("ascii").split()
                return f"ws://127.0.0.1:{port}{path}"
            time.sleep(PEEK_SECONDS)
        self.close()
        raise CannotTell(NO_START)

    def close(self) -> None:
        """End it, with all processes that it has started."""
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, 9)
        self._process.wait(CHROMIUM_SECONDS)


class DevTools:
    """A connection to Chromium, with pages of its own that know nothing of others."""

    def __init__(self, chromium: Chromium) -> None:
        from websockets.sync.client import connect

        try:
            self._socket: ClientConnection = connect(chromium.url, max_size=None, proxy=None)
        except OSError:
            raise CannotTell(HAS_ENDED) from None
        self._asked = 0
        self.events: list[dict[str, Any]] = []  # what it has told us without being asked
        self.context: str = self.ask("Target.createBrowserContext", disposeOnDetach=True)["browserContextId"]

    def ask(self, method: str, session: str = "", **what: Any) -> dict[str, Any]:
        """Ask for something, of a page if there is a `session`; return the answer. TimeoutError where none comes."""
        from websockets.exceptions import ConnectionClosed

        self._asked += 1
        request = {"id": self._asked, "method": method, "params": what, **({"sessionId": session} if session else {})}
        try:
            self._socket.send(json.dumps(request))
            said = self._answer()
        except ConnectionClosed:
            raise CannotTell(HAS_ENDED) from None
        if "error" in said:
            raise RuntimeError(f"{method}: {said['error'].get('message')}")
        answer: dict[str, Any] = said["result"]
        return answer

    def _answer(self) -> dict[str, Any]:
        deadline = time.monotonic() + CHROMIUM_SECONDS
        while True:
            said: dict[str, Any] = json.loads(self._socket.recv(max(0.0, deadline - time.monotonic())))
            if said.get("id") == self._asked:
                return said
            self.events.append(said)

    def opens(self, url: str, width: int, height: int) -> str:
        """Open a page; return its session."""
        about: dict[str, Any] = {"browserContextId": self.context, "width": width, "height": height}
        target = self.ask("Target.createTarget", url="about:blank", **about)["targetId"]
        session: str = self.ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        self.ask("Runtime.enable", session)
        self.ask("Emulation.setFocusEmulationEnabled", session, enabled=True)
        self.ask("Page.enable", session)
        self.ask("Page.navigate", session, url=url)
        return session

    def close(self) -> None:
        """Close its pages."""
        self._socket.close()
