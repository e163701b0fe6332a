"""Which check catches which mistake: every mutant and every right program against every check, as a page.

python grader.py kit --matrix [FILE]     writes matrix.html, or FILE; time for a cup of coffee
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

from grading.course import ADVANCED
from grading.process.launcher import Launcher
from grading.suite import collect
from tests.kit.matrix.page import page
from tests.kit.matrix.rows import fill, rows

AT_ONCE = 4  # programs


def main() -> int:
    """Write the page; return 1 if a mutant survives, a right program is marked down, or a check catches nothing."""
    parser = argparse.ArgumentParser(prog="grader.py kit --matrix", description=__doc__.partition("\n")[0])
    parser.add_argument("page", nargs="?", type=Path, default=Path("matrix.html"), metavar="FILE")
    parser.add_argument("--only", default="", metavar="TEXT", help="leave out mutants whose name does not hold TEXT")
    options = parser.parse_args()
    table = list(rows(options.only))
    with Launcher() as launcher, ThreadPoolExecutor(AT_ONCE) as pool:
        for done, filled in enumerate(as_completed([pool.submit(fill, row, launcher) for row in table]), 1):
            row = filled.result()
            print(f"{done:4} of {len(table)}  {row.topic}: {row.name} {row.wrong}", flush=True)
    caught = {id for row in table if row.mutant for id in row.killers}
    idle = [check.id for check in collect(ADVANCED) if check.id not in caught and not options.only]
    wrong = [f"{row.program} {row.name} {row.wrong}" for row in table if row.wrong]
    wrong += [f"{id} catches nothing" for id in idle]
    options.page.write_text(page(table, wrong), "utf-8")
    print("\n".join(["", *wrong, f"{options.page}: {len(table)} programs, {len(wrong)} surprises"]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
