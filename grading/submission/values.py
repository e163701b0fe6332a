"""A submission as a value: names and bytes, the same wherever they lay and whenever they came."""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from grading.results.visible import shown
from grading.stage.messages import LONGEST_SOURCE

NOTES = 3  # of one kind that are told one by one


class TooBig(Exception):
    """There is too much to grade; the message is a sentence for the student, with the name of what to move away."""


class BadSubmission(Exception):
    """There is nothing that could be graded; the message is a sentence that says why, and what to do."""


@dataclass(frozen=True)
class Submission:
    """What somebody hands in. Each name is relative to the whole, with "/" between its parts; "" is the whole."""

    files: Mapping[str, bytes]
    executables: frozenset[str] = frozenset()  # the files that may be run as they are
    links: Mapping[str, str] = field(default_factory=dict)  # and the file or folder to which each one leads in the end
    folders: frozenset[str] = frozenset()  # that hold nothing
    left_out: Mapping[str, str] = field(default_factory=dict)  # what is no part of it, and why

    def __post_init__(self) -> None:
        """Refuse what could not be put into a folder, or would not stay there."""
        names = [*self.files, *self.links, *self.folders]
        for name in names:
            if not is_proper(name):
                raise BadSubmission(f"{shown(name)!r} is no name for a file of a submission.")
        above_all = {folder for name in names for folder in above(name)}
        plain = self.files.keys() | self.links.keys()
        if twice := sorted(plain & (above_all | self.folders)) or sorted(self.files.keys() & self.links.keys()):
            raise BadSubmission(f"{shown(twice[0])} is there twice, once as a file and once as something else.")
        if astray := set(self.links.values()) - self.files.keys() - self.folders - above_all - {""}:
            raise BadSubmission(f"There is no {shown(min(astray))}, to which a link leads.")

    def __contains__(self, name: str) -> bool:
        """Tell whether there is a file of that name, or a link to one."""
        return self.links.get(name, name) in self.files

    def read(self, name: str) -> bytes:
        """Return what is in a file; KeyError where there is none."""
        return self.files[self.links.get(name, name)]

    def source(self, name: str) -> str:
        """Return what is in a program; nothing where that is more than anybody writes by hand."""
        data = self.read(name)
        return data.decode(errors="replace") if len(data) <= LONGEST_SOURCE else ""

    def modules(self) -> list[str]:
        """Return the names of the Python files that are not in a folder."""
        names = [*self.files, *self.links]
        return sorted(name for name in names if name.endswith(".py") and "/" not in name and name in self)

    def at_the_top(self) -> list[str]:
        """Return the names of the files and folders that are in no folder."""
        return sorted({name.partition("/")[0] for name in (*self.files, *self.links, *self.folders)})

    @functools.cached_property
    def digest(self) -> str:
        """A name for what is in it: others with the same one are graded the same."""
        return self.digest_without()

    def digest_without(self, *names: str) -> str:
        """Return a name for what is in it but for these files."""
        digest = hashlib.sha256()
        parts = (part for part in self._parts() if part[1] not in names)
        for kind, name, data in sorted(parts, key=lambda part: part[:2]):
            encoded = name.encode("utf-8", "surrogateescape")
            digest.update(f"{kind} {len(encoded)} {len(data)}\n".encode() + encoded)
            digest.update(data)
        return digest.hexdigest()

    def _parts(self) -> Iterator[tuple[str, str, bytes]]:
        for name, data in self.files.items():
            yield "executable" if name in self.executables else "file", name, data
        for name, target in self.links.items():
            yield "link", name, target.encode("utf-8", "surrogateescape")
        for name in self.folders:
            yield "folder", name, b""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out and why, a sentence each."""
        return tuple(told(self.left_out))


def told(left_out: Mapping[str, str]) -> Iterator[str]:
    """Yield a sentence on each thing that was left out: Python files first, and many of a kind in few words."""
    kinds: dict[str, list[str]] = {}
    for name in sorted(left_out, key=lambda name: (not name.endswith(".py") or "/" in name, name)):
        kinds.setdefault(left_out[name], []).append(shown(name or "the folder"))
    for why, names in kinds.items():
        yield from (f"{name} {why}: it was left out." for name in names[:NOTES])
        if len(names) > NOTES:
            yield f"… and {len(names) - NOTES:,} more."


def is_proper(name: str) -> bool:
    """Tell whether a name leads to a place within the whole."""
    return "\0" not in name and not {"", ".", ".."} & set(name.split("/"))


def above(name: str) -> Iterator[str]:
    """Yield the folders that a name is in, the whole, which is "", last."""
    while name:
        name = name.rpartition("/")[0]
        yield name


def empty(folders: Iterable[str], *held: Iterable[str]) -> frozenset[str]:
    """Return those folders that hold nothing of what is `held`, nor each other."""
    folders = set(folders)
    return frozenset(folders - {folder for names in (folders, *held) for name in names for folder in above(name)})
