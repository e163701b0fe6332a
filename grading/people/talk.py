"""The talk at a server: who takes part in it, how messages look there, and what was noted down."""

from __future__ import annotations

import socket

from grading.course import Dialect
from grading.people.judge import Judge
from grading.people.listener import Listener
from grading.process.patience import GOING_ON
from grading.process.program import Program
from grading.protocol.model import LOBBY
from grading.results.events import Minutes
from grading.results.unmet import Unmet
from grading.system import shortage
from grading.telling import diagnosis

KNOCK = "{} is here"  # what a newcomer says, by the name


class Participant(Listener):
    """Somebody in a talk: what they said, and what they heard."""

    sock: socket.socket
    is_direct = True  # no gateway stands between them and the server

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self.said: set[str] = set()
        self.last_segment: list[str] = []  # the messages that were sent together, last time
        self.has_joined = False  # before that, a server may say whatever it likes
        self.is_counted_in = True  # as far as we know
        self.is_leaving = False
        self.may_stop_reading = False  # then nothing is read for them unless a check says so
        self.place = LOBBY

    def __repr__(self) -> str:
        return self.name

    @property
    def is_connected(self) -> bool:
        """Whether they have not hung up themselves."""
        return self.sock.fileno() >= 0


def let_in(server: Program, name: str, receive_bytes: int = 0, segment_bytes: int = 0) -> socket.socket:
    """Return the connection of somebody who comes to a server (see Program.connects); Unmet if it is refused."""
    try:
        return server.connects(receive_bytes, segment_bytes)
    except OSError as error:
        if shortage.is_ours(error):
            raise
        server.wait_for_end(GOING_ON)
        late = isinstance(error, TimeoutError)
        got = f"the connection is refused ({error})"
        raise Unmet(f"{name} to be let in", got, late=late, perhaps=diagnosis.NOT_LET_IN) from None


class Talk:
    """What the people at one server have in common."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect  # how messages must look
        self.minutes = Minutes()
        self.judge = Judge(self.minutes)
        self.servers: list[Program] = []  # one after the other
        self.people: list[Participant] = []
        self.last_speaker: Participant | None = None
        self.is_in_turmoil = False  # people do all at once what they do
        self.segment_bytes = 0  # at the most, of those who come from now on; 0: as the system likes
        self.stays_outside = False  # nobody joins here, though that is due: JOIN is not answered as it should be
        self._markers = 0

    @property
    def server(self) -> Program:
        """The server that runs now."""
        return self.servers[-1]

    @property
    def is_empty(self) -> bool:
        """Whether nobody has ever joined at this server."""
        return len(self.servers) == 1 and not any(person.has_joined for person in self.people)

    def knock(self, name: str) -> str:
        """Return what `name` says to see whether the server counts them in."""
        return self._small(KNOCK.format(name), KNOCK.format("").strip())

    def knocks_in(self, line: str) -> list[str]:
        """Return what people have said in `line` when they came in."""
        return [said for person in self.people if (said := KNOCK.format(person.name)) in line]

    def marker(self) -> str:
        """Return a text that nobody has said yet."""
        self._markers += 1
        return self._small(f"marker {self._markers}", "marker")

    def _small(self, text: str, word: str) -> str:
        self.minutes.keeps_inner(text, word)
        return text

    def is_small_talk(self, line: str) -> bool:
        """Tell whether there is in `line` what people say for the grader's sake, as a knock or as a marker."""
        return self.minutes.is_inner(line)

    def comes_to_rest(self) -> None:
        """Let the server finish what it is doing, so that it is not by chance whether a race is lost or won here."""
        if not self.is_in_turmoil:
            self.server.comes_to_rest()
