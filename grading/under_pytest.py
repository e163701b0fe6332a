"""pytest runs the suites, too: an item per check, and a failure tells its story. `tests/conftest.py` brings this in."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import pytest

from grading.course import GRADED, TALK, Exercise, Role
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.results.values import ERROR, FAILED, CheckResult
from grading.running import run
from grading.showing.terminal import as_text
from grading.submission.arriving import arrived
from grading.submission.values import BadSubmission, TooBig
from grading.suite import Check, collect
from grading.telling.advice import begins


class Gradings:
    """What is graded while pytest runs: one launcher, and one production per work."""

    def __init__(self, works: dict[Path, Exercise]) -> None:
        self.closed: set[tuple[Path, Role]] = set()  # programs that do not start: their other checks are not run
        self._works = works  # and the highest exercise of each
        self._launcher: Launcher | None = None
        self._productions: dict[Path, Production] = {}

    def production(self, work: Path) -> Production:
        """Return the production of a work, which lasts as long as pytest runs."""
        self._launcher = self._launcher or Launcher()
        if work not in self._productions:
            self._productions[work] = Production(self._launcher, arrived(work), self._works[work])
        return self._productions[work]

    @property
    def notes(self) -> Iterator[str]:
        """What was left out of the works, or could not be done as usual."""
        for production in self._productions.values():
            yield from production.notes

    def close(self) -> None:
        """End all programs and remove all copies."""
        if self._launcher:
            self._launcher.close()
        for production in self._productions.values():
            production.close()


GRADINGS = pytest.StashKey[Gradings]()


class SuiteFile(pytest.File):
    """The checks of one role in one exercise; those of a talk are the same in all steps."""

    parts: list[tuple[Exercise, Role]]

    def collect(self) -> Iterator[pytest.Item]:
        """Yield an item per check."""
        for part in self.parts:
            label = f"[{part[0].name}]" if len(self.parts) > 1 else ""
            for check in collect(part[0]):
                if (check.exercise, check.role) == part:
                    yield CheckItem.of(check, self, label)


class CheckItem(pytest.Item):
    """One check, made on a work. What goes wrong in its setup is our own fault."""

    check: Check
    result: CheckResult | None = None

    @classmethod
    def of(cls, check: Check, parent: SuiteFile, label: str) -> CheckItem:
        """Return the item of a check, under the name of its function, and a label where there are several of that."""
        item: CheckItem = cls.from_parent(parent, name=f"{check.function.__name__}{label}")
        item.check = check
        return item

    @property
    def work(self) -> Path:
        """The folder on which the check is made."""
        named = self.config.getoption("work")
        if named:
            return Path(self.config.invocation_params.dir, named).resolve()
        assert self.check.exercise.pages
        return self.check.exercise.pages

    def setup(self) -> None:
        """Run the check, unless it waits until its program starts."""
        gradings = self.config.stash[GRADINGS]
        place = self.work, self.check.role
        if place in gradings.closed:
            pytest.skip(f"waits until {self.check.role.program} {begins(self.check.role.name)}")
        (self.result,) = run([self.check], _opened(gradings, self.work))
        if self.result.is_untried:
            pytest.skip(self.result.because)
        if self.result.outcome == ERROR:
            self._fails(self.result)
        if self.result.outcome == FAILED and (self.check.terms.gate or self.check.terms.veto):
            gradings.closed.add(place)

    def runtest(self) -> None:
        """Fail, with the story, if the check failed."""
        if self.result and not self.result.is_fine:
            self._fails(self.result)

    def _fails(self, result: CheckResult) -> NoReturn:
        pytest.fail(told(result, self.config.get_verbosity() > 0), pytrace=False)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Return where the check stands."""
        return self.path, self.check.function.__code__.co_firstlineno - 1, self.name


def told(result: CheckResult, debug: bool = False) -> str:
    """Return the story as the grader shows it, in letters that the screen has."""
    encoding = getattr(sys.__stdout__, "encoding", None) or "utf-8"
    return as_text(result, encoding, debug or result.outcome == ERROR)


def _opened(gradings: Gradings, work: Path) -> Production:
    if not work.exists():
        pytest.exit(f"There is no folder {work}.", pytest.ExitCode.USAGE_ERROR)
    try:
        return gradings.production(work)
    except (TooBig, BadSubmission) as error:
        pytest.exit(str(error), pytest.ExitCode.USAGE_ERROR)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let one say which folder is meant."""
    group = parser.getgroup("grading")
    group.addoption("--work", metavar="DIR", help="the folder to grade (default: steps/STEP of each check)")


def pytest_pycollect_makemodule(module_path: Path, parent: pytest.Collector) -> SuiteFile | None:
    """Let the files of the suites be read as such; all others are ordinary tests."""
    parts = [(exercise, role) for exercise in GRADED.values() for role in exercise.roles]
    own = [(exercise, role) for exercise, role in parts if (TALK in exercise.roles) == (role == TALK)]
    found = [(exercise, role) for exercise, role in own if module_path == exercise.checks_of(role)]
    if not found:
        return None
    file: SuiteFile = SuiteFile.from_parent(parent, path=module_path)
    file.parts = found
    return file


def pytest_collection_finish(session: pytest.Session) -> None:
    """Before the first check, see which works there are, and which exercise each one has come to."""
    checks = [item for item in session.items if isinstance(item, CheckItem)]
    checks.sort(key=lambda item: len(item.check.exercise.ladder))
    session.config.stash[GRADINGS] = Gradings({item.work: item.check.exercise for item in checks})


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Tell what was left out of the works."""
    if gradings := config.stash.get(GRADINGS, None):
        for note in gradings.notes:
            terminalreporter.write_line(note)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    if gradings := config.stash.get(GRADINGS, None):
        gradings.close()
