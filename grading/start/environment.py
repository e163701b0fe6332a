"""See that what grading needs is installed here, and new enough; if not, go on in a Python that has it.

Only the standard library: this runs before anything else is there.
"""

from __future__ import annotations

import functools
import importlib.metadata
import importlib.util
import operator
import os
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from grading.course import KIT
from grading.start import ending

STUDENTS = KIT / "requirements.txt"
MAINTAINERS = [KIT / "tests" / "kit" / "requirements.txt", KIT / "solution" / "requirements.txt"]
COMPARISONS = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip
UNWANTED = (  # what a shell may tell Python and pytest for the sake of others
    "PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONSAFEPATH", "PYTHONINSPECT",
    "PYTEST_ADDOPTS", "PYTEST_PLUGINS",
)  # fmt: skip
MOVED = "CHAT_KIT_MOVED_FROM"  # in the environment: the Python that was typed
ASKING_SECONDS = 20.0  # until that one must have answered
ASK = """
import importlib.metadata, importlib.util, sys
sys.path.pop(0)
if importlib.util.find_spec(sys.argv[1]) is None:
    sys.exit(1)
print(*importlib.metadata.packages_distributions().get(sys.argv[1].partition(".")[0], [])[:1])
"""

typed = os.environ.pop(MOVED, "")  # empty unless we have moved


def ensure(maintainer: bool = False) -> None:
    """Return if this Python will do; otherwise go on in another one, or end with a line that says what to type."""
    for name in UNWANTED:
        os.environ.pop(name, None)
    files = [STUDENTS, *(file for file in MAINTAINERS if maintainer and file.exists())]
    lacking = missing(files)
    if lacking:
        if typed:
            told = f"{shown(sys.executable)} still lacks {', '.join(lacking)}."
            give_up(f"{told} Remove {shown(sys.prefix)}, and run again.")
        from grading.start import venvs

        _go_on_in(venvs.python_with(files, lacking))
    if not typed and (sys.flags.optimize or sys.warnoptions):  # -O takes away the sentences that students read
        _go_on_in(Path(sys.executable))
    os.environ.pop("PYTHONIOENCODING", None)  # it is about our screen, not about those of the programs


def give_up(why: str) -> NoReturn:
    """End with a line that says why nothing was graded, and what to do about it."""
    print(why, file=sys.stderr)
    sys.exit(ending.UNUSABLE)


def shown(path: str | Path) -> str:
    """Return a path as short as one can type it here."""
    path, here = str(path), os.getcwd() + os.sep
    return path.removeprefix(here)


def _go_on_in(python: Path) -> NoReturn:
    """Run the same command in another Python; Ctrl+C meanwhile waits until that one can answer it."""
    command = [str(python), *sys.argv]
    environment = {**os.environ, MOVED: sys.executable}
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one gets it, too
        sys.exit(subprocess.call(command, env=environment))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    os.execve(python, command, environment)


# What is installed here


def missing(files: list[Path]) -> list[str]:
    """Return the requirements in `files` that this Python does not meet, with the versions that are here instead."""
    lacking = _unmet(files)
    if lacking and "PYTHONPATH" in os.environ:  # it may hide what is here
        added = {os.path.abspath(entry) for entry in os.environ["PYTHONPATH"].split(os.pathsep)} - {str(KIT)}
        sys.path[:] = [entry for entry in sys.path if entry not in added]
        lacking = _unmet(files)
    return lacking


def _unmet(files: list[Path]) -> list[str]:
    lines = [line.partition("#")[0].strip() for file in files for line in file.read_text("utf-8").splitlines()]
    return [told for line in lines if line and (told := complaint(line))]


def complaint(requirement: str) -> str:
    """Tell what is wrong about one requirement, such as `rich>=13.0,<16 (here is 11.2.0)`; empty if it is met."""
    name, *_ = re.split("[<>=!]", requirement)
    version = _version(name.strip())
    bounds = re.findall(r"([<>=!]=|[<>])\s*([\d.]+)", requirement)
    if version and all(COMPARISONS[sign](_numbers(version), _numbers(bound)) for sign, bound in bounds):
        return ""
    return requirement + (f" (here is {version})" if version else "")


def _version(name: str) -> str:
    try:
        return importlib.util.find_spec(name) and importlib.metadata.version(name) or ""
    except Exception:  # not there, or spoilt
        return ""


def _numbers(version: str) -> list[int]:
    """Return the numbers that a version begins with; those of 13.0 are those of 13."""
    beginning = re.match(r"[\d.]*", version)
    numbers = [int(number) for number in re.findall(r"\d+", beginning[0])] if beginning else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


# What was installed where the grader was typed


@functools.cache
def way_to_get(module: str) -> str:
    """Return what to type so that this Python has a module, too, which the one that was typed has; empty if neither."""
    if not typed or Path(typed) == Path(sys.executable):
        return ""
    try:
        asked = [typed, "-c", ASK, module]
        done = subprocess.run(asked, capture_output=True, text=True, errors="replace", timeout=ASKING_SECONDS)
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    if done.returncode:
        return ""
    from grading.start import venvs

    return venvs.installing(done.stdout.strip())


if __name__ == "__main__":  # one Python asks another: have you got these?
    sys.exit(sys.version_info < (3, 10) or bool(missing([Path(name) for name in sys.argv[1:]])))
