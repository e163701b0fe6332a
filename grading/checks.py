"""Run the suites on a submission. pytest finds the checks; they run side by side, since they mostly wait."""

from __future__ import annotations

import os
import time
import traceback
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grading.audition import knows_join
from grading.check import Terms
from grading.desk import Desk
from grading.evidence import why
from grading.launcher import KIT, Launcher
from grading.program import Production, Program, Unmet
from grading.results import ERROR, FAILED, PASSED, SKIPPED, CheckResult, Grade
from grading.room import Room
from grading.skeletons import STEPS, number

SIDE_BY_SIDE = 12  # checks at a time
BUSY_SECONDS = 1.0  # of waiting that the machine, not the program, is to blame for
Progress = Callable[[CheckResult, int], None]  # the latest result, and how many are still to come


class Check:
    """A test function of the suites."""

    def __init__(self, step: str, program: str, function: Callable[..., None]) -> None:
        self.step = step
        self.program = program  # server or client
        self.function = function
        self.terms: Terms = getattr(function, "terms")
        name = function.__name__.removeprefix("test_")
        title = " ".join((function.__doc__ or name).split())
        self.result = CheckResult(f"{step}/{program}/{name}", title, self.terms.hint, self.terms.points)

    def run(self, production: Production) -> None:
        """Run once, and keep what it found out in `result`."""
        stage: Any = (Room if self.program == "server" else Desk)(production, number(self.step))
        result = self.result
        started = time.monotonic()
        result.outcome = result.expected = result.got = result.because = ""
        try:
            self.function(stage)
            result.outcome = PASSED
        except Unmet as unmet:
            result.outcome, result.expected, result.got = FAILED, unmet.expected, unmet.got
            result.because = unmet.because or _explain(stage, unmet)
            self.late = unmet.late
        except Exception:
            result.outcome = ERROR
            result.expected, result.got = "the grader to do its work", traceback.format_exc()
        finally:
            stage.close()
        result.minutes = stage.minutes.entries
        result.seconds = time.monotonic() - started

    late = False  # it failed, perhaps only because something took too long


def _explain(stage: Any, unmet: Unmet) -> str:
    """Return what the program left behind as an explanation."""
    programs: list[Program] = stage.programs
    if not programs:
        return ""
    explanation = why(programs[-1])
    return explanation or (programs[-1].where_it_hangs() if unmet.late else "")


class _Collector:
    """The pytest plugin: takes the functions that pytest found, and keeps pytest from running them."""

    def __init__(self) -> None:
        self.checks: list[Check] = []

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        for item in session.items:
            if isinstance(item, pytest.Function) and hasattr(item.obj, "terms"):
                program = item.path.stem.removeprefix("test_")
                self.checks.append(Check(item.path.parent.name, program, item.obj))
        return True


def collect(step: str) -> list[Check]:
    """Return the checks of `step` and of all steps before it."""
    folders = [str(KIT / "tests" / name) for name in STEPS[: number(step)]]
    collector = _Collector()
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    quiet = [f"-pno:{name}" for name in ("terminal", "cacheprovider", "logging", "capture", "faulthandler", "warnings")]
    status = pytest.main([*quiet, "-c", str(KIT / "pyproject.toml"), *folders], plugins=[collector])
    if status != pytest.ExitCode.OK or not collector.checks:
        raise RuntimeError(f"pytest could not collect {', '.join(folders)}: {status!r}")
    return collector.checks


def grade(step: str, work: Path, progress: Progress | None = None, only: Iterable[str] = ()) -> Grade:
    """Run the suites up to `step` on the programs in `work`; with `only`, just the checks with these ids."""
    with Launcher() as launcher:  # first, so that it gets warm while pytest collects
        production = Production(launcher, work, number(step))
        try:
            checks = [check for check in collect(step) if not only or check.result.id in only or check.terms.gate]
            _run_all(checks, production, progress)
        finally:
            production.close()
    return Grade(step, work, [check.result for check in checks if not only or check.result.id in only])


def _run_all(checks: list[Check], production: Production, progress: Progress | None) -> None:
    left = len(checks)

    def run(check: Check) -> None:
        nonlocal left
        check.run(production)
        left -= 1
        if progress:
            progress(check.result, left)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        gates = [check for check in checks if check.terms.gate]
        list(pool.map(run, gates))
        closed = {gate.program for gate in gates if gate.result.outcome != PASSED}
        if "server" not in closed:
            production.joins = knows_join(production)
        for check in checks:
            if check.program in closed and not check.terms.gate:
                check.result.because = f"{check.result.program} does not get so far."
        list(pool.map(run, [check for check in checks if check.result.outcome == SKIPPED and check.program not in closed]))
    if production.starved > BUSY_SECONDS:
        for check in checks:
            if check.late and check.result.outcome == FAILED:
                check.late = False
                check.run(production)
                check.result.repeated = True
