"""How much a submission may be; whoever hands in more reads what to move away."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

from grading.results.visible import shown
from grading.submission.values import TooBig, above

MOST_BYTES = 300_000_000  # of a submission, sparse files by the size they seem to have
MOST_ENTRIES = 20_000


def weigh(whole: str, sizes: Mapping[str, int]) -> None:
    """Raise TooBig if files of these `sizes` are too much; `whole` is what holds them, as in "The folder"."""
    size = sum(sizes.values())
    if size <= MOST_BYTES:
        return
    name = max(sizes, key=lambda name: sizes[name])
    raise TooBig(
        f"{whole} holds {megabytes(size)} and at most {megabytes(MOST_BYTES)} are graded: move what your"
        f" programs do not need out of it, first of all {shown(name)} with {megabytes(sizes[name])}."
    )


def count(whole: str, names: Sequence[str]) -> None:
    """Raise TooBig if these files and folders are too many."""
    if len(names) <= MOST_ENTRIES:
        return
    held = Counter(folder for name in names for folder in above(name))
    fullest = min((name for name in held if held[name] * 2 > len(names)), key=lambda name: held[name])
    first = f"first of all from {shown(fullest)} with {held[fullest]:,} of them or more" if fullest else ""
    raise TooBig(
        f"{whole} holds more than {MOST_ENTRIES:,} files and folders, and at most {MOST_ENTRIES:,} are graded:"
        f" move what your programs do not need out of it, {first or 'and keep the rest'}."
    )


def megabytes(size: int) -> str:
    """Return a size as one says it, rounded up."""
    return f"{math.ceil(size / 1_000_000):,} MB"
