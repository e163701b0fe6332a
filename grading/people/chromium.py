"""A Chromium without a window, where one is installed, and the line on which it is asked: see `devtools.py`."""

from __future__ import annotations

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
from typing import Any

from grading.people.devtools import Line
from grading.process.launcher import Launcher
from grading.process.patience import CHROMIUM_SECONDS, PEEK_SECONDS
from grading.results.unmet import CannotTell

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
    "--headless", "--no-first-run", "--no-default-browser-check", "--disable-gpu",
    "--disable-extensions", "--disable-sync", "--disable-component-update", "--disable-background-networking",
    "--disable-dev-shm-usage", "--mute-audio", "--hide-scrollbars", "--no-proxy-server",
    "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows",
)  # fmt: skip
PIPE, END = "--remote-debugging-pipe", b"\0"  # messages come and go by the descriptors 3 and 4; what ends each
BECOME = """
import os, sys
line = int(sys.argv[1])
for number in (3, 4):
    os.dup2(line, number)
os.closerange(5, line + 1)
if owner := int(sys.argv[2]):
    os.setgroups([])
    os.setgid(owner)
    os.setuid(owner)
os.execvp(sys.argv[3], sys.argv[3:])
"""
PORT_FILE = "DevToolsActivePort"  # in its folder, on Windows: where it listens for us
NOT_INSTALLED = "There is no Chromium here in which the page could be tried; Chrome and Edge would do as well."
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
        self._folder = launcher.place.folder_of_helper()
        self._process = self._start(command, launcher.place.owner)
        try:
            self.line = self._connects()
            self.line.ask("Browser.getVersion", "", {})
        except (CannotTell, TimeoutError):
            self.close()
            raise CannotTell(NO_START) from None

    def _start(self, command: str, owner: int) -> subprocess.Popen[bytes]:
        """Start it, in the spare account where there is one: what runs in it is a student's."""
        is_root = sys.platform != "win32" and os.geteuid() == 0
        options = [*OPTIONS, f"--user-data-dir={self._folder}", *(["--no-sandbox"] if is_root else [])]
        about: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
        environment = {**os.environ, "HOME": str(self._folder), "TMPDIR": str(self._folder)}
        typed = [command, *options, "--remote-debugging-port=0"]
        self._ours, theirs = socket.socketpair()
        if sys.platform != "win32":  # a port, every program could find, and open the end of a pipe in /proc
            typed = [sys.executable, "-ISc", BECOME, *map(str, (theirs.fileno(), owner)), command, *options, PIPE]
            about["pass_fds"] = (theirs.fileno(),)
        try:
            return subprocess.Popen(typed, env=environment, start_new_session=True, **about)
        except OSError:
            raise CannotTell(NO_START) from None
        finally:
            theirs.close()

    def _connects(self) -> Line:
        if sys.platform == "win32":
            return self._over_websocket()
        came = self._ours.makefile("rb")

        def receive() -> str:
            message = bytearray()
            while not message.endswith(END):
                if not (more := came.peek()):
                    raise EOFError
                message += came.read(more.find(END) + 1 or len(more))
            return message[:-1].decode("utf-8", "replace")

        return Line(lambda text: self._ours.sendall(text.encode() + END), receive)

    def _over_websocket(self) -> Line:
        from websockets.exceptions import ConnectionClosed
        from websockets.sync.client import connect

        try:
            line = connect(self._listens(), max_size=None, proxy=None)
        except OSError:
            raise CannotTell(NO_START) from None

        def receive() -> str:
            try:
                return str(line.recv())
            except ConnectionClosed:
                raise EOFError from None

        return Line(line.send, receive)

    def _listens(self) -> str:
        """Wait until it listens for us; return where."""
        deadline = time.monotonic() + CHROMIUM_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with contextlib.suppress(OSError, ValueError):
                port, path = (self._folder / PORT_FILE).read_text("ascii").split()
                return f"ws://127.0.0.1:{port}{path}"
            time.sleep(PEEK_SECONDS)
        raise CannotTell(NO_START)

    def close(self) -> None:
        """End it, with all processes that it has started."""
        with contextlib.suppress(OSError):
            if sys.platform == "win32":
                self._process.kill()
            else:
                os.killpg(self._process.pid, 9)
        self._process.wait(CHROMIUM_SECONDS)
