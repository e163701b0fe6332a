"""Vocareum's two files: the grades, and the report that the student reads."""

from __future__ import annotations

from grading.exports.delivery import Delivery
from grading.exports.feedback import as_html, feedback
from grading.results.values import ERROR, Grade

SILENT = "VOC_NO_REPORT_OUTPUT"  # keeps what the grader printed out of the report


def grades(grade: Grade, delivery: Delivery) -> str:
    """Return a line for each exercise, which is a criterion of the rubric; none for one that nobody could tell."""
    sure = [exercise for exercise in grade.exercises if _is_sure(grade, exercise)]
    return "".join(f"{name},{sum(check.points for check in grade.of_exercise(name))}\n" for name in sure)


def report(grade: Grade, delivery: Delivery) -> str:
    """Return the report, as HTML."""
    return f"{SILENT}\n{as_html(feedback(grade, delivery))}\n"


def _is_sure(grade: Grade, exercise: str) -> bool:
    return all(check.outcome != ERROR for check in grade.of_exercise(exercise))
