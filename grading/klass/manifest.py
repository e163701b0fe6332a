"""What arrived, as JSON: who, what was found, by which rule, what is missing, and a word for the student."""

from __future__ import annotations

import json
from typing import Any

from grading.klass.arrival import Arrival, Class

SCHEMA = 1  # grows when a reader of the older form would be misled


def as_text(arrived: Class) -> str:
    """Return all that is known about what arrived; the same for the same arrivals."""
    whole = {"schema": SCHEMA, "notes": list(arrived.notes), "arrivals": [_arrival(one) for one in arrived.arrivals]}
    return json.dumps(whole, indent=2) + "\n"


def _arrival(one: Arrival) -> dict[str, Any]:
    return {
        "identity": one.who,
        "name": one.name,
        "group": one.group,
        "source": one.source,
        "rule": one.rule,
        "wrapper": one.wrapper,
        "late": one.late,
        "others": list(one.others),
        "submission": one.submission.digest if one.submission else None,
        "found": [{"program": found.program, "came_as": found.came_as, "rule": found.rule} for found in one.found],
        "missing": list(one.missing),
        "trouble": one.trouble,
        "notes": list(one.notes),
        "doubt": one.doubt,
        "word": one.word,
    }
