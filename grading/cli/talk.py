"""`grader.py talk my-talk.txt step2`: is a conversation that a student wrote true, what does it notice, and of what?"""

from __future__ import annotations

import argparse
import contextlib
import os
from pathlib import Path

from grading.cli.guarding import guarded
from grading.cli.names import Unknown, exercise_named
from grading.cli.work import handed_in
from grading.course import EXERCISES, KIT, STEPS, Exercise
from grading.home.memory import latest
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.rehearsal.hearing import Miss
from grading.rehearsal.judging import held, told, worth
from grading.rehearsal.playing import Played, play
from grading.rehearsal.reading import MOST_BYTES, Talk, lines_of, read_talk
from grading.results.values import Grade
from grading.showing import terminal
from grading.showing.terminal import CROSS, DOT, TICK, Report, shown_path
from grading.start.ending import FAILED, PASSED, UNUSABLE
from grading.submission.values import BadSubmission
from grading.telling.advice import advice
from grading.wire.scene import Misunderstood

MOST_KINDS = 3  # of mistakes that are named
PROTOCOL = KIT / "steps" / "PROTOCOL.md"


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `talk`."""
    parser.add_argument("file", type=Path, metavar="FILE", help="who does and who hears what, a line each")
    parser.add_argument("step", nargs="*", metavar="STEP", help="default: that of the folder, or the one graded last")
    parser.add_argument("--step", dest="named", metavar="STEP", help="the same")
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder with the server (default: steps/STEP)")
    parser.add_argument("--plain", action="store_true", help="sentences for drawings, words for signs, no colours")
    parser.add_argument("--debug", action="store_true", help="show all that was said")


def run(options: argparse.Namespace) -> int:
    """Hold a talk against the page, against mistakes, and against the student's own server; return the exit status."""
    report = Report(terminal.make_console(), options.debug, plain=options.plain)
    return guarded(lambda: _talks(options, report), report, options.debug)


def _talks(options: argparse.Namespace, report: Report) -> int:
    try:
        exercise = _exercise(options)
        talk = read_talk(lines_of(_read(options.file)), exercise.dialect.joins is True)
    except OSError as error:
        report.says(f"{shown_path(options.file)} cannot be read: {error.strerror}.")
        return UNUSABLE
    except Unknown as complaint:
        report.complains(complaint)
        return UNUSABLE
    except Misunderstood as complaint:
        report.says(f"{shown_path(options.file)}: {complaint}")
        return UNUSABLE
    report.says(f"{terminal.spoken(exercise.name).capitalize()}: {shown_path(options.file)}", "bold")
    report.says("")
    step = _number(exercise)
    found = held(talk, step)
    if found.miss:
        return _is_not_true(report, found.miss, options)
    report.says(f"  {TICK} It holds: every server that does what the page says passes it.", "green")
    for number in found.left_open:
        report.says(f"    Line {number} counts for nothing: a right server may say that, and need not.", "dim")
    talk = found.talk
    _says_what_it_notices(report, talk, step)
    return _before_ones_own(report, talk, exercise, options)


def _read(path: Path) -> bytes:
    """Return what a file begins with: more than a talk may have, and no more."""
    with open(path, "rb") as file:
        return file.read(MOST_BYTES + 1)


def _exercise(options: argparse.Namespace) -> Exercise:
    words = [options.named] if options.named else options.step
    if words:
        return EXERCISES[exercise_named(words)]
    with contextlib.suppress(Unknown):
        return EXERCISES[exercise_named([os.path.realpath(options.file)])]
    works = {one.name: one.pages for one in EXERCISES.values() if one.pages}
    return EXERCISES[latest(works) or next(iter(EXERCISES))]


def _number(exercise: Exercise) -> int:
    """Return the step whose page holds: for all that comes after the ladder, the last one."""
    return min(len(exercise.ladder), len(STEPS))


def _is_not_true(report: Report, miss: Miss, options: argparse.Namespace) -> int:
    report.says(f"  {CROSS} It does not hold, {told(miss)}", "bold red")
    again = _again(options)
    report.ends_with([f"Look at {shown_path(PROTOCOL)}, change the talk, then run again: {again}"])
    return FAILED


def _says_what_it_notices(report: Report, talk: Talk, step: int) -> None:
    found = worth(talk, step)
    mark, style = (TICK, "green") if not found.missed else (DOT, "")
    report.says(f"  {mark} It notices {found.noticed} of {found.of} mistakes that people make here.", style)
    if found.missed:
        report.says(f"    Not yet: {found.kinds(MOST_KINDS)}")


def _before_ones_own(report: Report, talk: Talk, exercise: Exercise, options: argparse.Namespace) -> int:
    work = Path(os.path.realpath(options.work or exercise.pages or ""))
    program = exercise.program("server")
    submission = handed_in(work, exercise)
    if program not in submission:
        raise BadSubmission(f"{program} is not in {shown_path(work)}.")
    with Launcher() as launcher, contextlib.closing(Production(launcher, submission, exercise)) as production:
        played = play(talk, production, f"Your server does what {options.file.name} says.")
    if played.result.is_fine:
        report.says(f"  {TICK} Your server passes it.", "green")
        report.ends_with([_what_now(talk, exercise, options)])
        return PASSED
    _tells(report, played)
    found = Grade(exercise.name, (played.result,))
    report.ends_with(advice(found, exercise, terminal.typing(work, _again(options))))
    return FAILED


def _what_now(talk: Talk, exercise: Exercise, options: argparse.Namespace) -> str:
    if worth(talk, _number(exercise)).missed:
        return f"Write what would notice one more, then run again: {_again(options)}"
    return f"Nothing that we know escapes it. Grade: {terminal.command(exercise.name)}"


def _tells(report: Report, played: Played) -> None:
    report.tells(played.result)
    report.says("")
    if played.line:
        report.says(f"  That was at line {played.line} of your talk.")
    if not played.is_noticed:
        report.says("  Your talk does not look at this; the page says it. Which line would notice it?")


def _again(options: argparse.Namespace) -> str:
    words = [*options.step, *(["--step", options.named] if options.named else [])]
    return terminal.command("talk", str(options.file), *words, *(["--work", str(options.work)] if options.work else []))
