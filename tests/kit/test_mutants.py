"""Every mistake that we know of is caught, at the check that is meant to catch it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from grading.launcher import Launcher
from grading.results import CheckResult
from tests.kit.killing import Mutant, kill
from tests.kit.mutants import MUTANTS

AT_ONCE = 6  # mutants


@pytest.fixture(scope="module")
def kills(request: pytest.FixtureRequest) -> Iterator[dict[str, Future[list[CheckResult]]]]:
    """Who catches which mutant: those that are wanted run side by side, since they mostly wait."""
    cases = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = [case["mutant"] for case in cases if "mutant" in case]
    with Launcher() as launcher, ThreadPoolExecutor(AT_ONCE) as pool:
        yield {mutant.name: pool.submit(kill, mutant, launcher) for mutant in wanted}


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_a_mutant_is_caught_by_every_check_meant_for_it(
    mutant: Mutant, kills: dict[str, Future[list[CheckResult]]], launcher: Launcher
) -> None:
    caught = {result.id for result in kills[mutant.name].result()}
    if caught != set(mutant.caught_by):  # what several mutants at once may hide, one alone may not
        wait(kills.values())
        caught = {result.id for result in kill(mutant, launcher)}
    assert caught == set(mutant.caught_by), f"{mutant.mistake}: not caught by {set(mutant.caught_by) - caught}"


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
