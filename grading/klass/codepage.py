"""In which letters a table was saved that is not in UTF-8: the names of what came tell, and its own titles."""

from __future__ import annotations

import contextlib
import re
import unicodedata
from collections.abc import Callable, Iterable

from grading.exports.sheet import decoded
from grading.klass import columns

PAGES = (  # in which spreadsheets save a table, the commonest first
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "cp1255", "cp1256", "mac-roman", "mac-latin2",
    "mac-cyrillic", "cp852", "cp850", "cp866", "cp932", "gbk", "cp949", "big5",
)  # fmt: skip
WORD = re.compile(r"[^\W\d_]+")
Names = Callable[[], Iterable[str]]


def text_of(data: bytes, names: Names) -> tuple[str, bool]:
    """Return the text of a table, and whether its letters are certain; `names` gives those of what people handed in."""
    text, in_pages = decoded(data), [data.decode("utf-8", "replace")]  # somebody may have put in a few letters only
    if not _is_in_a_page(data):
        return text, True
    for page in PAGES:
        with contextlib.suppress(UnicodeDecodeError):
            in_pages.append(data.decode(page))
    came = {word for name in names() for word in _words(name)}
    best = max(in_pages, key=lambda one: _sense(one, came), default=text)
    return (best, True) if _sense(best, came) else (text, False)


def _is_in_a_page(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return not data.startswith((b"\xff\xfe", b"\xfe\xff")) and b"\0" not in data[:2]
    return False


def _sense(text: str, came: set[str]) -> int:
    """Return how many of the words and titles in a text are known, of those that would read otherwise elsewhere."""
    titles = {title for title in columns.known(text) if not title.isascii()}
    return len(_words(text) & came) + len(titles)


def _words(text: str) -> set[str]:
    return {word for word in WORD.findall(unicodedata.normalize("NFC", text).casefold()) if not word.isascii()}
