"""What is known of a submission already, and what is left to find out: gates and vetoes count as in a grading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from grading.results.values import ERROR, FAILED, CheckResult, Grade
from grading.suite import Check

Known = Mapping[str, CheckResult]  # by the ids of checks


def known_of(grade: Grade) -> dict[str, CheckResult]:
    """Return what a grading found out; what it could not tell, or did not come to, it did not find out."""
    return {check.id: check for check in grade.checks if check.outcome != ERROR and not check.is_waiting}


def left(checks: Sequence[Check], known: Known) -> frozenset[str]:
    """Return the ids of those that are to be made: what is known makes some others needless."""
    void = _void(checks, known)
    return frozenset(check.id for check in checks if check.id not in known and check.id not in void)


def together(checks: Sequence[Check], known: Known) -> tuple[CheckResult, ...]:
    """Return the results of a grading that found out just this."""
    void = _void(checks, known)
    return tuple(known[one.id] if one.id in known and one.id not in void else one.untried() for one in checks)


def _void(checks: Sequence[Check], known: Known) -> set[str]:
    """Return the ids of those that count for nothing, or would not even be made."""
    vetoes = {check: check.role for check in checks if check.terms.veto and _is(FAILED, known.get(check.id))}
    vetoed = {check.id for check in checks if check.role in vetoes.values() and check not in vetoes}
    gates = [check for check in checks if check.terms.gate and check.id in known]
    closed = {check.role for check in gates if not known[check.id].is_fine} - set(vetoes.values())
    return vetoed | {check.id for check in checks if check.role in closed and not check.terms.gate}


def _is(outcome: str, result: CheckResult | None) -> bool:
    return result is not None and result.outcome == outcome
