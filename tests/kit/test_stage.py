"""What the stage puts in the place of something is as much like it as can be, and time is left alone."""

from __future__ import annotations

import contextlib
import datetime
import gc
import os
import signal
import socket
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Literal

import pytest

from grading.course import STEP1
from grading.process.launcher import Launcher
from grading.process.patience import PATIENCE_FOR_END
from grading.process.production import Production
from grading.process.program import Program
from grading.stage import idling, threads
from grading.stage.messages import PART_BYTES
from grading.stage.sockets import Redirection
from grading.submission.arriving import arrived
from grading.system.addresses import own_port
from grading.system.zones import offset_where_it_is, shown_at, zone
from tests.kit.killing import submission


def printed(source: str, folder: Path, launcher: Launcher, **settings: Any) -> list[str]:
    """Return the lines that a program prints on the stage."""
    production = Production(launcher, arrived(submission({"chat_server.py": source}, str(folder))), STEP1)
    program = Program(production, "chat_server.py", **settings)
    try:
        assert program.wait_for_end(PATIENCE_FOR_END) == 0, program.out.text
        return program.out.screen.lines
    finally:
        program.close()
        production.close()


class Guard:
    """What some write by themselves for `with`: it takes a lock."""

    def __init__(self) -> None:
        self.lock = threads.Lock()

    def __enter__(self) -> None:
        self.lock.acquire()

    def __exit__(self, *exception: object) -> None:
        self.lock.release()

    @contextlib.contextmanager
    def closed(self) -> Iterator[None]:
        self.lock.acquire()
        try:
            yield
        finally:
            self.lock.release()


@pytest.mark.parametrize("take", (lambda guard: guard, Guard.closed), ids=("class", "function"))
def test_a_lock_is_taken_where_with_stands(
    take: Callable[[Guard], AbstractContextManager[None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_main_file", __file__)
    guard = Guard()

    def outer() -> None:
        with contextlib.suppress(RuntimeError):  # the lock is given back once more than it was taken
            with take(guard):
                inner()

    def inner() -> None:
        with take(guard):
            pass

    thread = threading.Thread(target=outer)
    thread.start()
    while not (waiting := [entry for entry in threads.stacks() if "waits_for" in entry]):
        thread.join(0.001)
    guard.lock.release()
    thread.join()
    assert [place["function"] for place in waiting[0]["places"]] == ["inner", "outer"]
    assert waiting[0]["places"][0]["code"] == "with take(guard):"


@pytest.mark.parametrize("mode", ("r", "rb"))
def test_a_thread_that_waits_for_a_file_made_of_a_socket_is_known_to_read(
    mode: Literal["r", "rb"], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(threads, "_main_file", __file__)
    ours, theirs = socket.socketpair()
    over = threading.Event()

    def goes_through() -> None:
        with theirs.makefile(mode) as stream:
            for _ in stream:
                over.wait()

    thread = threading.Thread(target=goes_through)
    thread.start()
    while not any(entry.get("reads") for entry in threads.stacks()):
        thread.join(0.001)
    ours.sendall(b"line\n")
    while any(entry.get("reads") for entry in threads.stacks()):
        thread.join(0.001)
    over.set()
    ours.close()
    thread.join()
    theirs.close()


@pytest.mark.parametrize("ask", (idling.loops, threads.stacks), ids=("loops", "stacks"))
def test_what_a_thread_had_in_its_hands_goes_with_it_although_one_looked_where_it_stands(
    ask: Callable[[], object],
) -> None:
    begun, over = threading.Event(), threading.Event()
    gone: list[weakref.ref[threading.Event]] = []

    def holds() -> None:
        hand = threading.Event()
        gone.append(weakref.ref(hand))
        begun.set()
        over.wait()

    thread = threading.Thread(target=holds)
    thread.start()
    begun.wait()
    gc.disable()  # a circle would be found sooner or later, which is too late for a connection
    try:
        ask()
        over.set()
        thread.join()
        assert gone[0]() is None
    finally:
        gc.enable()


IN_A_CLASS = """
import inspect, threading, time

class Clock:
    now, local, show = time.time, time.localtime, time.strftime
    make = threading.Lock

clock = Clock()
clock.local(), clock.now(), clock.show("%H")
with clock.make():
    pass
for function in (time.time, time.localtime, threading.Lock):
    if not isinstance(function, type):
        print(type(function).__name__, function.__name__, function.__module__)
print(threading.Lock().__class__.__name__)
lock = threading.Lock()
print(isinstance(lock, type(threading.Lock())), isinstance(lock, type(threading.RLock())))
"""


@pytest.mark.parametrize("tick", [0.0, 1.0])
def test_a_builtin_stays_one_as_an_attribute_of_a_class(tick: float, tmp_path: Path, launcher: Launcher) -> None:
    lines = printed(IN_A_CLASS, tmp_path, launcher, **({"tick": tick} if tick else {}))
    builtins = ["time time", "localtime time"] + (["allocate_lock _thread"] if sys.version_info < (3, 13) else [])
    assert lines == [*(f"builtin_function_or_method {name}" for name in builtins), "lock", "True False"]


CLOCKS = """
import datetime, logging, sqlite3, subprocess, sys, time

stamps = {
    time.strftime("%H:%M"),
    time.strftime("%H:%M", time.localtime(time.clock_gettime(time.CLOCK_REALTIME))),
    f"{datetime.datetime.now():%H:%M}",
    f"{datetime.datetime.now().astimezone():%H:%M}",
    sqlite3.connect(":memory:").execute("select strftime('%H:%M', 'now', 'localtime')").fetchone()[0],
    logging.Formatter("%(asctime)s", "%H:%M").format(logging.makeLogRecord({"created": time.time()})),
    subprocess.run(["date", "+%H:%M"], capture_output=True, text=True).stdout.strip(),
}
print(len(stamps), *stamps)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no date command")
def test_all_clocks_of_a_program_agree_and_show_what_was_chosen(tmp_path: Path, launcher: Launcher) -> None:
    lines = printed(CLOCKS, tmp_path, launcher, clock="23:17:30")
    assert lines == ["1 23:17"]


def test_a_program_measures_intervals_as_ever(tmp_path: Path, launcher: Launcher) -> None:
    source = "import time\na, b = time.time(), time.monotonic()\nwhile time.monotonic() < b + 0.01: pass\n"
    source += "print(0.005 < time.time() - a < 5)\n"
    assert printed(source, tmp_path, launcher, clock="03:00:00") == ["True"]


def test_a_clock_that_ticks_shows_how_often_a_program_looks_at_it(tmp_path: Path, launcher: Launcher) -> None:
    source = "import datetime, time\na = time.time()\ndatetime.datetime.now(), time.localtime()\n"
    source += "print(round(time.time() - a))\n"
    assert printed(source, tmp_path, launcher, tick=100.0) == ["300"]


LEAPS = """
import asyncio, datetime, queue, sched, select, selectors, socket, threading, time

CLOCKS = [time.time, time.monotonic, time.perf_counter, lambda: time.monotonic_ns() / 1e9]
CLOCKS += [lambda: datetime.datetime.now().timestamp(), lambda: time.clock_gettime(time.CLOCK_MONOTONIC)]
over = threading.Event()
one, other = socket.socketpair()
selector = selectors.DefaultSelector()
selector.register(one, selectors.EVENT_READ)
later = sched.scheduler()
WAITS = [
    lambda: time.sleep(600),
    lambda: (threading.Timer(600, over.set).start(), over.wait()),
    lambda: over.clear() or over.wait(600),
    lambda: asyncio.run(asyncio.sleep(600)),
    lambda: select.select([one], [], [], 600),
    lambda: selector.select(600),
    lambda: (later.enter(600, 1, str), later.run()),
    lambda: empty(queue.Queue()),
]

def empty(waiting):
    try:
        waiting.get(timeout=600)
    except queue.Empty:
        pass

for wait in WAITS:
    before = [clock() for clock in CLOCKS]
    wait()
    print(all(clock() - then > 599 for clock, then in zip(CLOCKS, before)))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no clock_gettime")
def test_when_the_clocks_leap_all_waits_are_over(tmp_path: Path, launcher: Launcher) -> None:
    production = Production(launcher, arrived(submission({"chat_server.py": LEAPS}, str(tmp_path))), STEP1)
    program = Program(production, "chat_server.py", leaps=True)
    try:
        for _ in range(PATIENCE_FOR_END):
            program.ask({"do": "leap", "seconds": 700})
            if program.wait_for_end(1) is not None:
                break
        assert program.wait_for_end(0) == 0, program.out.text
        assert program.out.screen.lines == ["True"] * 8
    finally:
        program.close()
        production.close()


def test_who_asks_whether_its_port_is_taken_finds_no_program_of_others(tmp_path: Path, launcher: Launcher) -> None:
    port = own_port()
    source = f"import socket\nport = {port}\n"
    source += "def ask(): return socket.socket().connect_ex(('localhost', port)) == 0\n"
    source += "before = ask()\nwith socket.create_server(('localhost', port)): print(before, ask())\n"
    with socket.create_server(("127.0.0.1", port)):
        assert printed(source, tmp_path, launcher) == ["False True"]


@pytest.mark.parametrize("clock", ["00:00:00", "05:06:07", "12:00:00", "23:59:59"])
def test_a_zone_can_be_found_for_every_clock(clock: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for moment in (0.0, 1_700_000_000.25, 1_717_744_121.75):
        monkeypatch.setattr("time.time", lambda moment=moment: moment)
        assert shown_at(moment, offset_where_it_is(clock)) == clock


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the C library of Windows knows no such rule")
@pytest.mark.parametrize("summer", [True, False])
@pytest.mark.parametrize("today", ["2026-01-01", "2026-04-02", "2026-06-30", "2026-10-03", "2026-12-31", "2028-02-29"])
def test_in_summer_local_time_is_an_hour_ahead_of_standard_time(
    today: str, summer: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    offset = 5 * 3600 + 90
    moment = datetime.datetime.fromisoformat(f"{today}T12:00:00+00:00").timestamp()
    monkeypatch.setattr("time.time", lambda: moment)
    monkeypatch.setenv("TZ", zone(offset, summer=summer))
    time.tzset()
    try:
        assert (time.localtime(moment).tm_gmtoff, time.localtime(moment).tm_isdst) == (offset, summer)
        assert (-time.timezone, -time.altzone) == ((offset - 3600, offset) if summer else (offset, offset + 3600))
    finally:
        monkeypatch.undo()
        time.tzset()


def test_zones_are_written_as_posix_writes_them() -> None:
    assert (zone(5 * 3600 + 45 * 60 + 1), zone(-90)) == ("KIT-05:45:01", "KIT+00:01:30")


@pytest.mark.parametrize("work", ["queue.py", "selectors/__init__.py", "grading/__init__.py"])
def test_a_module_of_the_students_own_is_theirs(work: str, tmp_path: Path, launcher: Launcher) -> None:
    (tmp_path / work).parent.mkdir(exist_ok=True)
    (tmp_path / work).write_text("mine = 42\n", "utf-8")
    name = work.partition("/")[0].removesuffix(".py")
    assert printed(f"import {name}\nprint({name}.mine)\n", tmp_path, launcher) == ["42"]


def test_what_python_imports_before_the_program_stays_pythons_own(tmp_path: Path, launcher: Launcher) -> None:
    for name in ("io.py", "os.py", "encodings.py"):
        (tmp_path / name).write_text("raise SystemExit(7)\n", "utf-8")
    text = "import encodings.idna, io, os\nprint(io.StringIO('x').read(), os.sep)\n"
    assert printed(text, tmp_path, launcher) == [f"x {os.sep}"]


def test_a_send_to_somebody_who_is_slow_takes_the_same_part_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket.socket, "send", socket.socket.send)
    redirection = Redirection({}, lambda report: None)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        redirection.listeners.append(listener)
        redirection.make_shallow(True)
        with socket.create_connection(listener.getsockname()) as near, listener.accept()[0] as far:
            assert [far.send(bytes(2 * PART_BYTES)) for _ in range(2)] == [PART_BYTES] * 2
            assert (far.send(bytes(100)), near.send(bytes(2 * PART_BYTES))) == (100, 2 * PART_BYTES)
            waiting = bytearray(2 * PART_BYTES)
            far.shutdown(socket.SHUT_WR)
            with pytest.raises(OSError) as error:
                far.send(waiting)
            del waiting[:10]  # which nothing that the error still knows of forbids
            assert error.value
            with pytest.raises(TypeError, match="bytes-like"):
                far.send("text")  # type: ignore[arg-type]


STARTS_ANOTHER = """
import subprocess, sys

subprocess.run([sys.executable, "-c", "import grading; print(grading.mine)"])
"""


def test_a_module_called_like_ours_is_theirs_in_what_they_start(tmp_path: Path, launcher: Launcher) -> None:
    (tmp_path / "grading.py").write_text("mine = 42\n", "utf-8")
    assert printed(STARTS_ANOTHER, tmp_path, launcher) == ["42"]


BLOCKS_CTRL_C = """
import os, signal

signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
os.kill(os.getpid(), signal.SIGINT)
print(all(signal.SIGINT in signal.sigpending() for _ in range(1000)), signal.sigwait({signal.SIGINT}).name)
"""


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="this system cannot block a signal")
def test_a_program_that_blocks_ctrl_c_and_waits_for_it_hears_of_it(tmp_path: Path, launcher: Launcher) -> None:
    assert printed(BLOCKS_CTRL_C, tmp_path, launcher) == ["True SIGINT"]
