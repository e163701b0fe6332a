"""What is known beside a grade when it goes out, and what of the grade may be seen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from grading.results.causes import Cause
from grading.results.values import CheckResult, Circumstances, Grade

Class = list[tuple[str, Grade]]  # whose grade, in the course's own names for people


@dataclass(frozen=True)
class Delivery:
    """Whose grade it is, which checks students must not see, and what a platform says of itself."""

    identity: str = ""
    hidden: frozenset[str] = frozenset()  # ids of checks
    environment: Mapping[str, str] = field(default_factory=dict)  # the variables that a platform's runner sets


NOBODY = Delivery()


def shown(grade: Grade, hidden: frozenset[str]) -> list[CheckResult]:
    """Return the checks of a grade; a hidden one has its points, and nothing that says what it is about."""
    return [_masked(check, number) if check.id in hidden else check for number, check in enumerate(grade.checks, 1)]


def without(grade: Grade, hidden: frozenset[str]) -> Grade:
    """Return a grade without the hidden checks."""
    return replace(grade, checks=tuple(check for check in grade.checks if check.id not in hidden))


def _masked(check: CheckResult, number: int) -> CheckResult:
    return replace(
        check,
        name=f"hidden_{number}",
        title="A hidden check.",
        hint="",
        expected="",
        got="",
        cause=Cause(check.cause.code, "") if check.cause else None,  # whether its points count hangs on it
        events=(),
        circumstances=Circumstances(),
    )
