"""`grader.py bench`: measure the finished server beside others that are installed here."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path

from grading.course import KIT


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `bench`; the rest is for the bench itself."""
    parser.add_argument("--svg", type=Path, metavar="FILE", help="write a picture of the result to FILE as well")


def run(options: argparse.Namespace) -> int:
    """Measure; return the exit status."""
    picture = ["--svg", str(options.svg.resolve())] if options.svg else []
    return subprocess.call([sys.executable, "-m", "tests.kit.bench", *options.rest, *picture], cwd=KIT)
