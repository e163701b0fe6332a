"""Submissions to the challenges that we know: the reference, the skeleton, and right programs unlike ours."""

from __future__ import annotations

from dataclasses import dataclass

from grading.course import ADVANCED, CHALLENGES
from grading.skeletons import finished, handed_out
from grading.suite import collect
from tests.kit.killing import REFERENCE, VARIANTS, some_of

OTHER = "asyncio_streams.py"  # a server of the whole course on which a variant may build
SKELETON = "skeleton"


@dataclass(frozen=True)
class Work:
    """A submission to a challenge that we know."""

    challenge: str
    name: str  # of a variant, if it is neither the reference nor the skeleton

    def __str__(self) -> str:
        return f"{self.challenge}-{self.name}"

    def files(self) -> dict[str, str]:
        """Return what is in it."""
        given = finished(self.challenge)
        if self.name == REFERENCE:
            return given
        if self.name == SKELETON:
            return {**given, **handed_out(self.challenge)}
        own = (path for path in (VARIANTS / self.challenge / self.name).iterdir() if path.suffix in (".py", ".html"))
        other = (VARIANTS / "asyncio_streams" / "chat_server.py").read_text("utf-8")
        return {**given, OTHER: other, **{path.name: path.read_text("utf-8") for path in own}}

    def ids(self) -> list[str]:
        """Return the checks that are made: of what everybody has, some of those of `advanced`, for ours alone."""
        is_ours = self.name in (REFERENCE, SKELETON)
        chat = [check.id for check in collect(ADVANCED) if check.exercise is ADVANCED and is_ours]
        return [*some_of(chat, str(self)), *own(self.challenge)]


def own(challenge: str) -> list[str]:
    """Return the ids of the checks that only this challenge has."""
    return [check.id for check in collect(CHALLENGES[challenge]) if check.exercise.name == challenge]


def variants() -> list[Work]:
    """Return the right programs unlike ours, each in a folder CHALLENGE/NAME."""
    folders = sorted(path.parent for path in VARIANTS.glob("bonus/*/*/*.py"))
    return [Work(f"bonus/{folder.parent.name}", folder.name) for folder in dict.fromkeys(folders)]
