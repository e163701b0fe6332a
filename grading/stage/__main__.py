"""Run one program on the stage: `python -m grading.stage SETTINGS`, or a fork server for many: `... serve FD CELL`.

The program runs at the top level of this file, so that the interpreter ends it as it would end any other:
its threads, its exit functions, its status.
"""

from __future__ import annotations

import builtins
import io
import json
import os
import signal
import socket
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any, cast

from grading.stage import (
    children,
    clock,
    ended,
    forkserver,
    holding,
    hurrying,
    keys,
    leaping,
    shaking,
    sockets,
    threads,
)
from grading.stage.control import Control, report_exceptions
from grading.stage.messages import Bare, Settings, WarmSettings

AT_START = (  # modules that Python imports before it looks for the program
    "_collections_abc", "_sitebuiltins", "abc", "codecs", "encodings", "genericpath", "io", "ntpath", "os", "posixpath",
    "site", "stat",
)  # fmt: skip


def enter(settings: WarmSettings) -> tuple[CodeType, ModuleType]:
    """Make this process look like `python PROGRAM ARGS` in the folder `work`; return what is to run."""
    path = os.path.join(settings["work"], settings["program"])
    _take_terminal()  # before anything of ours could wait for a key
    control = _set_up(settings)
    _look_like_python(settings)
    main = _make_main(path)
    control.serve()  # not before the streams and modules are the program's own
    _watch(settings)  # last of all: from here on, every line is the program's
    return settings.get("code") or _compiled(path, settings["program"]), main


def _set_up(settings: Settings) -> Control:
    """Put what is ours in the place of what is Python's: locks, hooks, the clock, sockets."""
    control = Control(settings["control"], settings["token"])
    threads.install(settings["work"], settings["program"])
    ended.install()
    report_exceptions(control)
    clock.set_zone(settings["zone"])
    if tick := settings.get("tick"):
        clock.install(tick)
    sockets.current = sockets.Redirection(settings, control.tell)
    return control


def _look_like_python(settings: Settings) -> None:
    """Let the process be as `python PROGRAM ARGS` has it: folder, arguments, path, streams, modules, Ctrl+C."""
    work = settings["work"]
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where the grader runs in the background, it is ignored
    os.chdir(settings.get("stands_in", work))
    os.environ.update(settings.get("environ", {}))
    children.let_them_follow(settings)
    sys.argv = [settings["program"], *settings["args"]]
    sys.orig_argv = [sys.executable, *sys.argv]  # by which a program may start itself anew
    sys.path[0] = work
    sys.dont_write_bytecode = True
    _open_standard_streams()
    _forget_shadowed_modules(work)


def _make_main(path: str) -> ModuleType:
    """Make the module `__main__` of a program."""
    main = ModuleType("__main__")
    loader = SourceFileLoader("__main__", path)
    main.__dict__.update(__file__=path, __builtins__=builtins, __loader__=loader, __cached__=None)
    sys.modules["__main__"] = main
    return main


def _watch(settings: Settings) -> None:
    """Watch what the check wants to hold."""
    if line := settings.get("hold_after"):
        holding.install(line, settings.get("hold_main", False))
    if settings.get("hurried"):
        hurrying.install()
    if settings.get("leaps"):
        leaping.install()
    if settings.get("shaken"):
        shaking.install()


def _compiled(path: str, program: str) -> CodeType:
    """Compile a program, as Python does it."""
    with open(path, "rb") as file:
        code: CodeType = compile(file.read(), program, "exec", dont_inherit=True)
    return code


def _take_terminal() -> None:
    """Make the terminal at our streams the one of this session, so that its Ctrl+C and /dev/tty are ours."""
    if sys.platform != "win32" and os.isatty(0):
        import fcntl
        import termios

        try:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        except OSError:
            pass  # we have it already


def _open_standard_streams() -> None:
    """Give the program its streams as a terminal has them: UTF-8, and a line is seen once it is over."""
    sys.stdin = sys.__stdin__ = _stream(0, "r", "<stdin>")  # type: ignore[misc]
    keys.keep(sys.stdin)
    sys.stdout = sys.__stdout__ = _stream(1, "w", "<stdout>")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = _stream(2, "w", "<stderr>", "backslashreplace")  # type: ignore[misc]


def _stream(descriptor: int, mode: str, name: str, errors: str = "strict") -> io.TextIOWrapper:
    is_pipe_of_keys = mode == "r" and sys.platform == "win32"
    raw: Any = keys.Keys() if is_pipe_of_keys else io.FileIO(descriptor, mode, closefd=False)
    raw.name = name
    binary: Any = io.BufferedReader(raw) if mode == "r" else io.BufferedWriter(raw)
    newline = None if sys.platform == "win32" else "\n"  # as Python opens them: Enter of who reads keys stays \r
    stream = io.TextIOWrapper(binary, "utf-8", errors, newline, line_buffering=mode == "w")
    setattr(stream, "mode", mode)
    return stream


def _forget_shadowed_modules(work: str) -> None:
    """Let the student's own `queue.py` win over the standard library's, as it does in real life.

    There, an `io.py` of the student's does not: Python has imported its own before it looks for any of the student's.
    """
    own = {name.partition(".")[0] for name in os.listdir(work)} - {*sys.builtin_module_names, *AT_START}
    for name in list(sys.modules):
        if name.partition(".")[0] in own:
            del sys.modules[name]


sockets.install()
if sys.argv[1] == "serve":
    _settings = forkserver.serve(socket.socket(fileno=int(sys.argv[2])), json.loads(sys.argv[3]))
    if "exec" in _settings:
        _take_terminal()
        forkserver.become(cast(Bare, _settings))
else:
    _settings = json.loads(sys.argv[1])
_code, _main = enter(_settings)
exec(_code, _main.__dict__)
