"""A warm interpreter that forks a process per program: starting one costs a few milliseconds, not thirty.

It reads Settings and three descriptors from a socket pair with the grader. Each program says its own ForkReport, so
that the system vouches for who it is; the fork server tells which one has ended, and kills what is left when the grader
hangs up. See `messages`.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import marshal
import os
import re
import select
import signal
import socket
import socketserver
import stat
import sys
import threading
import time
from collections.abc import Iterable
from types import CodeType
from typing import Any, NoReturn

from grading.stage import confining
from grading.stage.messages import LONGEST_SOURCE, Bare, Cell, ForkReport, WarmSettings

if sys.platform != "win32":
    import resource

IMPORTED = re.compile(rb"^[ \t]*(?:import|from)[ \t]+([A-Za-z_]\w*)", re.MULTILINE)  # within a line: there may be many
WORTH_WARMING = {
    "argparse", "asyncio", "atexit", "collections", "concurrent", "contextlib", "dataclasses", "datetime", "enum",
    "errno", "functools", "io", "itertools", "json", "logging", "os", "pathlib", "queue", "random", "re", "select",
    "selectors", "shutil", "signal", "socket", "socketserver", "string", "struct", "subprocess", "sys", "textwrap",
    "threading", "time", "traceback", "typing", "unicodedata", "uuid",
}  # fmt: skip
RESTORED = ("SIGPIPE", "SIGXFSZ")  # signals that Python ignores, and a program that it starts must not
MOST_DESCRIPTORS = 256  # of a fork server
COMPILING_BYTES, COMPILING_SECONDS = 1_000_000_000, 10  # for one program: beyond that, it must fail by itself
LONGEST_CODE = 50_000_000  # bytes
_codes: dict[tuple[str, bytes], CodeType | None] = {}


def serve(grader: socket.socket, cell: Cell) -> WarmSettings:
    """Fork as the grader asks. Returns only in the children, each with its settings."""
    if sys.platform == "win32":
        raise OSError("this system has no fork")
    refused = confining.confine(cell)
    wake, woken = _wake_at_exits()
    children: set[int] = set()
    _rehearse()
    _say(grader, {"ready": refused})
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
        if "exec" not in settings:
            settings["code"] = _warm_up(settings["program"], settings["source"])
        if not (pid := _fork(grader)):
            _become_a_program(grader, streams, cell, close=(wake, woken))
            return settings
        children.add(pid)
        _close(streams)


def _fork(grader: socket.socket) -> int:
    """Fork; return -1, and say so, where the system refuses."""
    if sys.platform == "win32":
        return -1
    try:
        return os.fork()
    except OSError as error:
        _say(grader, {"failed": str(error)})
        return -1


def become(bare: Bare) -> NoReturn:
    """Become the program that `bare` names, with nothing of ours in the process."""
    for name in (signal.SIGINT, *(getattr(signal, name) for name in RESTORED if hasattr(signal, name))):
        signal.signal(name, signal.SIG_DFL)
    os.chdir(bare["work"])
    os.closerange(3, MOST_DESCRIPTORS)
    os.execv(bare["exec"][0], bare["exec"])


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


def _become_a_program(grader: socket.socket, streams: list[int], cell: Cell, close: tuple[int, ...]) -> None:
    """Take the streams, and let nothing remind of the fork server."""
    signal.set_wakeup_fd(-1)
    if sys.platform != "win32":
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        os.setsid()
    _say(grader, {"pid": os.getpid()})
    _close((grader.detach(), *close))
    for target, descriptor in enumerate(streams):
        os.dup2(descriptor, target)
    _close(streams)
    confining.become_confined(cell)


def _close(descriptors: Iterable[int]) -> None:
    for descriptor in descriptors:
        os.close(descriptor)


def _rehearse() -> None:
    """Do once what nearly every program does first, so that what it imports and caches is there for all."""
    parser = argparse.ArgumentParser(description="rehearsal")
    parser.add_argument("--host", default="localhost", help="%(default)s")
    parser.add_argument("--port", type=int, default=8080)
    parser.parse_args(["--port", "1"])
    try:
        socket.getaddrinfo("localhost", 8080, type=socket.SOCK_STREAM)
    except OSError:  # a machine may not know itself by that name
        pass
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
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        if pid in children:  # others are orphans that we have adopted
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
        source = _read(path)
        if (program, source) not in _codes:
            for name in {found.decode() for found in IMPORTED.findall(source)} & WORTH_WARMING:
                importlib.import_module(name)
            _codes[program, source] = _compiled(program, source)
            gc.freeze()
        return _codes[program, source]
    except Exception:
        return None


def _read(path: str) -> bytes:
    """Return what is in a file; ValueError where it is none, or too long: a run may have put something in its place."""
    with open(os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0)), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_size > LONGEST_SOURCE:
            raise ValueError(path)
        return file.read(LONGEST_SOURCE)


def _compiled(program: str, source: bytes) -> CodeType | None:
    """Compile in a process of its own, for what it takes; None where that does not end well."""
    if sys.platform == "win32":
        return None
    near, far = os.pipe()
    child = os.fork()
    if not child:
        _compile_into(far, program, source)
    os.close(far)
    with open(near, "rb") as pipe:
        data = pipe.read(LONGEST_CODE)
    os.waitpid(child, 0)
    code: CodeType | None = marshal.loads(data) if data else None
    return code


def _compile_into(pipe: int, program: str, source: bytes) -> NoReturn:
    try:
        if sys.platform != "win32":
            resource.setrlimit(resource.RLIMIT_AS, (COMPILING_BYTES, COMPILING_BYTES))
            resource.setrlimit(resource.RLIMIT_CPU, (COMPILING_SECONDS, COMPILING_SECONDS))
        code = compile(source, program, "exec", dont_inherit=True)
        with open(pipe, "wb") as file:
            file.write(marshal.dumps(code))
    finally:
        os._exit(0)
