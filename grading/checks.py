"""Find the checks in the suites, and run them on a submission: side by side, since they mostly wait."""

from __future__ import annotations

import functools
import importlib.util
import sys
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path
from typing import Any

from grading.audition import knows_join
from grading.check import Terms
from grading.desk import Desk
from grading.evidence import Reason, why
from grading.launcher import KIT, Launcher
from grading.program import CannotTell, Production, Program, Unmet
from grading.results import ERROR, FAILED, PASSED, SKIPPED, CheckResult, Grade
from grading.room import Room
from grading.skeletons import STEPS, number

SIDE_BY_SIDE = 12  # checks at a time
_importing = threading.Lock()  # each suite is imported once, whoever asks first
ALONE = 2  # times that a check is run alone on a busy machine
Progress = Callable[[CheckResult, int], None]  # the latest result, and how many are still to come


class Check:
    """A test function of the suites, and what it found out."""

    def __init__(self, step: str, program: str, function: Callable[..., None]) -> None:
        self.step = step
        self.program = program  # server or client
        self.function = function
        self.terms: Terms = getattr(function, "terms")
        name = function.__name__.removeprefix("test_")
        title = " ".join((function.__doc__ or name).split())
        self.late = False  # it failed, perhaps only because something took too long
        self.starved = False  # the machine was busy with other things meanwhile
        id = f"{step}/{program}/{name}"
        self.result = CheckResult(id, title, self.terms.hint, self.terms.points, slow=self.terms.slow)

    @property
    def is_doubtful(self) -> bool:
        """Tell whether it may have failed only because the machine was busy."""
        return self.late or self.starved

    def run(self, production: Production) -> CheckResult:
        """Run once; return what it found out, which is also kept in `result`."""
        stage: Any = (Room if self.program == "server" else Desk)(production, number(self.step))
        result = self.result
        started = time.monotonic()
        self.late = self.starved = False
        result.expected = result.got = result.because = ""
        result.todo, result.threads = None, []
        try:
            if not (production.work / result.program).is_file():
                raise Unmet(f"{result.program} to be in the folder", "there is no such file")
            self.function(stage)
            result.outcome = PASSED
        except Unmet as unmet:
            result.outcome, result.expected, result.got = FAILED, unmet.expected, unmet.got
            reason = Reason(unmet.because) if unmet.because else _explain(stage, unmet)
            result.because, result.todo = reason.text or unmet.perhaps, reason.todo
            self.late = unmet.late and not result.todo
            self.starved = any(program.is_starved for program in stage.programs)
            result.threads = stage.programs[-1].each_thread() if unmet.late and stage.programs else []
        except CannotTell as reason:
            result.outcome, result.because = SKIPPED, str(reason)
        except Exception:
            result.outcome = ERROR
            result.expected, result.got = "the grader to do its work", traceback.format_exc()
        finally:
            stage.close()
        result.minutes = stage.minutes.entries
        result.seconds = time.monotonic() - started
        return result


def _explain(stage: Any, unmet: Unmet) -> Reason:
    """Return what the program left behind as an explanation."""
    programs: list[Program] = stage.programs
    if not programs:
        return Reason()
    reason = why(programs[-1], unmet.missing)
    return reason if reason.text or not unmet.late else Reason(programs[-1].where_it_hangs())


def collect(step: str) -> list[Check]:
    """Return the checks of `step` and of all steps before it, not run yet, those of the server first."""
    suites = [(name, program) for name in STEPS[: number(step)] for program in ("server", "client")]
    with _importing:
        return [Check(name, program, function) for name, program in suites for function in _suite(name, program)]


@functools.cache
def _suite(step: str, program: str) -> list[Callable[..., None]]:
    """Import one file of the suites; return its checks in the order in which they stand there."""
    path = KIT / "tests" / step / f"test_{program}.py"
    spec = importlib.util.spec_from_file_location(f"{step}_{path.stem}", path)
    assert spec and spec.loader
    module = sys.modules[spec.name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    members = vars(module).items()
    return [member for name, member in members if name.startswith("test_") and hasattr(member, "terms")]


def grade(step: str, work: Path, progress: Progress | None = None, seed: int | None = None) -> Grade:
    """Run the suites up to `step` on the programs in `work`; with `seed`, repeat that schedule where races hide.

    Raises TooBig where there is too much in `work`, before anything is run.
    """
    with Launcher() as launcher:  # first, so that it gets warm while the suites are imported
        checks = collect(step)
        production = Production(launcher, work, number(step), seed=seed)
        run(checks, production, progress)
    return Grade(step, work, [check.result for check in checks], production.notes)


def run(checks: list[Check], production: Production, progress: Progress | None = None, doubt: bool = True) -> None:
    """Run `checks` side by side, the gates before the rest; where in `doubt`, once more what was perhaps only late."""
    pool = ThreadPoolExecutor(SIDE_BY_SIDE)

    def play(some: list[Check]) -> None:
        waiting = [pool.submit(check.run, production) for check in some]
        for future in as_completed(waiting):
            result = future.result()
            if progress:
                progress(result, sum(check.result.is_waiting for check in checks))
        if doubt:
            _run_again([check for check in some if check.is_doubtful], production, pool)

    try:
        gates = [check for check in checks if check.terms.gate]
        play(gates)
        closed = {gate.program for gate in gates if not gate.result.is_fine}
        rest = [check for check in checks if not check.terms.gate and check.program not in closed]
        if any(check.program == "server" for check in rest):
            production.joins = knows_join(production)
        play(sorted(rest, key=lambda check: not (check.terms.veto or check.terms.slow or check.terms.early)))
        for veto in [check for check in rest if check.terms.veto and check.result.outcome == FAILED]:
            for check in checks:
                if check.program == veto.program and check is not veto:
                    check.result.is_void()
    except BaseException:
        production.launcher.close()  # the checks that still run end with their programs
        raise
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        production.close()


def _run_again(doubtful: list[Check], production: Production, pool: ThreadPoolExecutor) -> None:
    """Run once more what was perhaps only late, side by side; and alone where the machine was busy then as well.

    Where it is too busy even for one alone, nobody can tell: then no more are tried.
    """
    for again in [pool.submit(check.run, production) for check in doubtful]:
        again.result()
    undecided = [check for check in doubtful if check.starved]
    for check in undecided:
        for _ in range(ALONE):
            check.run(production)
            if not check.starved:
                break
        if check.late and check.starved:
            break
    for check in doubtful:
        check.result.repeated = True
        if check.late and check.starved:
            check.result.is_left_undecided()
