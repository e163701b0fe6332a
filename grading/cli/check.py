"""`grader.py check colons [step2]`: make the checks that speak of something, and show the talk of each."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from grading.cli import needs
from grading.cli.guarding import guarded, status_of
from grading.cli.names import Unknown, apart
from grading.cli.saves import clears, saves
from grading.cli.work import handed_in
from grading.course import EXERCISES, Exercise
from grading.grade import How, grade
from grading.home.memory import Memory, latest
from grading.home.slips import meant
from grading.process import jail
from grading.results.json import as_text
from grading.results.values import Grade
from grading.showing import saving, terminal
from grading.showing.terminal import Report, shown_path
from grading.start.ending import UNUSABLE
from grading.suite import Check, collect
from grading.telling.advice import advice


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `check`."""
    what = "what the name or the sentence of a check says; and a step (default: the one graded last)"
    parser.add_argument("words", nargs="+", metavar="WORD", help=what)
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder to grade (default: steps/STEP)")
    parser.add_argument("--seed", type=int, metavar="N", help="repeat the schedule in which a race was lost")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the result of these checks to FILE as well")
    parser.add_argument("--plain", action="store_true", help="sentences for drawings, words for signs, no colours")
    parser.add_argument("--debug", action="store_true", help="show all that was said")


def run(options: argparse.Namespace) -> int:
    """Make the checks that fit; return the exit status."""
    jail.alone()
    aside = bool(options.json) and saving.own_screen(options.json) == 1  # the result alone goes to stdout
    report = Report(terminal.make_console(stderr=aside), options.debug, plain=options.plain)
    return guarded(lambda: _checks(options, report), report, options.debug)


def _checks(options: argparse.Namespace, report: Report) -> int:
    try:
        step, words = apart(options.words)
    except Unknown as complaint:
        report.complains(complaint)
        return UNUSABLE
    exercise = EXERCISES[step] if step else _likely(words)
    checks = [check for check in collect(exercise) if fits(check, words)]
    if not words or not checks:
        report.says(_complaint(exercise, " ".join(words)))
        return UNUSABLE
    if not needs.has_all(exercise, report):
        return UNUSABLE
    work = Path(os.path.realpath(options.work or exercise.pages or ""))
    submission = handed_in(work, exercise)
    graded = [str(work), *(str(work / name) for name in exercise.programs)]
    if options.json and not clears(options.json, graded, report):
        return UNUSABLE
    report.starts(exercise.name, f"{shown_path(work)}, {len(checks)} check{'s' * (len(checks) != 1)}")
    ids = frozenset(check.id for check in checks)
    found = grade(submission, exercise, How(report.progresses, options.seed, ids, starts=Memory(work).starts()))
    status = saves(options.json, as_text(found), status_of(found)) if options.json else status_of(found)
    report.ends()
    for result in found.checks:
        report.tells(result)
    place = ["--work", str(options.work)] if options.work else []
    report.ends_with(_next(found, exercise, work, terminal.command("check", *options.words, *place), place))
    return status


def _next(found: Grade, exercise: Exercise, work: Path, again: str, place: list[str]) -> list[str]:
    if found.passed:
        return [f"That is true. All of {terminal.spoken(exercise.name)}: {terminal.command(exercise.name, *place)}"]
    return advice(found, exercise, terminal.typing(work, again))


def fits(check: Check, words: list[str]) -> bool:
    """Tell whether a check speaks of all these words."""
    text = f"{check.name.replace('_', ' ')} {check.id} {check.untried().title}".casefold()
    return all(word.casefold() in text for word in words)


def _likely(words: list[str]) -> Exercise:
    """Return the exercise that was graded last; where that is not known, the first one with a check that fits."""
    if step := latest({exercise.name: exercise.pages for exercise in EXERCISES.values() if exercise.pages}):
        return EXERCISES[step]
    fitting = (one for one in EXERCISES.values() if any(fits(check, words) for check in collect(one)))
    return next(fitting, EXERCISES[next(iter(EXERCISES))])


def _complaint(exercise: Exercise, typed: str) -> str:
    checks = collect(exercise)
    known = {word for check in checks for word in check.name.split("_")}
    close = meant(typed.casefold(), sorted(known))
    perhaps = f"Did you mean {close}?" if close else f"Its sentences stand in {shown_path(exercise.suite)}."
    return f"No check of {terminal.spoken(exercise.name)} speaks of {typed or 'nothing'}. {perhaps}"
