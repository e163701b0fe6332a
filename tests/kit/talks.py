"""How much the talks of the steps notice, of mistakes in thought and of mutants: `python -m tests.kit.talks --update`.

Points depend on mistakes in thought, which cost nothing. Here each talk is also played before real wrong servers: all
mutants of its step. What a talk cannot notice at all is among them: races, leaks, what a server prints.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from grading.course import EXERCISES, KIT, STEPS
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.rehearsal.judging import worth
from grading.rehearsal.playing import play
from grading.rehearsal.reading import Talk, read_talk
from grading.skeletons import finished_talk
from grading.submission.arriving import arrived
from tests.kit.conftest import GOLDEN
from tests.kit.killing import Mutant, submission
from tests.kit.mutants import MUTANTS

TABLE = GOLDEN / "talks.md"
HEAD = "| step | of the page: in thought | mutants | the finished one: in thought | mutants |\n|---|---|---|---|---|\n"
AT_ONCE = 4


def talks_of(step: str) -> tuple[Talk, Talk]:
    """Return the talk that is handed out, and the finished one."""
    named = EXERCISES[step].dialect.joins is True
    given = (KIT / "steps" / step / "talk.txt").read_text("utf-8")
    return read_talk(given.splitlines(), named), read_talk(finished_talk(step).splitlines(), named)


def in_thought(talk: Talk, step: str) -> str:
    """Return how many of the mistakes of a step a talk notices."""
    found = worth(talk, STEPS.index(step) + 1)
    return f"{found.noticed} of {found.of}"


def of_mutants(talk: Talk, step: str, launcher: Launcher) -> str:
    """Return how many mutants of a step a talk notices, by what somebody hears in it."""
    wrong = [mutant for mutant in MUTANTS if (mutant.step, mutant.program) == (step, "server")]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        noticed = list(pool.map(partial(notices, talk, launcher), wrong))
    return f"{sum(noticed)} of {len(wrong)} ({sum(noticed) / len(wrong):.0%})"


def notices(talk: Talk, launcher: Launcher, mutant: Mutant) -> bool:
    """Play a talk before a mutant; tell whether it notices something."""
    with tempfile.TemporaryDirectory() as folder:
        work = arrived(submission(mutant.sources(), folder))
        with contextlib.closing(Production(launcher, work, EXERCISES[mutant.step])) as production:
            played = play(talk, production, "")
    return not played.result.is_fine and played.is_noticed


def row(step: str, launcher: Launcher) -> str:
    """Return the row of a step."""
    cells = [cell for talk in talks_of(step) for cell in (in_thought(talk, step), of_mutants(talk, step, launcher))]
    return f"| {' | '.join([step, *cells])} |\n"


def main() -> int:
    """Print the table, row by row; keep it where that is asked for."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--update", action="store_true", help=f"write it to {TABLE.relative_to(KIT)}")
    options = parser.parse_args()
    lines = [HEAD]
    print(HEAD, end="")
    with Launcher() as launcher:
        for step in STEPS:
            lines.append(row(step, launcher))
            print(lines[-1], end="", flush=True)
    if options.update:
        TABLE.write_text("".join(lines), "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
