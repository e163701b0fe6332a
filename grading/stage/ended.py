"""Which functions of the student's were to run in threads of their own, and are run by none any more."""

from __future__ import annotations

import functools
import os
import threading
import weakref
from _thread import allocate_lock
from types import CodeType

from grading.stage import threads
from grading.stage.messages import Place

_start = threading.Thread.start
_running: dict[CodeType, list[weakref.ref[threading.Thread]]] = {}  # by what they run; ended ones may be left
_noting = allocate_lock()


def install() -> None:
    """Note each thread that starts from now on, if it runs a function of the student's."""
    setattr(threading.Thread, "start", start)
    if hasattr(os, "register_at_fork"):  # not on Windows
        os.register_at_fork(after_in_child=_begins_anew)


def _begins_anew() -> None:
    """Know of no thread in a process that was forked: none of them is in there, not even one that is just noting."""
    global _noting
    _noting = allocate_lock()
    _running.clear()


@functools.wraps(_start)
def start(self: threading.Thread) -> None:
    code = _what_it_runs(self)  # it forgets that at its end
    _start(self)
    if code and threads.is_own(code.co_filename):
        with _noting:
            _running[code] = [*filter(_is_alive, _running.get(code, ())), weakref.ref(self)]


def ended() -> list[Place]:
    """Return where the functions begin that threads have run, and that no thread runs now."""
    with _noting:
        over = [code for code, started in _running.items() if not any(map(_is_alive, started))]
    return [threads.place(code, code.co_firstlineno) for code in over]


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
