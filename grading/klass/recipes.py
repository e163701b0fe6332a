"""What decides a check: while that is the same, its result is the same, whatever else in the kit has changed."""

from __future__ import annotations

import ast
import functools
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

from grading.course import KIT, TALK, Exercise
from grading.grade import versions_here
from grading.suite import Check, collect

DECIDE_NOTHING = {  # rooms of `grading` that come before a grading, or after it
    "cli", "drawing", "exports", "home", "klass", "packs", "pages", "rehearsal", "showing", "under_pytest",
    "wire",
}  # fmt: skip
DECIDE_TALKS = {"rehearsal", "wire"}  # of these, the rooms that judge a student's own talk
HOUSE = KIT / "grading"
NAME_DIGITS = 40  # of a digest


@functools.cache
def recipes(exercise: Exercise) -> dict[str, str]:
    """Return a name for all that decides a check, by the check's id."""
    checks, versions = collect(exercise), versions_here(exercise)
    everywhere = [_of_the_house(), versions.python, versions.platform]
    return {check.id: _named([*everywhere, *_sources(check, checks)]) for check in checks}


def _sources(check: Check, checks: tuple[Check, ...]) -> list[str]:
    """Return what is written of a check, and of those that can make it count for nothing."""
    above = [one for one in checks if one.role == check.role and (one.terms.gate or one.terms.veto)]
    return [text for one in (check, *above) for text in _source(one)]


def _source(check: Check) -> tuple[str, ...]:
    path = check.exercise.checks_of(check.role)
    own, rest = _parts(path)
    more = [_of_talks()] if check.role == TALK else []
    return own[check.function.__name__], rest, _others(path.parent), *more


@functools.cache
def _parts(path: Path) -> tuple[dict[str, str], str]:
    """Return the tests that stand in a file, by their names, and all else there, both without comments."""
    tree = ast.parse(path.read_bytes())
    tests = {node.name: node for node in tree.body if isinstance(node, ast.FunctionDef) and _is_test(node.name)}
    rest = [node for node in tree.body if node not in tests.values()]
    return {name: ast.dump(node) for name, node in tests.items()}, ast.dump(ast.Module(rest, []))


def _is_test(name: str) -> bool:
    return name.startswith("test_")


@functools.cache
def _others(folder: Path) -> str:
    """Return a digest of what a suite has beside its checks."""
    return _digest(path for path in folder.rglob("*.py") if not _is_test(path.name))


@functools.cache
def _of_the_house() -> str:
    """Return a digest of all that takes part in a grading."""
    return _digest(path for path in HOUSE.rglob("*.py") if _room(path) not in DECIDE_NOTHING)


@functools.cache
def _of_talks() -> str:
    """Return a digest of what judges a talk, and nothing else."""
    return _digest(path for path in HOUSE.rglob("*.py") if _room(path) in DECIDE_TALKS)


def _room(path: Path) -> str:
    return path.relative_to(HOUSE).parts[0].removesuffix(".py")


def _digest(paths: Iterable[Path]) -> str:
    digest = hashlib.sha256()
    for path in sorted(paths):
        digest.update(path.read_bytes() + b"\0")
    return digest.hexdigest()


def _named(parts: list[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:NAME_DIGITS]
