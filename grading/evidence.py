"""Why something failed, as far as there is evidence: an exception, the end of the program, a stack, a TODO."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from grading.program import Program

STILL_A_TODO = "is still a TODO"
LAST_WORDS_SECONDS = 0.1  # an exception may still be on its way to us


def why(program: Program) -> str:
    """Return the best explanation that this run of the program left behind, or an empty string."""
    program.listen_to_stage()
    if not program.exceptions:
        program.listen_to_stage(LAST_WORDS_SECONDS)
    if program.exceptions:
        return told_exception(min(program.exceptions, key=_importance))
    status = program.process.wait(0)
    if status is not None and status < 0:
        return f"{program.name} was ended by signal {-status}."
    if status is not None:
        return f"{program.name} ended by itself, with exit status {status}."
    return ""


def _importance(error: dict[str, Any]) -> tuple[int, int]:
    """Sort unfilled TODOs first, in the order of the file, and broken connections last: some checks break them."""
    places = error.get("places") or [{}]
    rank = {"NotImplementedError": 0, "ConnectionResetError": 2, "BrokenPipeError": 2}.get(str(error.get("type")), 1)
    return rank, places[-1].get("line", 0) if rank == 0 else 0


def told_exception(error: dict[str, Any]) -> str:
    """Tell an exception as `chat_server.py:57, in broadcast: ValueError: list.remove(x): x not in list`."""
    places = error.get("places") or []
    if not places:
        return f"{error.get('type')}: {error.get('message')}"
    place = places[-1]
    if error.get("type") == "NotImplementedError":
        return f"{place['file']}:{place['line']}: {place['function']} {STILL_A_TODO}."
    where = f"{place['file']}:{place['line']}" + (f", in {place['function']}" if place["function"] else "")
    code = f"\n{place['code']}" if place["code"] else ""
    return f"{where}: {error['type']}: {error['message']}{code}"


def todos(path: Path) -> list[tuple[int, str]]:
    """Return line number and text of every TODO that still stands in a program."""
    try:
        lines = path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []
    marks = ((number, line.partition("# TODO:")) for number, line in enumerate(lines, 1))
    return [(number, text.strip()) for number, (_, mark, text) in marks if mark]
