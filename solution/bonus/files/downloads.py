"""Where a file lies that somebody else has named: in the folder of downloads, whole, and in nobody's way."""

from __future__ import annotations

import contextlib
import itertools
import os
import re
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

FORBIDDEN = '<>:"|?*'  # in names, on Windows
RESERVED = re.compile(r"(CON|PRN|AUX|NUL|COM\d|LPT\d) *(\..*)?", re.IGNORECASE | re.DOTALL)  # of Windows: devices
MOST_LETTERS = 60  # in a name: each may take four bytes, and systems allow 255


def safe_name(offered: str) -> str:
    """Return a name for a file that somebody calls `offered`: one that any system takes, and that leads nowhere."""
    # STEP bonus: Whoever chose the name may be no friend of yours. Take what stands behind the last
    # `/`, `\` or `:`, which lead into other folders and drives. Put `_` for each character that is not
    # printable or is FORBIDDEN. Keep the last MOST_LETTERS (the end says what kind of file it is), and
    # drop dots and blanks on both sides: the first hide a file, the last vanish on Windows. A RESERVED
    # name is that of a device: put `_` before it. Where nothing is left, it is called `file`.
    # UNTIL bonus: return offered
    last = re.split(r"[/\\:]", offered)[-1]
    letters = "".join(c if c.isprintable() and c not in FORBIDDEN else "_" for c in last)
    name = letters[-MOST_LETTERS:].strip(". ") or "file"
    return f"_{name}" if RESERVED.fullmatch(name) else name


def claim(folder: Path, name: str) -> Path:
    """Make an empty file with this name, or with a number behind it where the name is taken; return where it is."""
    # STEP bonus: Between looking whether a name is free and taking it, nobody may come in between: the
    # mode "x" of `open` does both at once, and raises FileExistsError where there is something already.
    # Try `photo.png`, then `photo (2).png`, `photo (3).png` and so on.
    # UNTIL bonus: return folder / name
    stem, suffix = os.path.splitext(name)
    for number in itertools.count(1):
        path = folder / (name if number == 1 else f"{stem} ({number}){suffix}")
        with contextlib.suppress(FileExistsError):
            path.open("xb").close()
            return path
    raise AssertionError  # there are numbers enough


@contextlib.contextmanager
def arriving(folder: Path, offered: str) -> Iterator[BinaryIO]:
    """Give a file to write to, which gets its name in the end: where the block raises, nothing is left of it."""
    folder.mkdir(parents=True, exist_ok=True)

    # STEP bonus: While it arrives, a file must not look like a whole one. Let `yield` give one with
    # another name in the same folder (`secrets.token_hex` makes names that nobody else has). After the
    # `yield`, close it, `claim` a name that is safe, put your file in that place (`os.replace`), and say
    # where that is. And whatever happens, `finally` see to it that nothing is left under the other name.
    # UNTIL bonus: yield (folder / offered).open("wb")
    part = folder / f".{secrets.token_hex(8)}.part"
    try:
        with part.open("xb") as file:
            yield file
        place = claim(folder, safe_name(offered))
        os.replace(part, place)
        print(f"{place} has arrived", flush=True)
    finally:
        part.unlink(missing_ok=True)
