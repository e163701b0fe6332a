"""`python -m grading.cli.gaps`: print the layers that a grading here lacks, as a worker finds them."""

from __future__ import annotations

import subprocess
import sys

from grading.course import KIT
from grading.process import jail
from grading.process.launcher import Launcher


def gaps() -> frozenset[str]:
    """Return the names of the layers, of those in `process/cell.py`, that a worker lacks on this machine."""
    ask = [sys.executable, "-m", "grading.cli.gaps"]
    done = subprocess.run(ask, cwd=KIT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True, check=False)
    return frozenset(done.stdout.split())


def main() -> None:
    """Print what is missing, as a worker finds it."""
    jail.alone()
    with Launcher() as launcher:
        print(*sorted(launcher.lacks()))


if __name__ == "__main__":
    main()
