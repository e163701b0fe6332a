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
}
HALVES = ("1/2", "2/2")  # of all tests, which mostly wait: two run side by side


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
    """Run all tests in two halves; what the second one says is shown once the first one is done."""
    first, second = (_python("pytest", "tests/kit", "--shard", half) for half in HALVES)
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace") as later:
        with subprocess.Popen(second, cwd=KIT, stdout=later, stderr=subprocess.STDOUT) as process:
            status = subprocess.call(first, cwd=KIT)
        later.seek(0)
        print(later.read(), end="")
    return status or process.returncode
