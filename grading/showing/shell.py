"""Commands as one can paste them into a shell of this system."""

from __future__ import annotations

import os
import re
import shlex
import string
import sys

from grading.results.visible import has, visible

SAFE_IN_SHELLS = re.compile(r"[\w@%+=:,./-]+", re.ASCII)
SAFE_ON_WINDOWS = re.compile(r"[\w+=:./\\-]+", re.ASCII)
SAFE_BYTES = frozenset((string.ascii_letters + string.digits + "@+=:,./-_ ").encode())  # between quotes


def pasted(words: list[str]) -> str:
    """Return a command as one can paste it into a shell of this system."""
    return " ".join(map(_quoted_on_windows if os.name == "nt" else _quoted, words))


def _quoted(word: str) -> str:
    if SAFE_IN_SHELLS.fullmatch(word):
        return word
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    is_shown_as_it_is = visible(word) == word and has(encoding, word)
    return shlex.quote(word) if is_shown_as_it_is else _spelled(word)


def _spelled(word: str) -> str:
    """Return a word with bytes that one cannot type, as every POSIX shell reads it."""
    spelled = "".join(chr(byte) if byte in SAFE_BYTES else f"\\0{byte:03o}" for byte in os.fsencode(word))
    return f"\"$(printf %b '{spelled}')\""


def _quoted_on_windows(word: str) -> str:
    return word if SAFE_ON_WINDOWS.fullmatch(word) else f'"{word}"'
