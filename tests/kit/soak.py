"""Grade right and wrong programs again and again on a busy machine, and count the verdicts that are wrong.

python -m tests.kit.soak --rounds 7 --at-once 4 the reference and every fair variant, seven times
python -m tests.kit.soak --rounds 50 --only reference
python -m tests.kit.soak --rounds 20 --mutants  every mutant, at the checks that are meant to catch it
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed

from grading.launcher import Launcher
from grading.results import PASSED, CheckResult
from tests.kit.killing import Mutant, kill, right_program, right_programs, run, suite
from tests.kit.mutants import MUTANTS

BURNER = "while True: pass"
Verdicts = tuple[int, list[str]]  # how many checks were run; what was wrong about them


def main() -> int:
    """Print a line per program and a summary; return 1 if a verdict was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--only", default="", help="reference, or the name of a variant or mutant")
    parser.add_argument("--mutants", action="store_true", help="grade wrong programs instead of right ones")
    parser.add_argument("--burners", type=int, default=os.cpu_count() or 1, help="processes that keep the cores busy")
    parser.add_argument("--nice", type=int, default=19, help="how far the grader stands back behind the burners")
    parser.add_argument("--at-once", type=int, default=1, help="programs")
    options = parser.parse_args()
    burners = [subprocess.Popen([sys.executable, "-c", BURNER]) for _ in range(options.burners)]
    if sys.platform != "win32":
        os.nice(options.nice)  # the burners come first, the grader last
    suite("advanced")
    try:
        return soak(graders_of_mutants() if options.mutants else graders_of_right_programs(), options)
    finally:
        for burner in burners:
            burner.kill()


def soak(programs: dict[str, Callable[[], Verdicts]], options: argparse.Namespace) -> int:
    """Grade every program as often as `options` say."""
    checked, wrong = 0, 0
    names = [name for name in programs if options.only in ("", name)]
    with ThreadPoolExecutor(options.at_once) as pool:
        started = time.monotonic()
        waiting = {pool.submit(programs[name]): name for _ in range(options.rounds) for name in names}
        for number, future in enumerate(as_completed(waiting), 1):
            count, complaints = future.result()
            checked += count
            wrong += len(complaints)
            seconds = time.monotonic() - started
            print(f"{number} of {len(waiting)} after {seconds:.0f} s: {waiting[future]}", *complaints, sep="\n  WRONG ")
            sys.stdout.flush()
    print(f"{checked} check runs, {wrong} wrong verdicts")
    return 1 if wrong else 0


def graders_of_right_programs() -> dict[str, Callable[[], Verdicts]]:
    """Return what grades the reference and each variant; whatever does not pass is wrong."""
    return {name: lambda name=name: _pass(name) for name in right_programs()}  # type: ignore[misc]


def _pass(name: str) -> Verdicts:
    with Launcher() as launcher, tempfile.TemporaryDirectory() as folder:
        results = run(right_program(name, folder), "advanced", launcher)
    return len(results), [_told(result) for result in results if result.outcome != PASSED]


def graders_of_mutants() -> dict[str, Callable[[], Verdicts]]:
    """Return what grades each mutant; whatever passes is wrong."""
    return {mutant.name: lambda mutant=mutant: _fail(mutant) for mutant in MUTANTS}  # type: ignore[misc]


def _fail(mutant: Mutant) -> Verdicts:
    with Launcher() as launcher:
        caught = {result.id for result in kill(mutant, launcher)}
    return len(mutant.caught_by), [f"{id}: passed" for id in mutant.caught_by if id not in caught]


def _told(result: CheckResult) -> str:
    return (
        f"{result.id} ({result.outcome}, {result.seconds:.1f} s): {result.expected} | {result.got} | {result.because}"
    )


if __name__ == "__main__":
    sys.exit(main())
