"""`grader.py kit`: test the kit itself, all of it or what has changed."""

from __future__ import annotations

import argparse
import subprocess
import sys

from grading.course import KIT

TOOLS = {"--matrix": "tests.kit.matrix", "--changed": "tests.kit.changed", "--conversations": "tests.kit.conversations"}


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `kit`; the rest is for pytest."""
    for option, module in TOOLS.items():
        parser.add_argument(option, dest="tool", action="store_const", const=module, help=f"run {module} instead")


def run(options: argparse.Namespace) -> int:
    """Run the tests; return the exit status."""
    command = [options.tool] if options.tool else ["pytest", "tests/kit"]
    return subprocess.call([sys.executable, "-m", *command, *options.rest], cwd=KIT)
