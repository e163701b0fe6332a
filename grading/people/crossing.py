"""Those who cross each other's way at a file: who leaves while it is offered, and who comes with the same ticket."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from grading.people.lanes import ERROR, Lane
from grading.people.person import Person
from grading.people.room import Room
from grading.people.schedules import shake
from grading.people.stress import join_in_turn
from grading.people.talk import let_in
from grading.process.patience import PATIENCE
from grading.results.unmet import Unmet

SIZE = 10  # bytes of such a file


class Crossing:
    """Ann and Bob, who hand over one file after the other, and all who come in between.

    `ticket()` gives a new one; the connections that are opened stand among the `lanes` of the room.
    """

    def __init__(self, room: Room, ticket: Callable[[], str], lanes: list[Lane], ann: Person, bob: Person) -> None:
        self._room = room
        self._ticket = ticket
        self._lanes = lanes
        self._ann = ann
        self._bob = bob
        self._zed: Person | None = None  # to whom something is offered

    def begins(self) -> None:
        """Let it happen again and again, with the threads of the server held up; fail if a file is lost."""
        shake(self._room, self._somebody_leaves, meanwhile=self._leaves)
        shake(self._room, self._two_come)

    def _somebody_leaves(self, number: int) -> Iterator[None]:
        """Let Ann offer something to somebody who leaves just then; fail if she never hears that it came to nothing."""
        ann, ticket = self._ann, self._ticket()
        (zed,) = join_in_turn(self._room, f"Zed{number}")
        self._zed = zed
        start = ann.place_in_talk
        yield
        ann.sends(f"OFFER:{ticket}:{zed}:{SIZE}:photo.png\n", quietly=True)
        yield
        ann.rewinds(start)
        ann.finds(f"{ERROR}.*|FAILED:{ticket}", f"{ERROR}… or FAILED:{ticket}, for what she offered to {zed}, who left")

    def _leaves(self) -> None:
        """Let that one leave, while the server is held up in the middle of the offer, or has done with it."""
        assert self._zed
        self._zed.sock.close()

    def _two_come(self, _: int) -> Iterator[None]:
        """Let two upload with the same ticket at once; fail if neither is refused."""
        people, ticket = (self._ann, self._bob), self._ticket()
        self._ann.sends(f"OFFER:{ticket}:{self._bob}:{SIZE}:photo.png\n", quietly=True)
        self._bob.is_told(f"OFFERED:{ticket}:{self._ann}:{SIZE}:photo.png", quietly=True)
        self._bob.sends(f"ACCEPT:{ticket}\n", quietly=True)
        for person in people:
            person.is_told(f"ACCEPTED:{ticket}", quietly=True)
        server = self._room.server
        lanes = [Lane(let_in(server, name), server, name) for name in ("Ann", "Eve")]
        self._lanes += lanes
        yield
        for lane in lanes:
            lane.says(f"UPLOAD:{ticket}")
        yield
        if not any(_is_refused(lane) for _ in server.tries(PATIENCE) for lane in lanes):
            raise Unmet("one of two who say UPLOAD with the same ticket to be refused", "neither is", late=True)
        self._ann.sends(f"DECLINE:{ticket}\n", quietly=True)
        for person in people:
            person.is_told(f"DECLINED:{ticket}", quietly=True)
        for lane in lanes:
            lane.sock.close()


def _is_refused(lane: Lane) -> bool:
    return any(answer.startswith(ERROR) for answer in lane.answers())
