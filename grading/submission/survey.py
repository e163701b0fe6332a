"""What there is in a work folder, looked at before anything is copied: what is left out, and whether it is too big."""

from __future__ import annotations

import math
import os
import stat
from collections import Counter
from collections.abc import Iterator

from grading.results.visible import shown

MOST_BYTES = 300_000_000  # of a work folder, sparse files by the size they seem to have
MOST_ENTRIES = 20_000
NOT_THE_WORK = {".git", ".hg", ".svn", "node_modules", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache"}
SCRATCH = "chat-kit-"  # how the names of the folders begin in which gradings keep their copies
KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)  # on Windows, a link that anybody may make


class TooBig(Exception):
    """There is too much to grade; the message is a sentence for the student, with the name of what to move away."""


class Survey:
    """What there is to copy, each by its name below the work; no file is opened, and no link entered."""

    def __init__(self, work: str, scratch: str) -> None:
        """Look through `work`, except for `scratch`; raise TooBig if there is too much of it."""
        self.folders: dict[str, os.stat_result] = {}  # each one before what it holds
        self.files: dict[str, os.stat_result] = {}
        self.links: dict[str, str] = {}  # and how to get from beside them to where they lead in the end
        self.left_out: dict[str, str] = {}  # and why
        self._work, self._scratch = work, scratch
        self._found: list[str] = []
        waiting = [""]
        for folder in waiting:  # which grows meanwhile
            waiting += self._enter(folder)
        size = sum(info.st_size for info in self.files.values())
        if size > MOST_BYTES:
            raise TooBig(self._told_largest(size))

    def follow_links(self) -> None:
        """Find out where the links lead in the end; those stay that lead to what is still among the rest."""
        for name in list(self.links):
            self._follow(name)

    def _enter(self, folder: str) -> list[str]:
        """Take down what a folder holds, and return its subfolders."""
        subfolders = []
        try:
            with os.scandir(os.path.join(self._work, folder)) as entries:
                for entry in entries:
                    name = os.path.join(folder, entry.name)
                    if entry.name not in NOT_THE_WORK and self._take_down(name, entry):
                        subfolders.append(name)
        except OSError as error:
            self.folders.pop(folder, None)
            self.left_out[folder] = why_not(error)
        return subfolders

    def _take_down(self, name: str, entry: os.DirEntry[str]) -> bool:
        """Take down one entry; return whether it is a folder to enter."""
        try:
            info = entry.stat(follow_symlinks=False)
        except OSError as error:
            self.left_out[name] = why_not(error)
            return False
        is_link = stat.S_ISLNK(info.st_mode) or getattr(info, "st_reparse_tag", 0) == JUNCTION
        is_folder = stat.S_ISDIR(info.st_mode) and not is_link
        if is_folder and self._is_foreign(name, entry):
            return False
        self._found.append(name)
        if len(self._found) > MOST_ENTRIES:
            raise TooBig(self._told_fullest())
        if is_folder:
            self.folders[name] = info
        elif is_link:
            self.links[name] = ""
        elif stat.S_ISREG(info.st_mode):
            self.files[name] = info
        else:
            self.left_out[name] = f"is {KINDS.get(stat.S_IFMT(info.st_mode), 'no file')}"
        return is_folder

    def _is_foreign(self, name: str, folder: os.DirEntry[str]) -> bool:
        """Tell whether a folder is a virtual environment or belongs to a grading."""
        if folder.path == self._scratch:
            return True
        if folder.name.startswith(SCRATCH):
            self.left_out[name] = "is named like a folder of the grader"
            return True
        return os.path.lexists(os.path.join(folder.path, "pyvenv.cfg"))

    def _follow(self, name: str) -> None:
        try:
            target = os.path.relpath(os.path.realpath(os.path.join(self._work, name), strict=True), self._work)
        except (OSError, ValueError):  # nowhere, or in a circle; to another drive
            target = ""
        if target == os.curdir or target in self.folders or target in self.files:
            self.links[name] = os.path.relpath(target, os.path.dirname(name) or os.curdir)
            return
        del self.links[name]
        is_inside = target.split(os.sep)[0] != os.pardir
        where = "nowhere" if not target else "to what is left out" if is_inside else "out of the folder"
        self.left_out[name] = f"is a link that leads {where}"

    def _told_largest(self, size: int) -> str:
        name = max(self.files, key=lambda name: self.files[name].st_size)
        return (
            f"The folder holds {_megabytes(size)} and at most {_megabytes(MOST_BYTES)} are graded: move what your"
            f" programs do not need out of it, first of all {shown(name)} with {_megabytes(self.files[name].st_size)}."
        )

    def _told_fullest(self) -> str:
        """Name the smallest folder that holds the greater part."""
        held = Counter(folder for name in self._found for folder in above(name))
        name = min((name for name in held if held[name] * 2 > len(self._found)), key=lambda name: held[name])
        fullest = (
            f"first of all from {shown(name)} with {held[name]:,} of them or more" if name else "and keep the rest"
        )
        return (
            f"The folder holds more than {MOST_ENTRIES:,} files and folders, and at most {MOST_ENTRIES:,} are graded:"
            f" move what your programs do not need out of it, {fullest}."
        )


def above(name: str) -> Iterator[str]:
    """Yield the folders that a name is in, the work itself, which is "", last."""
    while name:
        name = os.path.dirname(name)
        yield name


def why_not(error: OSError) -> str:
    """Say why something cannot be copied, as the end of a sentence about it."""
    if isinstance(error, FileNotFoundError):
        return "was gone when it was to be copied"
    return "cannot be read" if isinstance(error, PermissionError) else "cannot be copied"


def _megabytes(size: int) -> str:
    return f"{math.ceil(size / 1_000_000):,} MB"
