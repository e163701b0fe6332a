"""What of the kit goes into a pack: what grades one exercise, and nothing that answers it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from grading.course import KIT, Exercise

Files = dict[str, bytes]  # by their names, with slashes
PINS = Path(__file__).with_name("pins.txt")
TEMPLATES = Path(__file__).with_name("templates")
WANTED = (".py", ".json")  # endings of files that take part in a grading


def kit(exercise: Exercise) -> Files:
    """Return all that grades an exercise, and what has to be installed for that."""
    found = {path.relative_to(KIT).as_posix(): plain(path) for path in _paths(exercise)}
    needed = [PINS, *(path for one in exercise.ladder for path in one.requirements)]
    return {**found, PINS.name: b"".join(map(plain, needed))}


def _paths(exercise: Exercise) -> Iterator[Path]:
    yield KIT / "LICENSE"
    for folder in (KIT / "grading", *exercise.suites):
        yield from (path for path in folder.rglob("*") if path.suffix in WANTED and TEMPLATES not in path.parents)


def templates(platform: str) -> Files:
    """Return what a platform needs beside the kit, with blanks to be filled in."""
    folder = TEMPLATES / platform
    paths = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    return {path.relative_to(folder).as_posix(): plain(path) for path in paths}


def plain(path: Path) -> bytes:
    """Return a file with the ends of lines that every platform knows, whatever git has put there."""
    return path.read_bytes().replace(b"\r\n", b"\n")
