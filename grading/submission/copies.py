"""One copy of a submission on the disk for one grading, and cheap copies of that one for its runs.

A fresh copy is a folder of its own: no run sees what another one makes, renames or removes there. Making one takes at
most PLENTY steps; what a work has beyond that is shared, the least harmful first:

* Files after the first COPIED_FILES or COPIED_BYTES are hard links: what a run writes into one, all runs read. The
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
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path

from grading.submission.folder import why_not
from grading.submission.scratch import Door, remove
from grading.submission.values import Submission, above, told

if sys.platform == "win32":
    import _winapi

PLENTY = 200  # entries of a fresh copy
COPIED_FILES = 50  # of a fresh copy
COPIED_BYTES = 2_000_000  # of those files
WRITING = sum(getattr(os, name, 0) for name in ("O_WRONLY", "O_BINARY", "O_CREAT", "O_EXCL"))
PLAIN, EXECUTABLE = 0o644, 0o755  # modes
NOT_ON_WINDOWS = set('\\:*?"<>|')  # in a name
ALL_SHARED = "The folder holds so many files that all runs share one copy: they see what earlier ones wrote there."


class Copies:
    """The copies of one submission, all in one folder."""

    def __init__(
        self,
        submission: Submission,
        scratch: Path,
        programs: Collection[str] = (),
        hands_over: Callable[[str], None] | None = None,
        workshop: Path | None = None,
    ) -> None:
        """Put the whole submission into a folder in `scratch`; each run has its own copy of the `programs` in it.

        It is made in the `workshop`, out of sight, and handed over to whoever will run it, if that is somebody else.
        """
        self._submission = submission
        self._hands_over = hands_over
        self._workshop = os.path.abspath(workshop or scratch)
        self.door = Door(os.path.abspath(scratch))
        self._master = os.path.join(self._workshop, "the-whole-work")
        self._left_out: dict[str, str] = {}
        os.mkdir(self._master)
        names = [*submission.files, *submission.links]
        inside = {folder for name in [*names, *submission.folders] for folder in above(name) if folder}
        self._folders = self._make(_folder, sorted(inside | submission.folders))  # each one before what it holds
        self._files = self._make(self._write, submission.files)
        self._links = self._make(self._link, submission.links)
        made = [*self._folders, *self._files, *self._links]
        self._shared = _too_many(self._folders, [*self._files, *self._links])
        self._folders, self._files, self._links = map(self._own, (self._folders, self._files, self._links))
        self._written = set(self._few(programs))
        self._shows_master(made)
        self.notes = [*told(self._left_out), *([ALL_SHARED] if "" in self._shared else [])]  # on what this system lacks

    def fresh(self) -> Path:
        """Return a copy for one run."""
        if "" in self._shared:
            return Path(self._master)
        copy = tempfile.mkdtemp(dir=self._workshop)
        for name in self._folders:
            _folder(copy, name)
        for name in self._shared:
            _link(os.path.join(self._master, name), os.path.join(copy, name))
        for name in self._files:
            if name in self._written:
                self._write(copy, name)
            else:
                _hard_link(self._kept[name], os.path.join(copy, name))
        for name in self._links:
            self._link(copy, name)
        self._give(copy, [*self._folders, *self._shared, *self._files, *self._links])
        return self.door.lets_in(copy)

    def remove(self, copy: Path) -> None:
        """Remove a copy that was made here."""
        if str(copy) != self._master:
            remove(copy, self._workshop)

    def _keep(self, names: Iterable[str]) -> Iterator[tuple[str, str]]:
        """Keep files at hand, of which copies get hard links; yield each name, and where its file is."""
        folder = tempfile.mkdtemp(dir=self._workshop)
        for number, name in enumerate(names):
            path = os.path.join(folder, str(number))
            _hard_link(os.path.join(self._master, name), path)
            yield name, path

    def _shows_master(self, made: Iterable[str]) -> None:
        self._kept = dict(self._keep(name for name in self._files if name not in self._written))
        self._give(self._master, made)
        self._master = str(self.door.lets_in(self._master))

    def _give(self, folder: str, names: Iterable[str]) -> None:
        """Hand a copy over, with all that is in it."""
        if self._hands_over:
            self._hands_over(folder)
            for name in names:
                self._hands_over(os.path.join(folder, name))

    def _make(self, make: Callable[[str, str], None], names: Iterable[str]) -> list[str]:
        """Make all of these in the master copy; return what could be made."""
        made = []
        for name in names:
            try:
                if sys.platform == "win32" and not NOT_ON_WINDOWS.isdisjoint(name):
                    raise OSError(errno.EINVAL, "no name on this system")
                make(self._master, name)
                made.append(name)
            except OSError as error:
                self._left_out[name] = why_not(error)
                if not isinstance(error, FileExistsError):  # of one whose name differs by nothing that counts here
                    with contextlib.suppress(OSError):
                        os.unlink(os.path.join(self._master, name))
        return made

    def _write(self, folder: str, name: str) -> None:
        mode = EXECUTABLE if name in self._submission.executables else PLAIN
        file = os.open(os.path.join(folder, name), WRITING, mode)
        try:
            rest = memoryview(self._submission.files[name])
            while rest:
                rest = rest[os.write(file, rest) :]
        finally:
            os.close(file)

    def _link(self, folder: str, name: str) -> None:
        target = self._submission.links[name]
        _link(os.path.relpath(target or os.curdir, os.path.dirname(name) or os.curdir), os.path.join(folder, name))

    def _own(self, names: list[str]) -> list[str]:
        """Return what each copy has of its own."""
        shared = self._shared
        return [name for name in names if name not in shared and shared.isdisjoint(above(name))]

    def _few(self, programs: Collection[str]) -> Iterator[str]:
        """Yield the files that are written anew for each copy."""
        files = self._submission.files
        kinds = Counter(os.path.splitext(name)[1] for name in self._files)
        room = COPIED_BYTES

        def rank(name: str) -> tuple[bool, int, int, str]:
            return name not in programs, kinds[os.path.splitext(name)[1]], len(files[name]), name

        for name in sorted(self._files, key=rank)[:COPIED_FILES]:
            if len(files[name]) <= room:
                room -= len(files[name])
                yield name


def _too_many(folders: list[str], rest: list[str]) -> set[str]:
    """Return the folders of which the runs share one copy; the whole work is called ""."""
    held = Counter(os.path.dirname(name) for name in rest)
    shared = set()
    for name in reversed(folders):
        if held[name] > PLENTY:
            shared.add(name)
            held[name] = 0
        held[os.path.dirname(name)] += held[name] + 1
    for name in sorted(folders, key=lambda name: -held[name]):
        if held[""] > PLENTY and not os.path.dirname(name):
            shared.add(name)
            held[""] -= held[name]
    return {""} if held[""] > PLENTY else {name for name in shared if shared.isdisjoint(above(name))}


def _folder(folder: str, name: str) -> None:
    os.mkdir(os.path.join(folder, name))


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
