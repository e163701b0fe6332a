"""Gradescope's `results.json`."""

from __future__ import annotations

import json
from typing import Any

from grading.exports.delivery import Delivery
from grading.exports.feedback import feedback, told
from grading.results.values import CheckResult, Grade
from grading.results.visible import visible

LATER = "after_published"  # when a hidden check is shown


def results(grade: Grade, delivery: Delivery) -> str:
    """Return the file that Gradescope looks for. Where the grader could not tell, nothing in it is a score."""
    score = {} if grade.is_fault else {"score": float(grade.points)}
    tests = [_test(check, grade.is_fault, check.id in delivery.hidden) for check in grade.checks]
    output = {"output": feedback(grade, delivery), "output_format": "text"}
    facts = {"exercise": grade.exercise, "kit": grade.versions.kit, "submission": grade.submission}
    return json.dumps({**score, **output, "tests": tests, "extra_data": facts}, indent=2) + "\n"


def _test(check: CheckResult, is_fault: bool, is_hidden: bool) -> dict[str, Any]:
    """Return a check; without scores, it is for information only."""
    scores = {} if is_fault else {"score": float(check.points), "max_score": float(check.at_stake)}
    return {
        **scores,
        "status": "passed" if check.is_fine else "failed",
        "name": visible(check.title),
        "output": told(check),
        "output_format": "text",
        "tags": [check.exercise, check.role],
        "visibility": LATER if is_hidden else "visible",
        "extra_data": {"id": check.id, "outcome": check.outcome},
    }
