"""The one function that grades: everything that wants a grade calls it."""

from __future__ import annotations

import functools
import hashlib
import platform
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from grading.course import KIT, Exercise
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.results.values import Grade, Versions
from grading.running import Progress, run
from grading.skeletons import original
from grading.submission.todos import lines_left, openings
from grading.submission.values import Submission
from grading.suite import collect


@dataclass(frozen=True)
class How:
    """In which way something is graded; no way changes what a check is worth."""

    progress: Progress | None = None  # is told of each check that is done
    seed: int | None = None  # of the one schedule to repeat where races hide
    only: frozenset[str] | None = None  # the ids of the checks to make; None for all of them
    first: frozenset[str] = frozenset()  # the ids of checks that somebody waits for: they start before their turn
    starts: Mapping[str, str] = field(default_factory=dict)  # with which text a file began, where not as handed out
    launcher: Launcher | None = None  # one that is warm already; it is closed when the grading is over


def grade(submission: Submission, exercise: Exercise, how: How = How()) -> Grade:
    """Run the checks of `exercise`, and of all that it builds on, on a submission.

    It may run in several threads at once: it leaves the environment, the working folder and the screen alone.
    """
    with how.launcher or Launcher() as launcher:  # first, so that it gets warm while the suites are imported
        checks = [check for check in collect(exercise) if how.only is None or check.id in how.only]
        production = Production(launcher, submission, exercise, seed=how.seed)
        try:
            results = run(checks, production, how.progress, first=how.first)
        finally:
            production.close()
    notes, versions = tuple(production.notes), versions_here(exercise)
    left = list(_todos(submission, exercise, how.starts))
    todos, begin = {name: lines for name, lines, _ in left}, {name: at for name, _, at in left}
    works = works_of(submission, exercise)
    return Grade(exercise.name, tuple(results), submission.digest, versions, how.seed, notes, todos, works, begin)


def works_of(submission: Submission, exercise: Exercise) -> dict[str, str]:
    """Return, for each program of an exercise, a digest of all that it consists of: of all but the other programs."""
    programs = [role.program for one in exercise.ladder for role in one.roles]
    others = {name: [other for other in programs if other != name] for name in programs}
    return {name: submission.digest_without(*others[name]) for name in others}


def _todos(
    submission: Submission, exercise: Exercise, starts: Mapping[str, str]
) -> Iterator[tuple[str, tuple[int, ...], tuple[int, ...]]]:
    """Yield each file in which something is to be done, the lines that say so, and those where functions begin."""
    pages = [name for name in exercise.programs if name in submission]
    for name in dict.fromkeys([*submission.modules(), *pages]):
        paths = [original(one.name, name) for one in exercise.ladder]
        skeletons = [*(path.read_text("utf-8") for path in paths if path.is_file()), starts.get(name, "")]
        program = submission.source(name)
        if lines := lines_left(program, skeletons):
            yield name, lines, openings(program)


@functools.cache
def versions_here(exercise: Exercise) -> Versions:
    """Return with what this process grades an exercise."""
    digest = hashlib.sha256()
    folders = [KIT / "grading", *exercise.suites]
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(path.read_bytes() + b"\0")
    return Versions(digest.hexdigest(), platform.python_version(), sys.platform)
