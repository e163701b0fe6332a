"""Run one program on the stage: `python -m grading.stage SETTINGS`, or a fork server for many: `... serve FD`.

The program runs at the top level of this file, so that the interpreter ends it as it would end any other:
its threads, its exit functions, its status.
"""

from __future__ import annotations

import builtins
import json
import os
import signal
import socket
import sys
from importlib.machinery import SourceFileLoader
from types import CodeType, ModuleType
from typing import Any

from grading.stage import clock, forkserver, shaking, sockets, threads
from grading.stage.control import Control, report_exceptions


def enter(settings: dict[str, Any]) -> tuple[CodeType, ModuleType]:
    """Make this process look like `python PROGRAM ARGS` in the folder `work`; return what is to run."""
    work, program = settings["work"], settings["program"]
    control = Control(settings["control"], settings["token"])
    threads.install(work, program)
    report_exceptions(control)
    clock.shift = settings["shift"]
    clock.set_zone(settings["zone"])
    sockets.current = sockets.Redirection(settings, control.tell)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # where the grader runs in the background, it is ignored
    os.chdir(work)
    sys.argv = [program, *settings["args"]]
    sys.path[0] = work
    sys.dont_write_bytecode = True
    _open_standard_streams()
    _forget_shadowed_modules(work)
    main = ModuleType("__main__")
    path = os.path.join(work, program)
    loader = SourceFileLoader("__main__", path)
    main.__dict__.update(__file__=path, __builtins__=builtins, __loader__=loader, __cached__=None)
    sys.modules["__main__"] = main
    control.serve()
    if settings.get("shaken"):
        shaking.install()
    code = settings.get("code")
    if code is None:
        with open(path, "rb") as file:
            code = compile(file.read(), program, "exec", dont_inherit=True)
    return code, main


def _open_standard_streams() -> None:
    """Give the program streams as a terminal has them: UTF-8, and what is printed is seen at once."""

    def stream(descriptor: int, mode: str, errors: str = "strict") -> Any:
        return open(descriptor, mode, encoding="utf-8", errors=errors, closefd=False)

    sys.stdin = sys.__stdin__ = stream(0, "r")  # type: ignore[misc]
    sys.stdout = sys.__stdout__ = stream(1, "w")  # type: ignore[misc]
    sys.stderr = sys.__stderr__ = stream(2, "w", "backslashreplace")  # type: ignore[misc]
    for output in (sys.stdout, sys.stderr):
        output.reconfigure(write_through=True)


def _forget_shadowed_modules(work: str) -> None:
    """Let the student's own `queue.py` win over the standard library's, as it does in real life."""
    own = {name.partition(".")[0] for name in os.listdir(work)} - set(sys.builtin_module_names)
    for name in list(sys.modules):
        if name.partition(".")[0] in own - {"grading"}:
            del sys.modules[name]


sockets.install()
clock.install()
if sys.argv[1] == "serve":
    _settings = forkserver.serve(socket.socket(fileno=int(sys.argv[2])))
else:
    _settings = json.loads(sys.argv[1])
_code, _main = enter(_settings)
exec(_code, _main.__dict__)
