"""`grader.py kit`: test the kit itself, all of it or what has changed."""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile

from grading.course import KIT

TOOLS = {
    "--matrix": "tests.kit.matrix",
    "--changed": "tests.kit.changed",
    "--conversations": "tests.kit.conversations",
    "--hostile": "tests.kit.hostile",
    "--class": "tests.kit.class_bench",
}
HALVES = ("1/2", "2/2")  # of most tests, which mostly wait: two run side by side
LOADS = "loads_the_machine"  # a marker of tests beside which others would be starved: they run last, alone


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `kit`; the rest is for pytest."""
    for option, module in TOOLS.items():
        parser.add_argument(option, dest="tool", action="store_const", const=module, help=f"run {module} instead")


def run(options: argparse.Namespace) -> int:
    """Run the tests; return the exit status."""
    if options.tool:
        return subprocess.call(_python(options.tool, *options.rest), cwd=KIT)
    if options.rest:
        return subprocess.call(_python("pytest", "tests/kit", *options.rest), cwd=KIT)
    return _all()


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def _all() -> int:
    """Run most tests in two halves, and then the rest; what the second says is shown once the first is done."""
    others = ("-m", f"not {LOADS}")
    first, second = (_python("pytest", "tests/kit", "--shard", half, *others) for half in HALVES)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as later:
        with subprocess.Popen(second, cwd=KIT, stdout=later, stderr=subprocess.STDOUT) as process:
            status = subprocess.call(first, cwd=KIT)
        later.seek(0)
        print(later.read(), end="")
    return subprocess.call(_python("pytest", "tests/kit", "-m", LOADS), cwd=KIT) or status or process.returncode
