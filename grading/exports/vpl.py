"""What Moodle's Virtual Programming Lab reads from the output of an evaluation."""

from __future__ import annotations

from grading.exports.delivery import Delivery
from grading.exports.feedback import feedback
from grading.results.values import Grade


def output(grade: Grade, delivery: Delivery) -> str:
    """Return comments and a grade, which is left out where the grader could not tell.

    Each line of a comment is quoted with `>`, so that none that a student wrote passes for the grade.
    """
    quoted = [f">{line}" for line in feedback(grade, delivery).splitlines()]
    score = [] if grade.is_fault else [f"Grade :=>> {grade.points}"]
    return "\n".join(["<|--", *quoted, "--|>", *score]) + "\n"
