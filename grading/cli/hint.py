"""`grader.py hint`: one depth more about the failure that was told last. The answer is never among them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from grading.cli.names import Unknown, exercise_named
from grading.course import EXERCISES, Exercise
from grading.home.memory import Memory, latest
from grading.results.json import as_text, from_text
from grading.results.values import CheckResult, Grade
from grading.showing import terminal
from grading.showing.terminal import Report
from grading.start.ending import PASSED, UNUSABLE
from grading.telling.choice import to_tell
from grading.telling.depths import DEPTHS, Hint, hint_at, section_of

NO_DEEPER = ("There is no deeper one. Tell somebody aloud what your program", "does in this talk, line by line.")


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `hint`."""
    parser.add_argument("step", nargs="*", metavar="STEP", help="default: the one graded last")
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder with the programs (default: steps/STEP)")
    parser.add_argument("--plain", action="store_true", help="words for signs, no colours")
    parser.add_argument("--depth", type=int, choices=range(1, DEPTHS + 1), help="show this one, and open no other")


def run(options: argparse.Namespace) -> int:
    """Open one depth more, and show it; return the exit status."""
    report = Report(terminal.make_console(), plain=options.plain)
    try:
        exercise = EXERCISES[exercise_named(options.step)] if options.step else _latest()
    except Unknown as complaint:
        report.complains(complaint)
        return UNUSABLE
    memory = Memory(Path(os.path.realpath(options.work or exercise.pages or "")))
    told = _told(memory, exercise)
    place = ["--work", str(options.work)] if options.work else []
    if not told:
        report.says("There is no failure to give a hint about. First grade, and see what fails:")
        report.says(f"  {terminal.command(exercise.name, *place)}")
        return UNUSABLE
    opening = Opening(memory, exercise)
    hint = opening.at(options.depth, told) if options.depth else opening.next(told)
    report.says(f"{terminal.spoken(exercise.name).capitalize()}: {told.title}", "bold")
    report.shows_hint(hint)
    if hint.depth < DEPTHS:
        is_remembered = not options.depth and memory.depth(told.exercise, failure_of(told))
        deeper = [] if is_remembered else ["--depth", str(hint.depth + 1)]
        report.ends_with([f"Think first. One depth more: {terminal.command('hint', *options.step, *place, *deeper)}"])
    else:
        report.ends_with(
            [*NO_DEEPER, f"Once you see it, change it, then run again: {terminal.command(exercise.name, *place)}"]
        )
    return PASSED


def keeps(memory: Memory, found: Grade) -> None:
    """Remember what a grading tells, so that there can be hints about it."""
    told = to_tell(found)
    memory.keeps_told(found.exercise, as_text(Grade(found.exercise, (told,))) if told else "")


class Opening:
    """Opens the hints on one work, one depth after the other; where nothing can be remembered, as long as we run."""

    def __init__(self, memory: Memory, exercise: Exercise) -> None:
        self._memory = memory
        self._exercise = exercise
        self._open: dict[str, int] = {}

    def next(self, told: CheckResult) -> Hint:
        """Open one depth more on a failure, and return it: the deepest one, once all are open."""
        failure = failure_of(told)
        before = max(self._memory.depth(told.exercise, failure), self._open.get(failure, 0))
        depth = self._open[failure] = min(DEPTHS, before + 1)
        self._memory.opens(told.exercise, failure, depth)
        return self.at(depth, told)

    def at(self, depth: int, told: CheckResult) -> Hint:
        """Return the hint at one depth, and open nothing."""
        return hint_at(depth, told, path_of_page, self._exercise.name)


def failure_of(told: CheckResult) -> str:
    """Return by what a failure is remembered: another cause is another one."""
    return f"{told.id} {told.cause.code if told.cause else ''}"


def section(told: CheckResult) -> tuple[str, list[str]]:
    """Return where a part of a page stands that helps with a failure, and its lines."""
    step, heading = section_of(told)
    page = EXERCISES[step].pages
    try:
        text = (page / "README.md").read_text("utf-8") if page else ""
    except OSError:
        text = ""
    _, mark, rest = text.partition(f"\n## {heading}")
    lines = (heading + rest).split("\n## ")[0].splitlines() if mark else []
    return path_of_page(step), lines


def path_of_page(step: str) -> str:
    """Return where the text of a step is, from where one stands."""
    return terminal.page_of(EXERCISES[step])


def _latest() -> Exercise:
    works = {exercise.name: exercise.pages for exercise in EXERCISES.values() if exercise.pages}
    return EXERCISES[latest(works) or next(iter(EXERCISES))]


def _told(memory: Memory, exercise: Exercise) -> CheckResult | None:
    try:
        return next(iter(from_text(memory.told(exercise.name)).checks), None)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # nothing is kept, or nothing of ours
        return None
