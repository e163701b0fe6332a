"""What a student reads on a platform: the points, and the story of the first failure, as the terminal tells it."""

from __future__ import annotations

import html
from dataclasses import replace

from grading.course import TALK
from grading.drawing.text import page
from grading.exports.delivery import Delivery, without
from grading.results.values import ERROR, PASSED, CheckResult, Grade
from grading.results.visible import visible
from grading.telling.choice import to_tell
from grading.telling.story import tell

NOT_RUN = "It was not run, since the program does not start."
NOT_READ = "It was not tried, since the talk cannot be read, or is the one that was handed out."
NO_GRADE = (
    "There is no grade yet. This is not your fault: the grader, or its machine, could not tell whether this holds:"
)
AGAIN = "Your instructor has to run it again."


def feedback(grade: Grade, delivery: Delivery) -> str:
    """Return the points and the first failure's story as lines of text."""
    if grade.is_fault:
        return reason(grade, delivery)
    score = f"{grade.points} of {grade.max_points} points"
    if grade.passed:
        return f"{score}. Everything passed.\n"
    check = to_tell(without(grade, delivery.hidden))
    return f"{score}\n" if check is None else f"{score}\n\n{headed(check)}"


def headed(check: CheckResult) -> str:
    """Return the story of a check under its sentence."""
    worth = f"{check.points} of {check.max_points} points"
    return f"✗ {visible(check.title)}\n  {check.program}, {check.exercise}: {worth}\n\n{told(check)}"


def told(check: CheckResult) -> str:
    """Return what is to be said about a check: nothing if it passed."""
    if check.outcome == PASSED:
        return ""
    if check.is_waiting:
        return f"{NOT_READ if check.role == TALK.name else NOT_RUN}\n"
    if check.is_untried:
        return f"{visible(check.because)}\n" if check.because else ""
    if check.outcome == ERROR:  # nothing is to be done about it in the program
        check = replace(check, hint="")
    return "".join(f"{line.rstrip()}\n" for line in page(tell(check)).lines)


def reason(grade: Grade, delivery: Delivery) -> str:
    """Return why there is no grade where the grader itself could not tell. That is never a 0."""
    unsure = [check for check in without(grade, delivery.hidden).checks if check.outcome == ERROR]
    lines = [f"  {visible(check.title)}" for check in unsure] or ["  A hidden check."]
    return "\n".join([NO_GRADE, *lines, AGAIN]) + "\n"


def as_html(text: str) -> str:
    """Return text for a page: what stands in it is shown and never obeyed, and its columns stay in line."""
    return f"<pre>{html.escape(text.rstrip())}</pre>"
