"""What a program starts belongs to it: interpreters that it starts itself are on the stage, too.

A server may run in a process of its own (`multiprocessing` with `spawn`, as on macOS and Windows) or be started by a
small program. Such an interpreter finds `inherited/sitecustomize.py` on its path, which calls `follow`.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from typing import Any

from grading.stage.likeness import LikeBuiltIn
from grading.stage.messages import Settings

if sys.platform != "win32":
    import _posixsubprocess

SETTINGS = "CHAT_KIT_STAGE"  # the variable in which children find what they need
INHERITED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inherited")
ZONE = "TZ"  # at a desk, the zone is no variable: who gives a child other variables does not change its time
WITH_VARIABLES = ("execve", "posix_spawn", "posix_spawnp")  # functions of `os` that take them
THIRD, SIXTH = 2, 5  # which argument they are of these, and of the function by which `subprocess` starts a program
WANTED = {"work", "program", "control", "token", "connect", "listen", "listen_as", "shaken"}


def let_them_follow(settings: Settings) -> None:
    """See to it that interpreters which this process starts call `follow`."""
    os.environ[SETTINGS] = json.dumps({name: setting for name, setting in settings.items() if name in WANTED})
    known = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join([INHERITED, known] if known else [INHERITED])
    _keep_what_they_need()


def _keep_what_they_need() -> None:
    """See to it that children which get variables of their own follow all the same."""
    for name in filter(lambda name: hasattr(os, name), WITH_VARIABLES):
        setattr(os, name, _completing(getattr(os, name)))
    if sys.platform != "win32":
        start = _posixsubprocess.fork_exec
        _posixsubprocess.fork_exec = completed = _completing_pairs(start)
        module = sys.modules.get("subprocess")
        if getattr(module, "_fork_exec", None) is start:
            setattr(module, "_fork_exec", completed)


def _completing(original: Any) -> Any:
    def with_ours(*args: Any, **options: Any) -> Any:
        if len(args) > THIRD and isinstance(args[THIRD], Mapping):
            args = (*args[:THIRD], _completed(args[THIRD]), *args[THIRD + 1 :])
        elif isinstance(options.get("env"), Mapping):
            options["env"] = _completed(options["env"])
        return original(*args, **options)

    return LikeBuiltIn(original, with_ours)


def _completing_pairs(original: Any) -> Any:
    def with_ours(*args: Any) -> Any:
        pairs = args[SIXTH] if len(args) > SIXTH else None
        if isinstance(pairs, list):
            variables = _completed(dict(pair.split(b"=", 1) for pair in pairs))
            pairs = [os.fsencode(name) + b"=" + os.fsencode(value) for name, value in variables.items()]
            args = (*args[:SIXTH], pairs, *args[SIXTH + 1 :])
        return original(*args)

    return LikeBuiltIn(original, with_ours)


def _completed(variables: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return `variables` with those that a child needs to follow, and the time zone; what is there stays."""
    own = {os.fsdecode(name): value for name, value in variables.items()}
    ours = {name: os.environ[name] for name in (SETTINGS, ZONE) if name in os.environ}
    known = os.fsdecode(own.get("PYTHONPATH", ""))
    found = known if INHERITED in known.split(os.pathsep) else os.pathsep.join(filter(None, (INHERITED, known)))
    return {**ours, **own, "PYTHONPATH": found}


def follow() -> None:
    """Be on the stage like the program that started this process."""
    from grading.stage import shaking, sockets, threads
    from grading.stage.control import Control, report_exceptions

    settings: Settings = json.loads(os.environ[SETTINGS])
    sys.path.remove(INHERITED)
    control = Control(settings["control"], settings["token"])
    threads.install(settings["work"], settings["program"])
    report_exceptions(control)
    sockets.install()
    sockets.current = sockets.Redirection(settings, control.tell)
    control.serve()
    if settings.get("shaken"):
        shaking.install()
