"""Grade on Windows: `python -m tests.kit.windows [--into DIR] [--step STEP …] [--only PART]`.

It needs wine and an unpacked Windows Python, which it gets from the package index into a folder of its own. What it
prints is a table of checks that passed, were skipped and failed, and a line for each thing that is wrong; the exit
status is 0 if nothing is, 1 if something is, and 2 where this cannot be tried.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from grading.course import STEPS
from tests.kit.killing import right_programs
from tests.kit.windows.gradings import Row, first_run, grade_reference, grade_skeletons, grade_variant
from tests.kit.windows.place import Missing, Place

USUAL_PARTS = ("reference", "skeletons", "first-run")
PARTS = (*USUAL_PARTS, "variants")  # which take an hour
FINE, WRONG, CANNOT_TRY = 0, 1, 2
USUAL_PLACE = Path(tempfile.gettempdir(), "chat-kit-on-windows")


def rows(place: Place, parts: list[str], steps: list[str]) -> Iterator[Row]:
    """Yield what came of each grading."""
    if "reference" in parts:
        for step in steps:
            yield grade_reference(place, step)
    if "skeletons" in parts:
        for step in steps:
            yield grade_skeletons(place, step)
    if "first-run" in parts:
        yield from first_run(place)
    if "variants" in parts:
        for name in right_programs(on_posix=False)[1:]:  # the reference comes first
            yield grade_variant(place, name)


def tell(row: Row) -> None:
    """Print a row of the table, and what is wrong and what was skipped below it."""
    counts = row.count("passed"), row.count("skipped"), row.count("failed", "error")
    print(f"{row.what:26}" + "".join(f"{count:9}" if row.checks else f"{'':9}" for count in counts), flush=True)
    for check in row.checks.values():
        if check["outcome"] == "skipped" and check["because"]:
            print(f"  skipped: {check['id']}: {check['because']}")
    for line in row.wrong:
        print(f"  wrong: {line}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kit.windows", description="Grade on Windows, under wine.")
    parser.add_argument("--into", type=Path, default=USUAL_PLACE, metavar="DIR", help="default: %(default)s")
    parser.add_argument("--step", nargs="+", choices=STEPS, default=list(STEPS), metavar="STEP", help="default: all")
    parser.add_argument("--only", choices=PARTS, help="one of %(choices)s; default: the first three")
    options = parser.parse_args()
    place = Place(options.into.resolve())
    try:
        place.set_up()
    except Missing as missing:
        print(missing)
        return CANNOT_TRY
    print(f"{'':26}{'passed':>9}{'skipped':>9}{'failed':>9}", flush=True)
    is_wrong = False
    try:
        for row in rows(place, [options.only] if options.only else list(USUAL_PARTS), options.step):
            tell(row)
            is_wrong |= bool(row.wrong)
    finally:
        place.leave()
    return WRONG if is_wrong else FINE


if __name__ == "__main__":
    sys.exit(main())
