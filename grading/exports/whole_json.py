"""JSON, with all that is known: one grade, or a class as one line for each submission."""

from __future__ import annotations

import json

from grading.exports.delivery import Class, Delivery
from grading.results.json import as_json, as_text
from grading.results.values import Grade


def whole(grade: Grade, delivery: Delivery) -> str:
    """Return a grade with all that is known about it, for the instructor's own programs."""
    return as_text(grade)


def lines(graded: Class) -> str:
    """Return a class, one JSON value on a line for each submission, so that it can be read bit by bit."""
    return "".join(json.dumps({"identity": identity, **as_json(grade)}) + "\n" for identity, grade in graded)
