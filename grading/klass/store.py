"""Results on the disk: each in a file named by all that decides it, and a log of who got what when, which only grows.

A file appears whole or not at all; so whatever ends us, what is there counts, and only what was in hand is lost.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.results.json import as_text, from_text
from grading.results.values import Grade, Versions
from grading.results.visible import shown
from grading.submission.values import BadSubmission
from grading.system import files
from grading.system.locks import take

RESULTS, RECIPES, LOG, LOCK = "results", "recipes", "log.jsonl", ".lock"
NAME_DIGITS = 40  # of a digest


def name_of(submission: str, exercise: str, versions: Versions, seed: int | None) -> str:
    """Return the name of a result: whatever has the same one is the same."""
    parts = (submission, exercise, versions.kit, versions.python, versions.platform, seed)
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:NAME_DIGITS]


@dataclass(frozen=True)
class Line:
    """What the log says somebody got."""

    who: str
    name: str  # of the result; empty where there is none
    points: int | None
    max_points: int | None
    state: str  # as the table of the class has it, or GONE
    passed: bool
    submission: str | None = field(default=None, compare=False)  # the digest of what was handed in


GONE = "not in the class"  # one more state


class Store:
    """All results of a class in one folder."""

    def __init__(self, folder: Path, is_shared: bool = False) -> None:
        self.folder = folder
        self._results = folder / RESULTS
        self._results.mkdir(parents=True, exist_ok=True)
        for part in [] if is_shared else self._results.glob(f".*{files.PART}"):  # somebody was ended in the middle
            with contextlib.suppress(OSError):
                part.unlink()
        self.last = _last_lines(folder / LOG)  # what each one got at last

    def has(self, name: str) -> bool:
        """Tell whether there is a result of that name."""
        return os.path.isfile(self._path(name))

    def read(self, name: str) -> Grade | None:
        """Return a result; None where there is none that can be read, and none is left there."""
        try:
            return from_text(self._path(name).read_text("utf-8"))
        except (OSError, ValueError, KeyError, TypeError):
            with contextlib.suppress(OSError):
                self._path(name).unlink()
            return None

    def keep(self, grade: Grade) -> str:
        """Write a grade down for good, and return its name."""
        name = name_of(grade.submission, grade.exercise, grade.versions, grade.seed)
        text = as_text(grade).encode("utf-8", "backslashreplace")
        files.replace(self._path(name), [text], for_good=True)
        return name

    def remembers(self, exercise: str, versions: Versions, recipes: dict[str, str]) -> None:
        """Write down what decides the checks of an exercise with these versions."""
        path = self.folder / RECIPES / f"{name_of('', exercise, versions, None)}.json"
        if not path.is_file():
            path.parent.mkdir(exist_ok=True)
            whole = {"exercise": exercise, **vars(versions), "checks": recipes}
            files.replace(path, [json.dumps(whole, indent=1).encode()], for_good=True)

    def recipes(self, exercise: str) -> list[tuple[Versions, dict[str, str]]]:
        """Return all versions with which an exercise was ever graded here, and what decided its checks then."""
        found = []
        for path in sorted((self.folder / RECIPES).glob("*.json")):
            with contextlib.suppress(ValueError, KeyError, TypeError):
                whole = json.loads(path.read_bytes())
                if whole["exercise"] == exercise:
                    versions = Versions(whole["kit"], whole["python"], whole["platform"])
                    found.append((versions, dict(whole["checks"])))
        return found

    def _path(self, name: str) -> Path:
        return self._results / f"{name}.json"

    def log(self, lines: Iterable[tuple[Line, dict[str, Any]]]) -> None:
        """Say for ever what people got, where that is not what was said last; beside it, with what."""
        moment = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        new = [(line, more) for line, more in lines if self.last.get(line.who) != line]
        if not new:
            return
        with open(self.folder / LOG, "a+b") as file:
            if not _ends_a_line(self.folder / LOG):
                file.write(b"\n")  # whoever wrote the last one was ended in the middle
            file.writelines(json.dumps({"when": moment, **vars(line), **more}).encode() + b"\n" for line, more in new)
            file.flush()
            os.fsync(file.fileno())
        self.last.update({line.who: line for line, _ in new})


@contextlib.contextmanager
def alone_in(folder: Path, part: str = "") -> Iterator[None]:
    """Have the results of a class, or of a part of it, for oneself; BadSubmission with a sentence while others have."""
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / f"{LOCK}{part}", "ab") as file:
        if not take(file.fileno()):
            raise BadSubmission(f"Somebody is grading into {shown(str(folder))} just now: wait until that has ended.")
        yield


def _ends_a_line(path: Path) -> bool:
    with open(path, "rb") as file:
        file.seek(0, os.SEEK_END)
        if not file.tell():
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _last_lines(path: Path) -> dict[str, Line]:
    """Return what the log says of each one at last; a line that is not whole does not count."""
    found: dict[str, Line] = {}
    fields = Line.__dataclass_fields__
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        for data in file:
            with contextlib.suppress(ValueError, KeyError, TypeError):
                whole = json.loads(data)
                line = Line(**{name: whole[name] for name in fields})
                found[line.who] = line
    return found
