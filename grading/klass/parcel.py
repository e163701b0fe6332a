"""What goes between the one who grades a class and a worker: lines of JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from typing import Any

from grading.submission.values import Submission


@dataclass(frozen=True)
class Order:
    """A submission to be graded."""

    exercise: str  # its key
    seed: int | None
    submission: Submission
    only: frozenset[str] | None = None  # the ids of the checks to make; None for all of them

    def as_line(self) -> bytes:
        """Return it as one line."""
        files = {name: base64.b64encode(data).decode() for name, data in self.submission.files.items()}
        whole = {"exercise": self.exercise, "seed": self.seed, "files": files}
        more = {"executables": sorted(self.submission.executables), "links": dict(self.submission.links)}
        only = None if self.only is None else sorted(self.only)
        return line({**whole, **more, "folders": sorted(self.submission.folders), "only": only})

    @staticmethod
    def from_line(data: bytes) -> Order:
        """Return the order that `as_line` wrote."""
        whole = json.loads(data)
        files = {name: base64.b64decode(text) for name, text in whole["files"].items()}
        folders, executables = frozenset(whole["folders"]), frozenset(whole["executables"])
        submission = Submission(files, executables, whole["links"], folders)
        only = None if whole["only"] is None else frozenset(whole["only"])
        return Order(whole["exercise"], whole["seed"], submission, only)


def line(value: dict[str, Any]) -> bytes:
    """Return a value as one line."""
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"
