"""Hold threads up before chosen lines of the student's until all others have come to rest: unlucky orders on demand.

Where two threads can get into each other's way, one of them stands still before some line while the other goes by.
So the grader has one line after the other tried, and finds such a line without luck.
"""

from __future__ import annotations

import _thread
import opcode
import os
import socket
import sys
import threading
import time
from _thread import allocate_lock, get_ident, get_native_id
from types import FrameType
from typing import Any

from grading.stage import threads
from grading.stage.likeness import LikeBuiltIn
from grading.stage.messages import Place, Shaken

LONGEST = 20.0  # seconds that a thread is held where the grader does not say that it may go on
LOOK = 0.0003  # seconds between two looks at whether all others rest
MOST_LOOKS = 3000  # where they never do
RESTLESS = 0.05  # seconds of work after which a program is not expected to come to rest any more
AGAIN = 1_000_000  # what is added to the number of a line to which a thread comes back in a loop
IN_A_COMPREHENSION = 2_000_000  # what is added: it may stand in one line with what is done with it
SENT = 4_000_000  # what is added where something has just been sent: a line may send more than once
IN_ANOTHER_FILE = 10_000_000  # what is added, times a number of that file
TASKS = "/proc/self/task"  # Linux only

YIELD = opcode.opmap["YIELD_VALUE"]

_sleep = time.sleep
_start = _thread.start_new_thread
_settrace = sys.settrace
_send, _sendall = socket.socket.send, socket.socket.sendall
_own: dict[str, bool] = {}  # file name: whether the student wrote it
_bases: dict[str, int] = {}  # file name: what is added to its lines
_watching = False
_steps = 0  # that the program has made while it was watched
_turn: int | None = None  # the places whose turn it is, or None: those that leave this rest when divided by _apart
_apart = 1
_seen: dict[int, set[int]] = {}  # the places to which threads have come, in that order, and which ones these were
_passed: dict[int, set[int]] = {}  # the places that each call of a function has passed, by the id of its frame
_taken: dict[int, Place] = {}  # the places at which a thread is held
_gate: Any = allocate_lock()  # closed as long as threads are held


def install() -> None:
    """Watch every line that the program runs from now on, in all its threads."""
    threading.settrace(_enter)
    _settrace(_enter)
    setattr(sys, "settrace", LikeBuiltIn(_settrace, watch_on))
    for name in ("settrace", "settrace_all_threads"):
        setattr(threading, name, watch_on)
    setattr(_thread, "start_new_thread", LikeBuiltIn(_start, start_watched))
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=_leave)
    for function in (send, sendall):
        setattr(socket.socket, function.__name__, function)


def _leave() -> None:
    """Hold nobody in a process that was forked: the thread that would let it go on is not in there."""
    global _watching, _turn
    _turn, _watching = None, False


def watch_on(tracer: Any) -> None:
    """Stand for `settrace`: `threading` calls it for each thread, and a program may want to be watched by nobody."""
    if tracer is _enter:
        _settrace(tracer)


def start_watched(function: Any, /, *more: Any) -> int:
    """Start a thread without `threading`, which would see to it that its lines are watched."""

    def watched(*args: Any, **options: Any) -> None:
        _settrace(_enter)
        function(*args, **options)

    return _start(watched if callable(function) else function, *more)


def send(self: socket.socket, data: Any, *flags: int) -> int:
    sent = _send(self, data, *flags)
    _has_sent(sys._getframe(1))
    return sent


def sendall(self: socket.socket, data: Any, *flags: int) -> None:
    _sendall(self, data, *flags)
    _has_sent(sys._getframe(1))


def _has_sent(frame: FrameType | None) -> None:
    if _watching and (frame := threads.own_frame(frame)):
        _come_to(_place(frame) + SENT, frame)


def begin(turn: int | None, apart: int) -> None:
    """Begin a schedule once all threads rest: at each place whose turn it is, the first thread that comes is held."""
    global _watching, _turn, _apart, _gate
    _turn, _watching = None, True
    wait_for_rest()
    for noted in (_seen, _passed, _taken):
        noted.clear()
    _gate = allocate_lock()
    _gate.acquire()
    _turn, _apart = turn, apart


def settle() -> Shaken:
    """Wait until all threads rest but those that are held, let these go, and tell what was seen until then."""
    global _watching, _turn
    rests = wait_for_rest()
    _turn, _watching = None, False
    if _gate.locked():
        _gate.release()
    return {
        "places": [(place, len(who)) for place, who in _seen.items()],
        "threads": len(set().union(*_seen.values())),
        "held": list(_taken.values()),
        "rests": rests,
    }


def wait_for_rest() -> bool:
    """Wait until the program's threads do nothing any more, as far as one can see; False if they never come to rest."""
    end = _others_seconds() + RESTLESS
    for _ in range(MOST_LOOKS):
        seen = _steps
        _sleep(LOOK)
        if seen == _steps and not _anybody_runs():
            return True
        if _others_seconds() > end:
            break
    return False


def _others_seconds() -> float:
    """Return for how long all threads but this one have run: to look at them takes its time, too."""
    return time.process_time() - time.thread_time()


def _anybody_runs() -> bool:
    """Tell whether any other thread could run, be it that it waits for a core; False where the system does not say."""
    own = str(get_native_id())
    try:
        return any(task != own and _state(task) == b"R" for task in os.listdir(TASKS))
    except OSError:
        return False


def _state(task: str) -> bytes:
    """Return the state of a thread, as a letter of proc(5)."""
    try:
        descriptor = os.open(f"{TASKS}/{task}/stat", os.O_RDONLY)
    except OSError:
        return b""  # it has ended
    try:
        return os.read(descriptor, 200).rpartition(b") ")[2][:1]
    except OSError:
        return b""
    finally:
        os.close(descriptor)


def _enter(frame: FrameType, event: str, argument: Any) -> Any:
    name = frame.f_code.co_filename
    own = _own.get(name)
    if own is None:
        own = _own[name] = threads.is_own(name)
    return _step if own else None


def _step(frame: FrameType, event: str, argument: Any) -> Any:
    if _watching and event == "line":
        _come_to(_place(frame), frame)
    elif event == "return" and not _goes_on_later(frame):
        _passed.pop(id(frame), None)
    return _step


def _goes_on_later(frame: FrameType) -> bool:
    """Tell whether `frame`, which is left, is one of a generator expression that has another value to give."""
    code = frame.f_code
    return code.co_name == "<genexpr>" and code.co_code[frame.f_lasti] == YIELD


def _come_to(place: int, frame: FrameType) -> None:
    global _steps
    _steps += 1
    passed = _passed.setdefault(id(frame), set())
    if place in passed:
        place += AGAIN
    passed.add(place)
    _seen.setdefault(place, set()).add(get_ident())
    if _turn is not None and place % _apart == _turn and place not in _taken:
        _hold(place, frame)


def _place(frame: FrameType) -> int:
    """Return a number for where `frame` stands, the same in each run: the line, as a rule."""
    code = frame.f_code
    base = _bases.get(code.co_filename)
    if base is None:
        base = _bases[code.co_filename] = IN_ANOTHER_FILE * threads.file_number(code.co_filename)
    return base + frame.f_lineno + IN_A_COMPREHENSION * (code.co_name[0] == "<")


def _hold(place: int, frame: FrameType) -> None:
    gate = _gate
    _taken[place] = threads.place(frame.f_code, frame.f_lineno)
    if gate.acquire(timeout=LONGEST):
        gate.release()
