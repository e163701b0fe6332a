"""Grade right and wrong programs again and again on a busy machine, and count the verdicts that are wrong.

python -m tests.kit.soak                        the reference and every fair variant, twenty times
python -m tests.kit.soak --races                every race, twenty times, at the checks that are meant to catch it
python -m tests.kit.soak --mutants --rounds 1   every mutant
python -m tests.kit.soak --rounds 50 --only reference
python -m tests.kit.soak --step bonus/web       the reference and the variants of a challenge
python -m tests.kit.soak --step bonus/web --mutants
"""

from __future__ import annotations

import argparse
import functools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field

from grading.course import EXERCISES
from grading.process.launcher import Launcher
from grading.results.values import CheckResult
from grading.suite import collect
from tests.kit.challengers import Work, own, variants
from tests.kit.killing import REFERENCE, Mutant, kill, right_program, right_programs, run, submission
from tests.kit.mutants import MUTANTS

BURNER = "while True: pass"


@dataclass
class Verdicts:
    """What one grading, or many, came to."""

    checked: int = 0
    wrong: list[str] = field(default_factory=list)
    undecided: list[str] = field(default_factory=list)  # the machine was too busy to tell, and the grader said so

    def add(self, more: Verdicts) -> None:
        """Count `more` as well."""
        self.checked += more.checked
        self.wrong += more.wrong
        self.undecided += more.undecided


Graders = dict[str, Callable[[], Verdicts]]


def main() -> int:
    """Print a line per program and a summary; return 1 if a verdict was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", default="", help="reference, or the name of a variant or mutant")
    parser.add_argument("--step", default="", help="mutants of this one alone, or right programs of a challenge")
    parser.add_argument("--races", action="store_true", help="grade races instead of right programs")
    parser.add_argument("--mutants", action="store_true", help="grade wrong programs instead of right ones")
    parser.add_argument("--burners", type=int, default=3, help="processes that keep the cores busy")
    parser.add_argument("--nice", type=int, default=19, help="how far the grader stands back behind the burners")
    parser.add_argument("--at-once", type=int, default=1, help="programs")
    options = parser.parse_args()
    burners = [subprocess.Popen([sys.executable, "-c", BURNER]) for _ in range(options.burners)]
    if sys.platform != "win32":
        os.nice(options.nice)  # the burners come first, the grader last
    collect(EXERCISES["advanced"])
    wrong = options.races or options.mutants
    try:
        return soak(
            graders_of_mutants(options.races, options.step) if wrong else graders_of_right_programs(options.step),
            options,
        )
    finally:
        for burner in burners:
            burner.kill()


def soak(programs: Graders, options: argparse.Namespace) -> int:
    """Grade every program as often as `options` say."""
    total = Verdicts()
    names = [name for name in programs if options.only in ("", name)]
    with ThreadPoolExecutor(options.at_once) as pool:
        started = time.monotonic()
        waiting = {pool.submit(programs[name]): name for _ in range(options.rounds) for name in names}
        for number, future in enumerate(as_completed(waiting), 1):
            verdicts = future.result()
            total.add(verdicts)
            print(f"{number} of {len(waiting)} after {time.monotonic() - started:.0f} s: {waiting[future]}")
            for label, told in (("WRONG", verdicts.wrong), ("UNDECIDED", verdicts.undecided)):
                print(*(f"  {label} {line}\n" for line in told), sep="", end="")
            sys.stdout.flush()
    print(f"{total.checked} check runs, {len(total.undecided)} undecided, {len(total.wrong)} wrong verdicts")
    return 1 if total.wrong else 0


def graders_of_right_programs(challenge: str) -> Graders:
    """Return what grades the reference and each variant; whatever fails is wrong."""
    if not challenge:
        return {name: functools.partial(_pass, name) for name in right_programs()}
    works = [work for work in (Work(challenge, REFERENCE), *variants()) if work.challenge == challenge]
    return {work.name: functools.partial(_pass_challenge, work) for work in works}


def _pass(name: str) -> Verdicts:
    with Launcher() as launcher, tempfile.TemporaryDirectory() as folder:
        return _judged(run(right_program(name, folder), "advanced", launcher))


def _pass_challenge(work: Work) -> Verdicts:
    with Launcher() as launcher, tempfile.TemporaryDirectory() as folder:
        return _judged(run(submission(work.files(), folder), work.challenge, launcher, own(work.challenge)))


def _judged(results: list[CheckResult]) -> Verdicts:
    """Return what the grading of a right program came to."""
    failed = [result for result in results if not result.is_fine]
    wrong = [_told(result) for result in failed if not result.undecided]
    return Verdicts(len(results), wrong, [_told(result) for result in failed if result.undecided])


def graders_of_mutants(races: bool, step: str) -> Graders:
    """Return what grades each mutant, of a step if one is given, or each that is a race; whatever passes is wrong."""
    mutants = [mutant for mutant in MUTANTS if step in ("", mutant.step) and (not races or is_race(mutant))]
    return {mutant.name: functools.partial(_fail, mutant) for mutant in mutants}


def is_race(mutant: Mutant) -> bool:
    """Tell whether it takes threads, or a server and a client, in an unlucky order to catch `mutant`."""
    check = next(check for check in collect(EXERCISES[mutant.step]) if check.id == mutant.caught_by[0])
    return bool({"shake", "says_goodbye_in_haste"} & set(check.function.__code__.co_names))


def _fail(mutant: Mutant) -> Verdicts:
    with Launcher() as launcher:
        caught = {result.id for result in kill(mutant, launcher)}
    return Verdicts(len(mutant.caught_by), [f"{id}: passed" for id in mutant.caught_by if id not in caught])


def _told(result: CheckResult) -> str:
    how = f"{result.outcome}, {result.circumstances.seconds:.1f} s"
    return f"{result.id} ({how}): {result.expected} | {result.got} | {result.because}"


if __name__ == "__main__":
    sys.exit(main())
