"""The folders of one grading: a home and a place for what is temporary, and beside them the copies of the work.

They lie in the usual place for what is temporary; copies of many files lie in memory, where there is room.
"""

from __future__ import annotations

import contextlib
import functools
import os
import shutil
import subprocess
import sys
import tempfile
import weakref
from pathlib import Path

from grading.stage.messages import SYSTEM_BYTES, SYSTEM_FILES
from grading.submission import budget, held
from grading.submission.values import Submission
from grading.system import quota

MEMORY = "/dev/shm"  # on Linux, see shm_overview(7)
MANY = 500  # files, from which on a disk may take seconds to make them
ROOM_BYTES = 2_000_000_000  # that must be free in memory
MOST_BYTES = 2 * budget.MOST_BYTES  # of all that lies there, where that can be limited: the work, and what runs write
MOST_FILES = 5 * budget.MOST_ENTRIES
CHOSEN = ("TMPDIR", "TEMP", "TMP")  # variables by which somebody chooses the place
ROOM, WORKSHOP = "room", "workshop"  # folders: what programs see, and what is to come into it
HELPERS = "helpers"  # a folder beside the room
HOME, TEMPORARY = "home", "tmp"  # folders in the room
FOR_ALL = 0o1777  # the mode of a folder in which everybody has what is theirs
OF_SYSTEM = {"/tmp": "of-all", "/dev/shm": "in-memory"}  # where programs find such folders, and what ours are called
REMOVING_SECONDS = 60.0  # for what the usual way could not remove
DEEPEST = 20  # folders in each other that it removes: each takes descriptors, of which our other threads need some


class Door:
    """Through it comes into the sight of programs what was made out of their sight: all of it, and at once.

    They may have put links in the place of what they see; nothing that we make ever goes where those lead.
    """

    def __init__(self, folder: str | Path) -> None:
        self._folder = Path(folder)
        self.descriptor: int | None = None  # of the folder, wherever it is by now; Windows has none
        if os.rename in os.supports_dir_fd:
            self.descriptor = os.open(folder, os.O_RDONLY)
            weakref.finalize(self, os.close, self.descriptor)

    def lets_in(self, made: str | Path) -> Path:
        """Let a file or folder in; return where it is now."""
        name = os.path.basename(made)
        move(made, self._folder if self.descriptor is None else self.descriptor)
        return self._folder / name


class Place:
    """The folders of one grading; what programs see belongs to the account `owner`, or, if that is 0, to ours."""

    def __init__(self, owner: int = 0) -> None:
        _sweep_once()
        self.owner = owner
        self._roots: list[Path] = []
        self._holds: list[weakref.finalize[..., Place]] = []
        disk = self._root()
        self.is_limited = quota.limit(disk, MOST_BYTES, MOST_FILES)
        if not self.is_limited and _may_be_in_memory():
            with contextlib.suppress(OSError):
                self._root(MEMORY)
        self.home, self.temporary = disk / ROOM / HOME, disk / ROOM / TEMPORARY
        for root in self._roots:
            root.chmod(quota.PASSABLE)
        for folder in (*self.folders, *(root / WORKSHOP for root in self._roots)):
            folder.mkdir(mode=0o700)
        for folder in (self.home, self.temporary):
            folder.mkdir()
        self.of_system = self._of_system(disk) if self.is_limited else {}
        self.belongs_to(owner)

    def _root(self, where: str | None = None) -> Path:
        """Make a folder that is ours as long as we run."""
        root, descriptor = held.make(where)
        self._holds.append(weakref.finalize(self, held.release, descriptor))
        self._roots.append(root)
        return root

    @property
    def folders(self) -> list[Path]:
        """All that programs see."""
        return [root / ROOM for root in self._roots]

    def belongs_to(self, owner: int) -> None:
        """Let all that is made from now on belong to `owner`, and the folders themselves."""
        before, self.owner = self.owner, owner
        if sys.platform != "win32" and before | owner:
            for folder in (*self.folders, self.home, self.temporary):
                os.lchown(folder, owner, owner)

    def scratch(self, submission: Submission) -> Path:
        """Make an empty folder for the copies of a submission."""
        many = len(submission.files) + len(submission.links) + len(submission.folders) > MANY
        scratch = Path(tempfile.mkdtemp(dir=self.folders[-1 if many and len(self.folders) > 1 and _has_room() else 0]))
        self.hands_over(scratch)
        return scratch

    def workshop(self, scratch: Path) -> Path:
        """Make a folder for what is made and then comes into `scratch`: on Windows there itself, links would break."""
        return scratch if sys.platform == "win32" else Path(tempfile.mkdtemp(dir=scratch.parent.with_name(WORKSHOP)))

    def folder_of_helper(self) -> Path:
        """Make a folder for what runs beside the programs, in their account; they do not see it."""
        beside = self._roots[0] / HELPERS
        beside.mkdir(quota.PASSABLE, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=beside))
        self.hands_over(made)
        return made

    def hands_over(self, path: str | Path) -> None:
        """Let something belong to the owner."""
        if sys.platform != "win32" and self.owner:
            os.lchown(path, self.owner, self.owner)

    def remove(self) -> None:
        """Remove it all, whatever was made of it."""
        if self.is_limited:
            quota.lift(self._roots[0])
        for root in self._roots:
            remove(root)
        for hold in self._holds:
            hold()
        if self.owner:
            self._sweeps()

    def _sweeps(self) -> None:
        """Remove what programs left in folders that are for everybody; nobody else has their account."""
        for folder in OF_SYSTEM:
            with contextlib.suppress(OSError), os.scandir(folder) as entries:
                for entry in entries:
                    with contextlib.suppress(OSError):
                        if entry.stat(follow_symlinks=False).st_uid == self.owner:
                            os.unlink(entry) if not entry.is_dir(follow_symlinks=False) else remove(Path(entry))

    @staticmethod
    def _of_system(disk: Path) -> dict[str, Path]:
        """Make what programs see in the place of folders that are for everybody, each of limited size."""
        made = {}
        for place, name in OF_SYSTEM.items():
            (disk / name).mkdir()
            if quota.limit(disk / name, SYSTEM_BYTES, SYSTEM_FILES, FOR_ALL):
                made[place] = disk / name
        return made


def sweep() -> None:
    """Take away what gradings left behind that were ended in the middle."""
    with contextlib.suppress(OSError):  # there may be no place for what is temporary
        held.sweep({tempfile.gettempdir(), MEMORY}, remove)


_sweep_once = functools.cache(sweep)  # before anything is made


def _may_be_in_memory() -> bool:
    return sys.platform == "linux" and not any(map(os.environ.get, CHOSEN))


def move(made: str | Path, folder: int | Path) -> None:
    """Put a file or folder into another folder, by its descriptor if there is one; a file there of that name goes."""
    name = os.path.basename(made)
    if isinstance(folder, int):
        os.rename(made, name, dst_dir_fd=folder)
    else:
        os.replace(made, folder / name)


def remove(folder: Path, workshop: str | Path = "") -> None:
    """Remove a folder with all that is in it, however deep that is, and whatever its modes are.

    One that programs could still move comes into a `workshop` first, out of their reach, where a link is just a link.
    """
    if workshop and os.name == "posix":
        with contextlib.suppress(OSError):
            aside = Path(tempfile.mkdtemp(dir=workshop))
            os.rename(folder, aside / folder.name)
            folder = aside
    if os.unlink in os.supports_dir_fd and os.scandir in os.supports_fd:
        _removes(str(folder))
    else:
        with contextlib.suppress(RecursionError, OSError):
            shutil.rmtree(folder, ignore_errors=True)
    if os.path.islink(folder):
        with contextlib.suppress(OSError):
            os.unlink(folder)
    if os.name == "posix" and os.path.lexists(folder):
        for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
            with contextlib.suppress(OSError, subprocess.SubprocessError):
                quiet = subprocess.DEVNULL
                subprocess.run([*command, str(folder)], stderr=quiet, timeout=REMOVING_SECONDS, check=False)


def _removes(name: str, above: int | None = None, depth: int = 1) -> None:
    """Remove a folder in the one that is open as `above`, as far as it can be; no link is followed, whoever puts it."""
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):
        own = os.open(name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=above)
        try:
            with os.scandir(own) as entries:
                found = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
            for inner, is_folder in found:
                if not is_folder:
                    with contextlib.suppress(OSError):
                        os.unlink(inner, dir_fd=own)
                elif depth < DEEPEST:
                    _removes(inner, own, depth + 1)
        finally:
            os.close(own)
        os.rmdir(name, dir_fd=above)


def _has_room() -> bool:
    """Tell whether there is memory to spare for files, from which programs can be started, too."""
    if sys.platform == "win32":
        return False
    try:
        found = os.statvfs(MEMORY)
    except OSError:
        return False
    may_run = not found.f_flag & getattr(os, "ST_NOEXEC", 0)
    return may_run and os.access(MEMORY, os.W_OK) and found.f_bavail * found.f_frsize > ROOM_BYTES
