"""`grader.py kit`: test the kit itself, all of it or what has changed."""

from __future__ import annotations

import argparse
import contextlib
import subprocess
import sys
import tempfile
from typing import IO

from grading.course import KIT
from grading.start.ending import INTERRUPTED, OWN_FAULT, UNUSABLE

TOOLS = {
    "--matrix": "tests.kit.matrix",
    "--changed": "tests.kit.changed",
    "--conversations": "tests.kit.conversations",
    "--hostile": "tests.kit.hostile",
    "--class": "tests.kit.class_bench",
}
STATUSES = {2: INTERRUPTED, 3: OWN_FAULT, 4: UNUSABLE, 5: UNUSABLE}  # of pytest: stopped, own fault, usage, no test
SHARES = ("1/3", "2/3", "3/3")  # of most tests, which mostly wait: so they run side by side
ALONE = "tests/kit/test_alone.py"  # beside these tests, others would be starved: they run last


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `kit`; the rest is for pytest."""
    for option, module in TOOLS.items():
        parser.add_argument(option, dest="tool", action="store_const", const=module, help=f"run {module} instead")


def run(options: argparse.Namespace) -> int:
    """Run the tests; return the exit status."""
    if options.tool:
        return subprocess.call(_python(options.tool, *options.rest), cwd=KIT)
    if options.rest:
        status = subprocess.call(_python("pytest", "tests/kit", *options.rest), cwd=KIT)
        return STATUSES.get(status, status)
    return _all()


def _python(module: str, *words: str) -> list[str]:
    return [sys.executable, "-m", module, *words]


def _all() -> int:
    """Run most tests in shares side by side, and then the rest; what each says is shown once those before are done."""
    first, *later = (_python("pytest", "tests/kit", "--shard", share, f"--ignore={ALONE}") for share in SHARES)
    with contextlib.ExitStack() as stack:
        running = [_in_background(words, stack) for words in later]
        statuses = [subprocess.call(first, cwd=KIT), *(_shown(*one) for one in running)]
    return subprocess.call(_python("pytest", ALONE), cwd=KIT) or max(statuses)


def _in_background(words: list[str], stack: contextlib.ExitStack) -> tuple[subprocess.Popen[bytes], IO[str]]:
    said = stack.enter_context(tempfile.TemporaryFile("w+", encoding="utf-8", errors="replace"))
    return stack.enter_context(subprocess.Popen(words, cwd=KIT, stdout=said, stderr=subprocess.STDOUT)), said


def _shown(process: subprocess.Popen[bytes], said: IO[str]) -> int:
    status = process.wait()
    said.seek(0)
    print(said.read(), end="")
    return status
