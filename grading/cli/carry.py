"""`grader.py carry step2`: start step 3 from one's own step 2, where that works."""

from __future__ import annotations

import argparse
import os
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from grading.cli.guarding import guarded
from grading.cli.names import Unknown, exercise_named
from grading.cli.work import handed_in
from grading.course import ADVANCED, EXERCISES, Exercise, following
from grading.grade import How, grade
from grading.home.carrying import Carried, carried
from grading.home.memory import Memory
from grading.home.pieces import Unreadable
from grading.results.values import Grade
from grading.showing import saving, terminal
from grading.showing.terminal import CROSS, TICK, Report, shown_path
from grading.skeletons import original
from grading.start.ending import FAILED, PASSED, UNUSABLE
from grading.submission.values import Submission
from grading.suite import collect
from grading.telling.choice import to_tell

LINE_END = re.compile(r"\r\n|\r|\n")
HANGING = 6  # columns before the second line of what became of functions


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `carry`."""
    parser.add_argument("step", nargs="+", metavar="STEP", help="a step that is finished")
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder with the finished programs")
    parser.add_argument("--to", type=Path, metavar="DIR", help="where to (default: the folder of the next step)")
    parser.add_argument("--anyway", action="store_true", help="also where it fails checks of the steps before")


def run(options: argparse.Namespace) -> int:
    """Carry the programs of a step into the next one; return the exit status."""
    report = Report(terminal.make_console())
    return guarded(lambda: _carries(options, report), report, False)


def _carries(options: argparse.Namespace, report: Report) -> int:
    try:
        exercise = EXERCISES[exercise_named(options.step)]
        after = _next(exercise)
        work = Path(os.path.realpath(options.work or exercise.pages or ""))
        target = _target(options, after, work)
        submission = handed_in(work, exercise)
        merged = {name: _merged(submission, name, exercise, after) for name in exercise.programs if name in submission}
        _is_written(merged, exercise, options.anyway)
    except (Unknown, Unreadable) as complaint:
        report.complains(complaint)
        return UNUSABLE
    report.starts(after.name, f"{shown_path(work)}, carried")
    merged |= {name: Carried(text) for name, text in _others(submission, merged).items()}
    found = _tried(merged, exercise, after, report)
    report.ends()
    if not found.passed and not options.anyway:
        return _is_not_carried(report, found, merged, exercise, options)
    try:
        _writes(report, target, merged)
    except OSError as error:
        report.says(f"Nothing more was changed: {error.strerror} ({error.filename}).")
        return UNUSABLE
    place = ["--work", str(options.to)] if options.to else []
    report.ends_with([f"Read {terminal.page_of(after)}, then: {terminal.command(after.name, *place)}"])
    return PASSED


def _next(exercise: Exercise) -> Exercise:
    after = following(exercise)
    if exercise is ADVANCED:
        raise Unreadable(f"Nothing follows {exercise.name}: each challenge comes with a finished one")
    if not after:
        raise Unreadable(f"Nothing follows {terminal.spoken(exercise.name)}")
    missing = [original(one.name, name) for one in (exercise, after) for name in one.programs]
    if absent := [path for path in missing if not path.is_file()]:
        raise Unreadable(f"This copy of the kit has no {shown_path(absent[0])}")
    return after


def _target(options: argparse.Namespace, after: Exercise, work: Path) -> Path:
    target = Path(os.path.realpath(options.to or after.pages or ""))
    if target == work:
        raise Unreadable(f"{shown_path(work)} has the finished programs: name another folder")
    return target


def _is_written(merged: dict[str, Carried], exercise: Exercise, anyway: bool) -> None:
    """Raise Unreadable where tasks of the step are still to be written."""
    for name, one in merged.items():
        if one.unwritten and not anyway:
            told = ", ".join(one.unwritten)
            raise Unreadable(f"In {name}, {terminal.spoken(exercise.name)} is not finished yet: {told} to be written")


def _merged(submission: Submission, name: str, exercise: Exercise, after: Exercise) -> Carried:
    try:
        mine = submission.read(name).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(f"{name} is not UTF-8") from None
    before, following_one = (original(one.name, name).read_text("utf-8") for one in (exercise, after))
    done = carried(LINE_END.sub("\n", mine), before, following_one, name)
    end = LINE_END.search(mine)  # editors, and git on Windows, have others than ours
    return replace(done, text=done.text.replace("\n", end[0] if end else "\n"))


def _others(submission: Submission, merged: Iterable[str]) -> dict[str, str]:
    """Return one's own modules besides the programs."""
    names = [name for name in submission.modules() if name not in merged]
    return {name: submission.read(name).decode("utf-8", "surrogateescape") for name in names}


def _tried(merged: dict[str, Carried], exercise: Exercise, after: Exercise, report: Report) -> Grade:
    """Make the checks of the steps before on what would stand there."""
    texts = {name: _bytes(one) for name, one in merged.items()}
    ids = frozenset(check.id for check in collect(exercise))
    return grade(Submission(texts), after, How(report.progresses, only=ids))


def _bytes(one: Carried) -> bytes:
    return one.text.encode("utf-8", "surrogateescape")


def _is_not_carried(
    report: Report, found: Grade, merged: dict[str, Carried], exercise: Exercise, options: argparse.Namespace
) -> int:
    told = to_tell(found)
    report.says(f"  {CROSS} Not carried: there, {len(found.failures)} checks of earlier steps fail.", "bold red")
    if told:
        report.tells(replace(told, hint=""), 0)
    for name, one in merged.items():
        _lists(report, f"yours, which would be left behind ({name})", one.left)
    words = [*options.step, *(["--work", str(options.work)] if options.work else [])]
    is_left = any(one.left for one in merged.values())
    by_hand = ", and then copy by hand what is left behind" if is_left else ""
    anyway = terminal.command("carry", *words, "--anyway")
    report.ends_with(
        [
            f"If {terminal.spoken(exercise.name)} is not finished: {terminal.command(*words)}",
            *([f"To carry it all the same{by_hand}:", anyway] if by_hand else [f"To carry it all the same: {anyway}"]),
        ]
    )
    return FAILED


def _writes(report: Report, target: Path, merged: dict[str, Carried]) -> None:
    for name, one in merged.items():
        path = target / name
        copy = _kept(target, path)
        path.parent.mkdir(parents=True, exist_ok=True)
        Memory(target).keeps_start(name, _bytes(one))
        saving.write(path, _bytes(one))
        report.says("")
        report.says(f"  {TICK} {shown_path(path)}", "green")
        _lists(report, "yours, as it was", one.kept)
        _lists(report, "yours, and a new TODO in it", one.with_task)
        _lists(report, "given anew, with your lines in it", one.joined)
        _lists(report, "new, with a TODO", one.new)
        _lists(report, "yours, without a line that is given there (see its TODO)", one.lacking)
        _lists(report, "yours, but left behind", one.left)
        if copy:
            report.says(f"    what was there: {shown_path(copy)}", "dim")


def _kept(target: Path, path: Path) -> Path | None:
    """Keep a copy of what somebody has worked on there."""
    untouched = original(target.name, path.name)
    if not path.exists() or (untouched.is_file() and untouched.read_bytes() == path.read_bytes()):
        return None
    return Memory(target).keeps_copy(path.name, path.read_bytes())


def _lists(report: Report, what: str, names: Sequence[str]) -> None:
    """Show what became of some functions, by their names in a line, and of some lines, each in one of its own."""
    lines = [name for name in names if " " in name]
    if names:
        told = ", ".join(name.rpartition(".")[2] for name in names if name not in lines)
        report.says(f"    {what}: {told}".rstrip(" "), hanging=HANGING)
    for line in lines:
        report.says(f"      {line}", cut=True)
