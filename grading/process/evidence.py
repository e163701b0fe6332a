"""What a run of a program left behind that explains a failure: an exception, or how it ended."""

from __future__ import annotations

from grading.process.patience import LAST_REPORT_SECONDS
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.visible import shown
from grading.start import environment
from grading.telling import exceptions

ORDINARY = ("Disconnected", "Connection lost", "Connected to chat server", "Joined as:")  # words that tell nothing new


def why(program: Program, missing: bool = True) -> Cause | None:
    """Return the best explanation that this run of the program left behind, if there is one.

    Broken connections explain only that something is `missing`: some checks break them themselves.
    """
    program.listen_to_stage()
    if not program.exceptions:
        program.listen_to_stage(LAST_REPORT_SECONDS)
    errors = [error for error in program.exceptions if missing or not error.is_broken_connection]
    if error := exceptions.most_telling(errors):
        way = environment.way_to_get(error.module) if error.module and error.places else ""
        return exceptions.of_raised(error, way)
    status = program.process.wait(0)
    if status is None:
        return None
    program.hear_last_words()
    return exceptions.of_end(program.name, status, _last_words(program) if status else "")


def _last_words(program: Program) -> str:
    """Return the line of the screen that tells most about the end: the last one, as a rule."""
    printed = [line.strip() for line in program.out.screen.lines if not program.keyboard.was_typed(line)]
    lines = [line for line in printed if line.strip(">") and not line.lstrip("> ").startswith(ORDINARY)]
    fatal = [line for line in lines if line.startswith("Fatal Python error")]
    return shown((fatal or lines or [""])[-1])
