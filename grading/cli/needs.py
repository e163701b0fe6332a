"""What a challenge needs beyond the kit: it is told, and got once somebody has agreed to that."""

from __future__ import annotations

import sys
from typing import Protocol

from grading.course import Exercise
from grading.showing import terminal
from grading.start import environment
from grading.start.installed import missing


class Screen(Protocol):
    """Where something is told."""

    def says(self, text: str) -> None:
        """Print one line."""


def has_all(exercise: Exercise, screen: Screen, is_agreed: bool = False) -> bool:
    """Tell whether all is installed that an exercise needs; where one agrees, get what is missing, and begin anew."""
    files = list(exercise.requirements)
    lacking = missing(files)
    if not lacking:
        return True
    environment.go_on_with(files)
    screen.says(f"{exercise.name} needs {', '.join(lacking)}, which no step needs: {exercise.needs}.")
    if not is_agreed and not _agrees("Get it now? [y/N] "):
        screen.says(f"To get it without being asked: {terminal.command(exercise.name, '--install')}")
        return False
    environment.ensure_also(files, lacking)
    return True


def _agrees(question: str) -> bool:
    """Ask whoever sits at the terminal; where nobody does, the answer is no."""
    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        return False
    try:
        return input(question).strip().casefold() in ("y", "yes")
    except EOFError:
        return False
