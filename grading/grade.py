"""The one function that grades: everything that wants a grade calls it."""

from __future__ import annotations

import functools
import hashlib
import platform
import re
import sys
from pathlib import Path

from grading.course import KIT, Exercise
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.results.values import Grade, Versions
from grading.running import Progress, run
from grading.suite import collect

TODO = re.compile(rb"# TODO:")


def grade(work: Path, exercise: Exercise, progress: Progress | None = None, seed: int | None = None) -> Grade:
    """Run the checks of `exercise`, and of all that it builds on, on a submission.

    With `seed`, repeat that schedule where races hide. Raises TooBig where there is too much in `work`.
    """
    with Launcher() as launcher:  # first, so that it gets warm while the suites are imported
        checks = collect(exercise)
        production = Production(launcher, work, exercise, seed=seed)
        try:
            results = run(checks, production, progress)
        finally:
            production.close()
    todos = {path.name: lines for path in sorted(work.glob("*.py")) if (lines := _todos(path))}
    notes = tuple(production.notes)
    return Grade(exercise.name, tuple(results), "", versions(exercise), seed, notes, todos)


def _todos(path: Path) -> tuple[int, ...]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return ()
    return tuple(number for number, line in enumerate(lines, 1) if TODO.search(line))


@functools.cache
def versions(exercise: Exercise) -> Versions:
    """Return with what this process grades an exercise."""
    digest = hashlib.sha256()
    folders = [KIT / "grading", *(one.suite for one in exercise.ladder)]
    for path in sorted(path for folder in folders for path in folder.rglob("*.py")):
        digest.update(path.read_bytes() + b"\0")
    return Versions(digest.hexdigest(), platform.python_version(), sys.platform)
