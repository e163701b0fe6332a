"""A folder that programs share with us: they may do there what they like, and nothing in it leads us elsewhere.

What we put there was made out of their sight, and takes the place of whatever has its name. What we read lies there
itself, a plain file behind no link, and no more of it is read than was asked for.
"""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
import tempfile
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from grading.results.unmet import Unmet
from grading.submission.scratch import Door, move, remove

MOST_NAMES = 1_000  # in one folder that are looked at
MOST_FOLDERS = 200  # in which something is looked for
READING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_BINARY", "O_NONBLOCK", "O_NOFOLLOW"))
CHANGING = sum(getattr(os, name, 0) for name in ("O_WRONLY", "O_BINARY", "O_NONBLOCK", "O_NOFOLLOW"))
ENTERING = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_DIRECTORY", "O_NOFOLLOW"))
CHANGED_BY_ALL = 0o666  # the mode of a file that anybody may change, whoever the program is
Number = tuple[int, int]  # of a file, which no other one has


class Shared:
    """A folder for programs and for us. Names in it are relative, with "/" between their parts."""

    def __init__(self, workshop: Path, hands_over: Callable[[Path], None], lets_in: Callable[[Path], Path]) -> None:
        """Make it in the `workshop`, hand it over, and let it in where programs see it."""
        self._workshop = workshop
        made = Path(tempfile.mkdtemp(dir=workshop))
        self._door = Door(made)
        hands_over(made)
        self.path = lets_in(made)
        self._made: dict[str, Number] = {}

    def puts(self, name: str, pieces: Iterable[bytes]) -> Path:
        """Put a file there that anybody may change; fail where something is in its way that cannot be replaced."""
        below, _, last = name.rpartition("/")
        made = Path(tempfile.mkdtemp(dir=self._workshop), last)
        try:
            with made.open("xb") as file:
                file.writelines(pieces)
                self._made[name] = _number(file)
            made.chmod(CHANGED_BY_ALL)
            with self._entered(below) as folder:
                move(made, folder)
        except OSError:
            raise _in_its_way(name) from None
        finally:
            remove(made.parent)
        return self.path / name

    def changes(self, name: str, pieces: Iterable[bytes]) -> Path:
        """Let a file that was put there hold other bytes; fail where another one has its name by now."""
        try:
            with self._opened(name, CHANGING, "wb") as file:
                if _number(file) != self._made[name]:
                    raise _in_its_way(name)
                file.truncate(0)
                file.writelines(pieces)
        except OSError:
            raise _in_its_way(name) from None
        return self.path / name

    def names(self, below: str = "") -> list[str]:
        """Return the names of the plain files there, or in a folder there."""
        return sorted(name for name, is_file, _ in self._entries(below) if is_file)

    def finds(self, part: str) -> Iterator[str]:
        """Yield what there is with `part` in its name, in whatever folder."""
        folders = [""]
        for below in folders:  # which grows meanwhile
            for name, _, is_folder in self._entries(below):
                whole = f"{below}/{name}" if below else name
                if part in name:
                    yield whole
                if is_folder and len(folders) < MOST_FOLDERS:
                    folders.append(whole)

    def size(self, name: str) -> int | None:
        """Return how long a file is; None where there is no plain file of that name."""
        try:
            with self._opened(name, READING, "rb") as file:
                return os.fstat(file.fileno()).st_size
        except OSError:
            return None

    def read(self, name: str, most_bytes: int) -> bytes | None:
        """Return what is in a file, so much at the most; None where there is no plain file of that name."""
        try:
            with self._opened(name, READING, "rb") as file:
                return file.read(most_bytes)
        except OSError:
            return None

    def remove(self) -> None:
        """Remove it with all that is in it; what runs has not come to its end, perhaps."""
        remove(self.path, self._workshop)

    @contextlib.contextmanager
    def _opened(self, name: str, flags: int, mode: str) -> Iterator[IO[bytes]]:
        """Open what is a plain file; OSError for anything else."""
        below, _, last = name.rpartition("/")
        with self._entered(below) as folder, open(_open(folder, last, flags), mode) as file:
            if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                raise FileNotFoundError(name)
            yield file

    def _entries(self, below: str) -> list[tuple[str, bool, bool]]:
        """Return the names in a folder there, and whether each is a file or a folder; none where there is no such."""
        with contextlib.suppress(OSError), self._entered(below) as folder, os.scandir(folder) as entries:
            few = itertools.islice(entries, MOST_NAMES)
            return [(e.name, e.is_file(follow_symlinks=False), e.is_dir(follow_symlinks=False)) for e in few]
        return []

    @contextlib.contextmanager
    def _entered(self, below: str) -> Iterator[int | Path]:
        """Come to a folder there step by step, behind no link."""
        parts = [part for part in below.split("/") if part]
        with contextlib.ExitStack() as left:
            folder = self._door.descriptor if self._door.descriptor is not None else self.path
            for part in parts:
                folder = _enter(folder, part, left)
            yield folder


def _enter(folder: int | Path, name: str, left: contextlib.ExitStack) -> int | Path:
    if isinstance(folder, Path):
        if os.path.islink(folder / name):
            raise NotADirectoryError(name)
        return folder / name
    inner = os.open(name, ENTERING, dir_fd=folder)
    left.callback(os.close, inner)
    return inner


def _open(folder: int | Path, name: str, flags: int) -> int:
    if isinstance(folder, int):
        return os.open(name, flags, dir_fd=folder)
    if not stat.S_ISREG(os.lstat(folder / name).st_mode):  # where nothing else refuses links
        raise FileNotFoundError(name)
    return os.open(folder / name, flags)


def _number(file: IO[bytes]) -> Number:
    found = os.fstat(file.fileno())
    return found.st_dev, found.st_ino


def _in_its_way(name: str) -> Unmet:
    return Unmet(f"a file {name} to find its place", "something that the program left is in its way", missing=False)
