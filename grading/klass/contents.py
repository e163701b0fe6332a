"""What has come under the name of a program: a text that Python reads, or something else."""

from __future__ import annotations

import codecs
import re

from grading.klass.shelf import Leaf
from grading.results.visible import shown
from grading.submission.budget import megabytes

NOT_ITSELF = {  # what stands in the place of a file that did not come along, by its ending
    ".lnk": "a shortcut", ".url": "a shortcut", ".webloc": "a shortcut", ".desktop": "a shortcut",
    ".icloud": "a placeholder of iCloud", ".crdownload": "half a download", ".part": "half a download",
    ".download": "half a download",
}  # fmt: skip
POINTER = b"version https://git-lfs.github.com/spec/"
MAGIC = (
    (b"{\\rtf", "an RTF document"),
    (b"%PDF", "a PDF"),
    (b"bplist00", "a web archive"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"PK\x03\x04", "a Word document or a zip"),
    (b"\x1f\x8b", "a packed file"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a packed file"),
    (b"\xfd7zXZ", "a packed file"),
    (b"\x7fELF", "a compiled program"),
    (b"MZ\x90", "a compiled program"),
    (b"\x00\x05\x16\x07", "a side file that macOS makes"),
)
BOMS = (  # the longer ones first
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MOST_OF_A_FILE = 5_000_000  # bytes
COMPILED = re.compile(rb"..\r\n.{0,12}\0", re.DOTALL)  # how what Python has compiled begins, see importlib
NOTEBOOK = re.compile(rb'\s*\{.{0,100000}?"cells"\s*:', re.DOTALL)
PAGE_ENDING = ".html"
PAGE = re.compile(rb"\s*<(?:!doctype html|html)", re.IGNORECASE)


def readable(leaf: Leaf, program: str) -> tuple[bytes, str, str]:
    """Return a program as Python reads it, a sentence if it was changed for that, and one if it cannot be read."""
    data = leaf.data
    if len(data) > MOST_OF_A_FILE:
        return data, "", f"{shown(leaf.name)} has more than {megabytes(MOST_OF_A_FILE)}: that is not {program}."
    if instead := _instead(leaf):
        return data, "", f"{shown(leaf.name)} is {instead}, and not {program} itself: hand in that one."
    if kind := _kind(data, program):
        trouble = f"{shown(leaf.name)} is {kind}: save it as plain text, named {program}."
        return data, "", trouble
    for bom, encoding in BOMS:
        if data.startswith(bom):
            try:
                text = data.decode(encoding).encode()
            except UnicodeError:
                return (
                    data,
                    "",
                    f"{shown(leaf.name)} begins as {encoding.upper()} and goes on otherwise: save it as UTF-8.",
                )
            return text, f"{program} was {encoding.upper()}: it counts as UTF-8.", ""
    if not data.strip():
        return data, f"{program} is empty.", ""
    if b"\0" in data:
        return data, f"{program} holds NUL bytes, which no text has: save it as UTF-8.", ""
    return data, "", ""


def _instead(leaf: Leaf) -> str:
    """Return what has come in the place of a file that lies elsewhere; nothing where the file is here."""
    if leaf.data.startswith(POINTER):
        return "a pointer of Git LFS"
    return next((what for ending, what in NOT_ITSELF.items() if leaf.name.lower().endswith(ending)), "")


def _kind(data: bytes, program: str) -> str:
    """Return what a file is instead of a program; nothing where it may be one."""
    if kind := next((kind for magic, kind in MAGIC if data.startswith(magic)), ""):
        return kind
    if COMPILED.match(data):
        return "compiled by Python"
    is_page = PAGE.match(data) and not program.endswith(PAGE_ENDING)
    return "a notebook" if NOTEBOOK.match(data) else "a web page" if is_page else ""
