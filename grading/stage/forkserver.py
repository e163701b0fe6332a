"""A warm interpreter that forks a process per program: starting one costs a few milliseconds, not thirty.

It reads Settings and three descriptors from a socket pair with the grader, answers with a ForkReport, says so when a
child ends, and kills what is left of them when the grader hangs up. See `messages`.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import re
import select
import signal
import socket
import socketserver
import sys
import threading
import time
from collections.abc import Iterable
from types import CodeType
from typing import Any

from grading.stage.messages import ForkReport, WarmSettings

IMPORTED = re.compile(rb"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.MULTILINE)
WORTH_WARMING = {
    "argparse", "asyncio", "atexit", "collections", "concurrent", "contextlib", "dataclasses", "datetime", "enum",
    "errno", "functools", "io", "itertools", "json", "logging", "os", "pathlib", "queue", "random", "re", "select",
    "selectors", "shutil", "signal", "socket", "socketserver", "string", "struct", "subprocess", "sys", "textwrap",
    "threading", "time", "traceback", "typing", "unicodedata", "uuid",
}  # fmt: skip
_codes: dict[tuple[str, bytes], CodeType] = {}


def serve(grader: socket.socket) -> WarmSettings:
    """Fork as the grader asks. Returns only in the children, each with its settings."""
    if sys.platform == "win32":
        raise OSError("this system has no fork")
    wake, woken = _wake_at_exits()
    children: set[int] = set()
    _rehearse()
    while True:
        sources: list[Any] = [grader, wake]
        ready, _, _ = select.select(sources, [], [])
        if wake in ready:
            os.read(wake, 4096)
            _report_exits(grader, children)
        if grader not in ready:
            continue
        request, streams = _receive(grader)
        if not request:
            _kill_all(children)
            os._exit(0)
        settings: WarmSettings = json.loads(request)
        settings["code"] = _warm_up(settings["program"], settings["source"])
        pid = os.fork()
        if not pid:
            _become_a_program(streams, close=(grader.detach(), wake, woken))
            return settings
        children.add(pid)
        _close(streams)
        _say(grader, {"pid": pid})


def _wake_at_exits() -> tuple[int, int]:
    """Return both ends of a pipe into which something falls whenever a child ends."""
    wake, woken = os.pipe()
    if sys.platform != "win32":
        os.set_blocking(wake, False)
        os.set_blocking(woken, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the grader's to handle
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
    return wake, woken


def _receive(grader: socket.socket) -> tuple[bytes, list[int]]:
    """Return a request and the three streams that belong to it; an empty one once the grader has hung up."""
    if sys.platform == "win32":
        return b"", []
    try:
        request, streams, _, _ = socket.recv_fds(grader, 65536, 3)
    except ConnectionResetError:
        return b"", []
    return request, streams


def _become_a_program(streams: list[int], close: tuple[int, ...]) -> None:
    """Take the streams, and let nothing remind of the fork server."""
    signal.set_wakeup_fd(-1)
    if sys.platform != "win32":
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
    _close(close)
    for target, descriptor in enumerate(streams):
        os.dup2(descriptor, target)
    _close(streams)


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _rehearse() -> None:
    """Do once what nearly every program does first, so that what it imports and caches is there for all."""
    parser = argparse.ArgumentParser(description="rehearsal")
    parser.add_argument("--host", default="localhost", help="%(default)s")
    parser.add_argument("--port", type=int, default=8080)
    parser.parse_args(["--port", "1"])
    socket.getaddrinfo("localhost", 8080, type=socket.SOCK_STREAM)
    "localhost".encode("idna")
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), socketserver.StreamRequestHandler) as server:
        server.daemon_threads = True
    thread = threading.Thread(target=time.strftime, args=("%H:%M:%S",))
    thread.start()
    thread.join()
    importlib.import_module("stringprep")
    gc.freeze()


def _say(grader: socket.socket, report: ForkReport) -> None:
    try:
        grader.sendall(json.dumps(report).encode() + b"\n")
    except OSError:
        pass  # the next look at the socket finds its end


def _report_exits(grader: socket.socket, children: set[int]) -> None:
    if sys.platform == "win32":
        return
    while children:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            return
        children.discard(pid)
        _say(grader, {"exit": pid, "status": os.waitstatus_to_exitcode(status)})


def _kill_all(children: set[int]) -> None:
    if sys.platform == "win32":
        return
    for pid in children:
        try:
            os.killpg(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def _warm_up(program: str, path: str) -> CodeType | None:
    """Compile the program once, and import what it will import; None where the program must fail by itself."""
    try:
        with open(path, "rb") as file:
            source = file.read()
        if (program, source) not in _codes:
            for name in {found.decode() for found in IMPORTED.findall(source)} & WORTH_WARMING:
                importlib.import_module(name)
            _codes[program, source] = compile(source, program, "exec", dont_inherit=True)
            gc.freeze()
        return _codes[program, source]
    except Exception:
        return None
