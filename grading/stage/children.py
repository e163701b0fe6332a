"""What a program starts belongs to it: interpreters that it starts itself are on the stage, too.

A server may run in a process of its own (`multiprocessing` with `spawn`, as on macOS and Windows) or be started by a
small program. Such an interpreter finds `inherited/sitecustomize.py` on its path, which calls `follow`.
"""

from __future__ import annotations

import json
import os
import sys

from grading.stage.messages import Settings

SETTINGS = "CHAT_KIT_STAGE"  # the variable in which children find what they need
INHERITED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inherited")
WANTED = {"work", "program", "control", "token", "connect", "listen", "listen_as", "shaken"}


def let_them_follow(settings: Settings) -> None:
    """See to it that interpreters which this process starts call `follow`."""
    os.environ[SETTINGS] = json.dumps({name: setting for name, setting in settings.items() if name in WANTED})
    known = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join([INHERITED, known] if known else [INHERITED])


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
