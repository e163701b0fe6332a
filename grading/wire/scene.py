"""What one can type while playing: who says and does what, a line each, as a scene file has it, too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

SERVER = "server"  # who stands in the middle
NAME = r"(?P<who>[\w.-]{1,32})"
SAYS, SENDS, JOINS, LEAVES, BREAKS, HALF_CLOSES, TALKS = (
    "says", "sends", "joins", "leaves", "breaks", "half-closes", "talks",
)  # fmt: skip
CUT, GLUE, STALL, RESUME, HELP, QUIT = "cut", "glue", "stall", "resume", "help", "quit"
FORMS = (  # what is typed, and what it means; the first one that fits counts
    (CUT, re.compile(r"cut(?P<rest>( [1-9]\d{0,4})+)")),
    (GLUE, re.compile(r"glue")),
    (STALL, re.compile(rf"stall {NAME}")),
    (RESUME, re.compile(rf"resume {NAME}")),
    (HELP, re.compile(r"help|\?")),
    (QUIT, re.compile(r"quit|exit")),
    (SAYS, re.compile(rf"{NAME}: ?(?P<rest>.*)")),
    (SENDS, re.compile(rf"{NAME} sends (?P<rest>.+)")),
    (TALKS, re.compile(rf"{NAME} talks (?P<rest>[1-9]\d{{0,2}})")),
    *((verb, re.compile(rf"{NAME} {verb}")) for verb in (JOINS, LEAVES, BREAKS, HALF_CLOSES)),
)
ESCAPE = re.compile(rb"\\(?:x([0-9a-fA-F]{2})|(.))", re.DOTALL)
ESCAPED = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"0": b"\0", b"\\": b"\\"}
EXAMPLES = "Alice joins, Alice: hello, help"
SHORT = 18  # letters of what was typed, so that the answer is one line
HELP_LINES = (
    "Alice joins          connects, and says JOIN where one does",
    "Alice: hello         says hello to everyone, in one segment",
    "Alice sends JOIN:Al  sends just these bytes; \\n ends a line, \\xc3 is a byte",
    "Alice talks 20       says 20 long lines, one after the other",
    "Alice half-closes    says nothing more, and goes on listening",
    "Alice leaves         closes the connection",
    "Alice breaks         resets it",
    "cut 5                the next line goes out in two segments, cut after 5 bytes",
    "glue                 the next two lines of one person go out as one segment",
    "stall Bob            Bob stops reading, until: resume Bob",
    "quit                 ends it",
)


class Misunderstood(Exception):
    """What was typed cannot be done; the message is a sentence that says why, and what can be typed."""

    line = 0  # where it stands in a file


@dataclass(frozen=True)
class Act:
    """One thing that is done."""

    verb: str
    who: str = ""
    rest: str = ""

    @property
    def data(self) -> bytes:
        """The bytes that `sends` means."""
        return ESCAPE.sub(_unescaped, self.rest.encode("utf-8", "surrogateescape"))

    @property
    def numbers(self) -> list[int]:
        """The numbers behind the verb, in order."""
        return sorted(set(map(int, self.rest.split())))


def understood(line: str) -> Act | None:
    """Return what a line means; None for an empty one and for a comment; Misunderstood where it means nothing."""
    line = line.strip()
    if not line or line.startswith("#"):
        return None
    for verb, form in FORMS:
        if match := form.fullmatch(line):
            found = match.groupdict()
            if found.get("who", "") == SERVER:
                raise Misunderstood(f"{SERVER} is your program: it does what it wants. Type: {EXAMPLES}.")
            return Act(verb, found.get("who", ""), found.get("rest", ""))
    raise Misunderstood(f"{_short(line)!r} is not understood. Type: {EXAMPLES}.")


def read_scene(lines: Iterable[str]) -> list[Act]:
    """Return what a scene consists of; Misunderstood, with the number of the line, where it means nothing."""
    acts = []
    for number, line in enumerate(lines, 1):
        try:
            act = understood(line)
        except Misunderstood as error:
            raise Misunderstood(f"Line {number}: {error}") from None
        if act:
            acts.append(act)
    return acts


def _unescaped(match: re.Match[bytes]) -> bytes:
    return bytes([int(match[1], 16)]) if match[1] else ESCAPED.get(match[2], match[0])


def _short(line: str) -> str:
    return line if len(line) <= SHORT else f"{line[: SHORT - 1]}…"
