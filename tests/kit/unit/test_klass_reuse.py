"""What is known already is not found out again, and comes to the same as a grading that makes every check."""

from __future__ import annotations

from dataclasses import replace

from grading.course import STEP1
from grading.klass.reuse import known_of, left, together
from grading.results.values import ERROR, FAILED, PASSED, SKIPPED, CheckResult, Grade
from grading.suite import collect

CHECKS = collect(STEP1)
ROLE = CHECKS[0].role
OWN = [check for check in CHECKS if check.role == ROLE]
GATE = next(check.id for check in OWN if check.terms.gate)
VETO = next(check.id for check in OWN if check.terms.veto)
PLAIN = next(check.id for check in OWN if not check.terms.gate and not check.terms.veto)


def results(outcomes: dict[str, str] | None = None) -> dict[str, CheckResult]:
    """Return what is known where all passed but these, of which those without an outcome are unknown."""
    found = {check.id: replace(check.untried(), outcome=(outcomes or {}).get(check.id, PASSED)) for check in CHECKS}
    return {id: result for id, result in found.items() if result.outcome}


def test_only_what_is_unknown_is_left() -> None:
    assert left(CHECKS, results()) == frozenset()
    assert left(CHECKS, results({PLAIN: ""})) == {PLAIN}
    assert left(CHECKS, {}) == {check.id for check in CHECKS}


def test_behind_a_gate_that_is_shut_nothing_is_left() -> None:
    known = results({GATE: FAILED, PLAIN: ""})
    assert left(CHECKS, known) == frozenset()
    outcomes = {check.id: check.outcome for check in together(CHECKS, known) if check.role == ROLE.name}
    assert outcomes == {check.id: FAILED if check.id == GATE else SKIPPED for check in OWN}


def test_a_veto_lets_all_others_of_its_program_count_for_nothing() -> None:
    known = results({VETO: FAILED, PLAIN: ""})
    assert left(CHECKS, known) == frozenset()
    together_now = together(CHECKS, known)
    assert {check.id for check in together_now if check.role == ROLE.name and check.outcome != SKIPPED} == {VETO}
    assert all(check.outcome == PASSED for check in together_now if check.role != ROLE.name)


def test_a_veto_that_voided_its_gate_is_no_shut_gate() -> None:
    voided = known_of(Grade("step1", together(CHECKS, results({VETO: FAILED}))))
    assert GATE not in voided
    assert together(CHECKS, voided) == together(CHECKS, results({VETO: FAILED}))
    assert left(CHECKS, voided) == frozenset()


def test_an_error_is_not_known() -> None:
    grade = Grade("step1", tuple(results({PLAIN: ERROR, VETO: SKIPPED}).values()))
    assert {PLAIN, VETO}.isdisjoint(known_of(grade))
    assert left(CHECKS, known_of(grade)) == {PLAIN, VETO}
