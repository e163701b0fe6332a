"""Who is connected, and what each line that they send causes."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, field

from grading.protocol.ears import Ears, Promise
from grading.protocol.forms import Form

Person = Hashable
OUT = None  # the place of whoever has not joined, or has left
Places = frozenset[str | None]


@dataclass(eq=False)
class Seat:
    """A connection: who sits there, and where the server may think that is."""

    person: Person
    number: int  # of the deed by which it came
    ears: Ears = field(default_factory=Ears)
    names: list[str] = field(default_factory=list)  # by which it may be known: one, as a rule
    here: Places = frozenset({OUT})  # where it is once everything it sent was obeyed: one place, as a rule
    been: Places = frozenset()  # where it may have been before its last move
    moved: int = 0  # the number of that move
    proven: int = 0  # what it did before this number is done: something later was heard
    buffer: bytes = b""
    refusal: Promise | None = None  # for a line that is too long and not over yet
    greeted: bool = False  # its JOINED was heard; where nobody joins, a line that it said itself
    left: bool = False
    is_open: bool = True  # it can still hear
    reads: bool = True
    gone: int = 0  # the number of the first deed by which it left
    may_have_left: bool = False
    farewell: list[Promise] = field(default_factory=list)  # which may come if it has

    @property
    def places(self) -> Places:
        """Where the server may think that it is."""
        return self.here if self.proven > self.moved else self.here | self.been

    @property
    def is_in(self) -> bool:
        """Tell whether it takes part, for certain."""
        return OUT not in self.places

    def has_firmly(self, name: str) -> bool:
        """Tell whether it has that name, for certain."""
        return self.greeted and name in self.names and not self.left and not self.may_have_left

    @property
    def may_be_in(self) -> bool:
        """Tell whether the server may think that it takes part."""
        return self.places != {OUT}


@dataclass(eq=False)
class Deed:
    """What one line of a connection, or its end, causes."""

    number: int
    seat: Seat
    form: Form
    rooms: Places | None  # where it is to be heard; None: everywhere
    sure: bool  # it is done, whatever way one reads the page
    batch: int = 0  # messages of one batch came to the server in nobody knows which order
    promises: dict[Seat, Promise] = field(default_factory=dict)
    replayed: set[Seat] = field(default_factory=set)  # who is to hear it as history

    @property
    def is_done(self) -> bool:
        """Tell whether all that it causes has been heard, and something that its author did later, too."""
        return self.seat.proven > self.number and all(
            not promise.needed or seat.ears.is_past(promise) for seat, promise in self.promises.items()
        )

    def loosens(self) -> None:
        """Let it be done or not."""
        self.sure = False
        for promise in self.promises.values():
            promise.loosens()
