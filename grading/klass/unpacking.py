"""Archives as names and bytes: nothing is written, nothing is believed, and bytes count as they really come."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import stat
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO

from grading.results.visible import shown
from grading.submission import budget
from grading.submission.archive import ENCRYPTED, ENTRY, IS_UTF8, METHODS, UNIX
from grading.submission.folder import CHUNK_BYTES, VENV, is_clutter
from grading.submission.values import BadSubmission, TooBig

MOST_BYTES = 50_000_000  # unpacked, of what one person hands in
MOST_OF_A_CLASS = 2_000_000_000  # bytes of a whole class in one tar
MOST_LISTED = 200_000  # entries in the table of contents of an archive
MOST_MEMORY = 100_000_000  # bytes that an xz may ask for
ENDINGS = (".zip", ".tar", ".tar.gz", ".tgz", ".tar.bz2", ".tbz2", ".tbz", ".tar.xz", ".txz")
SPECIAL = {  # that nothing here can read
    ".rar": "a RAR archive", ".7z": "a 7z archive", ".tar.zst": "a Zstandard archive", ".tzst": "a Zstandard archive",
    ".zst": "a Zstandard file", ".gz": "a gzip file", ".bz2": "a bzip2 file", ".xz": "an xz file",
    ".zipx": "a zipx archive", ".tar.lz": "an lzip archive", ".lzh": "an LZH archive", ".cab": "a cabinet of Windows",
    ".iso": "the image of a disk", ".dmg": "the image of a disk", ".z": "a packed file",
    ".eml": "a mail", ".msg": "a mail",
}  # fmt: skip
MAGIC = {b"Rar!": ".rar", b"7z\xbc\xaf": ".7z", b"\x28\xb5\x2f\xfd": ".zst"}
LONGEST_NAME, LONGEST_PATH = 255, 4096  # characters, as on most disks
TAR_MAGIC, TAR_MAGIC_AT = b"ustar", 257


class Allowance:
    """How much may still be unpacked of one hand-in."""

    def __init__(self, whole: str, most: int | None = None) -> None:
        self.whole = whole
        self._most = most or MOST_BYTES
        self._bytes = self._entries = 0

    def takes(self, size: int) -> None:
        """Count bytes that are there; TooBig if that was too much."""
        self._bytes += size
        if self._bytes > self._most:
            raise TooBig(f"{shown(self.whole)} holds more than {budget.megabytes(self._most)}: hand in less.")

    def counts(self) -> None:
        """Count a file or a folder; TooBig if that was too many."""
        self._entries += 1
        if self._entries > budget.MOST_ENTRIES:
            raise TooBig(f"{shown(self.whole)} holds more than {budget.MOST_ENTRIES:,} files: hand in fewer.")


@dataclass(frozen=True)
class Entry:
    """A file in an archive, or beside others in a folder; its name leads nowhere else."""

    name: str
    read: Callable[[Allowance], bytes]
    note: str = ""  # a sentence on its name, if there is something to say


def is_archive(name: str) -> bool:
    """Tell whether a file's name says that others are in it."""
    return name.lower().endswith(ENDINGS)


def is_packed(name: str) -> bool:
    """Tell whether a file's name says that others are in it, whether or not it can be read here."""
    return name != without_ending(name)


def unreadable(name: str, advice: str = "hand in a zip") -> str:
    """Return a sentence on a packed file that cannot be read here; nothing on any other."""
    kind = next((kind for ending, kind in SPECIAL.items() if name.lower().endswith(ending)), "")
    return f"{shown(name)} is {kind}, which cannot be read here: {advice}." if kind and not is_archive(name) else ""


def without_ending(name: str) -> str:
    """Return the name of an archive without what says that it is one."""
    endings = sorted((*ENDINGS, *SPECIAL), key=len, reverse=True)
    return next((name[: -len(ending)] for ending in endings if name.lower().endswith(ending)), name)


def cleaned(name: str) -> tuple[str, str]:
    """Return a name that leads to a place within the whole, and a sentence if it is another one than before."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    leads_out = ".." in parts or "\0" in name or name[:1] in ("/", "\\") or name[1:2] == ":"
    if not leads_out:
        return "/".join(parts), ""
    last = next((part for part in reversed(parts) if part != ".."), "").replace("\0", "")
    last = last[2:] if last[1:2] == ":" else last
    return last, f"{shown(name)} would lie outside of the archive: it counts as {shown(last)}." if last else ""


def unpacked(data: bytes, name: str, allowance: Allowance) -> list[Entry]:
    """Return what is in an archive; BadSubmission or TooBig, with a sentence, where that cannot be told."""
    if unknown := next((ending for magic, ending in MAGIC.items() if data.startswith(magic)), ""):
        raise BadSubmission(f"{shown(name)} is {SPECIAL[unknown]}, which cannot be read here: hand in a zip.")
    return opened(io.BytesIO(data), name, allowance)


def opened(file: IO[bytes], name: str, allowance: Allowance) -> list[Entry]:
    """Return what is in an open archive, which stays open."""
    with _told(name):
        head = file.read(TAR_MAGIC_AT + len(TAR_MAGIC))
        file.seek(0)
        if not head:
            raise BadSubmission(f"{shown(name)} cannot be read, since nothing is in it: hand it in again.")
        stream = _stream(file, head, name)
        if stream is None:
            return list(_zipped(file, name))
        with tarfile.open(fileobj=_Counted(stream, allowance), mode="r|") as tar:
            return list(_tarred(tar, name))


class _told:
    """Turns whatever a library raises at bytes that nobody vouches for into one sentence."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, (TooBig, BadSubmission)):
            why = shown(str(error) or type(error).__name__)
            raise BadSubmission(f"{shown(self._name)} cannot be read ({why}): pack it again.") from None


class _Counted(io.RawIOBase):
    """A stream that cannot give more than is allowed."""

    def __init__(self, stream: IO[bytes], allowance: Allowance) -> None:
        self._stream, self._allowance = stream, allowance

    def read(self, size: int = -1) -> bytes:
        piece = self._stream.read(size if 0 <= size <= CHUNK_BYTES else CHUNK_BYTES)
        self._allowance.takes(len(piece))
        return piece


def _stream(file: IO[bytes], head: bytes, name: str) -> IO[bytes] | None:
    """Return the tar in a file, as a stream; None where there is a zip."""
    if head.startswith(b"\x1f\x8b"):
        return gzip.GzipFile(fileobj=file)  # type: ignore[return-value]
    if head.startswith(b"BZh"):
        return bz2.BZ2File(file)
    if head.startswith(b"\xfd7zXZ"):
        return _Xz(file)  # type: ignore[return-value]
    if head[TAR_MAGIC_AT:] == TAR_MAGIC or name.lower().endswith(".tar"):
        return file
    return None


class _Xz(io.RawIOBase):
    """What is in an xz, which may not take as much memory as it likes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._xz = lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MOST_MEMORY)

    def read(self, size: int = -1) -> bytes:
        while not self._xz.eof:
            more = self._file.read(CHUNK_BYTES) if self._xz.needs_input else b""
            if self._xz.needs_input and not more:
                raise EOFError("it ends too early")
            if piece := self._xz.decompress(more, size if size >= 0 else CHUNK_BYTES):
                return piece
        return b""


def _tarred(tar: tarfile.TarFile, whole: str) -> Iterator[Entry]:
    for info in tar:
        name, note = cleaned(info.name)
        if info.isdir() or not name:
            continue
        if why := _unwanted(name, info.isreg() and not info.issparse()):
            yield Entry(name[:LONGEST_NAME], _refusing(why))
            continue
        stream = tar.extractfile(info)
        data = bytearray()
        while stream and (piece := stream.read(CHUNK_BYTES)):
            data += piece
        if len(data) < info.size:
            raise BadSubmission(f"{shown(whole)} ends in the middle of {shown(name)}: pack it again.")
        yield Entry(name, lambda _, data=bytes(data): data, note)  # type: ignore[misc]


def _unwanted(name: str, is_plain: bool) -> str:
    """Return a sentence on why an entry is no part of the work; nothing if it may be."""
    if len(name) > LONGEST_PATH or max(map(len, name.split("/"))) > LONGEST_NAME:
        return f"{shown(name)} has too long a name: it was left out."
    return "" if is_plain else f"{shown(name)} is no plain file: it was left out."


def _zipped(file: IO[bytes], whole: str) -> Iterator[Entry]:
    listed = 0
    while piece := file.read(CHUNK_BYTES):
        listed += piece.count(ENTRY)
        if listed > MOST_LISTED:
            raise TooBig(f"{shown(whole)} lists more than {MOST_LISTED:,} files: hand in fewer.")
    zipped = zipfile.ZipFile(file)
    for info in zipped.infolist():
        if info.is_dir():
            continue
        name, note = cleaned(_name_of(info))
        mode = info.external_attr >> 16 if info.create_system == UNIX else 0
        if not name:
            continue
        if why := _unwanted(name, not stat.S_IFMT(mode) or stat.S_ISREG(mode)):
            yield Entry(name[:LONGEST_NAME], _refusing(why))
        else:
            yield Entry(name, _from_zip(zipped, info, whole), note)


def _name_of(info: zipfile.ZipInfo) -> str:
    if not info.flag_bits & IS_UTF8:  # some systems do not say so
        try:
            return info.orig_filename.encode("cp437").decode()
        except UnicodeError:
            pass
    return info.orig_filename  # the other one ends at a NUL


def _from_zip(zipped: zipfile.ZipFile, info: zipfile.ZipInfo, whole: str) -> Callable[[Allowance], bytes]:
    def read(allowance: Allowance) -> bytes:
        if info.flag_bits & ENCRYPTED:
            raise BadSubmission(f"{shown(whole)} is locked with a password: make a zip without one.")
        if info.compress_type not in METHODS:
            raise BadSubmission(f"{shown(whole)} is packed in an unusual way: make an ordinary zip.")
        data = bytearray()
        with _told(whole), zipped.open(info) as file:
            while piece := file.read(CHUNK_BYTES):
                allowance.takes(len(piece))
                data += piece
        return bytes(data)

    return read


class LeftOut(Exception):
    """This one file is no part of the work; the message is a sentence that says why."""


def _refusing(why: str) -> Callable[[Allowance], bytes]:
    def read(_: Allowance) -> bytes:
        raise LeftOut(why)

    return read


def wanted(entries: list[Entry]) -> list[Entry]:
    """Return the files without what tools and systems put beside them."""
    venvs = tuple(entry.name.removesuffix(VENV) for entry in entries if entry.name.endswith(f"/{VENV}"))
    return [
        entry
        for entry in entries
        if not any(map(is_clutter, entry.name.split("/"))) and not (venvs and entry.name.startswith(venvs))
    ]
