"""What can be wrong with a line that somebody heard."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from enum import Enum


class Kind(Enum):
    """The ways in which a line can be wrong."""

    NOBODY_SAID = "nobody had said that"
    AFTER_QUIT = "it was said behind QUIT"
    TOO_LONG = "a line that is too long was let through"
    NO_REASON = "nothing was asked that could be refused"
    AGAIN = "that had been heard already"
    NOT_FOR = "that was for others"
    OUT_OF_TURN = "another line comes first"
    LEFT_OUT = "another line comes, and this one never does"
    NOT_REPLAYED = "an earlier line of the history comes first"
    TOO_LATE = "another line came first"
    HUNG_UP = "the server hung up"
    MISSING = "it did not come"
    NOT_IN_HISTORY = "it did not come as a part of the history"
    STILL_THERE = "the name of somebody who left is still in use"


@dataclass(frozen=True)
class Wrong:
    """A line that `person` heard, or missed, and that the page does not explain."""

    kind: Kind
    person: Hashable
    line: str = ""
    speaker: Hashable = None  # who caused it, where that is known
    first: str = ""  # the line that should have come first, or instead; where this one is too late, the one that did
    sent: str = ""  # what was sent, where that was too long to be obeyed
