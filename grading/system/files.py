"""Files that are there whole, or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from collections.abc import Iterable

PART = ".part"  # how the names end of files that are not whole yet


def beside(path: str | os.PathLike[str]) -> str:
    """Return a name that nobody has, in the same folder."""
    return os.path.join(os.path.dirname(path), f".{secrets.token_hex(8)}{PART}")


def replace(path: str | os.PathLike[str], pieces: Iterable[bytes], for_good: bool = False) -> None:
    """Write a file in the place of the one that is there; OSError, and nothing has changed, if that cannot be done.

    If `for_good`, it outlives a power cut once this returns.
    """
    part = beside(path)
    try:
        with open(part, "xb") as file:
            file.writelines(pieces)
            if for_good:
                file.flush()
                os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as error:
        if error.filename in (None, part):  # nobody knows the name that it has meanwhile, and a full disk tells none
            error.filename = os.fspath(path)
        raise
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(part)
    if for_good and os.name == "posix":  # a name is only there for good once its folder is written
        folder = os.open(os.path.dirname(path) or os.curdir, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
