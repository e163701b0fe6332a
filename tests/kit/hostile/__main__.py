"""`python grader.py kit --hostile [NAME …]`: grade hostile and broken submissions, and show which are survived here.

With `--beside pytest,check50`, others grade them too, in sandboxes; see `beside.py`.
"""

from __future__ import annotations

import argparse
import sys

from rich.console import Console
from rich.table import Table

from grading.cli.gaps import gaps
from grading.process import cell
from tests.kit.hostile import beside
from tests.kit.hostile.rows import rows


def main() -> int:
    """Show the table; return 1 if one case is not survived that could be here."""
    parser = argparse.ArgumentParser(prog="grader.py kit --hostile", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help="of a file in tests/kit/hostile/programs")
    beside.add(parser)
    options = parser.parse_args()
    return beside.show(options.names, options.beside) if options.beside else _show(options.names)


def _show(names: list[str]) -> int:
    missing = gaps()
    table = Table("submission", "survived", "seconds", "why not, or what it tries")
    found = rows(names)
    for row in found:
        beyond = sorted(row.case.needs & missing)
        mark = "yes" if row.is_survived else f"no (without {', '.join(beyond)})" if beyond else "NO"
        table.add_row(row.case.name, mark, f"{row.seconds:.1f}", "; ".join(row.wrong) or row.case.tries)
    console = Console()
    console.print(table)
    if missing:
        console.print(cell.told(missing))
    survived = sum(row.is_survived for row in found)
    console.print(f"{survived} of {len(found)} are survived.")
    return int(any(not row.is_survived and not row.case.needs & missing for row in found))


if __name__ == "__main__":
    sys.exit(main())
