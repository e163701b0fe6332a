"""The same submissions, graded by others: `python grader.py kit --hostile --beside pytest,check50 [NAME …]`.

pip gets each of them into an environment of its own. They hold nothing back, and so each submission is graded in a
sandbox (`sandbox.py`), with the same check, in `rivals/`, and judged by the same judge as ours. What the limits of the
sandbox refuse to a program, such as six gigabytes of memory, counts as survived by them; what they refuse to the grader
does not: check50 copies a program that seems to hold two gigabytes, and then there is no room.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from textwrap import shorten

from rich.console import Console
from rich.table import Table

from tests.kit.hostile import sandbox
from tests.kit.hostile.cases import STEP, Case
from tests.kit.hostile.rivals import RIVALS, Rival
from tests.kit.hostile.rows import Row, chosen, read, rows

AT_ONCE = 4  # sandboxes: their programs mostly wait
OURS = "this kit"
MOST_LETTERS = 40  # of why something is not survived


def add(parser: argparse.ArgumentParser) -> None:
    """Let rivals be named."""
    told = f"let others grade them too, in sandboxes: {', '.join(RIVALS)}"
    parser.add_argument("--beside", type=_named, default=(), metavar="RIVAL,…", help=told)


def _named(text: str) -> tuple[Rival, ...]:
    try:
        return tuple(RIVALS[name] for name in text.split(","))
    except KeyError as error:
        raise argparse.ArgumentTypeError(f"nobody is called {error}; there are {', '.join(RIVALS)}") from None


def show(names: list[str], rivals: Sequence[Rival]) -> int:
    """Show a table with a column for each grader and a total below it; return 2 where there can be no sandbox."""
    console = Console(markup=False, highlight=False)
    if why := sandbox.why_not() or "; ".join(f"The sandbox leaks: {leak}." for leak in sandbox.leaks()):
        console.print(why)
        return 2
    some = [case for case in chosen(names) if case.step == STEP]  # others have no tests for the rest
    found = {OURS: rows([case.name for case in some])}
    with tempfile.TemporaryDirectory(prefix="beside-") as folder:
        os.chmod(folder, 0o755)
        for rival in rivals:
            home = Path(folder, rival.name)
            rival.install(home)
            found[f"{rival.requirement.replace('==', ' ')}"] = graded(rival, home, some)
    console.print(table(found))
    return 0


def graded(rival: Rival, home: Path, some: list[Case]) -> list[Row]:
    """Let a rival, which is installed in `home`, grade cases, each in a sandbox."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(lambda case: _graded(rival, home, case), some))


def _graded(rival: Rival, home: Path, case: Case) -> Row:
    command = [sys.executable, "-m", "tests.kit.hostile.inside", rival.name, str(home), case.name]
    try:
        return read(case, sandbox.run(home, *command))
    except subprocess.TimeoutExpired:
        return Row(case, ("the sandbox did not end",), sandbox.WALL_SECONDS)


def table(found: dict[str, list[Row]]) -> Table:
    """Return a row for each case: who survives it, and why not; and how many each survives."""
    made = Table(show_footer=True)
    made.add_column("submission", footer="survived", no_wrap=True)
    for name, own in found.items():
        total = f"{sum(row.is_survived for row in own)} of {len(own)}"
        made.add_column(name, footer=total)
    for together in zip(*found.values(), strict=True):
        made.add_row(together[0].case.name, *map(_told, together))
    return made


def _told(row: Row) -> str:
    return "yes" if row.is_survived else f"no: {shorten('; '.join(row.wrong), MOST_LETTERS, placeholder='…')}"
