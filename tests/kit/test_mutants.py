"""Every mistake that we know of is caught, at the check that is meant to catch it, and told so that it is found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from grading.course import EXERCISES
from grading.drawing.text import LONGEST, page
from grading.people import chromium
from grading.process.launcher import Launcher
from grading.results.values import CheckResult, Grade
from grading.suite import collect
from grading.telling.choice import to_tell
from grading.telling.story import tell
from tests.kit.killing import Mutant, kill
from tests.kit.mutants import MUTANTS
from tests.kit.stories import LEADS_NOWHERE, is_told, on_file, put_on_file, told

AT_ONCE = 10  # mutants
TRIES = 4  # of one alone, which other tests may still disturb
TELLING = 0.95  # of all stories must lead to the mistake

Caught = dict[str, CheckResult]  # by the check's id
HAS_BROWSER = bool(chromium.find())
TRIED = [mutant for mutant in MUTANTS if HAS_BROWSER or not mutant.needs_browser]
each_mutant = pytest.mark.parametrize("mutant", TRIED, ids=lambda mutant: mutant.name)


class Kills:
    """Who catches which mutant: those that are wanted run side by side, since they mostly wait."""

    def __init__(self, wanted: list[Mutant], launcher: Launcher, pool: ThreadPoolExecutor) -> None:
        self.launcher = launcher
        self.futures: dict[str, Future[Caught]] = {mutant.name: pool.submit(self._kill, mutant) for mutant in wanted}

    def _kill(self, mutant: Mutant) -> Caught:
        return {result.id: result for result in kill(mutant, self.launcher)}

    def of(self, mutant: Mutant, right: Callable[[Caught], bool]) -> Caught:
        """Return who caught `mutant`; unless that is `right`, try again alone: what many at once hide, one may not."""
        caught = self.futures[mutant.name].result()
        for _ in range(TRIES):
            if right(caught):
                break
            wait(self.futures.values())
            caught = self._kill(mutant)
        return caught


@pytest.fixture(scope="module")
def kills(request: pytest.FixtureRequest) -> Iterator[Kills]:
    cases = [item.callspec.params for item in request.session.items if hasattr(item, "callspec")]
    wanted = {case["mutant"].name: case["mutant"] for case in cases if "mutant" in case}
    with Launcher() as launcher, ThreadPoolExecutor(AT_ONCE) as pool:
        yield Kills(list(wanted.values()), launcher, pool)


@pytest.fixture(scope="module")
def stories(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """The stories that are not on file yet; with --update-golden they go there."""
    now: dict[str, str] = {}
    yield now
    if request.config.getoption("--update-golden"):
        put_on_file(now)


@each_mutant
def test_a_mutant_is_caught_by_every_check_meant_for_it(mutant: Mutant, kills: Kills) -> None:
    caught = kills.of(mutant, lambda caught: set(caught) == set(mutant.caught_by))
    assert set(caught) == set(mutant.caught_by), (
        f"{mutant.mistake}: not caught by {set(mutant.caught_by) - set(caught)}"
    )


@each_mutant
def test_the_story_of_a_mutant_is_the_one_on_file(
    mutant: Mutant, kills: Kills, stories: dict[str, str], request: pytest.FixtureRequest
) -> None:
    filed = on_file().get(mutant.name, "")

    def is_right(caught: Caught) -> bool:
        return set(caught) == set(mutant.caught_by) and is_told(mutant, _told_of(mutant, caught), filed)

    updating = request.config.getoption("--update-golden")
    caught = kills.of(mutant, lambda caught: set(caught) == set(mutant.caught_by) if updating else is_right(caught))
    first = _told_of(mutant, caught)
    lines = page(tell(first)).lines
    assert len(lines) <= LONGEST
    assert not [line for line in lines if "grading/" in line or "/tests/" in line]
    if not is_right(caught):
        stories[mutant.name] = told(mutant, first)
        assert updating or stories[mutant.name] == filed


def _told_of(mutant: Mutant, caught: Caught) -> CheckResult:
    """Return the failure that the student would read about, of those that were caught."""
    first = to_tell(Grade(mutant.step, tuple(caught.values())))
    assert first, f"{mutant.mistake}: not caught"
    return first


@pytest.mark.skipif(len(TRIED) == len(MUTANTS), reason="there is a browser")
def test_mutants_of_a_page_are_tried() -> None:
    pytest.skip(chromium.NOT_INSTALLED)


def test_ninety_five_of_a_hundred_stories_lead_to_the_mistake() -> None:
    filed = on_file()
    assert set(filed) == {mutant.name for mutant in MUTANTS}
    assert sum(not story.startswith(LEADS_NOWHERE) for story in filed.values()) >= TELLING * len(filed)


def test_every_check_is_meant_to_catch_a_mutant() -> None:
    meant = {id for mutant in MUTANTS for id in mutant.caught_by}
    ids = {check.id for exercise in EXERCISES.values() for check in collect(exercise)}
    assert sorted(ids - meant) == []


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS)
