"""The story of a failure: who did what, what was expected, what came, and why."""

from __future__ import annotations

from dataclasses import dataclass

from grading.results.events import Event
from grading.results.values import CheckResult
from grading.telling import hints


@dataclass(frozen=True)
class Story:
    """What is to be told, for whoever paints it."""

    events: tuple[Event, ...]
    centre: str  # who stands in the middle: the student's program
    facts: tuple[tuple[str, str], ...]  # "expected", "got", "because", "hint": a text


def tell(result: CheckResult) -> Story:
    """Return the story of a check that failed; where it passed, just what was said."""
    if result.is_fine:
        return Story(result.events, result.role, ())
    because, hint = result.because, hints.hint(result)
    facts = (("expected", result.expected), ("got", result.got), ("because", because), ("hint", hint))
    return Story(result.events, result.role, tuple((label, text) for label, text in facts if text))
