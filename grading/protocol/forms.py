"""The forms in which a line may be heard: exactly, as a message, as an error, as the list of users."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import cached_property

STAMP = re.compile(r" \[([01]\d|2[0-3]):[0-5]\d:[0-5]\d\]", re.ASCII)  # which time it is, a check of its own looks at


class Form:
    """A form that a line may have."""

    def fits(self, line: str) -> bool:
        """Tell whether `line` is what was meant."""
        raise NotImplementedError


@dataclass(frozen=True)
class Exactly(Form):
    """One line and no other, but for blanks at its ends."""

    line: str

    @cached_property
    def _stripped(self) -> str:
        return self.line.strip()

    def fits(self, line: str) -> bool:
        return line.strip() == self._stripped

    def __str__(self) -> str:
        return self.line


@dataclass(frozen=True)
class Refusal(Form):
    """`ERROR:` and any words."""

    def fits(self, line: str) -> bool:
        return line.lstrip().startswith("ERROR:")

    def __str__(self) -> str:
        return "ERROR:…"


@dataclass(frozen=True)
class Speech(Form):
    """A text under one of the names by which its speaker may be known; without names, the text alone."""

    names: tuple[str, ...]
    texts: tuple[str, ...]  # the text, first as it was sent
    look: str  # "bare", "named" or "stamped": the least that is asked for
    later: bool = True  # a later look will do

    @cached_property
    def _ends(self) -> tuple[str, ...]:
        return tuple({text.strip() for text in self.texts})

    def fits(self, line: str) -> bool:
        if not line.strip().endswith(self._ends):
            return False
        if self.look == "bare" and self._is_text(line):
            return True
        if self.look == "bare" and not self.later:
            return False
        return any(self._fits_named(line, name) for name in self.names)

    def is_bare_in(self, line: str) -> bool:
        """Tell whether `line` is the text, and the name or the time that is asked for is missing."""
        if self.look == "bare" or not line.strip():
            return False
        named = self.look == "stamped" and replace(self, look="named").fits(line)
        return named or self._is_text(line)

    def _fits_named(self, line: str, name: str) -> bool:
        line = line.lstrip()
        if not line.startswith(name):
            return False
        rest = line[len(name) :]
        stamp = STAMP.match(rest)
        if stamp and (self.later or self.look == "stamped") and self._is_said(rest[stamp.end() :]):
            return True
        return self.look != "stamped" and self._is_said(rest)

    def _is_said(self, rest: str) -> bool:
        return rest.startswith(": ") and self._is_text(rest[2:]) or rest.strip() == ":" and self._is_text("")

    def _is_text(self, text: str) -> bool:
        return text.strip() in self._ends

    def __str__(self) -> str:
        name = self.names[0] if self.names else ""
        stamp = " [HH:MM:SS]" * (self.look == "stamped")
        return f"{name}{stamp}: {self.texts[0]}" if name and self.look != "bare" else self.texts[0]


@dataclass(frozen=True)
class Whisper(Form):
    """A private message from one of the names by which its speaker may be known."""

    names: tuple[str, ...]
    texts: tuple[str, ...]

    def fits(self, line: str) -> bool:
        line = line.lstrip()
        for name in self.names:
            start = f"PRIVATE:{name}:"
            rest = line.removeprefix(start).strip()
            if line.startswith(start) and any(rest == text.strip() for text in self.texts):
                return True
        return False

    def __str__(self) -> str:
        return f"PRIVATE:{self.names[0] if self.names else ''}:{self.texts[0]}"


@dataclass
class Users(Form):
    """The list of users: all who must stand in it, and nobody who must not, in whatever order."""

    must: set[str] = field(default_factory=set)
    may: set[str] = field(default_factory=set)
    doubtful: frozenset[str] = frozenset()  # who had left when it was asked for, and may stand in it for a moment

    def fits(self, line: str) -> bool:
        if not line.lstrip().startswith("USERS:"):
            return False
        names = self.names(line)
        return self.must <= names <= self.must | self.may

    @staticmethod
    def names(line: str) -> set[str]:
        """Return the names in a line that begins with USERS:."""
        return {name.strip() for name in line.partition(":")[2].split(",")}

    def __str__(self) -> str:
        return f"USERS:{','.join(sorted(self.must))}"


def readings(text: str) -> tuple[str, ...]:
    r"""Return the ways in which one may read a text: one with a lone `\r` may lose it, or end there."""
    if "\r" not in text.strip("\r"):
        return (text,)
    return (text, text.replace("\r", ""), text.replace("\r", " "), *text.split("\r"))
