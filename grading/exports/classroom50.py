"""Classroom 50's `result.json`, and the text of the release that goes with it."""

from __future__ import annotations

import json
import re
from typing import Any

from grading.exports.delivery import Delivery, shown
from grading.exports.feedback import feedback
from grading.results.values import CheckResult, Grade
from grading.results.visible import visible

FROM_RUNNER = {  # a key of the result: the variable that the platform's runner sets
    "classroom": "CLASSROOM",
    "assignment": "ASSIGNMENT",
    "assignment_type": "MODE",
    "owner": "USERNAME",
    "submission": "SUBMISSION_TAG",
    "commit": "COMMIT_URL",
    "release": "RELEASE_URL",
    "review": "REVIEW_URL",
}
NEEDS = tuple(FROM_RUNNER.values())
MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d)[-:]?(\d\d)[-:]?(\d\d)Z")  # in the tag of a submission
UNKNOWN = "1970-01-01T00:00:00Z"  # the runner, which knows the commit, puts the right moment there


def result(grade: Grade, delivery: Delivery) -> str:
    """Return the result. Its scores are whole numbers; where the grader could not tell, it is an empty one: 0 of 0."""
    known = {key: delivery.environment.get(name, "") for key, name in FROM_RUNNER.items()}
    checks = [] if grade.is_fault else shown(grade, delivery.hidden)
    value = {
        "schema": "classroom50/result/v1",
        **known,
        "datetime": _moment(known["submission"]),
        "score": sum(check.points for check in checks),
        "max-score": sum(check.at_stake for check in checks),
        "tests": [_test(check) for check in checks],
    }
    return json.dumps(value, indent=2) + "\n"


def release(grade: Grade, delivery: Delivery) -> str:
    """Return what the student reads, as Markdown that keeps its columns."""
    text = feedback(grade, delivery)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}text\n{text}{fence}\n"


def _test(check: CheckResult) -> dict[str, Any]:
    return {
        "test-name": visible(check.title),
        "passed": check.is_fine,
        "score": check.points,
        "max-score": check.at_stake,
        "id": check.id,
    }


def _moment(tag: str) -> str:
    found = MOMENT.search(tag)
    return "{}T{}:{}:{}Z".format(*found.groups()) if found else UNKNOWN
