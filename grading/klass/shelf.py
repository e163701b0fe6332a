"""What lies side by side in a folder or an archive with a whole class; nothing is read before its turn."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from grading.klass.unpacking import MOST_OF_A_CLASS, Allowance, Entry, LeftOut, is_archive, opened, unreadable, wanted
from grading.results.visible import shown
from grading.submission.folder import VENV, from_folder, is_clutter, read_file, why_not
from grading.submission.values import BadSubmission


@dataclass(frozen=True)
class Leaf:
    """A file as it came: its name below what was handed in, and its bytes."""

    name: str
    data: bytes


Leaves = tuple[list[Leaf], list[str]]  # and sentences on what is odd or was left out


@dataclass(frozen=True)
class Item:
    """A file or a folder at the top."""

    name: str
    is_folder: bool
    leaves: Callable[[Allowance], Leaves]
    inside: Callable[[], Shelf]


@dataclass(frozen=True)
class Shelf:
    """All that lies at the top, in the order of the names."""

    name: str
    items: tuple[Item, ...]
    notes: tuple[str, ...] = ()  # on what cannot be handed in


def shelf(path: Path) -> Shelf:
    """Return what is in a folder or an archive; BadSubmission or TooBig where it is neither."""
    if os.path.isdir(path):
        return _of_folder(os.path.realpath(path), path.name)
    if not os.path.isfile(path):
        raise BadSubmission(f"There is no folder {shown(str(path))}.")
    if why := unreadable(path.name, "unpack it, and name the folder"):
        raise BadSubmission(why)
    if not is_archive(path.name):
        raise BadSubmission(f"{shown(path.name)} is neither a folder nor an archive: name what holds the hand-ins.")
    file = open(path, "rb")  # for as long as anybody may read in it
    return of_entries(opened(file, path.name, Allowance(path.name, MOST_OF_A_CLASS)), path.name)


def names_in(path: Path) -> list[str]:
    """Return the names of what lies side by side there, within whatever folders are around all of it."""
    found = shelf(path)
    while len(found.items) == 1 and found.items[0].is_folder:
        found = found.items[0].inside()
    return [item.name for item in found.items]


def of_entries(entries: list[Entry], name: str) -> Shelf:
    """Return what lies at the top of an archive."""
    tops: dict[tuple[str, bool], list[Entry]] = {}
    names = {entry.name for entry in entries}
    for entry in entries:
        top, is_deeper, rest = entry.name.partition("/")
        if not is_clutter(top) and f"{top}/{VENV}" not in names:
            tops.setdefault((top, bool(is_deeper)), []).append(Entry(rest or top, entry.read, entry.note))
    return Shelf(name, tuple(_packed(*top, held) for top, held in sorted(tops.items(), key=lambda pair: pair[0])))


def _packed(name: str, is_folder: bool, held: list[Entry]) -> Item:
    return Item(name, is_folder, lambda allowance: read_all(wanted(held), allowance), lambda: of_entries(held, name))


def read_all(entries: list[Entry], allowance: Allowance) -> Leaves:
    """Return the files with their bytes, as far as they are plain files."""
    leaves: list[Leaf] = []
    notes = [entry.note for entry in entries if entry.note]
    for entry in entries:
        allowance.counts()
        try:
            leaves.append(Leaf(entry.name, entry.read(allowance)))
        except LeftOut as why:
            notes.append(str(why))
    return leaves, notes


def _of_folder(folder: str, name: str) -> Shelf:
    items, notes = [], []
    try:
        with os.scandir(folder) as found:
            entries = sorted(found, key=lambda entry: entry.name)
    except OSError as error:
        raise BadSubmission(f"{shown(name)} {why_not(error)}.") from None
    for entry in entries:
        if is_clutter(entry.name):
            continue
        mode = 0
        with contextlib.suppress(OSError):
            mode = entry.stat(follow_symlinks=False).st_mode
        if stat.S_ISDIR(mode):
            items.append(_folder(entry.path, entry.name))
        elif stat.S_ISREG(mode):
            items.append(_file(entry.path, entry.name))
        else:
            kind = "a link, and links are not followed" if stat.S_ISLNK(mode) else "neither a file nor a folder"
            notes.append(f"{shown(entry.name)} is {kind}.")
    return Shelf(name, tuple(items), tuple(notes))


def _folder(path: str, name: str) -> Item:
    def leaves(allowance: Allowance) -> Leaves:
        found = from_folder(Path(path))
        files = [file for file in (*found.files, *found.links) if file in found]
        for file in files:
            allowance.takes(len(found.read(file)))
        return [Leaf(file, found.read(file)) for file in sorted(files)], list(found.notes)

    return Item(name, True, leaves, lambda: _of_folder(path, name))


def _file(path: str, name: str) -> Item:
    def leaves(allowance: Allowance) -> Leaves:
        try:
            size = os.path.getsize(path)
            allowance.takes(size)
            return [Leaf(name, read_file(path, size))], []
        except OSError as error:
            raise BadSubmission(f"{shown(name)} {why_not(error)}.") from None

    return Item(name, False, leaves, lambda: Shelf(name, ()))
