"""Which functions of the student's were to run in threads of their own, and are run by none any more, or never were."""

from __future__ import annotations

import functools
import os
import sys
import threading
import weakref
from _thread import allocate_lock
from types import CodeType
from typing import Any

from grading.stage import threads
from grading.stage.messages import Place

_start = threading.Thread.start
_make = threading.Thread.__init__
_running: dict[CodeType, list[weakref.ref[threading.Thread]]] = {}  # by what they run; ended ones may be left
_made: dict[CodeType, tuple[CodeType, int]] = {}  # the same, as long as none has started: and where one was made
_noting = allocate_lock()
MAKING = "__init__"


def install() -> None:
    """Note each thread that is made or starts from now on, if it runs a function of the student's."""
    setattr(threading.Thread, "__init__", make)
    setattr(threading.Thread, "start", start)
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=_begins_anew)


def _begins_anew() -> None:
    """Know of no thread in a process that was forked: none of them is in there, not even one that is just noting."""
    global _noting
    _noting = allocate_lock()
    _running.clear()
    _made.clear()


@functools.wraps(_make)
def make(self: threading.Thread, *args: Any, **options: Any) -> None:
    _make(self, *args, **options)
    code, frame = _what_it_runs(self), threads.own_frame(sys._getframe(1))
    makers = {getattr(cls.__dict__.get(MAKING), "__code__", None) for cls in type(self).__mro__}
    while frame and frame.f_code in makers:  # of its own class: it is made where that is called
        frame = threads.own_frame(frame.f_back)
    if frame and code and threads.is_own(code.co_filename) and code not in _running:
        with _noting:
            _made.setdefault(code, (frame.f_code, frame.f_lineno))


@functools.wraps(_start)
def start(self: threading.Thread) -> None:
    code = _what_it_runs(self)  # it forgets that at its end
    _start(self)
    if code and threads.is_own(code.co_filename):
        with _noting:
            _made.pop(code, None)
            _running[code] = [*filter(_is_alive, _running.get(code, ())), weakref.ref(self)]


def ended() -> list[Place]:
    """Return where the functions begin that threads have run, and that no thread runs now."""
    with _noting:
        over = [code for code, started in _running.items() if not any(map(_is_alive, started))]
    return [threads.place(code, code.co_firstlineno) for code in over]


def unstarted() -> list[Place]:
    """Return where threads were made for functions that no thread has ever run."""
    with _noting:
        return [threads.place(*where) for where in _made.values()]


def _what_it_runs(thread: threading.Thread) -> CodeType | None:
    """Return the code of what a thread is to run: what it was given, or the `run` of its own class."""
    function = getattr(thread, "_target", None) or type(thread).run
    while isinstance(function, functools.partial):
        function = function.func
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code if isinstance(code, CodeType) else None


def _is_alive(started: weakref.ref[threading.Thread]) -> bool:
    thread = started()
    return thread is not None and thread.is_alive()
