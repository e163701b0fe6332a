"""A warm interpreter that forks a process per program: starting one costs a few milliseconds, not thirty.

It reads requests, `{"source": path, ...}` and three descriptors, from a socket pair with the grader, answers
each with `{"pid": n}`, says `{"exit": n, "status": s}` when a child ends, and kills what is left of them when
the grader hangs up.
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
from types import CodeType
from typing import Any

IMPORTED = re.compile(rb"^\s*(?:import|from)\s+([A-Za-z_]\w*)", re.MULTILINE)
WORTH_WARMING = {
    "argparse", "asyncio", "atexit", "collections", "concurrent", "contextlib", "dataclasses", "datetime", "enum",
    "errno", "functools", "io", "itertools", "json", "logging", "os", "pathlib", "queue", "random", "re", "select",
    "selectors", "shutil", "signal", "socket", "socketserver", "string", "struct", "subprocess", "sys", "textwrap",
    "threading", "time", "traceback", "typing", "unicodedata", "uuid",
}  # fmt: skip
_codes: dict[tuple[str, bytes], CodeType] = {}


def serve(grader: socket.socket) -> dict[str, Any]:
    """Fork as the grader asks. Returns only in the children, each with its settings."""
    if sys.platform == "win32":
        raise OSError("this system has no fork")
    wake, woken = os.pipe()
    for end in (wake, woken):
        os.set_blocking(end, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is the grader's to handle
    signal.set_wakeup_fd(woken, warn_on_full_buffer=False)
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
        try:
            message, descriptors, _, _ = socket.recv_fds(grader, 65536, 3)
        except ConnectionResetError:
            message = b""
        if not message:
            _kill_all(children)
            os._exit(0)
        settings: dict[str, Any] = json.loads(message)
        settings["code"] = _warm_up(settings["program"], settings["source"])
        pid = os.fork()
        if not pid:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            grader.close()
            os.close(wake)
            os.close(woken)
            os.setsid()
            for target, descriptor in enumerate(descriptors):
                os.dup2(descriptor, target)
            for descriptor in descriptors:
                os.close(descriptor)
            return settings
        children.add(pid)
        for descriptor in descriptors:
            os.close(descriptor)
        _say(grader, pid=pid)


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


def _say(grader: socket.socket, **event: int) -> None:
    try:
        grader.sendall(json.dumps(event).encode() + b"\n")
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
        _say(grader, exit=pid, status=os.waitstatus_to_exitcode(status))


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
