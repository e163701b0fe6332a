"""PrairieLearn's `results.json`."""

from __future__ import annotations

import json
from typing import Any

from grading.exports.delivery import Delivery, shown
from grading.exports.feedback import feedback, told
from grading.results.values import CheckResult, Grade
from grading.results.visible import visible


def results(grade: Grade, delivery: Delivery) -> str:
    """Return a score from 0 to 1. What the grader could not tell is not gradable, and costs no attempt."""
    if grade.is_fault or not grade.max_points:
        value: dict[str, Any] = {"gradable": False, "format_errors": [feedback(grade, delivery)]}
    else:
        tests = [_test(check) for check in shown(grade, delivery.hidden)]
        score = grade.points / grade.max_points
        value = {"gradable": True, "score": score, "output": feedback(grade, delivery), "tests": tests}
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"  # shorter so: the platform takes 1 MB at the most


def _test(check: CheckResult) -> dict[str, Any]:
    return {
        "name": check.id,
        "description": visible(check.title),
        "points": float(check.points),
        "max_points": float(check.at_stake),
        "output": told(check),
    }
