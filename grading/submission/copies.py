"""One copy of the whole work for one grading, and cheap copies of that one for its runs.

A fresh copy is a folder of its own: no run sees what another one makes, renames or removes there. Making one takes at
most PLENTY steps; what a work has beyond that is shared, the least harmful first:

* Files after the first COPIED_FILES or COPIED_BYTES are hard links: what a run writes into one, all runs read. Our
  programs come first, then what is the only one of its kind (a database, a log) before what there are many of.
* A subfolder of more than PLENTY entries is a link into the one copy. So are other subfolders, the fullest first, while
  the rest is too much.
* Where there is too much in the work folder itself, all runs share the one copy, and a note says so.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from grading.results.visible import shown
from grading.submission.survey import Survey, TooBig, above, why_not

if sys.platform == "win32":
    import _winapi

__all__ = ["Copies", "TooBig"]
T = TypeVar("T")
PLENTY = 200  # entries of a fresh copy
COPIED_FILES = 50  # of a fresh copy
COPIED_BYTES = 2_000_000  # of those files
CHUNK_BYTES = 1_000_000
NOTES = 3  # of one kind that are told one by one
READING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_BINARY", "O_NONBLOCK", "O_NOFOLLOW"))
WRITING = sum(getattr(os, name, 0) for name in ("O_WRONLY", "O_BINARY", "O_CREAT", "O_EXCL"))
NOT_ITS_FAULT = {getattr(errno, name, -1) for name in ("ENOSPC", "EDQUOT", "EROFS", "EMFILE", "ENFILE")}


class Copies:
    """The copies of one work, all in one folder."""

    def __init__(self, work: Path, scratch: Path, programs: tuple[str, ...] = ()) -> None:
        """Copy the whole work to a place in `scratch`; raise TooBig, and copy nothing, if there is too much of it.

        The `programs` come first, whatever must be shared.
        """
        self._programs = programs
        self._scratch = os.path.abspath(scratch)
        self._master = os.path.join(self._scratch, "the-whole-work")
        found = Survey(os.path.realpath(work), os.path.realpath(scratch))
        self._left_out = found.left_out
        self._copy_all(found, os.path.realpath(work))
        self._shared = _too_many(found)
        self._folders = self._own(found.folders)
        self._files = self._own(found.files)
        self._links = self._own(found.links)
        self._contents = dict(self._read_few())
        self.notes = list(self._told())  # what was left out and why, a sentence each

    def fresh(self) -> Path:
        """Return a copy for one run."""
        if "" in self._shared:
            return Path(self._master)
        copy = tempfile.mkdtemp(dir=self._scratch)
        for name, folder in self._folders.items():
            _make_folder(os.path.join(copy, name), folder)
        for name in self._shared:
            _link(os.path.join(self._master, name), os.path.join(copy, name))
        for name, file in self._files.items():
            if name in self._contents:
                _write(os.path.join(copy, name), [self._contents[name]], file)
            else:
                _hard_link(os.path.join(self._master, name), os.path.join(copy, name))
        for name, target in self._links.items():
            _link(target, os.path.join(copy, name))
        return Path(copy)

    def _copy_all(self, found: Survey, work: str) -> None:
        os.mkdir(self._master)
        self._copy_each(found.folders, lambda path, name, info: _make_folder(path, info))
        self._copy_each(
            found.files,
            lambda path, name, info: _write(path, _pieces(os.path.join(work, name), info.st_size), info),
        )
        found.follow_links()
        self._copy_each(found.links, lambda path, name, target: _link(target, path))

    def _copy_each(self, found: dict[str, T], make: Callable[[str, str, T], None]) -> None:
        """Make all that was found in the master copy; whatever cannot be made was not found."""
        for name, what in list(found.items()):
            path = os.path.join(self._master, name)
            try:
                make(path, name, what)
            except OSError as error:
                if error.errno in NOT_ITS_FAULT:
                    raise
                self._left_out[name] = why_not(error)
                del found[name]
                if not isinstance(error, FileExistsError):  # of one whose name differs by nothing that counts here
                    with contextlib.suppress(OSError):
                        os.unlink(path)

    def _own(self, found: dict[str, T]) -> dict[str, T]:
        """Return what each copy has of its own."""
        shared = self._shared
        return {name: what for name, what in found.items() if name not in shared and shared.isdisjoint(above(name))}

    def _read_few(self) -> Iterator[tuple[str, bytes]]:
        """Yield the contents of the files that each copy has of its own."""
        kinds = Counter(os.path.splitext(name)[1] for name in self._files)
        room = COPIED_BYTES

        def rank(name: str) -> tuple[bool, int, int, str]:
            return name not in self._programs, kinds[os.path.splitext(name)[1]], self._files[name].st_size, name

        for name in sorted(self._files, key=rank)[:COPIED_FILES]:
            if self._files[name].st_size <= room:
                content = Path(self._master, name).read_bytes()
                room -= len(content)
                yield name, content

    def _told(self) -> Iterator[str]:
        """Yield the notes, those on our programs first and many of a kind in few words."""
        kinds: dict[str, list[str]] = {}
        for name in sorted(self._left_out, key=lambda name: (name not in self._programs, name)):
            kinds.setdefault(self._left_out[name], []).append(shown(name or "the folder"))
        for why, names in kinds.items():
            yield from (f"{name} {why}: it was left out." for name in names[:NOTES])
            if len(names) > NOTES:
                yield f"… and {len(names) - NOTES:,} more."
        if "" in self._shared:
            yield "The folder holds so many files that all runs share one copy: they see what earlier ones wrote there."


def _too_many(found: Survey) -> set[str]:
    """Return the folders of which the runs share one copy; the whole work is called ""."""
    held = Counter(os.path.dirname(name) for name in [*found.files, *found.links])
    shared = set()
    for name in reversed(found.folders):
        if held[name] > PLENTY:
            shared.add(name)
            held[name] = 0
        held[os.path.dirname(name)] += held[name] + 1
    for name in sorted(found.folders, key=lambda name: -held[name]):
        if held[""] > PLENTY and not os.path.dirname(name):
            shared.add(name)
            held[""] -= held[name]
    return {""} if held[""] > PLENTY else {name for name in shared if shared.isdisjoint(above(name))}


def _make_folder(path: str, info: os.stat_result) -> None:
    os.mkdir(path)
    os.chmod(path, info.st_mode & 0o777 | stat.S_IRWXU)


def _write(path: str, pieces: Iterable[bytes], info: os.stat_result) -> None:
    """Write a file that may be written, and has the other modes and the times of the one that `info` is about."""
    file = os.open(path, WRITING, 0o600)
    try:
        for piece in pieces:
            while piece:
                piece = piece[os.write(file, piece) :]
    finally:
        os.close(file)
    os.chmod(path, info.st_mode & 0o777 | stat.S_IRUSR | stat.S_IWUSR)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns))


def _pieces(path: str, size: int) -> Iterator[bytes]:
    """Yield a file as it was when it had `size` bytes: it may grow for ever."""
    file = os.open(path, READING)
    try:
        if not stat.S_ISREG(os.fstat(file).st_mode):
            raise FileNotFoundError(path)  # something else has taken its place
        while size > 0 and (piece := os.read(file, min(size, CHUNK_BYTES))):
            size -= len(piece)
            yield piece
    finally:
        os.close(file)


def _hard_link(file: str, path: str) -> None:
    try:
        os.link(file, path)
    except OSError:  # here are none, or too many of this one
        shutil.copy2(file, path)


def _link(target: str, path: str) -> None:
    """Make a link, or what comes nearest to it where that is not allowed: on Windows, as a rule."""
    try:
        os.symlink(target, path)
    except OSError:
        target = os.path.normpath(os.path.join(os.path.dirname(path), target))
        if not os.path.isdir(target):
            shutil.copy2(target, path)
        elif sys.platform == "win32":
            _winapi.CreateJunction(target, path)
        elif path.startswith(os.path.join(target, "")):
            raise  # a copy would never end
        else:
            shutil.copytree(target, path, symlinks=True)
