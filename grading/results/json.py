"""A grade as JSON, and back. The page beside this file says what stands where; `grade.schema.json` says it exactly."""

from __future__ import annotations

import json
from typing import Any

from grading.results.causes import Cause, Place
from grading.results.events import Event
from grading.results.values import CheckResult, Circumstances, Grade, Versions

PLAIN = (  # keys of a check whose values are just those of a CheckResult
    "exercise", "role", "program", "name", "title", "hint", "max_points", "outcome", "undecided", "stress", "expected",
    "got",
)  # fmt: skip
OF_ONE_RUN = ("run", "notes")  # keys of a grade: a port was in use, a pipe lay beside the programs
STORY = ("expected", "got", "because", "cause", "hint", "events")  # keys of a check
SCHEMA = 1  # grows when a reader of the older form would be misled
DIGITS = 3  # of a second


def as_text(grade: Grade) -> str:
    """Return a grade as text: what no screen and no encoding could take stands there as JSON's own escapes."""
    return _text(as_json(grade))


def canonical(grade: Grade) -> bytes:
    """Return what is the same, byte for byte, whenever submissions with one digest are graded with the same versions.

    That is what was decided. How it showed is a matter of chance: the second in which somebody said what time it is,
    which of several people came first, where a thread stood just then, after how many turns a race was lost.
    """
    whole = as_json(grade)
    for key in OF_ONE_RUN:
        del whole[key]
    for check in whole["checks"]:
        for key in STORY:
            del check[key]
    return _text(whole).encode()


def from_text(text: str) -> Grade:
    """Return the grade that `as_text` wrote; ValueError if it is of another schema, KeyError if it is none."""
    return from_json(json.loads(text))


def as_json(grade: Grade) -> dict[str, Any]:
    """Return a grade as a value that JSON knows."""
    return {
        "schema": SCHEMA,
        "exercise": grade.exercise,
        "submission": grade.submission,
        "kit": grade.versions.kit,
        "python": grade.versions.python,
        "platform": grade.versions.platform,
        "seed": grade.seed,
        "points": grade.points,
        "max_points": grade.max_points,
        "passed": grade.passed,
        "notes": list(grade.notes),
        "todos": {name: list(lines) for name, lines in sorted(grade.todos.items())},
        "checks": [_check(check) for check in grade.checks],
        "run": {check.id: _run(check) for check in grade.checks},
    }


def from_json(whole: dict[str, Any]) -> Grade:
    """Return the grade that `as_json` returned."""
    if whole["schema"] != SCHEMA:
        raise ValueError(f"this is schema {whole['schema']}, and {SCHEMA} is what can be read")
    return Grade(
        whole["exercise"],
        tuple(_check_of(check, whole["run"][check["id"]]) for check in whole["checks"]),
        whole["submission"],
        Versions(whole["kit"], whole["python"], whole["platform"]),
        whole["seed"],
        tuple(whole["notes"]),
        {name: tuple(lines) for name, lines in whole["todos"].items()},
    )


def _text(value: Any) -> str:
    text = _joined(json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False)) + "\n"
    return "".join(c if c.isprintable() or c == "\n" else json.dumps(c)[1:-1] for c in text)


def _joined(text: str) -> str:
    """Return a text whose surrogates are lone ones: whoever reads two halves of a character takes them for one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _check(check: CheckResult) -> dict[str, Any]:
    return {
        "id": check.id,
        "points": check.points,
        **{key: getattr(check, key) for key in PLAIN},
        "because": check.because,
        "cause": _cause(check.cause),
        "hint": check.hint,
        "events": [_event(event) for event in check.events],
    }


def _cause(cause: Cause | None) -> dict[str, Any] | None:
    if not cause:
        return None
    place = cause.place
    where = {"file": place.file, "line": place.line, "function": place.function, "code": place.code} if place else None
    return {"code": cause.code, "place": where}


def _event(event: Event) -> dict[str, str]:
    return {"kind": event.kind, "source": event.source, "target": event.target, "data": event.data}


def _run(check: CheckResult) -> dict[str, Any]:
    circumstances = check.circumstances
    return {
        "seconds": round(circumstances.seconds, DIGITS),
        "repeated": circumstances.repeated,
        "threads": list(circumstances.threads),
        "moments": [round(event.moment, DIGITS) for event in check.events],
    }


def _check_of(check: dict[str, Any], run: dict[str, Any]) -> CheckResult:
    events = zip(check["events"], run["moments"], strict=True)
    return CheckResult(
        **{key: check[key] for key in PLAIN},
        cause=_cause_of(check["cause"], check["because"]),
        events=tuple(Event(**event, moment=moment) for event, moment in events),
        circumstances=Circumstances(run["seconds"], run["repeated"], tuple(run["threads"])),
    )


def _cause_of(cause: dict[str, Any] | None, sentence: str) -> Cause | None:
    if not cause:
        return None
    return Cause(cause["code"], sentence, Place(**cause["place"]) if cause["place"] else None)
