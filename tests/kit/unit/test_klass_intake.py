"""Whatever arrives, it is told what was found, and why the rest was not; nothing is unpacked or guessed."""

from __future__ import annotations

import bz2
import errno
import gzip
import io
import json
import lzma
import os
import random
import stat
import tarfile
import unicodedata
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from grading.course import CHALLENGES, KIT, STEP4, Exercise, with_talk
from grading.exports.titles import LANGUAGES, LISTS, OfPeople, Titles
from grading.klass import gradescope, manifest, roster, unpacking
from grading.klass.arrival import Arrival, Class
from grading.klass.fitting import COPY, VERSION, fitting
from grading.klass.intake import UNCERTAIN, arrived
from grading.submission.archive import UNIX
from grading.submission.values import BadSubmission, Submission, TooBig
from tests.kit.conftest import grader

S, C = b"print('server')\n", b"print('client')\n"
SERVER, CLIENT = "chat_server.py", "chat_client.py"
BOTH = {SERVER: S, CLIENT: C}
PYC = b"\xa7\r\r\n" + bytes(12) + b"\xe3"
Files = dict[str, bytes]


def under(folder: str, files: Files) -> Files:
    return {f"{folder}/{name}": data for name, data in files.items()}


def zipped(files: Files, *more: tuple[str, bytes], modes: dict[str, int] | None = None) -> bytes:
    """Return a zip; `more` may name again what is there already."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        warnings.simplefilter("ignore")  # about names that are there twice
        for name, data in [*files.items(), *more]:
            info = zipfile.ZipInfo("placeholder")
            info.filename, info.create_system = name, UNIX
            info.compress_type = zipfile.ZIP_DEFLATED if data else zipfile.ZIP_STORED
            info.external_attr = (modes or {}).get(name, 0) << 16
            made.writestr(info, data)
    return out.getvalue()


def tarred(files: Files, *special: tarfile.TarInfo) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name, data in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            made.addfile(info, io.BytesIO(data))
        for info in special:
            made.addfile(info)
    return out.getvalue()


def special(name: str, kind: bytes, target: str = "") -> tarfile.TarInfo:
    info = tarfile.TarInfo(name)
    info.type, info.linkname = kind, target
    return info


def locked(data: bytes) -> bytes:
    """Return a zip that says that all in it is encrypted."""
    changed = bytearray(data)
    for sign, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            changed[at + flags] |= 1
            at = data.find(sign, at + 4)
    return bytes(changed)


def lying(data: bytes, size: int) -> bytes:
    """Return a zip whose table of contents says that its first file is `size` bytes long."""
    at = data.find(b"PK\x01\x02")
    return data[: at + 24] + size.to_bytes(4, "little") + data[at + 28 :]


ZEROS = bytes(60_000_000)
FINE, ODD, NONE = "both, nothing to say", "graded, with a word", "not graded"
SKELETON = (KIT / "steps" / "step4" / SERVER).read_bytes()

# Whose, what arrives at the top, how it ends, and what must be told (of NONE, why; of ODD, what is odd).
ARRIVALS: dict[str, tuple[str, Files, str, str]] = {
    "a folder": ("ann", under("ann", BOTH), FINE, ""),
    "a zip": ("ann", {"ann.zip": zipped(BOTH)}, FINE, ""),
    "a zip of the folder": ("ann", {"ann.zip": zipped(under("work", BOTH))}, FINE, ""),
    "a zip in capitals": ("ann", {"ann.ZIP": zipped(BOTH)}, FINE, ""),
    "folders in folders": ("ann", under("ann/a/b/c", BOTH), FINE, ""),
    "a tar": ("ann", {"ann.tar": tarred(BOTH)}, FINE, ""),
    "a tar.gz": ("ann", {"ann.tar.gz": gzip.compress(tarred(BOTH))}, FINE, ""),
    "a tgz": ("ann", {"ann.tgz": gzip.compress(tarred(under("x", BOTH)))}, FINE, ""),
    "a tar.bz2": ("ann", {"ann.tar.bz2": bz2.compress(tarred(BOTH))}, FINE, ""),
    "a tar.xz": ("ann", {"ann.tar.xz": lzma.compress(tarred(BOTH))}, FINE, ""),
    "a tar that is called a zip": ("ann", {"ann.zip": gzip.compress(tarred(BOTH))}, FINE, ""),
    "a zip that is called a tar": ("ann", {"ann.tar.gz": zipped(BOTH)}, FINE, ""),
    "a zip in a folder": ("ann", {"ann/work.zip": zipped(BOTH)}, FINE, ""),
    "a zip in a zip in a zip": ("ann", {"ann.zip": zipped({"b.zip": zipped({"c.zip": zipped(BOTH)})})}, FINE, ""),
    "clutter of macOS": ("ann", {"ann.zip": zipped({**BOTH, "__MACOSX/._chat_server.py": b"\0\5\x16\7"})}, FINE, ""),
    "clutter beside a wrapper": ("ann", {"ann.zip": zipped({**under("w", BOTH), ".DS_Store": b"x"})}, FINE, ""),
    "a virtual environment": (
        "ann",
        {"ann.zip": zipped({**BOTH, "env/pyvenv.cfg": b"", "env/lib/chat_server.py": b"other"})},
        FINE,
        "",
    ),
    "more beside the programs": ("ann", under("ann", {**BOTH, "util.py": b"x = 1", "data/a.txt": b"a"}), FINE, ""),
    "the same twice": ("ann", under("ann", {**BOTH, "copy/chat_server.py": S}), ODD, "holds the same"),
    "Canvas": ("7", {"doeann_7_91_chat_server.py": S, "doeann_7_92_chat_client.py": C}, FINE, ""),
    "Canvas, late": ("7", {"doeann_LATE_7_91_chat_server.py": S, "doeann_LATE_7_92_chat_client.py": C}, ODD, "late"),
    "Canvas, again": (
        "7",
        {"doeann_7_91_chat_server-2.py": S, "doeann_7_92_chat_client-1.py": C},
        ODD,
        "chat_server-2.py counts as chat_server.py",
    ),
    "Canvas, a zip": ("7", {"doeann_7_91_work-1.zip": zipped(BOTH)}, FINE, ""),
    "a name behind the programs": ("Ann", {"chat_server - Ann.py": S, "chat_client - Ann.py": C}, ODD, "counts as"),
    "Canvas, nameless": ("x7k", {"anon_x7k_91_chat_server.py": S, "anon_x7k_92_chat_client.py": C}, FINE, ""),
    "Canvas, late and nameless": (
        "x7k",
        {"LATE_anon_x7k_91_chat_server.py": S, "LATE_anon_x7k_92_chat_client.py": C},
        ODD,
        "late",
    ),
    "Canvas, with _ in the name": ("7", {f"doe_ann_7_9_{name}": data for name, data in BOTH.items()}, FINE, ""),
    "Canvas, without a name": ("7", {f"_7_9_{name}": data for name, data in BOTH.items()}, FINE, ""),
    "Canvas, typed into the page": ("7", {"doeann_LATE_7_text.html": b"<p>import socket</p>"}, NONE, "only text.html"),
    "Canvas, a link": ("7", {"doeann_7_link.html": b"<a>"}, NONE, "only link.html"),
    "Moodle, a folder": ("77", under("Ann Doe_77_assignsubmission_file_", BOTH), FINE, ""),
    "Moodle, newer": ("77", under("Ann Doe_77_assignsubmission_file", BOTH), FINE, ""),
    "Moodle, flat": ("77", {f"Ann Doe_77_assignsubmission_file_{name}": data for name, data in BOTH.items()}, FINE, ""),
    "Moodle, blind": ("77", under("Participant_77_assignsubmission_file_", BOTH), FINE, ""),
    "Moodle, with the login": ("77", under("ann_Ann Doe_77_assignsubmission_file_", BOTH), FINE, ""),
    "Moodle, in no group": ("Default group", under("Default group_assignsubmission_file", BOTH), FINE, ""),
    "Moodle, and what was given back": (
        "77",
        {
            **under("Ann Doe_77_assignsubmission_file", BOTH),
            **under("Ann Doe_77_assignfeedback_file", {SERVER: b"# see here"}),
        },
        FINE,
        "",
    ),
    "Blackboard": (
        "ann",
        {f"Step 4_ann_attempt_2026-03-01-10-00-00_{name}": data for name, data in BOTH.items()}
        | {"Step 4_ann_attempt_2026-03-01-10-00-00.txt": b"Name: Ann"},
        FINE,
        "",
    ),
    "Blackboard, without a file": (
        "ann",
        {"Step 4_ann_attempt_2026-03-01-10-00-00.txt": b"Name: Ann"},
        NONE,
        "There is nothing in it",
    ),
    "Blackboard, twice": (
        "ann",
        {"S_ann_attempt_2026-03-02-10-00-00_w.zip": zipped(BOTH)}
        | {"S_ann_attempt_2026-03-01-10-00-00_chat_server.py": b"old"},
        ODD,
        "the last of 2",
    ),
    "Brightspace": ("9", under("9-123 - Ann Doe - Oct 3, 2026 1105 AM", BOTH), FINE, ""),
    "Brightspace, with its index": (
        "9",
        {**under("9-123 - Ann Doe - Oct 3, 2026 1105 AM", BOTH), "index.html": b"<html>"},
        FINE,
        "",
    ),
    "Brightspace, twice": (
        "9",
        under("9-123 - Ann Doe - Oct 3, 2026 1105 AM", {SERVER: b"old"})
        | under("9-123 - Ann Doe - Oct 3, 2026 105 PM", BOTH),
        ODD,
        "Oct 3, 2026 105 PM counts",
    ),
    "Brightspace, in German": (
        "9",
        under("9-123 - Ann Doe - 9. März 2026 1105", {SERVER: b"old"})
        | under("9-123 - Ann Doe - 10. Okt 2026 0905", BOTH),
        ODD,
        "10. Okt 2026 0905 counts",
    ),
    "Brightspace, in Spanish": (
        "9",
        under("9-1 - Ann Doe - 30 de enero de 2026 0905", {SERVER: b"old"})
        | under("9-1 - Ann Doe - 1 de julio de 2026 705", BOTH),
        ODD,
        "1 de julio de 2026 705 counts",
    ),
    "Brightspace, flat": (
        "9",
        {f"9-123 - Ann Doe - Oct 3, 2026 1105 AM - {name}": data for name, data in BOTH.items()},
        FINE,
        "",
    ),
    "names before the programs'": ("ann", {f"ann_{name}": data for name, data in BOTH.items()}, ODD, "counts as"),
    "names and hyphens": ("ann-b", {"ann-b-chat-server.py": S, "ann-b-Chat_Client.py": C}, ODD, "counts as"),
    "another case": ("ann", under("ann", {"Chat_Server.py": S, "CHAT_CLIENT.PY": C}), ODD, "Chat_Server.py counts"),
    "another spelling": ("ann", under("ann", {"chat server.py": S, "ChatClient.py": C}), ODD, "ChatClient.py counts"),
    "a copy": ("ann", under("ann", {"chat_server (1).py": S, CLIENT: C}), ODD, "chat_server (1).py counts"),
    "a copy of Windows": ("ann", under("ann", {"chat_server - Copy.py": S, CLIENT: C}), ODD, "- Copy.py counts"),
    "an ending that is hidden": ("ann", under("ann", {"chat_server.py.txt": S, CLIENT: C}), ODD, "txt counts"),
    "no ending": ("ann", under("ann", {"chat_server": S, CLIENT: C}), ODD, "chat_server counts"),
    "a name and a version": ("ann", under("ann", {"ann_chat_server_v3.py": S, CLIENT: C}), ODD, "v3.py counts"),
    "a version": ("ann", under("ann", {"chat_server_final.py": S, CLIENT: C}), ODD, "final.py counts"),
    "UTF-16": ("ann", under("ann", {SERVER: S.decode().encode("utf-16"), CLIENT: C}), ODD, "was UTF-16"),
    "UTF-16, the other way": ("ann", under("ann", {SERVER: b"\xfe\xff\0x\0=\0001", CLIENT: C}), ODD, "was UTF-16"),
    "half a UTF-16": ("ann", under("ann", {SERVER: b"\xff\xfea", CLIENT: C}), NONE, "save it as UTF-8"),
    "a mark of UTF-8": ("ann", under("ann", {SERVER: b"\xef\xbb\xbf" + S, CLIENT: C}), FINE, ""),
    "RTF": ("ann", under("ann", {SERVER: b"{\\rtf1 print", CLIENT: C}), NONE, "an RTF document"),
    "Word": ("ann", under("ann", {SERVER: zipped({"word/document.xml": b"<w/>"}), CLIENT: C}), NONE, "a Word document"),
    "Word by its name": ("ann", under("ann", {"chat_server.docx": b"PK\3\4", CLIENT: C}), NONE, "a Word document"),
    "PDF": ("ann", under("ann", {SERVER: b"%PDF-1.7", CLIENT: C}), NONE, "is a PDF"),
    "a notebook": ("ann", under("ann", {SERVER: b'{\n "cells": []}', CLIENT: C}), NONE, "a notebook"),
    "a web page": ("ann", under("ann", {SERVER: b"\n<!DOCTYPE html><html>", CLIENT: C}), NONE, "a web page"),
    "bytes of nothing": ("ann", under("ann", {SERVER: b"x\0y", CLIENT: C}), ODD, "NUL"),
    "an empty program": ("ann", under("ann", {SERVER: b"\n", CLIENT: C}), ODD, "chat_server.py is empty"),
    "the skeleton": ("ann", under("ann", {SERVER: SKELETON, CLIENT: C}), ODD, "came as handed out"),
    "the skeleton of Windows": (
        "ann",
        under("ann", {SERVER: SKELETON.replace(b"\n", b"\r\n"), CLIENT: C}),
        ODD,
        "came as handed out",
    ),
    "one program": ("ann", under("ann", {SERVER: S}), ODD, "chat_client.py did not come"),
    "a slip of the pen": ("ann", under("ann", {"chat_sever.py": S, CLIENT: C}), ODD, "Is it chat_sever.py?"),
    "a Cyrillic letter": ("ann", under("ann", {"\u0441hat_server.py": S, CLIENT: C}), ODD, "letter by letter"),
    "a later version beside it": (
        "ann",
        under("ann", {**BOTH, "chat_server_final_v2.py": b"later"}),
        ODD,
        "does not count, since chat_server.py is there",
    ),
    "a module called after it": ("ann", under("ann", {**BOTH, "chat_server_rooms.py": b"rooms"}), FINE, ""),
    "compiled by Python": ("ann", under("ann", {"chat_server.pyc": PYC, CLIENT: C}), NONE, "compiled by Python"),
    "a zipx": ("ann", {"ann.zipx": zipped(BOTH)}, NONE, "ann.zipx is a zipx archive"),
    "what a disk has at its top": (
        "ann",
        {**under("ann", BOTH), **under("$RECYCLE.BIN", BOTH), **under(".Trashes", BOTH), "~$report.docx": S},
        FINE,
        "",
    ),
    "neither": ("ann", under("ann", {"main.py": S}), NONE, "only main.py"),
    "a file that is none of the two": ("ann", {"ann.py": S}, NONE, "only ann.py"),
    "nothing at all": ("ann", {"ann.zip": zipped({})}, NONE, "nothing in it"),
    "two servers": ("ann", under("ann", {"a/chat_server.py": S, "b/chat_server.py": C}), NONE, "Which one is chat_s"),
    "two copies": ("ann", under("ann", {SERVER: S, "chat_server (1).py": C}), NONE, "Which one is chat_server.py"),
    "two in a zip by one name": ("ann", {"ann.zip": zipped(BOTH, (SERVER, b"other"))}, NONE, "Which one is chat_s"),
    "a folder and a zip": ("ann", {**under("ann", BOTH), "ann.zip": zipped({SERVER: S})}, NONE, "Which one counts"),
    "an older one elsewhere": ("ann", under("ann", {**BOTH, "old/chat_server.py": b"o"}), ODD, "it lies elsewhere"),
    "a second zip": ("ann", {"ann.zip": zipped({SERVER: S}), "ann (1).zip": zipped(BOTH)}, ODD, "ann (1).zip counts"),
    "a step in its folder": (
        "ann",
        {**under("ann/step3", {SERVER: b"3", CLIENT: b"3"}), **under("ann/step4", BOTH)},
        ODD,
        "it lies elsewhere",
    ),
    "one of the two in a zip": ("ann", under("ann", {SERVER: S, "client.zip": zipped({CLIENT: C})}), FINE, ""),
    "one of the two in half a zip": (
        "ann",
        under("ann", {SERVER: S, "client.zip": zipped({CLIENT: C})[:60]}),
        ODD,
        "chat_client.py did not come. client.zip cannot be read",
    ),
    "one of the two in a 7z": ("ann", under("ann", {SERVER: S, "client.7z": b"7z\xbc\xaf"}), ODD, "a 7z archive"),
    "both and a zip": ("ann", under("ann", {**BOTH, "old.zip": zipped({SERVER: C})}), FINE, ""),
    "helpers with one name": (
        "ann",
        under("ann", {"s/chat_server.py": S, "s/util.py": S, "c/chat_client.py": C, "c/util.py": C}),
        ODD,
        "c/util.py: left out",
    ),
    "a Zstandard archive": ("ann", {"ann.tar.zst": b"\x28\xb5\x2f\xfd"}, NONE, "a Zstandard archive"),
    "a program by gzip": ("ann", under("ann", {"chat_server.py.gz": b"\x1f\x8b", CLIENT: C}), ODD, "a gzip file"),
    "RAR": ("ann", {"ann.rar": b"Rar!\x1a\7"}, NONE, "a RAR archive"),
    "RAR that is called zip": ("ann", {"ann.zip": b"Rar!\x1a\7"}, NONE, "a RAR archive"),
    "7z": ("ann", {"ann/work.7z": b"7z\xbc\xaf\x27"}, NONE, "a 7z archive"),
    "an empty zip file": ("ann", {"ann.zip": b""}, NONE, "cannot be read"),
    "half a zip": ("ann", {"ann.zip": zipped(BOTH)[:60]}, NONE, "cannot be read"),
    "half a tar.gz": ("ann", {"ann.tar.gz": gzip.compress(tarred(BOTH))[:80]}, NONE, "cannot be read"),
    "half a tar": ("ann", {"ann.tar": tarred(under("d", BOTH))[:700]}, NONE, "cannot be read"),
    "a password": ("ann", {"ann.zip": locked(zipped(BOTH))}, NONE, "password"),
    "a broken checksum": ("ann", {"ann.zip": zipped(BOTH).replace(b"PK\1\2", b"PK\1\3")}, NONE, "cannot be read"),
    "a bomb": ("ann", {"ann.zip": zipped({**BOTH, "big": ZEROS})}, NONE, "holds more than 50 MB"),
    "a bomb that lies": ("ann", {"ann.zip": lying(zipped({"big": ZEROS, **BOTH}), 10)}, NONE, "ann.zip"),
    "a bomb in a tar": ("ann", {"ann.tgz": gzip.compress(tarred({"big": ZEROS}))}, NONE, "holds more than 50 MB"),
    "a bomb in a zip in a zip": ("ann", {"ann.zip": zipped({"a.zip": zipped({"big": ZEROS})})}, NONE, "50 MB"),
    "too many files": ("ann", {"ann.zip": zipped({f"f{n}": b"" for n in range(20_001)})}, NONE, "20,000 files"),
    "too deep": (
        "ann",
        {"ann.zip": zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped(BOTH)})})})},
        NONE,
        "too deep",
    ),
    "a way out": ("ann", {"ann.zip": zipped({"../../chat_server.py": S, CLIENT: C})}, ODD, "outside of the archive"),
    "a way out of Windows": ("ann", {"ann.zip": zipped({"..\\..\\chat_server.py": S, CLIENT: C})}, ODD, "outside"),
    "a whole path": ("ann", {"ann.zip": zipped({"/etc/chat_server.py": S, CLIENT: C})}, ODD, "outside"),
    "a drive": ("ann", {"ann.zip": zipped({"C:\\x\\chat_server.py": S, CLIENT: C})}, ODD, "outside"),
    "a way out of a tar": ("ann", {"ann.tar": tarred({"../chat_server.py": S, CLIENT: C})}, ODD, "outside"),
    "backslashes": ("ann", {"ann.zip": zipped({"w\\chat_server.py": S, "w\\chat_client.py": C})}, FINE, ""),
    "a link in a zip": (
        "ann",
        {"ann.zip": zipped({**BOTH, "l": b"/etc/passwd"}, modes={"l": stat.S_IFLNK | 0o777})},
        ODD,
        "l is no plain file",
    ),
    "the program is a link": (
        "ann",
        {"ann.zip": zipped({SERVER: b"/etc/passwd", CLIENT: C}, modes={SERVER: stat.S_IFLNK | 0o777})},
        ODD,
        "chat_server.py is no plain file",
    ),
    "a link in a tar": ("ann", {"ann.tar": tarred(BOTH, special("l", tarfile.SYMTYPE, "/etc"))}, ODD, "no plain file"),
    "a device in a tar": ("ann", {"ann.tar": tarred(BOTH, special("d", tarfile.CHRTYPE))}, ODD, "no plain file"),
    "a file that is a folder, too": (
        "ann",
        {"ann.zip": zipped({**BOTH, "a": b"", "a/b": b""})},
        NONE,
        "is there twice",
    ),
    "a film": ("ann", {"ann.zip": zipped({**BOTH, "film.mp4": ZEROS[:6_000_000]})}, ODD, "film.mp4: more than 5 MB"),
    "a program of 6 MB": ("ann", {"ann.zip": zipped({SERVER: b"#" * 6_000_000, CLIENT: C})}, NONE, "more than 5 MB"),
    "a name without an end": (
        "ann",
        {"ann.zip": zipped({**BOTH, "chat_server" + "-1" * 30_000: b""})},
        ODD,
        "too long",
    ),
    "a path without an end": ("ann", {"ann.tar": tarred({**BOTH, "a/" * 3_000 + "b": b""})}, ODD, "too long"),
    "archives without an end": ("ann", {"ann.zip": zipped({f"{n}.zip": b"" for n in range(9_999)})}, NONE, "be read"),
    "links without an end": (
        "ann",
        {"ann.tar": tarred(BOTH, *(special(f"l{n}", tarfile.SYMTYPE, "/") for n in range(9_999)))},
        ODD,
        "9,994 more",
    ),
    "servers without an end": (
        "ann",
        {"ann.zip": zipped({f"{n}/chat_server.py": b"%d" % n for n in range(9_999)})},
        NONE,
        "and 9,996 more",
    ),
    "a name that is an order": ("ann", {"ann.zip": zipped({"\x1b[2Jchat_server.py": S, CLIENT: C})}, ODD, "\\x1b[2J"),
    "another alphabet": ("Zoë", under("Zoë", BOTH), FINE, ""),
    "only what Python has compiled": (
        "ann",
        under("ann/__pycache__", {"chat_server.cpython-311.pyc": PYC}),
        NONE,
        "tools",
    ),
    "only a repository": ("ann", under("ann/.git", {"HEAD": b"ref: refs/heads/main"}), NONE, "nothing in it, but for"),
    "a copy in German": ("ann", under("ann", {"chat_server - Kopie (2).py": S, CLIENT: C}), ODD, "counts as chat_se"),
    "a copy in Portuguese, as macOS writes it": (
        "ann",
        under("ann", {"chat_server - co\u0301pia.py": b"other", **BOTH}),
        NONE,
        "Which one is chat_server.py",
    ),
    "a copy of Google": ("ann", under("ann", {"Copy of Copy of chat_server.py": b"x", **BOTH}), NONE, "Which one is"),
    "a copy of an older Windows": (
        "ann",
        under("ann", {"Copie (2) de chat_server.py": S, CLIENT: C}),
        ODD,
        "counts as",
    ),
    "Teams, turned in twice": (
        "ann",
        under("ann/Chat, step 4/Version 9", {SERVER: b"old", CLIENT: b"old"})
        | under("ann/Chat, step 4/Version 10", BOTH),
        ODD,
        "Version 10 counts, the last of 2.",
    ),
    "folders that somebody numbered": (
        "ann",
        under("ann/v1", {SERVER: b"old", CLIENT: b"old"}) | under("ann/v2", BOTH),
        NONE,
        "Which one is chat_server.py? There are v1/chat_server.py, v2/chat_server.py",
    ),
    "a shortcut": (
        "ann",
        under("ann", {"chat_server.py.lnk": b"L\0", CLIENT: C}),
        NONE,
        "is a shortcut, and not chat_s",
    ),
    "a placeholder": (
        "ann",
        under("ann", {".chat_server.py.icloud": b"bplist00", CLIENT: C}),
        NONE,
        "of iCloud, and not",
    ),
    "a pointer": (
        "ann",
        under("ann", {SERVER: b"version https://git-lfs.github.com/spec/v1\noid sha256:1\n", CLIENT: C}),
        NONE,
        "a pointer of Git LFS, and not chat_server.py itself: hand in that one.",
    ),
    "a web archive": ("ann", under("ann", {"chat_server.webarchive": b"bplist00", CLIENT: C}), NONE, "a web archive"),
    "a mail": ("ann", {"ann.eml": b"From: ann"}, NONE, "ann.eml is a mail"),
    "a zip with its ending twice": ("ann", {"ann.zip.zip": zipped(BOTH)}, FINE, ""),
    "the skeleton of another step": (
        "ann",
        under("ann", {SERVER: (KIT / "steps" / "step1" / SERVER).read_bytes(), CLIENT: C}),
        ODD,
        "chat_server.py came as handed out for step1: nothing was written in it.",
    ),
    "a test of the program": (
        "ann",
        under("ann", {"chat_server_test.py": S, CLIENT: C}),
        ODD,
        "chat_server.py did not come. Is it chat_server_test.py?",
    ),
    "a step in its name": (
        "ann",
        under("ann", {"chat_server_step3.py": b"3", "chat_server_Step-4.py": S, CLIENT: C}),
        ODD,
        "chat_server_step3.py does not count: chat_server_Step-4.py does.",
    ),
    "a step in a folder, spelled otherwise": (
        "ann",
        under("ann/Step 3", {SERVER: b"3", CLIENT: b"3"}) | under("ann/Step 4", BOTH),
        ODD,
        "Step 3/chat_server.py does not count: it lies elsewhere.",
    ),
    "an older step beside the program": (
        "ann",
        under("ann", {**BOTH, "chat_server_step3.py": b"3"}),
        ODD,
        "chat_server_step3.py does not count, since chat_server.py is there.",
    ),
    "a blank behind the name": (
        "ann",
        under("ann", {"chat_server.py ": S, CLIENT: C}),
        ODD,
        "counts as chat_server.py.",
    ),
    "modules that lie elsewhere": (
        "ann",
        under(
            "ann", {f"server/{SERVER}": b"import os, wire as w\nfrom common.text import cut\n", f"client/{CLIENT}": C}
        )
        | under("ann", {"wire.py": b"x", "common/text.py": b"y", "server/os.py": b"z", "setup.py": b"s"}),
        ODD,
        "common/text.py, wire.py do not come along: put what a program imports beside it.",
    ),
}


def class_of(folder: Path, files: Files, packed: bool = False) -> Path:
    """Put files into a folder of a class, or into a zip of it, and return that."""
    if packed:
        (folder / "class.zip").write_bytes(zipped(files))
        return folder / "class.zip"
    for name, data in files.items():
        path = folder / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return folder / "class"


BESIDE = under("zz other", BOTH)  # so that it is a class


def one(folder: Path, files: Files, packed: bool = False, exercise: Exercise = STEP4) -> Arrival:
    """Return what arrives first of a class of two."""
    found = arrived(class_of(folder, {**files, **BESIDE}, packed), exercise=exercise)
    others = [arrival for arrival in found.arrivals if arrival.who != "zz other"]
    assert len(others) == 1, found
    return others[0]


T = b"Ann joins\nAnn: hi\nAnn hears Ann: hi\n"
TALKS: dict[str, tuple[str, Files, str]] = {  # whose, what arrives, and what is told
    "as it is called": ("ann", under("ann", {**BOTH, "my-talk.txt": T}), "Everything"),
    "a second one": ("ann", under("ann", {**BOTH, "my-talk (1).txt": T}), "my-talk (1).txt counts as my-talk.txt."),
    "spelled otherwise": ("ann", under("ann", {**BOTH, "My_Talk.TXT": T}), "My_Talk.TXT counts as my-talk.txt."),
    "without an ending": ("ann", {"ann.zip": zipped({**BOTH, "my-talk": T})}, "my-talk counts as my-talk.txt."),
    "under a name of one's own": ("ann", under("ann", {**BOTH, "ann-my-talk.txt": T}), "counts as my-talk.txt."),
    "elsewhere": ("ann", under("ann", {**under("src", BOTH), "docs/my-talk.txt": T}), "Everything"),
    "beside the one that was handed out": (
        "ann",
        under("ann", {**BOTH, "talk.txt": b"x", "my-talk.txt": T}),
        "Everything",
    ),
    "Canvas": ("7", {f"doeann_7_9_{name}": data for name, data in {**BOTH, "my-talk-2.txt": T}.items()}, "counts as"),
    "Moodle": (
        "77",
        {f"A B_77_assignsubmission_file_{name}": data for name, data in {**BOTH, "my-talk.txt": T}.items()},
        "Everything",
    ),
    "with one's name before it": (
        "ann",
        {f"ann_{name}": data for name, data in {**BOTH, "my-talk.txt": T}.items()},
        "",
    ),
    "in UTF-16": ("ann", under("ann", {**BOTH, "my-talk.txt": T.decode().encode("utf-16")}), "it counts as UTF-8"),
}


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("case", TALKS)
def test_a_talk_is_found_under_whatever_name_it_arrives(case: str, packed: bool, tmp_path: Path) -> None:
    who, files, told = TALKS[case]
    found = one(tmp_path, files, packed, with_talk(STEP4))
    assert found.who == who
    assert found.submission
    assert found.submission.files["my-talk.txt"] == T
    assert told in found.word


def test_a_talk_that_did_not_come_is_missed_only_where_it_counts(tmp_path: Path) -> None:
    files = under("ann", {**BOTH, "talk.txt": T})
    assert one(tmp_path, files).is_fine
    found = one(tmp_path, files, exercise=with_talk(STEP4))
    assert found.submission
    assert found.word == "my-talk.txt did not come."


def test_a_talk_in_another_form_is_asked_for_again(tmp_path: Path) -> None:
    found = one(tmp_path, under("ann", {**BOTH, "my-talk.pdf": b"%PDF-1.7"}), exercise=with_talk(STEP4))
    assert found.trouble == "my-talk.pdf is a PDF: save it as plain text, named my-talk.txt."


def test_a_page_is_found_under_another_name_and_is_no_wrong_kind_of_file(tmp_path: Path) -> None:
    page = b"<!doctype html><title>chat</title>"
    files = under("ann", {**BOTH, "chat_web.py": S, "chat (1).html": page})
    found = one(tmp_path, files, exercise=CHALLENGES["bonus/web"])
    assert found.submission
    assert found.submission.files["chat.html"] == page


def test_there_are_enough_of_them() -> None:
    assert len(ARRIVALS) >= 60


@pytest.mark.parametrize("packed", [False, True], ids=["folder", "zip"])
@pytest.mark.parametrize("case", ARRIVALS)
def test_each_arrival_is_explained(case: str, packed: bool, tmp_path: Path) -> None:
    who, files, end, told = ARRIVALS[case]
    found = one(tmp_path, files, packed)
    assert found.who == who
    assert (FINE if found.is_fine else ODD if found.submission else NONE) == end, found
    assert told in found.word
    assert found.word.endswith((".", "…"))
    assert len(found.word) < 500
    if found.submission:
        assert found.submission.files.keys() & BOTH.keys() == {one.program for one in found.found}
    else:
        assert found.trouble


def test_the_index_that_a_platform_adds_is_not_told_as_nobodys_hand_in(tmp_path: Path) -> None:
    files = under("9-123 - Ann Doe - Oct 3, 2026 1105 AM", BOTH) | {"index.html": b"<html>"}
    assert not any("nobody's" in note for note in arrived(class_of(tmp_path, {**files, **BESIDE})).notes)


@pytest.mark.parametrize("case", [case for case, row in ARRIVALS.items() if row[2] == FINE])
def test_what_arrives_whole_is_graded_as_what_was_written(case: str, tmp_path: Path) -> None:
    found = one(tmp_path, ARRIVALS[case][1])
    assert found.submission
    assert found.submission.files[CLIENT] == C
    assert found.submission.files[SERVER].removeprefix(b"\xef\xbb\xbf") == S


def test_all_of_them_together_are_a_class_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        f"{n:03}/{name}": data
        for n, (_, some, _, _) in enumerate(ARRIVALS.values())
        for name, data in some.items()
        if len(data) < 1_000_000
    }
    folder = class_of(tmp_path, files)
    before = sorted(tmp_path.rglob("*"))
    real = open

    def only_reads(file: object, mode: str = "r", *rest: object, **more: object) -> object:
        assert not set(mode) & set("wax+"), file
        return real(file, mode, *rest, **more)  # type: ignore[call-overload]

    monkeypatch.setattr("builtins.open", only_reads)
    for name in ("mkdir", "rename", "replace", "symlink", "link", "unlink"):
        monkeypatch.setattr(os, name, lambda *_, **__: pytest.fail("something is written"))
    found = arrived(folder)
    assert len(found.arrivals) == len({name.partition("/")[0] for name in files})
    monkeypatch.undo()
    assert sorted(tmp_path.rglob("*")) == before


def test_bytes_that_nobody_packed_are_told_and_never_a_crash() -> None:
    dice = random.Random(1)
    sources = [zipped(BOTH), tarred(BOTH), gzip.compress(tarred(BOTH)), lzma.compress(tarred(BOTH))]
    for _ in range(300):
        data = bytearray(dice.choice(sources))
        for _ in range(dice.randrange(1, 20)):
            data[dice.randrange(len(data))] = dice.randrange(256)
        allowance = unpacking.Allowance("it")
        try:
            for entry in unpacking.unpacked(bytes(data), "it", allowance):
                assert not entry.name.startswith("/") and ".." not in entry.name.split("/")
                entry.read(allowance)
        except (BadSubmission, TooBig, unpacking.LeftOut) as told:
            assert str(told).endswith(".")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes and links here")
def test_links_and_pipes_are_never_followed(tmp_path: Path) -> None:
    folder = class_of(tmp_path, {**under("ann", BOTH), **BESIDE})
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / SERVER).write_bytes(b"secret")
    (folder / "bob").symlink_to(tmp_path / "secret")
    (folder / "ann" / "link.py").symlink_to(tmp_path / "secret" / SERVER)
    os.mkfifo(folder / "pipe")  # type: ignore[attr-defined,unused-ignore]
    found = arrived(folder)
    assert {one.who for one in found.arrivals} == {"ann", "zz other"}
    assert any("bob is a link" in note for note in found.notes)
    assert any("pipe is neither" in note for note in found.notes)
    assert "leads out" in found.arrivals[0].word


def test_a_folder_that_may_not_be_read_is_told_and_the_others_count(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = class_of(tmp_path, {**under("ann", BOTH), **under("bob", BOTH)})
    real = os.scandir

    def denied(path: str = ".") -> object:
        if os.path.basename(path.rstrip(os.sep)) == "bob":
            raise PermissionError(errno.EACCES, "Permission denied", path)
        return real(path)

    monkeypatch.setattr(os, "scandir", denied)
    ann, bob = arrived(folder).arrivals
    assert ann.is_fine
    assert bob.word == "Nothing that came can be graded. the folder cannot be read: it was left out."


def test_a_folder_around_the_class_is_seen_through(tmp_path: Path) -> None:
    found = arrived(class_of(tmp_path, under("export/all", {**under("ann", BOTH), **under("bob", BOTH)})))
    assert [one.who for one in found.arrivals] == ["ann", "bob"]
    assert any("export" in note for note in found.notes)


def test_whoever_hands_in_nothing_but_what_tools_make_is_there_in_a_zip_of_a_folder_too(tmp_path: Path) -> None:
    files = {**under("ann", BOTH), **under("bob", BOTH), "cyd/.git/HEAD": b"x", "cyd/a/__pycache__/b.pyc": b"x"}
    (tmp_path / "class.zip").write_bytes(zipped(under("all", {**files, "venv/pyvenv.cfg": b"", ".git/HEAD": b"y"})))
    assert [one.who for one in arrived(tmp_path / "class.zip").arrivals] == ["ann", "bob", "cyd"]


def test_a_zip_of_the_class_in_a_folder_is_seen_through(tmp_path: Path) -> None:
    files = {"ann.zip": zipped(BOTH), "bob.zip": zipped(BOTH)}
    found = arrived(class_of(tmp_path, {"download.zip": zipped(files)}))
    assert [one.who for one in found.arrivals] == ["ann", "bob"]


@pytest.mark.parametrize("name", ["ann.zip", "ann.tar", "ann.rar", gradescope.FILE, "chat_server.py"])
def test_a_class_of_one_link_is_told(name: str, tmp_path: Path) -> None:
    link = zipped({name: b"/etc/passwd"}, modes={name: stat.S_IFLNK | 0o777})
    (tmp_path / "class.zip").write_bytes(link)
    try:
        [found] = arrived(tmp_path / "class.zip").arrivals
        assert not found.submission and found.trouble
    except BadSubmission as told:
        assert str(told) == "There is no hand-in in class.zip."


def test_a_tar_of_the_class_is_one(tmp_path: Path) -> None:
    (tmp_path / "class.tar.gz").write_bytes(gzip.compress(tarred({**under("ann", BOTH), **under("bob", BOTH)})))
    assert [one.who for one in arrived(tmp_path / "class.tar.gz").arrivals] == ["ann", "bob"]


@pytest.mark.parametrize("files", [BOTH, {**BOTH, "util.py": b"", "data/x": b""}, {"Chat_Server.py": S}])
def test_a_folder_with_programs_is_one_hand_in(files: Files, tmp_path: Path) -> None:
    found = arrived(class_of(tmp_path, files))
    assert [one.who for one in found.arrivals] == ["class"]
    assert found.arrivals[0].submission


def test_one_student_with_several_folders_is_no_class(tmp_path: Path) -> None:
    steps = {**under("ann/step3", {SERVER: b"3"}), **under("ann/step4", BOTH)}
    assert [one.who for one in arrived(class_of(tmp_path, steps), exercise=STEP4).arrivals] == ["ann"]


def test_a_classroom_names_its_folders_after_itself(tmp_path: Path) -> None:
    files = {**under("chat-submissions/chat-ann", BOTH), **under("chat-submissions/chat-bob-b", BOTH)}
    assert [one.who for one in arrived(class_of(tmp_path, files)).arrivals] == ["ann", "bob-b"]


def test_a_common_beginning_alone_is_part_of_the_names(tmp_path: Path) -> None:
    files = {**under("smith-ann", BOTH), **under("smith-bob", BOTH)}
    assert [one.who for one in arrived(class_of(tmp_path, files)).arrivals] == ["smith-ann", "smith-bob"]


METADATA = b"""submission_11:
  :submitters:
  - :name: Ann Doe
    :sid: '7'
    :email: ann@example.org
  - :name: Bob
    :sid: ''
    :email: bob@example.org
  :created_at: 2026-03-01 10:00:00
  :results:
    :tests:
    - :name: not a person
submission_12:
  :submitters:
  - :name: Cy
    :sid: 9
"""


def test_gradescope_says_who_handed_in_together(tmp_path: Path) -> None:
    files = {**under("submission_11", BOTH), **under("submission_12", BOTH), gradescope.FILE: METADATA}
    found = arrived(class_of(tmp_path, files))
    assert [(one.who, one.name, one.group) for one in found.arrivals] == [
        ("9", "Cy", ""),
        ("ann@example.org", "Ann Doe", "submission_11"),
        ("bob@example.org", "Bob", "submission_11"),
    ]
    assert {one.rule for one in found.arrivals} == {"Gradescope"}
    assert found.notes == ("9, ann@example.org handed in the same, byte for byte.",)


ROSTER = """identity;name;group;mail
a1;Doe, Ann;;ann@example.org
b2;Bob Bright;team 5;
c3;Cy;team 5;
d4;Dee;;
a1;Somebody Else;;
"""


def with_roster(folder: Path, files: Files, text: str = ROSTER) -> Class:
    return arrived(class_of(folder, files), roster.read(text.encode("utf-8-sig")))


@pytest.mark.parametrize(
    "name",
    ["doeann_7_91_work.zip", "Ann Doe_77_assignsubmission_file_work.zip", "a1.zip", "ann@example.org.zip", "A1.zip"],
)
def test_the_roster_knows_people_under_each_platforms_name(name: str, tmp_path: Path) -> None:
    found = with_roster(tmp_path, {name: zipped(BOTH), **under("d4", BOTH)})
    by_who = {one.who: one for one in found.arrivals}
    assert by_who["a1"].submission and by_who["a1"].is_fine


def test_the_roster_says_who_is_missing_unknown_or_there_twice(tmp_path: Path) -> None:
    found = with_roster(tmp_path, {**under("d4", BOTH), **under("mallory", BOTH)})
    by_who = {one.who: one for one in found.arrivals}
    assert by_who.keys() == {"a1", "b2", "c3", "d4", "mallory"}
    assert by_who["a1"].trouble == "Nothing came: hand it in."
    assert "The roster knows nobody called mallory: a column of it" in by_who["mallory"].doubt
    assert by_who["mallory"].word == "Everything came as it should." and not by_who["mallory"].is_fine
    assert any("a1 stands in the roster twice" in note for note in found.notes)


def test_a_group_hands_in_once_for_all_its_members(tmp_path: Path) -> None:
    found = with_roster(tmp_path, {**under("Team 5", BOTH), **under("d4", BOTH)})
    by_who = {one.who: one for one in found.arrivals}
    assert by_who["b2"].submission == by_who["c3"].submission == Submission(BOTH)
    assert by_who["b2"].group == "team 5"


def test_from_whom_nothing_came_is_told_with_those_of_the_group_from_whom_something_did(tmp_path: Path) -> None:
    text = "id,name,group\na,Ann,Team 5\nb,Bob,Team 5\nc,Cy,Lab\n" + "".join(f"l{n},,Lab\n" for n in range(9))
    found = {one.who: one for one in with_roster(tmp_path, {**under("a", BOTH), **under("c", BOTH)}, text).arrivals}
    assert found["b"].trouble == "Nothing came: hand it in."
    assert found["b"].doubt == "a of Team 5 handed in: under the name Team 5, it counts for all of them."
    assert not found["a"].doubt and not found["l0"].doubt


def test_what_one_uploaded_for_a_group_is_that_of_all(tmp_path: Path) -> None:
    names = {"Canvas": "team5_3_91_work.zip", "Canvas with _": "team_5_3_91_work.zip"}
    names["Moodle"] = "Team 5_3_assignsubmission_file_work.zip"
    text = "id,name,group\n3,Ann,Team 5\n4,Bob,Team 5\n5,Cy,\n"
    for platform, name in names.items():
        (tmp_path / platform).mkdir()
        found = with_roster(tmp_path / platform, {name: zipped(BOTH), **under("Cy", BOTH)}, text)
        assert [(one.who, one.group, one.word) for one in found.arrivals] == [
            ("3", "Team 5", "Everything came as it should."),
            ("4", "Team 5", "Everything came as it should."),
            ("5", "", "Everything came as it should."),
        ], platform


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("doeannzoe_7_91_work.zip", "az"),  # Canvas puts the last name first, and leaves blanks away
        ("Zoe\u0308_7_assignsubmission_file_work.zip", "z"),  # as macOS writes it
        ("Step_4_a_z_attempt_2026-03-02-10-00-00_work.zip", "a_z"),
        ("8_99_7_91_work.zip", "n8"),
        ("Participant 12_12_assignsubmission_file_work.zip", "Participant 12"),
    ],
)
def test_the_roster_says_how_a_name_is_to_be_read(name: str, who: str, tmp_path: Path) -> None:
    text = "id,name,number\naz,Ann Zoe Doe,\nz,Zo\xeb,\na_z,,\nn8,,99\nParticipant 12,,\n"
    found = with_roster(tmp_path, {name: zipped(BOTH), **under("other", BOTH)}, text)
    assert [one.who for one in found.arrivals if one.submission] == sorted([who, "other"])


@pytest.mark.parametrize(
    ("name", "who"),
    [
        ("Doe_Ann_adoe_4711", "adoe"),  # ILIAS
        ("Doe, Ann(adoe)", "adoe"),  # Sakai
        ("1234567 - Ann Doe", "adoe"),
        ("Bob Bright (bb) v2", "bb"),
        ("Ann Doe 7", None),  # of whom the rest does not tell
        ("Bob Bright adoe", None),  # two people
    ],
)
def test_who_is_named_twice_is_known_whatever_else_is_there(name: str, who: str | None, tmp_path: Path) -> None:
    text = "login,name,number\nadoe,Ann Doe,1234567\nad2,Ann Doe,7654321\nbb,Bob Bright,\n"
    found = with_roster(tmp_path, {**under(name, BOTH), **under("zz", {SERVER: S})}, text)
    assert {one.who for one in found.arrivals if one.submission} == {who or name, "zz"}


def test_what_is_no_work_is_told_to_the_one_whose_name_it_has_unless_there_is_more(tmp_path: Path) -> None:
    found = with_roster(tmp_path, {"a1.jar": b"PK", "d4.txt": b"done", **under("d4", BOTH), "notes.txt": b"x"})
    by_who = {one.who: one for one in found.arrivals}
    assert "only a1.jar: name your programs so" in by_who["a1"].trouble
    assert by_who["d4"].is_fine
    assert [note for note in found.notes if "nobody's" in note] == [
        "d4.txt is nobody's hand-in.",
        "notes.txt is nobody's hand-in.",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Name;Vorname;Matrikelnummer\nMüller;Jürgen;1\nMüller;Änne;2\nLang;Ute;3\n",
        "Nom;Prénom;Identifiant\nMüller;Jürgen;1\nMüller;Änne;2\nLang;Ute;3\n",
        "Login;Jméno;Příjmení\n1;Jürgen;Müller\n2;Änne;Müller\n3;Ute;Lang\n",
        "id;Name;Vorname\n1;Jürgen Müller;Jürgen\n2;Änne Müller;Änne\n3;Ute Lang;Ute\n",
        "id;Nom;Cognoms\n1;Jürgen;Müller\n2;Änne;Müller\n3;Ute;Lang\n",
        "id;Surname;Name\n1;Müller;Jürgen\n2;Müller;Änne\n3;Lang;Ute\n",
    ],
)
@pytest.mark.parametrize("order", ["{1} {0}", "{0} {1}"])
def test_a_name_may_stand_in_two_columns_of_which_one_is_just_called_name(
    text: str, order: str, tmp_path: Path
) -> None:
    people = {"1": ("Müller", "Jürgen"), "2": ("Müller", "Änne"), "3": ("Lang", "Ute")}
    folders = (under(f"{order.format(*both)}_9{who}_assignsubmission_file", BOTH) for who, both in people.items())
    found = with_roster(tmp_path, {name: data for folder in folders for name, data in folder.items()}, text)
    assert [(one.who, one.name, one.doubt) for one in found.arrivals] == [
        (who, f"{first} {last}", "") for who, (last, first) in people.items()
    ]


@pytest.mark.parametrize(
    ("people", "page"),
    [
        (("Petr Dvořák", "Šťastný Tomáš"), "cp1250"),
        (("Иван Петров", "Анна Ли"), "cp1251"),
        (("Élise Brûlé", "Luc Roi"), "cp1252"),
        (("Γιώργος Νικολάου", "Άννα Λι"), "cp1253"),
        (("Jürgen Groß", "Åsa Öst"), "mac-roman"),
        (("Łukasz Żak", "Zoë Lee"), "cp1250"),
    ],
)
def test_a_roster_is_read_in_the_letters_in_which_the_names_of_what_came_are_there(
    people: tuple[str, str], page: str, tmp_path: Path
) -> None:
    folders = [f"{unicodedata.normalize('NFD', name)}_{n}_assignsubmission_file" for n, name in enumerate(people)]
    data = f"login;name\nu1;{people[0]}\nu2;{people[1]}\n".encode(page)
    known = roster.read(data, names=lambda: folders)
    assert [one.name for one in known.people] == list(people)
    assert not known.notes


def test_a_letter_that_was_put_in_by_another_program_does_not_spoil_the_others() -> None:
    data = "id;name\n1;Petr Dvořák\n2;".encode() + "Zoë\n".encode("cp1252")
    assert roster.read(data, names=lambda: ["Petr Dvořák_7_assignsubmission_file"]).people[0].name == "Petr Dvořák"


def test_what_a_roster_calls_its_columns_tells_its_letters_as_well() -> None:
    text = "Jméno;Příjmení;Login;Skupina\nOndřej;Kučera;xk1;A\n"
    assert roster.read(text.encode("cp1250")).people == [roster.Person("xk1", "Ondřej Kučera", "A")]


def test_where_nothing_tells_the_letters_of_a_roster_that_is_said() -> None:
    known = roster.read("id;name\n1;Kučera\n".encode("cp1250"), "r.csv", lambda: ["u1.zip"])
    assert known.notes == ["r.csv is not in UTF-8: if its letters look wrong, save it as CSV UTF-8."]


def test_letters_are_looked_for_among_what_lies_in_the_folder_that_is_graded(tmp_path: Path) -> None:
    folder = class_of(tmp_path, under("all/Petr Dvořák_7_assignsubmission_file", BOTH) | under("all/zz", BOTH))
    (tmp_path / "r.csv").write_bytes("id;name\nu1;Petr Dvořák\nzz;\n".encode("cp1250"))
    assert "nobody" not in grader("intake", str(folder), "--roster", str(tmp_path / "r.csv")).stdout


def test_who_may_have_handed_something_in_is_not_told_that_nothing_came(tmp_path: Path) -> None:
    text = "login,Ime,Prezime,Ekipa\na,Ann,Doe,\nb,Ann,Doe,\nc,Cy,Day,Blue\nd,Dee,Day,Blue\n"  # titles unknown here
    files = {**under("Doe Ann_7_assignsubmission_file", BOTH), **under("Blue_8_assignsubmission_file", BOTH)}
    found = {one.who: one for one in with_roster(tmp_path, files, text).arrivals}
    assert {found[who].trouble for who in "abcd"} == {UNCERTAIN}
    assert found["7"].doubt.startswith("2 in the roster fit: a column of it that has 7 for one person tells whose")
    assert found["8"].doubt.endswith(" whose it is, and a column group tells who worked together.")


@pytest.mark.parametrize(
    ("name", "called", "is_near"),
    [
        ("Jose Garcia_14_assignsubmission_file", "José García", True),
        ("Lukasz Zolc_14_assignsubmission_file", "Żółć Łukasz", True),
        ("Mary Ann Smith (Annie)_14_assignsubmission_file", "Mary Ann Smith", True),
        ("Ann Smith_14_assignsubmission_file", "Mary Ann Smith", True),
        ("garcalpezmara_14_91_work.zip", "María García López", True),
        ("Ann Jones_14_assignsubmission_file", "Ann Smith", False),
        ("Smith_14_assignsubmission_file", "Ann Smith", False),
    ],
)
def test_a_name_that_is_nearly_somebodys_is_a_question(name: str, called: str, is_near: bool, tmp_path: Path) -> None:
    files = {name: zipped(BOTH)} if name.endswith(".zip") else under(name, BOTH)
    found = {one.who: one for one in with_roster(tmp_path, {**files, **under("zz", BOTH)},
             f"id,name\nu1,{called}\nzz,\n").arrivals}  # fmt: skip
    assert (f", but {called} (u1): a column of it that has 14 " in found["14"].doubt) == is_near
    assert (found["u1"].trouble == UNCERTAIN) == is_near


def test_of_a_group_nobody_speaks_where_people_have_one_name(tmp_path: Path) -> None:
    text = "login,name\na,Ann Doe\nb,Ann Doe\n"
    found = with_roster(tmp_path, {**under("Doe Ann_7_assignsubmission_file", BOTH), **under("zz", BOTH)}, text)
    assert found.arrivals[0].doubt.endswith("for one person tells whose it is.")


def test_a_number_that_is_of_something_else_makes_nobody_the_owner(tmp_path: Path) -> None:
    files = {
        f"{name}_assignsubmission_file/{SERVER}": name.encode() for name in ("Zoe Day_101", "Ann Doe_102", "Cy_103")
    }
    found = with_roster(tmp_path, files, "id,name,points\nz,Zoe Day,3\na,Ann Doe,101\n103,Cy,5\nd,Dee,103\n")
    by_who = {one.who: one for one in found.arrivals}
    assert by_who["101"].doubt.startswith("2 in the roster fit") and by_who["z"].trouble == UNCERTAIN
    assert by_who["a"].source.startswith("Ann Doe_102") and not by_who["a"].doubt
    assert by_who["103"].name == "Cy" and by_who["103"].submission and not by_who["103"].doubt


def test_a_number_that_many_have_is_nobodys_though_one_of_them_has_it_alone(tmp_path: Path) -> None:
    people = "".join(f"u{n},Name{n},{n // 4},{1000 + n}\n" for n in range(9))  # the last one alone has a 2
    files = {
        **under("Participant_2_assignsubmission_file", BOTH),
        **under("Participant_1003_assignsubmission_file", BOTH),
    }
    found = {one.who: one for one in with_roster(tmp_path, files, f"login,name,semester,number\n{people}").arrivals}
    assert "knows nobody" in found["2"].doubt
    assert found["u3"].submission and not found["u8"].submission


def test_who_shares_a_name_with_the_owner_of_something_is_not_told_that_nothing_came(tmp_path: Path) -> None:
    files = {**under("Ann Doe", BOTH), **under("c", {SERVER: S})}
    found = with_roster(tmp_path, files, "id,name\na,Ann Doe\nb,Ann Doe\nc,Cy\nd,Dee\n")
    assert {one.who: one.trouble for one in found.arrivals} == {
        "Ann Doe": "", "a": UNCERTAIN, "b": UNCERTAIN, "c": "", "d": "Nothing came: hand it in.",
    }  # fmt: skip
    assert found.arrivals[0].doubt.startswith("2 in the roster fit")


@pytest.mark.parametrize(
    ("name", "page"),
    [("João Conceição", "cp850"), ("Zoë Müller", "cp1252"), ("Иван Иванов", "cp866"), ("山田太郎", "cp932")],
)
def test_names_that_a_system_packed_in_its_own_letters_are_read(name: str, page: str, tmp_path: Path) -> None:
    place = "=" * len(name.encode(page))
    data = zipped({f"{place}/{SERVER}": S, f"zz/{SERVER}": C}).replace(place.encode(), name.encode(page))
    (tmp_path / "class.zip").write_bytes(data)
    found = arrived(tmp_path / "class.zip", roster.read(f"id,name\n7,{name}\n8,zz\n".encode()))
    assert [(one.who, one.name, one.doubt) for one in found.arrivals] == [("7", name, ""), ("8", "zz", "")]


def test_an_export_of_gradescope_with_one_hand_in_is_seen_through(tmp_path: Path) -> None:
    files = under("assignment_1_export", {**under("submission_12", BOTH), gradescope.FILE: METADATA})
    assert [one.who for one in arrived(class_of(tmp_path, files)).arrivals] == ["9"]


def test_a_class_in_an_archive_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "class.rar").write_bytes(b"Rar!")
    with pytest.raises(
        BadSubmission, match="class.rar is a RAR archive, which cannot be read here: unpack it, and name"
    ):
        arrived(tmp_path / "class.rar")


def test_a_name_behind_an_ending_that_stands_there_twice_is_one(tmp_path: Path) -> None:
    files = {"chat_server.py - Ann Doe.py": S, "chat_client.py - Ann Doe.py": C}
    assert [one.who for one in arrived(class_of(tmp_path, {**files, **BESIDE})).arrivals] == ["Ann_Doe", "zz other"]


def test_names_in_two_columns_and_beginnings_that_all_share_are_seen_through(tmp_path: Path) -> None:
    text = "identifier,First name,Last name,github_username\n#1,Ann,Doe,anndoe\n#2,Bob,Bright,bob-b\n"
    for place, names in {"a": ("1-9 - Ann Doe - Oct 3, 2026 1105 AM", "2"), "b": ("hw-4-anndoe", "hw-4-bob-b")}.items():
        (tmp_path / place).mkdir()
        found = with_roster(tmp_path / place, {f"{names[0]}/{SERVER}": S, f"{names[1]}/{CLIENT}": C}, text)
        assert [(one.who, one.name) for one in found.arrivals] == [("#1", "Ann Doe"), ("#2", "Bob Bright")]
        assert all(one.submission for one in found.arrivals)


def test_who_handed_in_the_same_is_told_and_a_group_is_not(tmp_path: Path) -> None:
    found = with_roster(tmp_path, {**under("Team 5", BOTH), **under("d4", {SERVER: S}), **under("a1", {SERVER: S})})
    assert [note for note in found.notes if "same" in note] == ["a1, d4 handed in the same, byte for byte."]


def test_who_handed_in_what_all_were_given_did_not_copy(tmp_path: Path) -> None:
    client = (KIT / "steps" / "step4" / CLIENT).read_bytes()
    given, begun = {SERVER: SKELETON, CLIENT: client}, {SERVER: S, CLIENT: client}
    files = {**under("a", given), **under("b", given), **under("c", begun), **under("d", begun)}
    assert arrived(class_of(tmp_path, files), exercise=STEP4).notes == ("c, d handed in the same, byte for byte.",)


def test_who_handed_in_nothing_is_shown_with_the_name(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("id,name\n114,Abe Ash\n115,Bo\n", "utf-8")
    shown = grader("intake", str(class_of(tmp_path, under("Bo", BOTH))), "--roster", str(tmp_path / "r.csv")).stdout
    assert "114 (Abe Ash)" in shown and "115 (" not in shown


def test_of_several_steps_the_one_counts_that_is_graded(tmp_path: Path) -> None:
    steps = {f"ann/kit/steps/step{n}/{name}": b"%d" % n for n in range(1, 5) for name in BOTH}
    folder = class_of(tmp_path, {**steps, **BESIDE})
    done = grader("intake", str(folder))
    assert "the step decides that is graded" in " ".join(done.stdout.split())
    assert "2 of 2 can be graded" in grader("intake", str(folder), "--step", "step3").stdout
    found = arrived(folder, exercise=STEP4).arrivals[0]
    assert found.submission and found.submission.files[SERVER] == b"4"


def test_two_hand_ins_of_one_person_are_a_question(tmp_path: Path) -> None:
    found = with_roster(tmp_path, {**under("a1", BOTH), **under("ann@example.org", {SERVER: b"other"})})
    ann = next(one for one in found.arrivals if one.who == "a1")
    assert not ann.submission
    assert "Which one counts" in ann.trouble


@pytest.mark.parametrize(
    "text",
    [
        "sep=;\nid;name\na1;Ann, or Anna\n",
        'id,name\n"=""a1""",Ann\n',
        "Identifier,Full name\na1,Ann\n",
        "id,name\n,\n a1 , Ann \n\n",
        "id,name\na1,Ann\n",
        '"Login"\t"Name"\n"a1"\t"Ann"\n',
        "email,id\na@x,a1\n",
        "First name,Surname,Email address,Groups\nAnn,Lee,a1,\n",
        "\nID;Name\na1;Ann\n",
    ],
)
def test_a_roster_may_come_in_many_forms(text: str) -> None:
    for written in (text, text.replace("\n", "\r\n")):
        for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"):
            assert [person.identity for person in roster.read(written.encode(encoding)).people] == ["a1"]


@pytest.mark.parametrize("titles", LANGUAGES, ids=lambda titles: titles.language)
@pytest.mark.parametrize("form", ["{} {}", "{}{}"])
def test_a_worksheet_of_moodle_is_a_roster_in_any_of_these_languages(form: str, titles: Titles, tmp_path: Path) -> None:
    people = {form.format(titles.participant, n): group for n, group in ((7, ""), (8, "T"))}
    head = f"{titles.identifier},{titles.full_name},{titles.group}\n"
    rows = [f"{who},Ann Doe,{group}\n" for who, group in people.items()]
    files = {**under("Ann Doe_7_assignsubmission_file", BOTH), **under("T_99_assignsubmission_file", BOTH)}
    found = with_roster(tmp_path, files, "".join([head, *rows]))
    assert {one.who: one.group for one in found.arrivals} == people
    assert {(one.name, one.word) for one in found.arrivals} == {("Ann Doe", "Everything came as it should.")}


def test_the_identity_stands_in_the_column_in_which_fewest_have_none_unless_one_is_called_so() -> None:
    rows = "Účastník7,Ann Doe,,ann@x\nÚčastník8,Bob Lee,4711,bob@x\n"
    known = roster.read(f"Identifikátor,Celý název,ID,E-mailová adresa\n{rows}".encode())
    assert [one.identity for one in known.people] == ["Účastník7", "Účastník8"]
    known = roster.read(f"Identifikátor,Celý název,identity,E-mailová adresa\n{rows}".encode())
    assert [one.identity for one in known.people] == ["4711"] and known.notes
    known = roster.read(b"Identifier,Full name,ID\nParticipant 7,Ann Doe,1\nParticipant 8,Ann Doe,2\n")
    assert [one.identity for one in known.people] == ["1", "2"]
    assert [one.identity for one in known.owners("8", "Ann Doe")] == ["2"]


@pytest.mark.parametrize("titles", [*LANGUAGES, *LISTS], ids=lambda titles: titles.language)
def test_a_list_of_people_is_a_roster_in_any_of_these_languages(titles: Titles | OfPeople) -> None:
    text = f"{titles.first_name},{titles.last_name},{titles.email}\nAnn,Doe,ann@x\n"
    assert roster.read(text.encode()).people == [roster.Person("ann@x", "Ann Doe")]


@pytest.mark.parametrize(
    "data", [b"", b"name\nAnn\n", b"\0\0\0", b"\xff\xfe\0", b'"' * 9, b"PK\3\4workbook", b'id,name\na,"Ann\nb,Bob\n']
)
def test_what_is_no_roster_is_refused_in_a_sentence(data: bytes) -> None:
    with pytest.raises(BadSubmission, match=r"\.$"):
        roster.read(data)


def test_where_one_name_stands_behind_two_programs_others_do_behind_one(tmp_path: Path) -> None:
    files = {"chat_server - Ann.py": S, "chat_client - Ann.py": C, "chat_server_Bob Lee.py": S}
    found = {one.who: one.missing for one in arrived(class_of(tmp_path, files)).arrivals}
    assert found == {"Ann": (), "Bob_Lee": (CLIENT,)}


def test_what_stands_behind_a_name_beside_the_programs_themselves_is_nobodys(tmp_path: Path) -> None:
    files = {SERVER: S, CLIENT: C, "chat_server_old.py": S, "chat_client_old.py": C}
    assert [one.missing for one in arrived(class_of(tmp_path, files)).arrivals] == [()]


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("chat_server.py", "exact"),
        ("CHAT_server.py", "case"),
        ("Chat-Server.py", "spelling"),
        ("chat_server-12.py", "copy"),
        ("chat_server (2) (1).py", "copy"),
        ("chat_server.py.txt", "ending"),
        ("ann_chat_server.py", "prefix"),
        ("chat_server_v2.py", "suffix"),
        ("ann_chat_server_v2.py", "within"),
        ("chat_server.rtf", "other kind"),
        ("test_chat_server.py", ""),
        ("server.py", ""),
        ("chat_server.csv", ""),
        ("chat_client.py", ""),
    ],
)
def test_each_rule_is_named(name: str, rule: str) -> None:
    assert fitting(name, SERVER) == rule


def test_the_manifest_says_it_all_and_the_same_each_time(tmp_path: Path) -> None:
    folder = class_of(tmp_path, {**under("ann", {"Chat_Server.py": S}), **BESIDE})
    text = manifest.as_text(arrived(folder))
    assert text == manifest.as_text(arrived(folder))
    ann = json.loads(text)["arrivals"][0]
    assert ann["found"] == [{"program": SERVER, "came_as": "Chat_Server.py", "rule": "case"}]
    assert ann["missing"] == [CLIENT]
    assert ann["word"] == "chat_client.py did not come. Chat_Server.py counts as chat_server.py."


@pytest.mark.parametrize("make", [lambda path: None, lambda path: path.mkdir(), lambda path: path.write_bytes(b"x")])
def test_where_nothing_is_handed_in_that_is_told(make: Callable[[Path], None], tmp_path: Path) -> None:
    make(tmp_path / "class")
    with pytest.raises(BadSubmission, match=r"\.$"):
        arrived(tmp_path / "class")


def test_the_report_fits_and_says_how_it_went(tmp_path: Path) -> None:
    files = {**under("ann", BOTH), **under("b" * 100, {"Chat_Server.py": S}), **under("\x1b[2J", BOTH)}
    done = grader("intake", str(class_of(tmp_path, files)), "--manifest", str(tmp_path / "m.json"))
    assert done.returncode == 1, done.stderr
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "3 of 3 can be graded." in done.stdout
    assert "\x1b" not in done.stdout
    assert len(json.loads((tmp_path / "m.json").read_text("utf-8"))["arrivals"]) == 3


def test_a_class_that_is_fine_ends_well_and_none_as_wrong_usage(tmp_path: Path) -> None:
    assert grader("intake", str(class_of(tmp_path, under("ann", BOTH)))).returncode == 0
    done = grader("intake", str(tmp_path / "nowhere"))
    assert done.returncode == 2
    assert "".join(done.stdout.split()) == f"There is no folder {tmp_path / 'nowhere'}.".replace(" ", "")


@pytest.mark.parametrize("end", ["_copy-1" * 30, "1" * 200])
def test_a_long_name_that_could_be_read_in_many_ways_is_read_in_one(end: str) -> None:
    name = f"chat_server{end}x.py"
    assert COPY.sub("", name) == name
    assert not VERSION.fullmatch(f"{end}x")
