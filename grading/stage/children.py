"""What a program starts belongs to it: interpreters that it starts itself are on the stage, too.

A server may run in a process of its own (`multiprocessing` with `spawn`, as on macOS and Windows) or be started by a
small program. Such an interpreter finds `inherited/sitecustomize.py` on its path, which calls `follow`.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from grading.stage.likeness import LikeBuiltIn
from grading.stage.messages import Settings

if sys.platform != "win32":
    import _posixsubprocess

SETTINGS = "CHAT_KIT_STAGE"  # the variable in which children find what they need
INHERITED = os.path.join(os.path.dirname(os.path.abspath(__file__)), "inherited")
ZONE = "TZ"  # at a desk, the zone is no variable: who gives a child other variables does not change its time
STARTING = ("execv", "execve", "posix_spawn", "posix_spawnp")  # functions of `os`; the first takes no variables
FIRST, SECOND, THIRD, SIXTH = 0, 1, 2, 5  # which argument words and variables are, here and where `subprocess` starts
DEAF = str.maketrans({"I": "s", "E": None, "S": None})  # with these, an interpreter looks at no variable, or at no site
WITH_A_WORD = ("-X", "-W", "--check-hash-based-pycs")  # options of an interpreter behind which a word stands
WANTED = {"work", "program", "control", "token", "connect", "listen", "listen_as", "shaken"}


def let_them_follow(settings: Settings) -> None:
    """See to it that interpreters which this process starts call `follow`."""
    os.environ[SETTINGS] = json.dumps({name: setting for name, setting in settings.items() if name in WANTED})
    known = os.environ.get("PYTHONPATH", "")
    os.environ["PYTHONPATH"] = os.pathsep.join([INHERITED, known] if known else [INHERITED])
    _keep_what_they_need()


def _keep_what_they_need() -> None:
    """See to it that children which get variables of their own, or are to look at none, follow all the same."""
    for name in filter(lambda name: hasattr(os, name), STARTING):
        setattr(os, name, _completing(getattr(os, name)))
    if sys.platform != "win32":
        start = _posixsubprocess.fork_exec
        _posixsubprocess.fork_exec = completed = _completing_pairs(start)
        module = sys.modules.get("subprocess")
        if getattr(module, "_fork_exec", None) is start:
            setattr(module, "_fork_exec", completed)


def _completing(original: Any) -> Any:
    def with_ours(*args: Any, **options: Any) -> Any:
        if len(args) > SECOND:
            args = (*args[:SECOND], hearing(args[SECOND]), *args[THIRD:])
        elif "argv" in options:
            options["argv"] = hearing(options["argv"])
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
        if args:
            args = (hearing(args[FIRST]), *args[SECOND:])
        return original(*args)

    return LikeBuiltIn(original, with_ours)


def _completed(variables: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return `variables` with those that a child needs to follow, and the time zone; what is there stays."""
    own = {os.fsdecode(name): value for name, value in variables.items()}
    ours = {name: os.environ[name] for name in (SETTINGS, ZONE) if name in os.environ}
    known = os.fsdecode(own.get("PYTHONPATH", ""))
    found = known if INHERITED in known.split(os.pathsep) else os.pathsep.join(filter(None, (INHERITED, known)))
    return {**ours, **own, "PYTHONPATH": found}


def hearing(words: Any) -> Any:
    """Return the words of a command so that an interpreter looks at its variables; those of other programs stay."""
    try:
        told = [os.fsdecode(word) for word in words]
    except TypeError:  # what is no command at all is refused as ever
        return words
    if not told or not os.path.basename(told[FIRST]).startswith(("python", os.path.basename(sys.executable))):
        return words
    return [told[FIRST], *_options_that_hear(told[SECOND:])]


def _options_that_hear(words: Sequence[str]) -> Iterator[str]:
    """Yield the words behind an interpreter, without the options that let it look at no variable, or at no site."""
    rest = iter(words)
    for word in rest:
        if word in WITH_A_WORD:
            yield word
            yield from itertools.islice(rest, 1)
        elif not word.startswith("-") or word == "-":  # the program itself: all behind it is its own
            yield word
            yield from rest
        elif word.startswith(("--", "-X", "-W")):
            yield word
        else:
            flags, command, behind = re.match(r"([^cmWX]*)([cmWX]?)(.*)", word, re.DOTALL).groups()  # type: ignore[union-attr]
            if (kept := flags.translate(DEAF) + command + behind) != "-":
                yield kept
            if command and not behind:
                yield from itertools.islice(rest, 1)
            if command in ("c", "m"):
                yield from rest


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
