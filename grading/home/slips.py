"""What somebody meant who typed a word that nobody knows."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

LEAST_ALIKE = 0.6  # of two words, from 0 to 1, for one to be taken for a slip of the other


def meant(typed: str, names: Iterable[str], least: float = LEAST_ALIKE) -> str:
    """Return the name for which a word is most likely a slip; empty where none is alike, or several are as much."""
    alike = {name: difflib.SequenceMatcher(None, name, typed).ratio() for name in names}
    best = max(alike.values(), default=0.0)
    closest = [name for name in alike if alike[name] == best]
    return closest[0] if best >= least and len(closest) == 1 else ""
