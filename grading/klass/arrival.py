"""What one person handed in, or did not, and what is to be said about it; and all of a class."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from grading.klass.programs import Found, few
from grading.submission.values import Submission


@dataclass(frozen=True)
class Arrival:
    """What one person handed in, or did not."""

    who: str  # in the course's own names for people, if there is a roster
    submission: Submission | None  # that is graded; None if there is none
    trouble: str = ""  # a sentence: why there is none
    name: str = ""
    source: str = ""  # the file or folder that it came in
    rule: str = ""  # by which that one is theirs
    found: tuple[Found, ...] = ()
    missing: tuple[str, ...] = ()  # programs
    notes: tuple[str, ...] = ()  # sentences on what is odd
    doubt: str = ""  # a sentence for the instructor alone: why it is not certain whose it is
    late: bool = False
    others: tuple[str, ...] = ()  # what else they handed in, which does not count
    group: str = ""
    wrapper: str = ""  # the folders around all of it, which were seen through
    is_untouched: bool = False  # whether all programs came as they were handed out

    @property
    def is_fine(self) -> bool:
        """Whether there is nothing to say about it."""
        return self.submission is not None and not (self.missing or self.notes or self.doubt)

    @property
    def word(self) -> str:
        """What the student should hear."""
        if self.trouble:
            return self.trouble
        lacking = [f"{' and '.join(self.missing)} did not come."] if self.missing else []
        return " ".join([*lacking, *self.notes]) or "Everything came as it should."


@dataclass(frozen=True)
class Class:
    """All that arrived."""

    arrivals: tuple[Arrival, ...]
    notes: tuple[str, ...] = ()  # on what is nobody's, and on the roster


def alike(arrivals: Iterable[Arrival]) -> Iterator[str]:
    """Yield a sentence on those who handed in the same, but for members of a group, and for what all were given."""
    owners: dict[str, dict[str, str]] = {}
    for one in arrivals:
        if one.submission and not one.is_untouched:
            owners.setdefault(one.submission.digest, {}).setdefault(one.group or one.who, one.who)
    for own in owners.values():
        if len(own) > 1:
            yield f"{few(sorted(own.values()))} handed in the same, byte for byte."


def is_same(one: Arrival, other: Arrival) -> bool:
    """Tell whether the same work came, or nothing for the same reason."""
    if one.submission is None or other.submission is None:
        return one.submission is other.submission and one.trouble == other.trouble
    return one.submission.digest == other.submission.digest
