"""A line of somebody's program, with a few lines around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from grading.results.causes import Place
from grading.results.visible import LONGEST
from grading.stage.messages import LONGEST_SOURCE

AROUND = 3  # lines before it, and behind it


@dataclass(frozen=True)
class Line:
    """A line of a program."""

    number: int
    text: str
    is_it: bool  # the one that is meant


@dataclass(frozen=True)
class Excerpt:
    """Some lines of a program, and where they stand."""

    file: str
    line: int
    function: str
    lines: tuple[Line, ...]


def excerpt(place: Place | None, sources: Mapping[str, bytes]) -> Excerpt | None:
    """Return what stands at a place, with lines around it where the program is at hand and still the same."""
    if not place:
        return None
    source = sources.get(place.file, b"")
    text = source.decode("utf-8", "replace").split("\n") if len(source) <= LONGEST_SOURCE else []
    first, end = max(1, place.line - AROUND), min(len(text), place.line + AROUND)
    own = text[place.line - 1].strip() if 1 <= place.line <= len(text) else ""
    lines = [Line(number, _short(text[number - 1]), number == place.line) for number in range(first, end + 1)]
    if not own or (place.code and not own.startswith(place.code[:LONGEST].strip())):
        lines = [Line(place.line, _short(place.code), True)] if place.code else []
    return Excerpt(place.file, place.line, place.function, tuple(lines))


def _short(text: str) -> str:
    text = text.rstrip().expandtabs(4)
    return text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
