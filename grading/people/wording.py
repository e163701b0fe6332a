"""How what people say looks on the wire, in the dialect of an exercise; and how it is told to a student."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from grading.course import Dialect

STAMP = re.compile(r" \[(\d\d:\d\d:\d\d)\]", re.ASCII)
EVENT = re.compile(r"(USER_JOINED|USER_LEFT|JOINED|JOINED_ROOM|USERS):", re.ASCII)
MOST_TEXTS = 4  # that are told one by one
MOST_COMPARED = 300  # characters of a line: to compare two takes as long as they are, one multiplied by the other


def most_alike(wanted: str, lines: Sequence[str]) -> str:
    """Return that of `lines` which is most like the one that is `wanted`."""
    starts = {line[:MOST_COMPARED]: line for line in reversed(lines)}
    return starts[difflib.get_close_matches(wanted[:MOST_COMPARED], list(starts), 1, cutoff=0)[0]]


def speech(dialect: Dialect, name: str, text: str) -> str:
    """Return how a message of `name` is described to a student: in the presentation that the dialect asks for."""
    if not dialect.joins or dialect.may_be_bare:
        return text
    return f"{name} [HH:MM:SS]: {text}" if dialect.is_stamped else f"{name}: {text}"


def is_speech(dialect: Dialect, name: str, text: str, line: str) -> bool:
    """Tell whether `line` is `name` saying `text`, in the presentation of this dialect or of a later one."""
    if dialect.may_be_bare and line.strip() == text.strip():
        return True
    if dialect.is_stamped and not stamp_of(line, name):
        return False
    return spoken_text(line, name) == text.strip()


def spoken_text(line: str, name: str) -> str | None:
    """Return what `name` says in `line`, in whatever presentation; None if it is somebody else's."""
    if not line.startswith(name):
        return None
    rest = line[len(name) :]
    stamp = STAMP.match(rest)
    rest = rest[stamp.end() :] if stamp else rest
    return rest[2:].strip() if rest.startswith(": ") else None


def stamp_of(line: str, name: str) -> str:
    """Return the `HH:MM:SS` behind `name` in a stamped line; an empty string if there is none."""
    found = STAMP.match(line[len(name) :]) if line.startswith(name) else None
    return found[1] if found else ""


def is_by(line: str, name: str) -> bool:
    """Tell whether `line` begins as if `name` had said it."""
    return line.startswith((f"{name}:", f"{name} ["))


def says_nothing(line: str, name: str) -> bool:
    """Tell whether `line` is an empty message of `name`."""
    return bool(re.fullmatch(rf"{re.escape(name)}({STAMP.pattern})?:", line))


def before_speech(line: str, name: str, text: str, joins: bool) -> str:
    """Return what stands in `line` before `name` saying `text`; nothing if that does not reach to its end."""
    speaker = f"{re.escape(name)}({STAMP.pattern})?: " if joins else ""
    return _before(line, speaker + re.escape(text.strip()))


def before(line: str, wanted: str, any_error: bool = False) -> str:
    """Return what stands in `line` before `wanted`, or before any error; nothing if that does not reach to its end."""
    return _before(line, "ERROR:.*" if any_error else re.escape(wanted))


def _before(line: str, pattern: str) -> str:
    found = re.fullmatch(f"(.+?){pattern}", line.strip())
    return found[1] if found else ""


def told(texts: Sequence[str]) -> str:
    """Return `texts` in a few words."""
    few = len(texts) <= MOST_TEXTS
    return ", ".join(texts) if few else f"{texts[0]}, {texts[1]}, … {texts[-1]} ({len(texts)} messages)"


def times(count: int) -> str:
    """Return how often something happened."""
    return {0: "not at all", 1: "once", 2: "twice"}.get(count, f"{count} times")


def do(verb: str, names: Sequence[str]) -> str:
    """Return the `verb` as it stands behind these `names`: Ann says, Ann and Bob say."""
    return verb if len(names) > 1 else f"{verb}s"
