"""`grader.py kit`: test the kit itself, all of it or what has changed."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

from grading.course import KIT
from grading.start.ending import INTERRUPTED, OWN_FAULT, PASSED, UNUSABLE

TOOLS = {
    "--matrix": "tests.kit.matrix",
    "--changed": "tests.kit.changed",
    "--conversations": "tests.kit.conversations",
    "--hostile": "tests.kit.hostile",
    "--class": "tests.kit.class_bench",
}
STATUSES = {2: INTERRUPTED, 3: OWN_FAULT, 4: UNUSABLE, 5: UNUSABLE}  # of pytest: stopped, own fault, usage, no test
ALONE = "tests/kit/test_alone.py"  # beside these tests, others would be starved
FEWEST_WORKERS = 3  # since most tests mostly wait


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `kit`; the rest is for pytest."""
    for option, module in TOOLS.items():
        parser.add_argument(option, dest="tool", action="store_const", const=module, help=f"run {module} instead")


def run(options: argparse.Namespace) -> int:
    """Run the tests; return the exit status."""
    if options.tool:
        return subprocess.call(_python(options.tool, *options.rest), cwd=KIT)
    if options.rest:
        return _tests("tests/kit", *options.rest)
    return _all()


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def _all() -> int:
    """Run most tests side by side, and then those beside which there is room for no other."""
    workers = str(max(FEWEST_WORKERS, os.cpu_count() or 1))
    side_by_side = ("-n", workers, "--dist", "loadgroup", "--no-loadscope-reorder")
    statuses = [_tests("tests/kit", *side_by_side, f"--ignore={ALONE}"), _tests(ALONE)]
    return next(filter(None, statuses), PASSED)


def _tests(*words: str) -> int:
    status = subprocess.call(_python("pytest", *words), cwd=KIT)
    return STATUSES.get(status, status)
