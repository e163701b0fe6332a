"""Who is behind each folder of a Gradescope export, as far as its `submission_metadata.yml` says so.

Only the few lines that matter are read, so that no library is needed that reads all of YAML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

FILE = "submission_metadata.yml"
FOLDER = re.compile(r"(\S[^:]*):\s*")
FIELD = re.compile(r" *(?:- )?:(name|sid|email): *(.*?) *")


@dataclass
class Submitter:
    """One of those who handed something in together."""

    name: str = ""
    sid: str = ""
    email: str = ""

    @property
    def identity(self) -> str:
        return self.email or self.sid or self.name


@dataclass
class _Reading:
    folders: dict[str, list[Submitter]] = field(default_factory=dict)
    among: list[Submitter] | None = None  # where the next one goes
    inside: bool = False  # of the list of submitters


def submitters(data: bytes) -> dict[str, list[Submitter]]:
    """Return the submitters of each folder."""
    reading = _Reading()
    for line in data.decode("utf-8", "replace").splitlines():
        _read(reading, line)
    return reading.folders


def _read(reading: _Reading, line: str) -> None:
    if found := FOLDER.fullmatch(line):
        if not line.startswith((":", "-", "#")):
            reading.among = reading.folders.setdefault(found[1].strip("'\""), [])
        return
    if line.startswith("  :"):
        reading.inside = line.strip() == ":submitters:"
    elif reading.inside and reading.among is not None and (found := FIELD.fullmatch(line)):
        if line.lstrip().startswith("- "):
            reading.among.append(Submitter())
        if reading.among:
            setattr(reading.among[-1], found[1], found[2].strip("'\""))
