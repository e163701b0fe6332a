"""Grade where there is no /proc, which is the nearest to macOS on Linux: `python -m tests.kit.without_proc [STEP]`.

What is graded is the reference, at its last step unless one is named. The exit status is that of the grading, or 2
where this cannot be tried.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys

from grading.course import KIT, STEPS

CANNOT_TRY = 2
HIDE_PROC = 'mount -t tmpfs none /proc && exec "$@"'


def hidden(*command: str) -> list[str]:
    """Return what runs `command` in a mount namespace of its own, in which /proc is empty."""
    alone = ["unshare", "--mount", *([] if os.geteuid() == 0 else ["--map-root-user"])]
    return [*alone, "sh", "-c", HIDE_PROC, "sh", *command]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.kit.without_proc", description="Grade without /proc.")
    parser.add_argument("step", nargs="?", choices=STEPS, default=STEPS[-1], metavar="STEP", help=", ".join(STEPS))
    options = parser.parse_args()
    if not shutil.which("unshare") or subprocess.run(hidden("true"), capture_output=True, check=False).returncode:
        print("This needs a mount namespace of its own (unshare --mount), which is not to be had here.")
        return CANNOT_TRY
    grading = [sys.executable, "grader.py", options.step, "--solution"]
    return subprocess.run(hidden(*grading), cwd=KIT, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
