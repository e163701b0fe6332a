"""Why something failed, as far as there is evidence: an exception, the end of the program, a stack, a TODO."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

from grading import environment
from grading.minutes import shown
from grading.program import Program

ONLY_TYPED_HAS_IT = "The Python that you typed has it; the one that grades has not."
LAST_WORDS_SECONDS = 0.1  # an exception may still be on its way to us
ORDINARY = ("Disconnected", "Connection lost", "Connected to chat server", "Joined as:")  # words that tell nothing new
BROKEN = re.compile(r"ConnectionResetError|BrokenPipeError|ConnectionAbortedError|OSError: \[Errno (9|107)\]")


class Reason(NamedTuple):
    """Why something failed, in words; and file and line where it stopped, if what stands there is still a TODO."""

    text: str = ""
    todo: tuple[str, int] | None = None


def why(program: Program, missing: bool = True) -> Reason:
    """Return the best explanation that this run of the program left behind, or an empty one.

    Broken connections explain only that something is `missing`: some checks break them themselves.
    """
    program.listen_to_stage()
    if not program.exceptions:
        program.listen_to_stage(LAST_WORDS_SECONDS)
    errors = [error for error in program.exceptions if missing or not _is_broken_connection(error)]
    if errors:
        error = min(errors, key=_importance)
        return Reason(told_exception(error), _todo(error))
    status = program.process.wait(0)
    if status is not None:
        program.hear_last_words()
        how = f"was ended by signal {-status}" if status < 0 else f"ended by itself, with exit status {status}"
        said = _last_words(program) if status else ""
        return Reason(f"{program.name} {how}" + (f". Its last words: {said}" if said else "."))
    return Reason()


def _last_words(program: Program) -> str:
    """Return the line of the screen that tells most about the end: the last one, as a rule."""
    printed = [line.strip() for line in program.out.screen.lines if not program.keyboard.was_typed(line)]
    lines = [line for line in printed if line.strip(">") and not line.lstrip("> ").startswith(ORDINARY)]
    fatal = [line for line in lines if line.startswith("Fatal Python error")]
    return shown((fatal or lines or [""])[-1])


def _is_broken_connection(error: dict[str, Any]) -> bool:
    return bool(BROKEN.match(f"{error.get('type')}: {error.get('message')}"))


def _importance(error: dict[str, Any]) -> tuple[int, int]:
    """Sort unfilled TODOs first, in the order of the file, and broken connections last."""
    if error.get("type") == "NotImplementedError":
        return 0, (error.get("places") or [{}])[-1].get("line", 0)
    return (2 if _is_broken_connection(error) else 1), 0


def _todo(error: dict[str, Any]) -> tuple[str, int] | None:
    """Return file and line where an exception says that something is still to be written, if it does."""
    places = error.get("places") or []
    if not places or error.get("type") != "NotImplementedError" or not isinstance(places[-1]["line"], int):
        return None
    return Path(str(places[-1]["file"])).name, places[-1]["line"]


def told_exception(error: dict[str, Any]) -> str:
    """Tell an exception as `chat_server.py:57, in broadcast: ValueError: list.remove(x): x not in list`."""
    places = error.get("places") or []
    if not places:
        return f"{error.get('type')}: {error.get('message')}"
    place = places[-1]
    if _todo(error):
        return f"{place['file']}:{place['line']}: {place['function']} is still a TODO."
    if way := error.get("module") and environment.way_to_get(str(error["module"])):
        told = f"{place['file']}:{place['line']}: {error['type']}: {error['message']}"
        return f"{told}\n{ONLY_TYPED_HAS_IT}\nType: {way}"
    where = f"{place['file']}:{place['line']}" + (f", in {place['function']}" if place["function"] else "")
    code = f"\n{place['code']}" if place["code"] else ""
    message = f": {error['message']}" if error["message"] else ""
    return f"{where}: {error['type']}{message}{code}"


def todos(path: Path) -> list[tuple[int, str]]:
    """Return line number and text of every TODO that still stands in a program."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    marks = ((number, line.partition("# TODO:")) for number, line in enumerate(lines, 1))
    return [(number, text.strip()) for number, (_, mark, text) in marks if mark]
