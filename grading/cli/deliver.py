"""`python -m grading.cli.deliver`: grade one submission for a platform; `packs/` has the scripts that start this.

The results are there from the beginning, and are written again after every check: whatever ends us, they say all that
was known. What was not reached is an error, which is ours, and never a 0.
"""

from __future__ import annotations

import argparse
import functools
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future, TimeoutError
from dataclasses import replace
from pathlib import Path

from grading.cli.nearby import explained
from grading.course import GRADED, Exercise
from grading.exports.delivery import Delivery
from grading.exports.table import EXPORTS
from grading.grade import How, grade, versions_here
from grading.results.values import ERROR, FAILED, CheckResult, Grade
from grading.showing import saving
from grading.start.ending import OWN_FAULT, PASSED, UNUSABLE
from grading.submission.arriving import arrived
from grading.submission.folder import is_clutter
from grading.submission.values import BadSubmission, Submission, TooBig
from grading.suite import collect
from grading.system import families

WRAPPERS = 5  # folders around all of it that are seen through
NOT_REACHED = "the grader was stopped before it came to this"
EXPECTED = "files that can be graded"
Forms = Sequence[tuple[str, Path]]  # and where each is written to


class Delivering:
    """One submission, and what is known of it so far."""

    def __init__(self, exercise: Exercise, forms: Forms, submission: str = "") -> None:
        self._exercise, self._forms, self._submission = exercise, forms, submission
        self._found: dict[str, CheckResult] = {}
        self._lock = threading.Lock()  # checks may end in several threads

    def progresses(self, result: CheckResult, _: int) -> None:
        """Write down what one check found out, with all that is known."""
        with self._lock:
            self._found[result.id] = result
            self.writes(self.so_far())

    def so_far(self) -> Grade:
        """Return the grade if it ended now."""
        checks = (self._found.get(check.id) or _not_reached(check.untried()) for check in collect(self._exercise))
        return Grade(self._exercise.name, tuple(checks), self._submission, versions_here(self._exercise))

    def writes(self, found: Grade) -> None:
        """Write a grade in all forms."""
        for form, path in self._forms:
            text = EXPORTS[form].write(found, Delivery(environment=os.environ))
            saving.write(path, text.encode("utf-8", "backslashreplace"))


def _not_reached(check: CheckResult) -> CheckResult:
    return replace(check, outcome=ERROR, got=NOT_REACHED)


def delivers(
    work: Path, exercise: Exercise, forms: Forms, budget: float, tidies_up: Callable[[], object] = lambda: None
) -> Grade:
    """Grade what lies at `work` for so many seconds at the most; return what was found out, and is written.

    The last word is written once nothing runs any more that could write another one.
    """
    try:
        submission = explained(arrived(_unwrapped(work, exercise)), exercise.programs)
    except (BadSubmission, TooBig) as error:
        found = ungradable(exercise, str(error))
        Delivering(exercise, forms).writes(found)
        return found
    delivering = Delivering(exercise, forms, submission.digest)
    delivering.writes(delivering.so_far())
    try:
        found = _graded(submission, exercise, delivering).result(budget)
    except TimeoutError:
        found = delivering.so_far()
    tidies_up()
    delivering.writes(found)
    return found


def _unwrapped(work: Path, exercise: Exercise) -> Path:
    """Return the folder in which the programs lie, where others are around all of it, as around a folder in a zip."""
    for _ in range(WRAPPERS):
        if not work.is_dir() or any((work / program).is_file() for program in exercise.programs):
            break
        try:
            inside = [path for path in sorted(work.iterdir()) if not is_clutter(path.name)]
        except OSError:
            break
        if len(inside) != 1 or inside[0].is_symlink() or not inside[0].is_dir():
            break
        work = inside[0]
    return work


def _graded(submission: Submission, exercise: Exercise, delivering: Delivering) -> Future[Grade]:
    """Grade in a thread that nobody has to wait for."""
    future: Future[Grade] = Future()

    def does() -> None:
        try:
            future.set_result(grade(submission, exercise, How(delivering.progresses)))
        except BaseException as error:
            future.set_exception(error)

    threading.Thread(target=does, daemon=True).start()
    return future


def ungradable(exercise: Exercise, why: str) -> Grade:
    """Return the grade of what is no submission: it does not start, and the words say why."""
    checks = (
        replace(check.untried(), outcome=FAILED, expected=EXPECTED, got=why) if check.terms.gate else check.untried()
        for check in collect(exercise)
    )
    return Grade(exercise.name, tuple(checks), "", versions_here(exercise))


def main(words: Sequence[str] | None = None) -> int:
    """Do what the command line says; return whether the grader could tell."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0], allow_abbrev=False)
    parser.add_argument("step", choices=GRADED)
    parser.add_argument("work", type=Path)
    parser.add_argument("--budget", type=float, metavar="SECONDS", required=True)
    parser.add_argument("forms", nargs="+", metavar="FORM=FILE", type=_form)
    options = parser.parse_args(words)
    if lacking := [name for form, _ in options.forms for name in EXPORTS[form].needs if not os.environ.get(name)]:
        print(f"The platform's runner has to set {', '.join(dict.fromkeys(lacking))}.", file=sys.stderr)
        return UNUSABLE
    signal.signal(signal.SIGTERM, lambda *_: os._exit(OWN_FAULT))  # what is known is written
    families.adopts_orphans()
    exercise, ends = GRADED[options.step], functools.partial(families.end_descendants, os.getpid())
    found = delivers(options.work, exercise, options.forms, options.budget, ends)
    print(f"{found.points} of {found.max_points} points", flush=True)
    return OWN_FAULT if found.is_fault else PASSED


def _form(text: str) -> tuple[str, Path]:
    form, _, file = text.partition("=")
    if form not in EXPORTS or not file:
        raise argparse.ArgumentTypeError(f"{text!r} is not FORM=FILE")
    return form, Path(file)


if __name__ == "__main__":
    os._exit(main())
