"""Tell of exceptions, and of programs that ended."""

from __future__ import annotations

from collections.abc import Sequence

from grading.results.causes import Cause, Place, Raised
from grading.results.values import TODO

ONLY_TYPED_HAS_IT = "The Python that you typed has it; the one that grades has not."


def of_raised(error: Raised, way_to_get_module: str = "") -> Cause:
    """Tell an exception as `chat_server.py:57, in broadcast: ValueError: list.remove(x): x not in list`."""
    if not error.places:
        return Cause("exception", f"{error.type}: {error.message}")
    place = error.places[-1]
    where = f"{place.file}:{place.line}"
    if error.is_todo:
        return Cause(TODO, f"{where}: {place.function} is still a TODO.", place)
    if way_to_get_module:
        told = f"{where}: {error.type}: {error.message}"
        return Cause("module-missing", f"{told}\n{ONLY_TYPED_HAS_IT}\nType: {way_to_get_module}", place)
    return Cause(_code(error), _told(error, place), place)


def _code(error: Raised) -> str:
    return "connection-broke" if error.is_broken_connection else "exception"


def _told(error: Raised, place: Place) -> str:
    where = f"{place.file}:{place.line}" + (f", in {place.function}" if place.function else "")
    message = f": {error.message}" if error.message else ""
    return f"{where}: {error.type}{message}" + (f"\n{place.code}" if place.code else "")


def most_telling(errors: Sequence[Raised]) -> Raised | None:
    """Return the exception that explains most: what is still to be written first, broken connections last."""
    return min(errors, key=_importance, default=None)


def _importance(error: Raised) -> tuple[int, int]:
    if error.is_todo:
        return 0, error.places[-1].line
    return (2 if error.is_broken_connection else 1), 0


def of_end(program: str, status: int, last_words: str) -> Cause:
    """Tell that a program ended, with an exit status or (negative) by a signal."""
    how = f"was ended by signal {-status}" if status < 0 else f"ended by itself, with exit status {status}"
    return Cause("ended", f"{program} {how}" + (f". Its last words: {last_words}" if last_words else "."))
