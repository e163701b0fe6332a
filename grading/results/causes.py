"""Why something failed: a code to count by, the sentence, and where in the student's program."""

from __future__ import annotations

import re
from dataclasses import dataclass

BROKEN = re.compile(
    r"ConnectionResetError|BrokenPipeError|ConnectionAbortedError|ConnectionClosed|OSError: \[Errno (9|107)\]"
)
NO_THREAD = "can't start new thread"  # what Python says there
GOODBYE = "ConnectionClosed"  # with which types begin that the package websockets raises, at each end of a WebSocket


@dataclass(frozen=True)
class Place:
    """A line of a student's program."""

    file: str
    line: int
    function: str = ""
    code: str = ""  # what stands there

    def __str__(self) -> str:
        return f"{self.file}:{self.line} ({self.function}: {self.code})"


@dataclass(frozen=True)
class Cause:
    """A diagnosis. The `code` is one of those that `telling.hints` knows; the sentence is what a student reads."""

    code: str
    sentence: str
    place: Place | None = None


@dataclass(frozen=True)
class Thread:
    """Where a thread of a student's program stood."""

    id: int
    name: str
    places: tuple[Place, ...]  # the student's own lines only, the innermost first, at least one
    waits: bool = False  # for a lock
    lock_holder: int | None = None  # the thread that has it, if one has
    lock_taken_at: Place | None = None
    native: int = 0  # its number in the system, if that is known
    is_daemon: bool = False  # the program does not wait for its end
    reads: bool = False  # from the network, as a file

    @property
    def place(self) -> Place:
        """The line where it stood."""
        return self.places[0]

    @property
    def waits_for_itself(self) -> bool:
        """Whether it has the lock itself that it waits for."""
        return self.waits and self.lock_holder == self.id


@dataclass(frozen=True)
class Raised:
    """An exception that ended a program, a thread of it or a request handler."""

    type: str
    message: str
    places: tuple[Place, ...] = ()  # the student's lines through which it came, the innermost last
    module: str = ""  # that was not found, if it is about one

    @property
    def is_todo(self) -> bool:
        """Whether it says that what stands there is still to be written."""
        return self.type == "NotImplementedError" and bool(self.places)

    @property
    def lacks_threads(self) -> bool:
        """Whether it says that no more threads may run: so many are allowed to all programs that run at a time."""
        return self.type == "RuntimeError" and NO_THREAD in self.message

    @property
    def is_broken_connection(self) -> bool:
        """Whether it says no more than that the other side of a connection has gone."""
        return bool(BROKEN.match(f"{self.type}: {self.message}"))
