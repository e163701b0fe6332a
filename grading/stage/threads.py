"""Where every thread of the program stands, which lock it waits for, and who holds that lock."""

from __future__ import annotations

import os
import socket
import sys
import threading
import zlib
from _thread import allocate_lock, get_ident
from types import CodeType, FrameType, TracebackType
from typing import Any

from grading.stage import statements
from grading.stage.likeness import AnyInstance, LikeBuiltIn
from grading.stage.messages import Place, Raised, Thread

_lock, _rlock = threading.Lock, threading.RLock
_waiting: dict[int, Lock] = {}
_work = ""
_main_file = ""
ENTERING = "__enter__"  # what `with` calls
_reading = socket.SocketIO.readinto.__code__


def install(work: str, main_file: str) -> None:
    """Watch the locks that are made from now on. The program lives in `work`."""
    global _work, _main_file
    _work, _main_file = os.path.join(work, ""), main_file
    is_class = isinstance(_lock, type)  # from Python 3.13 on
    setattr(threading, "Lock", Lock if is_class else LikeBuiltIn(_lock, Lock))
    setattr(threading, "RLock", RLock if isinstance(_rlock, type) else _make_rlock)


class Lock(metaclass=AnyInstance):
    """A threading.Lock that remembers who holds it, and where it was taken."""

    original: type = type(_lock())

    def __init__(self) -> None:
        self._lock: Any = allocate_lock()
        self.holder: tuple[int, CodeType, int] | None = None

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        if not self._lock.acquire(False):
            if not blocking:
                return bool(self._lock.acquire(blocking, timeout))
            _waiting[get_ident()] = self
            try:
                if not self._lock.acquire(blocking, timeout):
                    return False
            finally:
                _waiting.pop(get_ident(), None)
        self.remember()
        return True

    def remember(self) -> None:
        frame = taking_frame(sys._getframe(2))
        self.holder = (get_ident(), frame.f_code, frame.f_lineno) if frame else None

    def release(self) -> None:
        self.holder = None
        self._lock.release()

    __enter__ = acquire

    def __exit__(self, *exception: object) -> None:
        self.release()

    def __getattr__(self, name: str) -> Any:
        if name == "_lock":  # not made yet
            raise AttributeError(name)
        return getattr(self._lock, name)

    def __repr__(self) -> str:
        return repr(self._lock)


class RLock(Lock):
    """A threading.RLock that remembers who holds it, and where it was first taken."""

    original = type(_rlock())

    def __init__(self) -> None:
        super().__init__()
        self._lock = _rlock()

    def remember(self) -> None:
        if not self.holder or self.holder[0] != get_ident():
            super().remember()

    def release(self) -> None:
        self._lock.release()
        if not self._lock._is_owned():
            self.holder = None

    def _release_save(self) -> Any:
        self.holder = None
        return self._lock._release_save()

    def _acquire_restore(self, state: Any) -> None:
        self._lock._acquire_restore(state)
        self.remember()


def _make_rlock(*args: Any, **options: Any) -> RLock:
    """Stand for threading.RLock, which is a function."""
    return RLock(*args, **options)


def _refuse_subclass(cls: type, /, **options: Any) -> None:
    raise TypeError(f"type '{cls.__mro__[1].__name__}' is not an acceptable base type")


for _class, _name in ((Lock, "lock"), (RLock, "RLock")):
    _class.__name__ = _class.__qualname__ = _name
    _class.__module__ = "_thread"
setattr(Lock, "__init_subclass__", classmethod(_refuse_subclass))


def is_own(filename: str) -> bool:
    """Tell whether the student wrote that file."""
    return filename == _main_file or bool(_work) and filename.startswith(_work)


def file_number(filename: str) -> int:
    """Return a number for a file of the student's: 0 for the program itself, and the same in each run."""
    if filename == _main_file:
        return 0
    return zlib.crc32(filename.removeprefix(_work).encode("utf-8", "surrogatepass")) % 10_000 + 1


def own_frame(frame: FrameType | None) -> FrameType | None:
    """Return `frame`, or the nearest of its callers that the student wrote."""
    while frame and not is_own(frame.f_code.co_filename):
        frame = frame.f_back
    return frame


def reads_a_file(frame: FrameType | None) -> bool:
    """Tell whether a thread is where a file that was made of a socket waits for bytes, whatever the line looks like."""
    while frame and not is_own(frame.f_code.co_filename):
        if frame.f_code is _reading:
            return True
        frame = frame.f_back
    return False


def taking_frame(frame: FrameType | None) -> FrameType | None:
    """Return where the student's program takes a lock: at a `with`, rather than in what that calls to take it."""
    own = own_frame(frame)
    while own and own.f_back and ENTERING in (own.f_code.co_name, own.f_back.f_code.co_name):
        if not (outer := own_frame(own.f_back)):
            break
        own = outer
    return own


def place(code: CodeType, line: int) -> Place:
    """Describe a line of the student's."""
    name = code.co_filename
    text = statements.at(name, line)
    return {"file": os.path.basename(name), "line": line, "function": code.co_name, "code": text}


def native(thread: threading.Thread) -> int:
    """Return the number of a thread in the system, if Python knows it: it forgets that a fork has another one."""
    return os.getpid() if thread is threading.main_thread() else thread.native_id or 0


def others_frames() -> dict[int, FrameType]:
    """Return where each thread stands, but not the one that asks.

    Its own frame would hold this very value, and so, in a circle, all that any thread had in its hands just then: a
    connection that ends with its last name, as many do, would stay open.
    """
    frames = sys._current_frames()
    del frames[threading.get_ident()]
    return frames


def stacks() -> list[Thread]:
    """Describe every other thread that stands in the student's code."""
    known = {thread.ident: thread for thread in threading.enumerate()}
    found = []
    for ident, frame in others_frames().items():
        places = []
        lock = _waiting.get(ident)
        at: FrameType | None = own_frame(frame) if lock is None else taking_frame(frame)
        while at:
            places.append(place(at.f_code, at.f_lineno))
            at = own_frame(at.f_back)
        if not places:
            continue
        thread = known.get(ident)
        entry: Thread = {"id": ident, "thread": thread.name if thread else "?", "places": places}
        entry["native"] = native(thread) if thread else 0
        entry["daemon"] = bool(thread and thread.daemon)
        entry["reads"] = reads_a_file(frame)
        if lock is not None:
            holder = lock.holder
            entry["waits_for"] = {"id": holder[0], "place": place(*holder[1:])} if holder else {}
        found.append(entry)
    return found


def describe(error: BaseException, traceback: TracebackType | None) -> Raised:
    """Describe an exception and the student's lines through which it came, innermost last."""
    places: list[Place] = []
    while traceback:
        code = traceback.tb_frame.f_code
        if is_own(code.co_filename):
            places.append(place(code, traceback.tb_lineno))
        traceback = traceback.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        name = os.path.basename(error.filename)
        places.append({"file": name, "line": error.lineno or 1, "function": "", "code": (error.text or "").strip()})
    message = error.msg if isinstance(error, SyntaxError) else str(error)
    module = str(error.name or "") if isinstance(error, ModuleNotFoundError) else ""
    return {"type": type(error).__name__, "message": message[:300], "module": module, "places": places}
