"""Run checks on wrong programs: each mutant is a right program with one place changed."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pytest

from grading import running
from grading.course import EXERCISES, KIT
from grading.people.schedules import Schedules
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.results.values import FAILED, CheckResult
from grading.skeletons import finished
from grading.submission.arriving import arrived
from grading.suite import collect

VARIANTS = KIT / "tests" / "kit" / "variants"
REFERENCE = "reference"
PREPARE = "prepare.py"  # in the folder of a variant: makes, beside itself, what is too big for a repository
PARTS = 5  # of the schedules of a scene
SHARES = 4  # of the checks of a variant
POSIX_ONLY = "posix-only"  # in the folder of a variant: it needs what only POSIX has


@dataclass(frozen=True)
class Mutant:
    """One real mistake, put into a right program."""

    name: str
    mistake: str  # what the student did, in a few words
    step: str  # at which it is graded
    program: str  # server or client
    old: str  # what stands in the right program, exactly once
    new: str  # what the student wrote instead
    caught_by: tuple[str, ...]  # the ids of the checks that are meant to catch it, the one that is told first
    base: str = "solution"  # or the name of a fair variant
    file: str = ""  # where in the base, if not in the program itself
    needs_browser: bool = False  # a real one, to be caught

    def sources(self) -> dict[str, str]:
        """Return the files of the wrong submission."""
        files = finished(self.step) if self.base == "solution" or self.base.startswith(self.step) else {}
        if self.base != "solution":
            files |= {path.name: path.read_text("utf-8") for path in sorted((VARIANTS / self.base).glob("*.py"))}
        name = self.file or f"chat_{self.program}.py"
        if files[name].count(self.old) != 1:
            raise ValueError(f"{self.name}: the old text stands {files[name].count(self.old)} times in {name}")
        return {**files, name: files[name].replace(self.old, self.new)}


def play_a_part(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Play a part of the schedules only, with one `name` another one than with the next; tests.kit.soak plays all."""
    every, part = Schedules.turns, zlib.crc32(name.encode()) % PARTS
    monkeypatch.setattr(Schedules, "turns", lambda self: (turn for turn in every(self) if turn % PARTS == part))


def some_of(ids: Iterable[str], name: str) -> list[str]:
    """Return about a quarter of some checks, with one `name` others than with the next; tests.kit.soak makes all."""
    share = zlib.crc32(name.encode())
    return [id for id in ids if (share + zlib.crc32(id.encode())) % SHARES == 0]


def some_of_step(step: str, name: str) -> list[str]:
    """Return about a quarter of the checks that are made at a step."""
    return some_of([check.id for check in collect(EXERCISES[step])], name)


def submission(files: dict[str, str], folder: str) -> Path:
    """Write a submission into `folder`."""
    for name, text in files.items():
        path = Path(folder) / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
    return Path(folder)


def right_programs(on_posix: bool = os.name == "posix") -> list[str]:
    """Return the names of the reference and of the fair variants that can run on such a system."""
    variants = [path.parent for path in VARIANTS.glob("*/chat_server.py")]
    return [REFERENCE, *sorted(v.name for v in variants if on_posix or not (v / POSIX_ONLY).exists())]


def right_program(name: str, folder: str) -> Path:
    """Return where a right program stands, finished; what has to be made first is made in `folder`."""
    if name == REFERENCE:
        return submission(finished("advanced"), folder)
    if not (VARIANTS / name / PREPARE).exists():
        return VARIANTS / name
    shutil.copytree(VARIANTS / name, folder, dirs_exist_ok=True)
    subprocess.run([sys.executable, PREPARE], cwd=folder, check=True)
    return Path(folder)


def run(work: Path, step: str, launcher: Launcher, ids: Iterable[str] = (), doubt: bool = True) -> list[CheckResult]:
    """Run the suites up to `step` on `work`, or only the checks named `ids` (and the gates before them)."""
    wanted = set(ids)
    known = {check.id: check for check in collect(EXERCISES[step])}
    if unknown := wanted - set(known):
        raise ValueError(f"no such checks at {step}: {', '.join(sorted(unknown))}")
    roles = {check.role for id_, check in known.items() if id_ in wanted}
    gates = {id_ for id_, check in known.items() if check.terms.gate and check.role in roles}
    chosen = [check for id_, check in known.items() if not wanted or id_ in wanted | gates]
    production = Production(launcher, arrived(work), EXERCISES[step])
    try:
        return running.run(chosen, production, doubt=doubt)
    finally:
        production.close()


def decided(work: Path, step: str, launcher: Launcher, ids: Iterable[str] = ()) -> list[CheckResult]:
    """Run the suites like `run`; what other tests kept this machine too busy to tell is asked once more."""
    results = run(work, step, launcher, ids)
    if undecided := [result.id for result in results if result.undecided]:
        again = [result for result in run(work, step, launcher, undecided) if result.id in undecided]
        results = [result for result in results if not result.undecided] + again
    return results


def kill(mutant: Mutant, launcher: Launcher) -> list[CheckResult]:
    """Run the checks that are meant to catch `mutant`; return those that did."""
    with tempfile.TemporaryDirectory() as folder:
        work = submission(mutant.sources(), folder)
        results = run(work, mutant.step, launcher, mutant.caught_by, doubt=False)  # a mutant has failed once: enough
    return [result for result in results if result.outcome == FAILED and result.id in mutant.caught_by]
