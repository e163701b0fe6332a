"""Who is not in the class any more, and who has another name in it than when it was graded before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from grading.klass.store import Line


@dataclass(frozen=True)
class Moved:
    """What became of those who had a grade before."""

    gone: tuple[str, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)  # by the identity from before, the one that is new


def moved(last: Mapping[str, Line], now: Mapping[str, str]) -> Moved:
    """Return it, from what everybody got at last, and the digests of what is handed in now, by identity.

    Somebody new who hands in what somebody did who is not there any more, and nobody else, is the same person.
    """
    left = {who: line.submission for who, line in last.items() if line.points is not None and who not in now}
    new = {who: digest for who, digest in now.items() if who not in last}
    before, after = Counter(left.values()), Counter(new.values())
    renamed = {}
    for who, digest in left.items():
        if digest and before[digest] == after[digest] == 1:
            renamed[who] = next(other for other, same in new.items() if same == digest)
    return Moved(tuple(who for who in left if who not in renamed), renamed)
