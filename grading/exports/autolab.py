"""What Autolab reads from an autograder: text, and in the last line the scores."""

from __future__ import annotations

import json

from grading.exports.delivery import Delivery
from grading.exports.feedback import feedback
from grading.results.values import ERROR, Grade


def output(grade: Grade, delivery: Delivery) -> str:
    """Return the text and the scores, with a problem for each exercise; one that nobody could tell stays ungraded."""
    scores = {exercise: _score(grade, exercise) for exercise in grade.exercises}
    return feedback(grade, delivery) + "\n" + json.dumps({"scores": scores}) + "\n"


def _score(grade: Grade, exercise: str) -> float | None:
    checks = grade.of_exercise(exercise)
    return None if any(check.outcome == ERROR for check in checks) else float(sum(check.points for check in checks))
