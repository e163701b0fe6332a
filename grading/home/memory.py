"""What is remembered of earlier runs: in a folder beside the work, never in it, and only if it can be written there."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import IO, TypeVar

from grading.results.values import ERROR, CheckResult, Grade
from grading.system import files

FOLDER = ".chat-kit"  # beside the work; no part of any submission
SWITCH = "CHAT_KIT_MEMORY"  # in the environment: `off` for nothing to be remembered
TOLD, HINTS = "told", "hints"  # what is kept beside a run
STARTS = "starts"  # the folder with what files began with
MOST_BYTES = 1_000_000  # of a file that we wrote; a bigger one is none of ours
STAMP = "%Y-%m-%d-%H%M%S"  # in the names of copies
UNSTEADY = 2  # losses of a check, from which the next one says little about what was changed in the work
Entry = TypeVar("Entry", int, str)


@dataclass(frozen=True)
class Run:
    """What one grading found, as far as it is remembered: the ids of its checks."""

    true: frozenset[str] = frozenset()
    not_true: frozenset[str] = frozenset()
    losses: Mapping[str, int] = field(default_factory=dict)  # of each check that was lost: how often
    works: Mapping[str, str] = field(default_factory=dict)  # the digests of what was graded, by program

    def followed_by(self, grade: Grade) -> Run:
        """Return what is known after one more grading: what nobody could tell is as it was."""
        told = {check.id for check in grade.checks if check.outcome != ERROR}
        true = {check.id for check in grade.checks if check.is_fine}
        losses = dict(self.losses)
        turned = told & (self.not_true & true | self.true - true)
        for check in (check for check in grade.checks if check.id in turned):
            losses[check.id] = losses.get(check.id, 0) + self._weight(check, grade)
        known = frozenset(self.true - told | true), frozenset(self.not_true - told | (told - true))
        return Run(*known, {one: count for one, count in losses.items() if count}, grade.works)

    def _weight(self, check: CheckResult, grade: Grade) -> int:
        """Return how much a change says about luck: all, where nothing was changed in the program.

        Else a gain says nothing, and so does a loss where no order of threads matters: there, somebody tries things.
        """
        return UNSTEADY if self.is_of(grade, check) else int(check.stress and not check.is_fine)

    def is_of(self, grade: Grade, check: CheckResult) -> bool:
        """Tell whether the program that a check is about was the very same."""
        work = self.works.get(check.program)
        return work is not None and work == grade.works.get(check.program)

    def is_luck(self, grade: Grade, check: CheckResult) -> bool:
        """Tell whether it may be luck that a check has changed: its program has not, or it is lost again and again."""
        return self.is_of(grade, check) or (not check.is_fine and self.losses.get(check.id, 0) >= UNSTEADY)


@dataclass(frozen=True)
class Changes:
    """What is otherwise than it was in the last run."""

    now_true: tuple[CheckResult, ...] = ()
    no_longer: tuple[CheckResult, ...] = ()
    by_luck: tuple[CheckResult, ...] = ()  # perhaps: these come and go
    is_same_work: bool = False  # the very same programs, and something in them is still not true

    def __bool__(self) -> bool:
        """Tell whether anything has changed."""
        return bool(self.now_true or self.no_longer or self.by_luck)

    @property
    def points(self) -> int:
        """How many more points that are; fewer, if negative."""
        won = [*self.now_true, *(check for check in self.by_luck if check.is_fine)]
        lost = [*self.no_longer, *(check for check in self.by_luck if not check.is_fine)]
        return sum(check.at_stake for check in won) - sum(check.at_stake for check in lost)


def changes(before: Run, grade: Grade) -> Changes:
    """Return what a grading finds otherwise than the run before."""
    now_true = [check for check in grade.checks if check.is_fine and check.id in before.not_true]
    told = (check for check in grade.checks if check.outcome != ERROR and not check.is_fine)
    no_longer = [check for check in told if check.id in before.true]
    by_luck = [check for check in (*now_true, *no_longer) if before.is_luck(grade, check)]
    gained, lost = (tuple(check for check in some if check not in by_luck) for some in (now_true, no_longer))
    is_same = bool(before.works) and before.works == grade.works and bool(grade.failures)
    return Changes(gained, lost, tuple(by_luck), is_same)


class Memory:
    """Remembers the runs on one work, and keeps old copies of its files. Where it cannot write, it forgets."""

    def __init__(self, work: Path) -> None:
        self.folder = work.parent / FOLDER / work.name

    def last(self, exercise: str) -> Run | None:
        """Return what the last run of an exercise found, if that is known."""
        if _is_off():
            return None
        try:
            with open(self._file(exercise), "rb") as file:
                whole = json.loads(file.read(MOST_BYTES))
            true, not_true = (frozenset(_words(whole[key])) for key in ("true", "not_true"))
            return Run(true, not_true, _entries(whole.get("losses", {}), int), _entries(whole.get("works", {}), str))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None

    def time(self, exercise: str) -> int:
        """Return when an exercise was graded last, as a number that grows; 0 where that is not known."""
        try:
            return 0 if _is_off() else self._file(exercise).stat().st_mtime_ns
        except OSError:
            return 0

    def keeps(self, exercise: str, run: Run) -> None:
        """Remember a run."""
        if _is_off():
            return
        known = {"true": sorted(run.true), "not_true": sorted(run.not_true)}
        self._writes(self._file(exercise), json.dumps({**known, "losses": {**run.losses}, "works": {**run.works}}))

    def keeps_told(self, exercise: str, grade: str) -> None:
        """Remember the failure that is told, as a grade with that check alone; an empty text if none is."""
        if not _is_off():
            self._writes(self._of(exercise, TOLD), grade)

    def told(self, exercise: str) -> str:
        """Return what was kept of the failure that was told last; an empty text if nothing was."""
        return "" if _is_off() else self._reads(self._of(exercise, TOLD))

    def depth(self, exercise: str, failure: str) -> int:
        """Return how deep the hints on a failure were opened; 0 if they were not."""
        depth = self._depths(exercise).get(failure, 0)
        return max(depth, 0) if isinstance(depth, int) else 0

    def opens(self, exercise: str, failure: str, depth: int) -> None:
        """Remember how deep the hints on a failure are open."""
        if not _is_off():
            self._writes(self._of(exercise, HINTS), json.dumps({**self._depths(exercise), failure: depth}))

    def _depths(self, exercise: str) -> dict[str, object]:
        try:
            depths = json.loads(self._reads(self._of(exercise, HINTS)))
        except (ValueError, RecursionError):
            return {}
        return depths if isinstance(depths, dict) and not _is_off() else {}

    def _of(self, exercise: str, what: str) -> Path:
        return self._file(exercise).with_suffix(f".{what}.json")

    def _reads(self, path: Path) -> str:
        try:
            with open(path, "rb") as file:
                return file.read(MOST_BYTES).decode()
        except (OSError, UnicodeDecodeError):
            return ""

    def _writes(self, path: Path, text: str | bytes) -> None:
        data = text.encode("utf-8", "backslashreplace") if isinstance(text, str) else text
        with contextlib.suppress(OSError):
            self._prepares()
            path.parent.mkdir(exist_ok=True)
            files.replace(path, [data])  # of two at once, one stays whole

    def keeps_start(self, name: str, text: bytes) -> None:
        """Remember with what a file of the work began, where that is not what was handed out."""
        if not _is_off():
            self._writes(self.folder / STARTS / name, text)

    def starts(self) -> dict[str, str]:
        """Return what is kept of how files of the work began."""
        try:
            names = [] if _is_off() else os.listdir(self.folder / STARTS)
        except OSError:
            names = []
        return {name: self._reads(self.folder / STARTS / name) for name in names}

    def keeps_copy(self, name: str, data: bytes) -> Path:
        """Keep an old file of the work, with the date in its name; OSError if that cannot be done."""
        self._prepares()
        stem, suffix = os.path.splitext(name)
        stamp = datetime.now().strftime(STAMP)
        for path in (self.folder / f"{stem}.{stamp}{more}{suffix}" for more in _more()):
            with contextlib.suppress(FileExistsError), open(path, "xb") as file:
                _fills(file, data)
                return path
        raise AssertionError("there are always more names")

    def _file(self, exercise: str) -> Path:
        return self.folder / f"{exercise.replace('/', '_')}.json"

    def _prepares(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        ignored = self.folder.parent / ".gitignore"
        if not ignored.exists():
            ignored.write_text("*\n", "ascii")


def latest(works: Mapping[str, Path]) -> str:
    """Return which of these exercises, each with its work, was graded last; empty where none is remembered."""
    times = {exercise: Memory(work).time(exercise) for exercise, work in works.items()}
    return max((exercise for exercise in times if times[exercise]), key=lambda one: times[one], default="")


def _is_off() -> bool:
    return os.environ.get(SWITCH) == "off"


def _words(value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise ValueError(value)
    return value


def _entries(value: object, kind: type[Entry]) -> dict[str, Entry]:
    if not isinstance(value, dict) or not all(isinstance(entry, kind) for entry in value.values()):
        raise ValueError(value)
    return value


def _fills(file: IO[bytes], data: bytes) -> None:
    """Write it all; where that cannot be done, no half of it is kept."""
    try:
        file.write(data)
        file.flush()
    except OSError:
        with contextlib.suppress(OSError):  # Windows keeps what is open
            os.unlink(file.name)
        raise


def _more() -> Iterator[str]:
    """Yield what makes one name from another, for ever: nothing, `-2`, `-3` …"""
    yield ""
    number = 2
    while True:
        yield f"-{number}"
        number += 1
