"""A submission from a folder: all of it is looked at before a file is opened, and no link is entered."""

from __future__ import annotations

import errno
import os
import stat
import sys
from pathlib import Path

from grading.submission import budget
from grading.submission.values import Submission, empty

CHUNK_BYTES = 1_000_000
NOT_THE_WORK = {  # what tools and systems put there
    ".git", ".hg", ".svn", "node_modules", "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", "__MACOSX",
    ".DS_Store", "Thumbs.db", "desktop.ini", ".chat-kit", ".skeleton", ".Spotlight-V100", ".Trashes", ".fseventsd",
    ".TemporaryItems", "System Volume Information", "$RECYCLE.BIN", "lost+found",
}  # fmt: skip
NOT_YET_CLOSED = "~$"  # begins the name of what Word puts beside a document that is open
SCRATCH = "chat-kit-"  # how the names of the folders begin in which gradings keep their copies
OF_A_GRADER = "is named like a folder of the grader"
VENV = "pyvenv.cfg"  # stands in each virtual environment
KINDS = {stat.S_IFIFO: "a named pipe", stat.S_IFSOCK: "a socket", stat.S_IFCHR: "a device", stat.S_IFBLK: "a device"}
JUNCTION = getattr(stat, "IO_REPARSE_TAG_MOUNT_POINT", -1)  # on Windows, a link that anybody may make
READING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_BINARY", "O_NONBLOCK", "O_NOFOLLOW"))
NOT_ITS_FAULT = {getattr(errno, name, -1) for name in ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EMFILE", "ENFILE")}


def from_folder(folder: Path) -> Submission:
    """Return what is in a folder; TooBig, and nothing is read, if there is too much of it."""
    found = _Survey(os.path.realpath(folder))
    budget.weigh("The folder", {name: info.st_size for name, info in found.files.items()})
    files = found.read()
    links = found.follow_links(files)
    executables = frozenset(name for name in files if _is_executable(found.files[name]))
    return Submission(files, executables, links, empty(found.folders, files, links), found.left_out)


class _Survey:
    """What there is in a folder, each by its name."""

    def __init__(self, work: str) -> None:
        self.folders: list[str] = []
        self.files: dict[str, os.stat_result] = {}
        self.left_out: dict[str, str] = {}  # and why
        self._links: list[str] = []
        self._work = work
        self._found: list[str] = []
        waiting = [""]
        for folder in waiting:  # which grows meanwhile
            waiting += self._enter(folder)

    def read(self) -> dict[str, bytes]:
        """Return the contents of the files; what cannot be read is left out."""
        contents = {}
        for name, info in self.files.items():
            try:
                contents[name] = read_file(os.path.join(self._work, name), info.st_size)
            except OSError as error:
                self.left_out[name] = why_not(error)
        return contents

    def follow_links(self, files: dict[str, bytes]) -> dict[str, str]:
        """Return where the links lead in the end, as far as that is among the rest."""
        whole = {"", *files, *self.folders}
        links = {name: self._target(name) for name in self._links}
        for name, target in links.items():
            if target is None or target not in whole:
                self.left_out[name] = f"is a link that leads {_told(target)}"
        return {name: target for name, target in links.items() if target in whole and target is not None}

    def _target(self, name: str) -> str | None:
        try:
            target = os.path.relpath(os.path.realpath(os.path.join(self._work, name), strict=True), self._work)
        except (OSError, ValueError):  # nowhere, or in a circle; to another drive
            return None
        return "" if target == os.curdir else target.replace(os.sep, "/")

    def _enter(self, folder: str) -> list[str]:
        """Take down what a folder holds, and return its subfolders."""
        subfolders = []
        try:
            with os.scandir(os.path.join(self._work, folder)) as entries:
                for entry in entries:
                    name = f"{folder}/{entry.name}" if folder else entry.name
                    if not is_clutter(entry.name) and self._take_down(name, entry):
                        subfolders.append(name)
        except OSError as error:
            if folder in self.folders:
                self.folders.remove(folder)
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
        budget.count("The folder", self._found)
        if is_folder:
            self.folders.append(name)
        elif is_link:
            self._links.append(name)
        elif stat.S_ISREG(info.st_mode):
            self.files[name] = info
        else:
            self.left_out[name] = told_kind(info.st_mode)
        return is_folder

    def _is_foreign(self, name: str, folder: os.DirEntry[str]) -> bool:
        """Tell whether a folder is a virtual environment or belongs to a grading."""
        if folder.name.startswith(SCRATCH):
            self.left_out[name] = OF_A_GRADER
            return True
        return os.path.lexists(os.path.join(folder.path, VENV))


def read_file(path: str, size: int) -> bytes:
    """Return a file as it was when it had `size` bytes: it may grow for ever."""
    file = os.open(path, READING)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise FileNotFoundError(path)  # something else has taken its place
        pieces = []
        while size > 0 and (piece := os.read(file, min(size, CHUNK_BYTES))):
            size -= len(piece)
            pieces.append(piece)
        return b"".join(pieces)
    finally:
        os.close(file)


def is_clutter(name: str) -> bool:
    """Tell whether tools or systems give this name to what they put beside the work, or in it."""
    return name in NOT_THE_WORK or name.startswith(("._", NOT_YET_CLOSED))  # macOS, on disks that are not its own


def told_kind(mode: int) -> str:
    """Say what is no file, as the end of a sentence about it."""
    return f"is {KINDS.get(stat.S_IFMT(mode), 'no file')}"


def why_not(error: OSError) -> str:
    """Say why something cannot be copied, as the end of a sentence about it; raise what is not its fault."""
    if error.errno in NOT_ITS_FAULT:
        raise error
    if isinstance(error, FileNotFoundError):
        return "was gone when it was to be copied"
    return "cannot be read" if isinstance(error, PermissionError) else "cannot be copied"


def _told(target: str | None) -> str:
    if target is None:
        return "nowhere"
    return "out of the folder" if target.split("/")[0] == ".." else "to what is left out"


def _is_executable(info: os.stat_result) -> bool:
    return sys.platform != "win32" and bool(info.st_mode & stat.S_IXUSR)  # there, that is a matter of its name
