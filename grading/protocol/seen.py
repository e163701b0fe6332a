"""What a client may show: no line that pretends to be said and was not, none twice, none out of its turn.

A client may print what it likes beside that: notices, prompts, frames. Only what cannot be anything else is wrong.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import Enum

SPEECH = re.compile(r"([\w.-]{1,32})(?: \[\d\d:\d\d:\d\d\])?: ", re.ASCII)
RAW = re.compile(r"(?:JOINED|USER_JOINED|USER_LEFT|ERROR):")
NEWS = {"USER_JOINED": "joined", "USER_LEFT": "left"}
NARROWEST = 20  # columns; what is shorter than that was not folded
FEWEST_IN_ORDER = 3  # lines, from which one sees in which direction a client shows them


class Fault(Enum):
    """The ways in which a line on a screen can be wrong."""

    NOT_SAID = "nobody said it"
    AGAIN = "it was said less often"
    AS_IT_CAME = "it is for the program, not for people"
    OUT_OF_TURN = "it was said at another time"


@dataclass(frozen=True)
class Astray:
    """A line on the screen that what was said does not explain."""

    fault: Fault
    line: str
    said: int = 0  # how often
    seen: int = 0


Bare = Callable[[str], str]  # what is left of a line without the prompts and frames around it


class Seen:
    """Looks whether a screen shows what the server of a client has said."""

    def __init__(self, joins: bool, name: str) -> None:
        self.joins = joins  # and so must put what is for the program into words
        self.name = name
        self.said: list[str] = []
        self._rest = b""

    def says(self, data: bytes) -> None:
        """The server says some bytes: lines, or parts of them."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        self.said += (line.decode("utf-8", "replace").removesuffix("\r") for line in lines)

    def astray(self, screen: Sequence[str], bare: Bare) -> Astray | None:
        """Return the first line on the screen that is wrong; None if all may be right."""
        said = [bare(line) for line in self.said if _is_plain(line)]
        seen = [row for row in map(bare, screen) if row]
        return self._not_said(seen, said) or self._again(seen, said, bare) or _out_of_turn(seen, said)

    def _not_said(self, seen: list[str], said: list[str]) -> Astray | None:
        speakers = _speakers(filter(_is_plain, self.said)) - _speakers(itertools.filterfalse(_is_plain, self.said))
        own = {self.name, *(line.partition(":")[2] for line in self.said if line.startswith("JOINED:"))}  # or prompts
        for row in seen:
            found = SPEECH.match(f"{row} ")
            if found and found[1] in speakers - own and not any(_explains(line, row) for line in said):
                return Astray(Fault.NOT_SAID, row)
            if self.joins and RAW.match(row) and row in said:
                return Astray(Fault.AS_IT_CAME, row)
        return None

    def _again(self, seen: list[str], said: list[str], bare: Bare) -> Astray | None:
        told = [bare(_in_words(line)) for line in self.said if line.partition(":")[0] in NEWS] if self.joins else []
        lines = told + [line for line in said if SPEECH.match(line)]
        for line in dict.fromkeys(lines):
            if seen.count(line) > lines.count(line):
                return Astray(Fault.AGAIN, line, lines.count(line), seen.count(line))
        return None


def _out_of_turn(seen: list[str], said: list[str]) -> Astray | None:
    """Return a line that stands at the wrong place; some clients show the latest line first, and may."""
    places = [seen.index(line) for line in said if said.count(line) == seen.count(line) == 1 and SPEECH.match(line)]
    if len(places) < FEWEST_IN_ORDER or places in (sorted(places), sorted(places, reverse=True)):
        return None
    late = next(before for before, after in zip(places, places[1:], strict=False) if after < before)
    return Astray(Fault.OUT_OF_TURN, seen[late])


def _explains(line: str, row: str) -> bool:
    """Tell whether `row` is `line`, or `line` with something behind it, or the first part of it on a narrow screen."""
    return row.startswith(line) or (len(row) >= NARROWEST and line.startswith(row))


def _in_words(line: str) -> str:
    command, _, name = line.partition(":")
    return f"{name} {NEWS[command]}"


def _speakers(lines: Iterable[str]) -> set[str]:
    return {found[1] for line in lines if (found := SPEECH.match(line))}


def _is_plain(line: str) -> bool:
    """Tell whether every screen shows a line in the same way: nothing in it moves the cursor, or has no width."""
    return line.isprintable() and not any(unicodedata.category(sign).startswith("M") for sign in line)
