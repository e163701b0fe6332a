"""`grader.py STEP`: grade one exercise."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from pathlib import Path

from grading.cli import hint, needs, pages, standing, talks
from grading.cli.guarding import guarded, status_of, tells_of_gaps
from grading.cli.saves import clears, saves
from grading.cli.watching import Watching
from grading.cli.work import handed_in, near, reference
from grading.course import BONUS, CHALLENGES, EXERCISES, KIT, Exercise
from grading.exports.delivery import Delivery
from grading.exports.table import EXPORTS
from grading.grade import How, grade
from grading.home.memory import Changes, Memory, changes
from grading.home.slips import meant
from grading.process import jail
from grading.process.launcher import Launcher
from grading.results.json import as_text
from grading.results.values import FAILED as NOT_PASSED
from grading.results.values import Grade
from grading.showing import saving, terminal
from grading.showing.terminal import Report, shown_path
from grading.showing.watched import Watched
from grading.start.ending import UNUSABLE
from grading.submission.values import Submission
from grading.telling.advice import Typing, advice
from grading.telling.choice import to_tell


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed for a grading."""
    where = f"{', '.join(EXERCISES)}, or how one spells them: grade that. {BONUS}: all challenges. "
    where += "Nothing: show where you stand"
    parser.add_argument("step", nargs="*", metavar="STEP", help=where)
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder to grade, or a zip (default: steps/STEP)")
    talks.add(parser)
    parser.add_argument("--solution", action="store_true", help="grade the reference solution as it is at STEP")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the whole result to FILE as well")
    also = "write the result in this form as well"
    parser.add_argument("--export", type=_export, action="append", default=[], metavar="FORM=FILE", help=also)
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture of the screen to FILE as well")
    parser.add_argument("--html", type=Path, metavar="FILE", help="write a report to FILE as well, for a browser")
    parser.add_argument("--open", action="store_true", help="show the report in the browser")
    parser.add_argument("--seed", type=int, metavar="N", help="repeat the schedule in which a race was lost")
    parser.add_argument("--watch", action="store_true", help="grade again at each save, until q or Ctrl+C")
    parser.add_argument("--install", action="store_true", help="get what a challenge needs, without asking")
    parser.add_argument("--all", action="store_true", help="show all that fails, a line each")
    parser.add_argument("--plain", action="store_true", help="sentences for drawings, words for signs, no colours")
    parser.add_argument("--hint", action="store_true", help="open one hint more on the first failure")
    parser.add_argument("--debug", action="store_true", help="show all that is known about the first failure")
    jailed = "let programs see and reach what you do: to find out what a jail has to do with a failure"
    parser.add_argument("--no-jail", action="store_true", help=jailed)


def _export(text: str) -> tuple[str, Path]:
    """Return a form and the file that it is written to."""
    form, has_file, file = text.partition("=")
    if not has_file or form not in EXPORTS:
        if has_file and (close := meant(form, EXPORTS)):
            raise argparse.ArgumentTypeError(f"there is no form {form!r}. Did you mean {close}?")
        raise argparse.ArgumentTypeError(f"{text!r} is not FORM=FILE with a form of {', '.join(EXPORTS)}")
    return form, Path(file)


def run(arguments: argparse.Namespace) -> int:
    """Grade what the command line names, or all steps; return the exit status."""
    if arguments.no_jail:
        jail.no_walls()
    elif not arguments.solution:
        jail.alone()
    aside = any(saving.own_screen(path) == 1 for path in _results(arguments))  # the result alone goes to stdout
    report = Report(terminal.make_console(bool(arguments.svg), aside), arguments.debug, arguments.all, arguments.plain)

    def does() -> int:
        checks = (_can_make_pages, _can_be_saved, _names_its_step, _knows_what_exports_need, _has_what_it_needs)
        if not all(check(arguments, report) for check in checks):
            return UNUSABLE
        if arguments.watch:
            return _watch(arguments, report)
        status = _grades(arguments, report)
        if arguments.svg:
            picture = report.picture(_command(arguments, *(["--debug"] if arguments.debug else [])))
            status = saves(arguments.svg, picture, status)
        return status

    return guarded(does, report, arguments.debug)


def _grades(arguments: argparse.Namespace, report: Report) -> int:
    if arguments.step == BONUS:
        return standing.challenges(arguments.solution, report)
    return _grade(arguments, report) if arguments.step else standing.steps(report)


def _command(arguments: argparse.Namespace, *more: str) -> str:
    """Return what to type for the same to be graded again."""
    words = [arguments.step] if arguments.step else []
    if arguments.work:
        folder = str(arguments.work)
        words += ["--work", os.path.join(os.curdir, folder) if folder.startswith("-") else folder]
    solution = ["--solution"] if arguments.solution else []
    return terminal.command(*words, *talks.switch(arguments), *solution, *more)


def _typing(arguments: argparse.Namespace, folder: Path) -> Typing:
    """Return how things are called where somebody grades what is in a folder."""
    whole = terminal.typing(folder, _command(arguments))
    return replace(whole, grade=lambda exercise: terminal.command(exercise, *talks.switch(arguments)))


def _results(arguments: argparse.Namespace) -> list[Path]:
    """Return the files that are asked for, but for the picture."""
    return [*filter(None, [arguments.json, arguments.html]), *(path for _, path in arguments.export)]


def _can_make_pages(arguments: argparse.Namespace, report: Report) -> bool:
    if arguments.html and (why := pages.lacking()):
        report.says(why)
        return False
    return True


def _can_be_saved(arguments: argparse.Namespace, report: Report) -> bool:
    """Take old results away; before any work is done, say so if new ones cannot be written."""
    graded = _graded(arguments) if arguments.step in EXERCISES else []
    taken: list[str] = []
    for path in (*_results(arguments), *filter(None, [arguments.svg])):
        target = os.path.realpath(path)
        if target in taken:
            report.says(f"Two results cannot both be written to {shown_path(path)}.")
            return False
        taken.append(target)
        if not clears(path, graded, report):
            return False
    return True


def _names_its_step(arguments: argparse.Namespace, report: Report) -> bool:
    needs_one = (
        arguments.watch
        or arguments.with_talks
        or arguments.work
        or arguments.solution
        or _results(arguments)
        or arguments.seed is not None
        or arguments.hint
    )
    if needs_one and not arguments.step:
        report.says(f"Which step? For example: {terminal.command('step1')} --work DIR --json FILE")
        return False
    if arguments.with_talks and arguments.step:
        talks.exercise_of(arguments)  # complains
    is_of_one = arguments.watch or arguments.work or _results(arguments) or arguments.seed is not None
    if is_of_one and arguments.step == BONUS:
        report.says(f"Which challenge? One of: {', '.join(CHALLENGES)}")
        return False
    return True


def _has_what_it_needs(arguments: argparse.Namespace, report: Report) -> bool:
    exercise = EXERCISES.get(arguments.step)
    return exercise is None or needs.has_all(exercise, report, arguments.install)


def _knows_what_exports_need(arguments: argparse.Namespace, report: Report) -> bool:
    for form, _ in arguments.export:
        missing = [name for name in EXPORTS[form].needs if not os.environ.get(name)]
        if missing:
            report.says(f"For {form}, the platform's runner has to set {', '.join(missing)}.")
            return False
    return True


def _saves_results(arguments: argparse.Namespace, found: Grade, status: int) -> int:
    if arguments.json:
        status = saves(arguments.json, as_text(found), status)
    whose = "the reference solution" if arguments.solution else _work(arguments).name
    for form, path in arguments.export:
        status = saves(path, EXPORTS[form].write(found, Delivery(whose, environment=os.environ)), status)
    return status


def _work(arguments: argparse.Namespace) -> Path:
    """Return what is to be graded: a folder, as a rule."""
    if arguments.solution:
        return KIT / "solution"
    return Path(os.path.realpath(arguments.work or KIT / "steps" / arguments.step))


def _graded(arguments: argparse.Namespace) -> list[str]:
    """Return the files to which no result may be written."""
    work = _work(arguments)
    return [str(work), *(str(work / name) for name in talks.exercise_of(arguments).programs)]


def _grade(arguments: argparse.Namespace, report: Report) -> int:
    exercise, work = talks.exercise_of(arguments), _work(arguments)
    submission = reference(exercise) if arguments.solution else handed_in(work, exercise)
    found = _found(arguments, submission, exercise, report)
    status = _saves_results(arguments, found, status_of(found))  # first of all: the screen may be slow, or stopped
    next_steps = _next_steps(arguments, found, submission, exercise)
    if arguments.html:
        status = _saves_page(arguments.html, found, submission, next_steps, status)
    report.ends()
    report.shows_changes(_remembers(arguments, work, found))
    report.shows(found, next_steps)
    told = to_tell(found)
    if arguments.hint and told and told.outcome == NOT_PASSED:
        report.shows_hint(hint.Opening(Memory(work), exercise).next(told))
    if arguments.open and not pages.opens(arguments.html):
        report.says(f"There is no browser here to show {shown_path(arguments.html)}.")
    return status


def _found(arguments: argparse.Namespace, submission: Submission, exercise: Exercise, report: Report) -> Grade:
    work = _work(arguments)
    with Launcher() as launcher:
        if arguments.work or arguments.no_jail:  # who grades others must know; nobody is in danger from oneself
            tells_of_gaps(launcher.lacks())
        report.starts(exercise.name, "the reference solution" if arguments.solution else shown_path(work))
        how = How(report.progresses, arguments.seed, starts=Memory(work).starts(), launcher=launcher)
        return grade(submission, exercise, how)


def _next_steps(arguments: argparse.Namespace, found: Grade, submission: Submission, exercise: Exercise) -> list[str]:
    """Return what to do next: where a program is missing, perhaps to give it its name."""
    work = _work(arguments)
    folder = work.parent if work.name in submission else work
    steps = advice(found, exercise, _typing(arguments, folder))
    missing = [name for name in exercise.programs if name not in submission]
    meant = near(folder, missing) if missing else ""
    return [meant, *steps[1:]] if meant else steps


def _saves_page(path: Path, found: Grade, submission: Submission, next_steps: list[str], status: int) -> int:
    from grading.pages.report import About, report  # needs what others do without

    return saves(path, report(found, About("", submission.files, next_steps, pages.links(path))), status)


def _watch(arguments: argparse.Namespace, report: Report) -> int:
    """Grade at each save; return the status of the last grading."""
    exercise, work = talks.exercise_of(arguments), _work(arguments)
    handed_in(work, exercise)  # whether there is anything to watch
    typing = replace(_typing(arguments, work), watches=True)
    title = f"{terminal.spoken(exercise.name).capitalize()}: {shown_path(work)}"
    screen = Watched(
        report,
        title,
        lambda found: advice(found, exercise, typing),
        hint.Opening(Memory(work), exercise).next,
        hint.section,
    )
    watching = Watching(
        exercise,
        lambda: handed_in(work, exercise),
        lambda found: _remembers(arguments, work, found),
        screen,
        Memory(work).starts(),
    )
    watching.goes_on(work)
    return status_of(watching.found) if watching.found else UNUSABLE


def _remembers(arguments: argparse.Namespace, work: Path, found: Grade) -> Changes:
    """Remember a grading of one's own work; return what has changed since the last one."""
    if arguments.solution or arguments.export or arguments.seed is not None or not work.is_dir():
        return Changes()
    before = Memory(work).last(found.exercise)
    standing.keeps(work, found)
    return changes(before, found) if before else Changes()
