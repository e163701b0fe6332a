"""Submitty's `validation_results.json`, which a custom validator writes."""

from __future__ import annotations

import json
from typing import Any

from grading.exports.delivery import Delivery
from grading.exports.feedback import feedback
from grading.results.values import Grade


def validation(grade: Grade, delivery: Delivery) -> str:
    """Return the share of the points that was won; a validator that failed where the grader could not tell."""
    text = feedback(grade, delivery)
    if grade.is_fault or not grade.max_points:
        value: dict[str, Any] = {"status": "failure", "message": text}
    else:
        status = "success" if grade.passed else "failure"
        data = {"score": grade.points / grade.max_points, "message": text, "status": status}
        value = {"status": "success", "data": data}
    return json.dumps(value, indent=2) + "\n"
