"""Proof that nothing more comes from a program by itself: it has come to rest (Linux; elsewhere there is none).

Every thread is blocked until something comes from outside, none has run since one looked last, and nothing is on its
way. The main thread of a `socketserver` looks up every now and then, without doing anything: that is rest, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from grading.system import blocked

AT_SERVER = 1  # heartbeats that it must last
AT_DESK = 10  # the same before a terminal: what is typed and shown takes its way through the system


class Resting(Protocol):
    """What may rest: a program."""

    stands_alone: bool  # else it may look as if it rested, and go on where somebody acts who is not the grader

    @property
    def pid(self) -> int:
        """Its number in the system."""

    @property
    def is_at_desk(self) -> bool:
        """Whether it matters what is typed and shown there."""

    @property
    def control_port(self) -> int:
        """The port of its stage's line to the grader."""

    def loops(self) -> Sequence[int]:
        """Return the stage's own thread, which may do what it likes, and those that look up and do nothing."""


class Rest:
    """What one sees of it, heartbeat after heartbeat."""

    def __init__(self, program: Resting) -> None:
        self.is_proven = False
        self._program = program
        self._looked: dict[int, int] | None = None
        self._lasted = 0

    def __call__(self) -> bool:
        """Tell whether it has lasted for long enough; to be asked once in a heartbeat."""
        looked = self._look()
        is_rest = looked is not None and looked == self._looked
        self._looked, self._lasted = looked, self._lasted + 1 if is_rest else 0
        needed = AT_DESK if self._program.is_at_desk else AT_SERVER
        self.is_proven = self._lasted >= needed and self._is_alone()
        return self.is_proven

    def _look(self) -> dict[int, int] | None:
        known = self._program.loops() if self._program.stands_alone else ()
        return blocked.look(self._program.pid, known[:1], known[1:]) if known else None

    def _is_alone(self) -> bool:
        return blocked.is_left_alone(self._program.pid, self._program.control_port)
