"""Folders, and archives that are the same, byte for byte, whenever and wherever they are made of the same files."""

from __future__ import annotations

import io
import tarfile
import zipfile
from pathlib import Path

from grading.packs.kit import Files
from grading.results.visible import shown
from grading.submission.values import BadSubmission

LONG_AGO = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip knows
ON_UNIX = 3
SCRIPT, PLAIN = 0o755, 0o644  # modes
REGULAR = 0o100000  # the kind of file, above its mode


def mode(data: bytes) -> int:
    """Return the mode of a file: scripts can be started."""
    return SCRIPT if data.startswith(b"#!") else PLAIN


def as_zip(files: Files) -> bytes:
    """Return a zip; nothing in it is compressed, since not everybody compresses alike."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.create_system = ON_UNIX
            info.external_attr = (REGULAR | mode(data)) << 16
            archive.writestr(info, data)
    return out.getvalue()


def as_tar(files: Files) -> bytes:
    """Return a tar."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, data in sorted(files.items()):
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(data), mode(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def write(files: Files, folder: Path) -> None:
    """Write a folder; BadSubmission, and nothing is written, if something is there already."""
    if folder.exists():
        raise BadSubmission(f"{shown(str(folder))} is there already: name another one.")
    lay(files, folder)


def lay(files: Files, folder: Path) -> None:
    """Write files into a folder, beside whatever is there."""
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        path.chmod(mode(data))
