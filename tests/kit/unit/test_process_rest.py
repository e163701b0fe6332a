"""A program rests if nothing but what comes from outside can make it go on, and only then."""

from __future__ import annotations

import contextlib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grading.process.rest import AT_DESK, AT_SERVER, Rest
from grading.system import blocked
from grading.system.processes import state

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells")
LONGEST_SECONDS = 30.0  # until a process must have come to where it stands
NOBODY = 65_535  # a port at which nobody talks
SLEEPS = "S"  # the state
IMPORTS = "import asyncio, queue, select, signal, socket, socketserver, subprocess, threading, time"
SERVER = "import socketserver as s; s.ThreadingTCPServer(('127.0.0.1', 0), s.BaseRequestHandler)"


@contextlib.contextmanager
def running(code: str) -> Iterator[int]:
    """Run Python code; yield the number of its process once all is imported that it needs: reading blocks, too."""
    pipe = subprocess.PIPE
    whole = f"{IMPORTS}; print(flush=True); {code}"
    with subprocess.Popen([sys.executable, "-c", whole], stdin=pipe, stdout=pipe) as process:
        assert process.stdout
        process.stdout.readline()
        try:
            yield process.pid
        finally:
            process.kill()


def soon(happens: Callable[[], bool]) -> bool:
    end = time.monotonic() + LONGEST_SECONDS
    while not (happened := happens()) and time.monotonic() < end:
        pass
    return happened


@pytest.mark.parametrize(
    "code",
    (
        "import sys; sys.stdin.read()",
        "import threading as t; t.Thread(target=t.Event().wait).start(); t.Event().wait()",
        "import threading as t, queue; t.Thread(target=queue.Queue().get).start(); input()",
        "import socket; a, b = socket.socketpair(); a.recv(1)",
        "import socket; socket.create_server(('127.0.0.1', 0)).accept()",
        "import asyncio; asyncio.run(asyncio.Event().wait())",
        "import select, sys; select.select([sys.stdin], [], [])",
        "import select; select.poll().poll()",
    ),
    ids=("keyboard", "events", "queue", "connection", "accept", "asyncio", "select", "poll"),
)
def test_who_waits_for_something_without_a_clock_rests(code: str) -> None:
    with running(code) as pid:
        assert soon(lambda: blocked.look(pid, ()) is not None), blocked._read(f"/proc/{pid}/syscall")
        assert soon(lambda: blocked.is_left_alone(pid, NOBODY)), list(blocked._descriptors(pid))


@pytest.mark.parametrize(
    "code",
    (
        "import time; time.sleep(99)",
        "import threading as t; t.Event().wait(99)",
        "import queue; queue.Queue().get(timeout=99)",
        "import socket; a, b = socket.socketpair(); a.settimeout(99); a.recv(1)",
        "import asyncio; asyncio.run(asyncio.sleep(99))",
        "import select, sys; select.select([sys.stdin], [], [], 99)",
        "import threading as t; t.Timer(99, print).start()",
        f"{SERVER}.serve_forever()",
    ),
    ids=("sleep", "event", "queue", "timeout", "asyncio", "select", "timer", "serve_forever"),
)
def test_whom_a_clock_wakes_does_not_rest(code: str) -> None:
    with running(code) as pid:
        for _ in range(3):
            assert soon(lambda: state(pid) == SLEEPS)
            assert blocked.look(pid, ()) is None


def test_who_runs_does_not_rest_even_if_it_is_said_to_do_nothing() -> None:
    with running("\nwhile True: pass") as pid:
        assert blocked.look(pid, (), [pid]) is None
        assert blocked.look(pid, [pid]) == {}


def test_who_is_known_to_do_nothing_rests_though_a_clock_wakes_it() -> None:
    with running(f"{SERVER}.serve_forever()") as pid:
        assert soon(lambda: blocked.look(pid, (), [pid]) == {pid: 0})


@pytest.mark.parametrize(
    "code",
    (
        "import signal; signal.signal(signal.SIGALRM, print); signal.setitimer(signal.ITIMER_REAL, 99); input()",
        "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'input()']); input()",
        "import socket; s = socket.create_server(('127.0.0.1', 0)); c = socket.create_connection(s.getsockname());"
        " d = s.accept()[0]; c.setblocking(False)\ntry:\n  while c.send(bytes(99999)): pass\nexcept OSError: input()",
    ),
    ids=("alarm", "child", "bytes on the way"),
)
def test_who_is_blocked_but_not_left_alone_does_not_rest(code: str) -> None:
    with running(code) as pid:
        assert soon(lambda: not blocked.is_left_alone(pid, NOBODY))
        assert soon(lambda: blocked.look(pid, ()) is not None)
        assert not blocked.is_left_alone(pid, NOBODY)


class Looks:
    """A program at which one looks."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.looks: list[dict[int, int] | None] = []
        self.is_alone = True
        self.is_at_desk = False
        self.stands_alone = True
        monkeypatch.setattr(blocked, "look", lambda pid, but, loops: self.looks.pop(0))
        monkeypatch.setattr(blocked, "is_left_alone", lambda pid, port: self.is_alone)

    def rests(self, *looks: dict[int, int] | None) -> list[bool]:
        """Return what is thought after each of these looks."""
        self.looks = list(looks)
        about = {"is_at_desk": self.is_at_desk, "stands_alone": self.stands_alone}
        program = SimpleNamespace(pid=1, control_port=NOBODY, loops=lambda: [1], **about)
        rest = Rest(cast(Any, program))
        return [rest() for _ in looks]


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Looks:
    return Looks(monkeypatch)


def test_nobody_rests_at_the_first_look(program: Looks) -> None:
    assert program.rests(*[{2: 5}] * (1 + AT_SERVER)) == [*[False] * AT_SERVER, True]


def test_before_a_terminal_it_must_last(program: Looks) -> None:
    program.is_at_desk = True
    assert program.rests(*[{2: 5}] * (1 + AT_DESK)) == [*[False] * AT_DESK, True]


def test_who_ran_between_two_looks_did_not_rest(program: Looks) -> None:
    assert not any(program.rests({2: 5}, {2: 6}, {2: 7}, None, {2: 7}, {2: 7, 3: 0}))


def test_who_is_not_left_alone_does_not_rest(program: Looks) -> None:
    program.is_alone = False
    assert not any(program.rests(*[{2: 5}] * 9))


def test_where_others_act_nobody_is_known_to_rest(program: Looks) -> None:
    program.stands_alone = False
    assert not any(program.rests(*[{2: 5}] * 9))


@pytest.mark.parametrize(
    "code",
    (
        "input()",
        "import select, sys; select.select([sys.stdin], [], [], 99)",
        "import selectors, sys; s = selectors.DefaultSelector(); s.register(0, 1); s.select(99)",
        "import threading as t; t.Thread(target=input).start(); t.Event().wait(99)",
    ),
    ids=("keyboard", "select", "selector", "thread"),
)
def test_who_would_take_what_is_typed_listens(code: str) -> None:
    with running(code) as pid:
        assert soon(lambda: blocked.listens(pid, ()) is True)
        assert blocked.listens(pid, [pid]) is ("thread" in code)


@pytest.mark.parametrize("code", ("import time; time.sleep(99)", "\nwhile True: pass"), ids=("sleeps", "runs"))
def test_who_has_not_come_to_a_question_does_not_listen(code: str) -> None:
    with running(code) as pid:
        assert soon(lambda: blocked.listens(pid, ()) is False)
