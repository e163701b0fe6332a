"""`grader.py reset step2 [broadcast]`: put back a program, or one function of it, as it was handed out."""

from __future__ import annotations

import argparse
import codecs
import os
from pathlib import Path

from grading.cli.names import MORE_ALIKE, NUMBERED, Unknown, apart, exercise_named
from grading.course import EXERCISES, Exercise
from grading.home.memory import Memory
from grading.home.resetting import CannotPutBack, with_function
from grading.home.slips import meant
from grading.showing import saving, terminal
from grading.showing.terminal import Report, shown_path
from grading.skeletons import original
from grading.start.ending import PASSED, UNUSABLE

SUFFIXES = (".py", ".html")  # of what is handed out to be changed


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `reset`."""
    parser.add_argument("words", nargs="+", metavar="WORD", help="a step; then a program, a function, or both")
    parser.add_argument("--work", type=Path, metavar="DIR", help="the folder with the programs (default: steps/STEP)")


def run(options: argparse.Namespace) -> int:
    """Put back what was named; return the exit status."""
    report = Report(terminal.make_console())
    try:
        exercise, words = _exercise(options.words)
        files, function = _named(exercise, words)
        work = Path(os.path.realpath(options.work or exercise.pages or ""))
        texts = _new_texts(exercise, files, function, work)
        for name, text in texts.items():
            _puts_back(report, work / name, text, function)
    except (CannotPutBack, Unknown) as complaint:
        report.complains(complaint)
        return UNUSABLE
    except OSError as error:
        report.says(f"Nothing more was changed: {error.strerror} ({error.filename}).")
        return UNUSABLE
    place = ["--work", str(options.work)] if options.work else []
    report.ends_with([f"To see where you are now: {terminal.command(exercise.name, *place)}"])
    return PASSED


def _exercise(typed: list[str]) -> tuple[Exercise, list[str]]:
    """Return the exercise that was typed, and the other words; Unknown where none was."""
    step, words = apart(typed)
    if step:
        return EXERCISES[step], words
    try:
        return EXERCISES[exercise_named(typed[:1])], typed[1:]
    except Unknown:
        first = typed[0].casefold()
        if NUMBERED.fullmatch(first) or meant(first, EXERCISES) or not first.partition(".")[0].isidentifier():
            raise
        raise Unknown(f"Name the step, too: {terminal.command('reset', next(iter(EXERCISES)), *typed)}") from None


def _named(exercise: Exercise, words: list[str]) -> tuple[list[str], str]:
    """Return the files that are named, all if none is, and the function."""
    known = _handed_out(exercise)
    called = {role.name: role.program for role in exercise.roles} | {name: name for name in known}
    files = [called[word] for word in words if word in called]
    others = [word for word in words if word not in called]
    if others and (close := meant(others[0], [role.name for role in exercise.roles], MORE_ALIKE)):
        raise CannotPutBack(f"There is no {others[0]}", close)
    if len(others) > 1:
        raise CannotPutBack(f"One function at a time: {' or '.join(others)}")
    if others and Path(others[0]).suffix in SUFFIXES:
        close = meant(others[0], known)
        there = "" if close else f"; there are {', '.join(known)}"
        raise CannotPutBack(f"There is no {others[0]}{there}", close)
    return files or known, others[0].removesuffix("()") if others else ""


def _handed_out(exercise: Exercise) -> list[str]:
    """Return the files of an exercise that students get, the programs first."""
    folder = original(exercise.name, "")
    others = sorted(path.name for path in folder.glob("*") if path.suffix in SUFFIXES)
    return list(dict.fromkeys([*exercise.programs, *others]))


def _new_texts(exercise: Exercise, files: list[str], function: str, work: Path) -> dict[str, bytes]:
    """Return what is to stand in each file; of those that lack a function, none."""
    texts, complaints = {}, []
    for name in files:
        first = original(exercise.name, name)
        if not first.is_file():
            raise CannotPutBack(f"This copy of the kit has no {shown_path(first)}")
        try:
            new = first.read_bytes()
            texts[name] = _with_function(work / name, new, function) if function else new
        except CannotPutBack as complaint:
            complaints.append(complaint)
    if not texts:
        raise next((one for one in complaints if one.meant), complaints[0])
    if function and len(texts) > 1:
        both = " and ".join(texts)
        raise CannotPutBack(f"{function} is in {both}: name the program, too")
    return texts


def _with_function(path: Path, first: bytes, function: str) -> bytes:
    if path.suffix != ".py":
        raise CannotPutBack(f"{path.name} is no Python: put back the whole file")
    try:
        data = path.read_bytes()
        mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
        old = data.removeprefix(mark).decode()
    except UnicodeDecodeError:
        raise CannotPutBack(f"{path.name} is not UTF-8: put back the whole file") from None
    return mark + with_function(old, first.decode(), function, path.name).encode()


def _puts_back(report: Report, path: Path, text: bytes, function: str) -> None:
    """Write a file, once a copy of what stands there is kept."""
    what = f"{function} in {shown_path(path)}" if function else shown_path(path)
    old = path.read_bytes() if path.exists() else None
    if old == text:
        report.says(f"{what} is still as it was handed out: nothing to do.")
        return
    copy = Memory(path.parent).keeps_copy(path.name, old) if old is not None else None
    saving.write(path, text)
    report.says(f"{what} is as it was handed out.")
    if copy:
        report.says(f"What you had is kept in {shown_path(copy)}.")
