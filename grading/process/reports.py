"""What the stage reports, taken as far as it can be believed: a program can forge it, and spoils its own story only."""

from __future__ import annotations

from dataclasses import replace

from grading.results.causes import Place, Raised, Thread
from grading.stage import messages

MOST_THREADS = 1000
MOST_PLACES = 50  # of one thread or exception
LONGEST = 300  # characters of a text
NONSENSE = (  # what one meets in forged reports
    TypeError, LookupError, ValueError, AttributeError, ArithmeticError, RecursionError,
)  # fmt: skip


def threads(reply: object) -> list[Thread]:
    """Return where the threads of a program stand, those left out that make no sense."""
    reports = reply[:MOST_THREADS] if isinstance(reply, list) else []
    return [thread for report in reports if (thread := _thread(report))]


def places(reply: object) -> list[Place]:
    """Return some lines, if they make sense."""
    try:
        return [_place(report) for report in reply[:MOST_PLACES]] if isinstance(reply, list) else []
    except NONSENSE:
        return []


def numbers(reply: object) -> list[int]:
    """Return numbers of threads, as far as they are some."""
    return [number for number in reply[:MOST_THREADS] if isinstance(number, int)] if isinstance(reply, list) else []


def raised(report: messages.Raised) -> Raised | None:
    """Return an exception, if it makes sense."""
    try:
        type_, message, module = (_text(report[key]) for key in ("type", "message", "module"))
        return Raised(type_, message, _places(report["places"]), module)
    except NONSENSE:
        return None


def _thread(report: messages.Thread) -> Thread | None:
    try:
        id_, name, places = int(report["id"]), _text(report["thread"]), _places(report["places"])
        is_daemon, reads = (report.get("daemon") is True, report.get("reads") is True)
        thread = Thread(id_, name, places, native=int(report.get("native", 0)), is_daemon=is_daemon, reads=reads)
        if (holder := report.get("waits_for")) is not None:
            thread = replace(thread, waits=True)
        if holder:
            thread = replace(thread, lock_holder=int(holder["id"]), lock_taken_at=_place(holder["place"]))
        return thread if places else None
    except NONSENSE:
        return None


def _places(reports: list[messages.Place]) -> tuple[Place, ...]:
    """Return places, the first and the last of them if there are too many."""
    some = [*reports[: MOST_PLACES // 2], *reports[-MOST_PLACES // 2 :]] if len(reports) > MOST_PLACES else reports
    return tuple(map(_place, some))


def _place(report: messages.Place) -> Place:
    return Place(_text(report["file"]), int(report["line"]), _text(report["function"]), _text(report["code"]))


def _text(value: object) -> str:
    return str(value)[:LONGEST]
