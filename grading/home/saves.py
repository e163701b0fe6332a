"""Notices that a program was saved: by the times and sizes of the Python files, looked at again and again."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from pathlib import Path

from grading.submission.folder import VENV, is_clutter

Look = dict[str, tuple[int, int]]  # what each file's time and size are


class Saves:
    """The Python files of a work, and others by their names."""

    def __init__(self, work: Path, others: Collection[str] = ()) -> None:
        self._work = work
        self._others = others  # names of files that count as well
        self._known = self._latest = self._look()

    def is_new(self) -> bool:
        """Tell, once, that something was saved: as soon as two looks in a row see the same."""
        before, self._latest = self._latest, self._look()
        if before != self._latest or self._latest == self._known:
            return False
        self._known = self._latest
        return True

    def _look(self) -> Look:
        return dict(self._files())

    def _is_foreign(self, folder: str) -> bool:
        return is_clutter(os.path.basename(folder)) or os.path.lexists(os.path.join(folder, VENV))

    def _counts(self, name: str) -> bool:
        return name.endswith(".py") or name in self._others

    def _files(self) -> Iterator[tuple[str, tuple[int, int]]]:
        for folder, folders, files in os.walk(self._work):
            folders[:] = [name for name in folders if not self._is_foreign(os.path.join(folder, name))]
            for path in (os.path.join(folder, name) for name in files if self._counts(name)):
                try:
                    info = os.stat(path)
                except OSError:  # gone meanwhile
                    continue
                yield path, (info.st_mtime_ns, info.st_size)
