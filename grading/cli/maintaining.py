"""`grader.py kit` and `grader.py bench`: test the kit itself, all of it or what has changed, or measure its server."""

from __future__ import annotations

import argparse
import subprocess
import sys

from grading.course import KIT

VERBS = {"--matrix": "tests.kit.matrix", "--changed": "tests.kit.changed", "--conversations": "tests.kit.conversations"}


def run(arguments: argparse.Namespace) -> int:
    """Do what those who maintain the kit ask for; return the exit status."""
    rest: list[str] = arguments.rest
    if arguments.step == "bench":
        picture = ["--svg", str(arguments.svg.resolve())] if arguments.svg else []
        command = ["tests.kit.bench", *rest, *picture]
    elif verb := next((word for word in VERBS if word in rest), ""):
        rest.remove(verb)
        command = [VERBS[verb], *rest]
    else:
        command = ["pytest", "tests/kit", *rest]
    return subprocess.call([sys.executable, "-m", *command], cwd=KIT)
