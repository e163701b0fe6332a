"""A submission from a zip, which is believed in nothing: neither its names nor its sizes."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Iterable

from grading.results.visible import shown
from grading.submission import budget
from grading.submission.folder import CHUNK_BYTES, OF_A_GRADER, SCRATCH, VENV, is_clutter, told_kind
from grading.submission.values import BadSubmission, Submission, TooBig, above, empty, is_proper

ENTRY = b"PK\x01\x02"  # begins each entry of a zip's table of contents
MOST_LISTED = 10 * budget.MOST_ENTRIES  # in that table: with more of them, it is not even read
METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}  # the others take as much memory as they like
ENCRYPTED, IS_UTF8 = 0x1, 0x800  # flags of an entry
UNIX = 3  # the system on which an entry was made, one with modes
BROKEN = (  # what zipfile raises at what is none
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError, OverflowError,
)  # fmt: skip


def from_zip(data: bytes, name: str = "the zip") -> Submission:
    """Return what is in a zip called `name`; BadSubmission where it is none, TooBig where there is too much in it."""
    if len(data) > budget.MOST_BYTES or data.count(ENTRY) > MOST_LISTED:
        raise TooBig(f"{shown(name)} is too big: at most {budget.megabytes(budget.MOST_BYTES)} are graded.")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as opened:
            return _Zip(opened, shown(name)).submission()
    except BROKEN as error:
        raise BadSubmission(f"{shown(name)} cannot be read as a zip: {shown(str(error))}. Zip it again.") from None


class _Zip:
    def __init__(self, opened: zipfile.ZipFile, name: str) -> None:
        self._opened = opened
        self._name = name
        self._left_out: dict[str, str] = {}
        self._read = 0  # bytes, as they were really unpacked

    def submission(self) -> Submission:
        entries = self._entries()
        budget.count("The zip", sorted({*entries, *(folder for name in entries for folder in above(name) if folder)}))
        files = {name: info for name, info in entries.items() if not info.is_dir() and self._is_file(name, info)}
        budget.weigh("The zip", {name: info.file_size for name, info in files.items()})
        contents = {name: self._unpacked(info) for name, info in files.items()}
        executables = frozenset(name for name, info in files.items() if _mode(info) & stat.S_IXUSR)
        folders = {name for name, info in entries.items() if info.is_dir()} | {
            folder for name in entries for folder in above(name) if folder
        }
        return Submission(contents, executables, {}, empty(folders, contents), self._left_out)

    def _entries(self) -> dict[str, zipfile.ZipInfo]:
        """Return what belongs to the work, by its names below the folder in which it is wrapped."""
        entries: dict[str, zipfile.ZipInfo] = {}
        for info in self._opened.infolist():
            name = self._name_of(info)
            if any(map(is_clutter, name.split("/"))):
                continue
            if name in entries and not (info.is_dir() and entries[name].is_dir()):
                raise BadSubmission(f"{self._name} holds {shown(name)} twice: zip it again.")
            entries[name] = info
        wrapper = _wrapper(entries)
        inside = {name[len(wrapper) :]: info for name, info in entries.items() if len(name) >= len(wrapper)}
        foreign = {name.removesuffix(VENV) for name in inside if name.endswith(f"/{VENV}")}
        return {name: info for name, info in inside.items() if not self._is_foreign(name, foreign)}

    def _name_of(self, info: zipfile.ZipInfo) -> str:
        """Return the name of an entry; some systems write "\\" in it, and some do not say that it is UTF-8."""
        name = info.filename
        if not info.flag_bits & IS_UTF8:
            try:
                name = name.encode("cp437").decode()
            except UnicodeError:
                pass
        name = name.replace("\\", "/").removesuffix("/")
        if not is_proper(name) or name[1:2] == ":":
            raise BadSubmission(f"{self._name} holds {shown(name)}, which would lie outside of it: zip it again.")
        return name

    def _is_foreign(self, name: str, foreign: set[str]) -> bool:
        """Tell whether something is in a virtual environment or in a folder of a grading."""
        folders = [*above(name), name] if foreign else []
        if any(f"{folder}/" in foreign for folder in folders):
            return True
        top = next((part for part in name.split("/")[:-1] if part.startswith(SCRATCH)), "")
        if top:
            self._left_out[name[: name.index(top)] + top] = OF_A_GRADER
        return bool(top)

    def _is_file(self, name: str, info: zipfile.ZipInfo) -> bool:
        mode = _mode(info)
        if stat.S_ISLNK(mode):
            self._left_out[name] = "is a link, and a zip's links are not followed"
        elif stat.S_IFMT(mode) and not stat.S_ISREG(mode):
            self._left_out[name] = told_kind(mode)
        return name not in self._left_out

    def _unpacked(self, info: zipfile.ZipInfo) -> bytes:
        if info.flag_bits & ENCRYPTED:
            raise BadSubmission(f"{self._name} is locked with a password: make a zip without one.")
        if info.compress_type not in METHODS:
            raise BadSubmission(f"{self._name} is packed in an unusual way: make an ordinary zip.")
        pieces = []
        with self._opened.open(info) as file:
            while piece := file.read(CHUNK_BYTES):
                self._read += len(piece)
                budget.weigh("The zip", {info.filename: self._read})
                pieces.append(piece)
        return b"".join(pieces)


def _mode(info: zipfile.ZipInfo) -> int:
    return info.external_attr >> 16 if info.create_system == UNIX else 0


def _wrapper(names: Iterable[str]) -> str:
    """Return the one folder that holds all the rest, with its "/"; empty if there is none."""
    tops = {name.partition("/")[0] for name in names}
    deeper = any("/" in name for name in names)
    return f"{tops.pop()}/" if len(tops) == 1 and deeper else ""
