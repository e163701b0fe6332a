"""JUnit XML, which every CI shows."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from grading.exports.delivery import Delivery, shown
from grading.exports.feedback import told
from grading.results.values import ERROR, FAILED, SKIPPED, CheckResult, Grade
from grading.results.visible import visible

ELEMENTS = {
    FAILED: "failure",
    ERROR: "error",
    SKIPPED: "skipped",
}  # by outcome: a failure is the student's, an error ours


def report(grade: Grade, delivery: Delivery) -> str:
    """Return a test suite for each exercise; the points are properties of the suites."""
    checks = shown(grade, delivery.hidden)
    root = Element("testsuites", {"name": grade.exercise, **_counts(checks)})
    for exercise in grade.exercises:
        _suite(root, exercise, [check for check in checks if check.exercise == exercise])
    indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + tostring(root, "unicode") + "\n"


def _counts(checks: list[CheckResult]) -> dict[str, str]:
    outcomes = [check.outcome for check in checks]
    counts = {"tests": len(checks), "failures": outcomes.count(FAILED), "errors": outcomes.count(ERROR)}
    return {**{name: str(count) for name, count in counts.items()}, "time": _seconds(checks)}


def _seconds(checks: list[CheckResult]) -> str:
    return f"{sum(check.circumstances.seconds for check in checks):.3f}"


def _suite(root: Element, exercise: str, checks: list[CheckResult]) -> None:
    skipped = sum(check.outcome == SKIPPED for check in checks)
    suite = SubElement(root, "testsuite", {"name": exercise, **_counts(checks), "skipped": str(skipped)})
    properties = SubElement(suite, "properties")
    _property(properties, "points", sum(check.points for check in checks))
    _property(properties, "max_points", sum(check.at_stake for check in checks))
    for check in checks:
        _property(properties, f"points of {check.id}", check.points)
        _property(properties, f"max_points of {check.id}", check.at_stake)
    for check in checks:
        _case(suite, check)


def _property(properties: Element, name: str, value: int) -> None:
    SubElement(properties, "property", name=name, value=str(value))


def _case(suite: Element, check: CheckResult) -> None:
    classname = f"{check.exercise}.{check.role}"
    case = SubElement(suite, "testcase", classname=classname, name=check.name, time=_seconds([check]))
    if check.outcome in ELEMENTS:
        kind = check.cause.code if check.cause else check.outcome
        element = SubElement(case, ELEMENTS[check.outcome], type=kind, message=visible(check.title))
        element.text = told(check)
