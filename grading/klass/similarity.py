"""What tools for similarity read: each one's programs in a folder, and beside them what everybody was given."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Iterator
from pathlib import Path

from grading.course import Exercise
from grading.klass.arrival import Arrival
from grading.skeletons import original
from grading.submission.values import Submission

SUBMISSIONS, BASE = "submissions", "base"  # folders
UNSAFE = re.compile(r"[^\w@+-][^\w@.+-]*")  # in the name of a folder
COMMANDS = {  # by tool, what to type
    "Dolos": "dolos run -l python -f web -i {base}/{program} {submissions}/*/{program}",
    "JPlag": "java -jar jplag.jar -l python3 -bc {base} {submissions}",
    "compare50": "compare50 {submissions}/* -d {base}",
}


def files(arrivals: Iterable[Arrival], exercise: Exercise) -> dict[str, bytes]:
    """Return the files for a class; a group that worked together is in it once."""
    whole: dict[str, bytes] = {}
    for folder, own in _by_folder(arrivals):
        whole.update({f"{SUBMISSIONS}/{folder}/{name}": own.read(name) for name in own.modules()})
    for program in exercise.programs:
        skeleton = original(exercise.name, program)
        if skeleton.is_file():
            whole[f"{BASE}/{program}"] = skeleton.read_bytes()
    return whole


def _by_folder(arrivals: Iterable[Arrival]) -> Iterator[tuple[str, Submission]]:
    groups, taken = set[str](), set[str]()
    for one in arrivals:
        if one.submission is None or one.group in groups:
            continue
        groups |= {one.group} - {""}
        folder = _free(UNSAFE.sub("_", one.group or one.who) or "_", taken)
        taken.add(folder.casefold())
        yield folder, one.submission


def _free(name: str, taken: set[str]) -> str:
    number = 1
    while (folder := f"{name}-{number}" if number > 1 else name).casefold() in taken:
        number += 1
    return folder


def commands(out: Path, exercise: Exercise) -> list[tuple[str, str]]:
    """Return what to type, by tool, once the files are in a folder."""
    places = {name: shlex.quote(str(out / name)) for name in (SUBMISSIONS, BASE)}
    return [
        (tool, command.format(**places, program=program))
        for tool, command in COMMANDS.items()
        for program in (exercise.programs if "{program}" in command else exercise.programs[:1])
    ]
