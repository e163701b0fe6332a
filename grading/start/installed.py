"""What grading needs, and whether it is installed here.

Only the standard library: this runs before anything else is there.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import operator
import os
import re
import sys
from pathlib import Path

from grading.course import KIT

STUDENTS = KIT / "requirements.txt"
PAGES = KIT / "grading" / "pages" / "requirements.txt"  # for whoever wants a page
MAINTAINERS = [KIT / "tests" / "kit" / "requirements.txt", KIT / "solution" / "requirements.txt", PAGES]
COMPARISONS = {
    ">=": operator.ge, "<=": operator.le, "==": operator.eq, "!=": operator.ne, ">": operator.gt, "<": operator.lt,
}  # fmt: skip


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
        found = importlib.util.find_spec(name)
        is_package = found and found.submodule_search_locations  # a file of that name is somebody's own
        return importlib.metadata.version(name) if is_package else ""
    except Exception:  # not there, or spoilt
        return ""


def _numbers(version: str) -> list[int]:
    """Return the numbers that a version begins with; those of 13.0 are those of 13."""
    beginning = re.match(r"[\d.]*", version)
    numbers = [int(number) for number in re.findall(r"\d+", beginning[0])] if beginning else []
    while numbers and not numbers[-1]:
        numbers.pop()
    return numbers


if __name__ == "__main__":  # one Python asks another: have you got these?
    sys.exit(sys.version_info < (3, 10) or bool(missing([Path(name) for name in sys.argv[1:]])))
