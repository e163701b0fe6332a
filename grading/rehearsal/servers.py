"""A server in thought: what everybody hears who talks to one that does all that the page says. No byte is sent."""

from __future__ import annotations

from dataclasses import dataclass, field

from grading.protocol.conversations import Act
from grading.protocol.model import HISTORY, LEAVING, LIMIT, LOBBY, NAMES, ROOMS, SINCE, STAMPS, decoded, is_name

MIDNIGHT_SECONDS = 24 * 60 * 60


@dataclass(eq=False)
class Guest:
    """Somebody who is connected."""

    who: str
    name: str = ""
    rest: bytes = b""  # of a line that is not over
    room: str = LOBBY
    gone: bool = False


@dataclass
class Server:
    """A server, and everybody who is there."""

    step: int
    guests: list[Guest] = field(default_factory=list)
    history: list[tuple[str, str]] = field(default_factory=list)  # rooms, and what was said there
    left: list[str] = field(default_factory=list)  # the names of those who have gone
    cut: set[str] = field(default_factory=set)  # on whom the server hung up: what they send goes nowhere
    second: int = 0  # of the day
    _heard: list[tuple[str, str]] = field(default_factory=list)

    def does(self, act: Act) -> list[tuple[str, str]]:
        """Let somebody do something; return who hears what of it."""
        self._heard = []
        guest = next((one for one in self.guests if one.who == act.who), None) or self.comes(act.who)
        for piece in act.pieces:
            if not guest.gone and guest.who not in self.cut:
                self.takes(guest, piece)
        if act.leaves and not guest.gone:
            self.is_left_by(guest, act.leaves)
        return self._heard

    def comes(self, who: str) -> Guest:
        """Let somebody in."""
        guest = Guest(who)
        self.guests.append(guest)
        return guest

    # Lines

    def takes(self, guest: Guest, segment: bytes) -> None:
        """Take in what came in one piece."""
        *lines, guest.rest = (guest.rest + segment).split(b"\n")
        for line in lines:
            self.reads(guest, line)

    def reads(self, guest: Guest, line: bytes) -> None:
        """Read a line, if somebody is there still."""
        line = line.removesuffix(b"\r")
        if guest.gone or not line:
            return
        if self.step >= LEAVING and len(line) > LIMIT:
            self.refuses(guest, "line too long")
        elif (text := self.decodes(line)) is None:
            self.refuses(guest, "not UTF-8")
        else:
            self.obeys(guest, text)

    def decodes(self, line: bytes) -> str | None:
        """Return the text of a line."""
        return decoded(line)

    def parses(self, text: str) -> tuple[str, str]:
        """Return the command of a line, and its argument."""
        command, _, argument = text.partition(":")
        return command, argument

    def obeys(self, guest: Guest, text: str) -> None:
        """Do what a line says."""
        command, argument = self.parses(text)
        is_known = SINCE.get(command, self.step + 1) <= self.step
        if self.step >= NAMES and not guest.name and command not in ("JOIN", "QUIT"):
            self.is_told_to_join(guest, text)
        elif not is_known:
            self.knows_not(guest, text)
        else:
            getattr(self, f"do_{command}")(guest, argument)

    def is_told_to_join(self, guest: Guest, text: str) -> None:
        """Answer what comes before JOIN."""
        self.refuses(guest, "join first")

    def knows_not(self, guest: Guest, text: str) -> None:
        """Answer an unknown command."""
        self.refuses(guest, "unknown command")

    # What is heard

    def tells(self, guest: Guest, line: str) -> None:
        """Send a line to somebody."""
        if not guest.gone:
            self._heard += [(guest.who, part) for part in line.split("\n") if part.strip()]

    def refuses(self, guest: Guest, reason: str) -> None:
        """Answer with an error."""
        self.tells(guest, f"ERROR:{reason}")

    def announces(self, about: Guest, line: str) -> None:
        """Tell everybody else who has joined."""
        for other in self.members():
            if other is not about:
                self.tells(other, line)

    def members(self) -> list[Guest]:
        """Return who takes part."""
        return [guest for guest in self.guests if not guest.gone and (self.step < NAMES or guest.name)]

    # Messages

    def do_MESSAGE(self, guest: Guest, text: str) -> None:
        """Say something to everybody."""
        line = self.looks(guest, text)
        self.history.append((guest.room, line))
        for other in self.audience(guest):
            self.tells(other, line)

    def audience(self, guest: Guest) -> list[Guest]:
        """Return who hears what somebody says."""
        return [other for other in self.members() if other.room == guest.room]

    def looks(self, guest: Guest, text: str) -> str:
        """Return how a message looks."""
        if self.step < NAMES:
            return text
        return f"{guest.name}{self.stamp() if self.step >= STAMPS else ''}: {text}"

    def stamp(self) -> str:
        """Return what stands behind a name; each message comes a second later than the one before."""
        self.second = (self.second + 1) % MIDNIGHT_SECONDS
        return f" [{self.second // 3600:02}:{self.second // 60 % 60:02}:{self.second % 60:02}]"

    # Names

    def do_JOIN(self, guest: Guest, name: str) -> None:
        """Take part under a name."""
        if guest.name:
            self.joins_again(guest, name)
        elif not self.is_good(name):
            self.refuses(guest, "bad name")
        elif self.is_taken(name):
            self.has_it_already(guest, name)
        else:
            self.welcomes(guest, name)

    def joins_again(self, guest: Guest, name: str) -> None:
        """Answer a second JOIN."""
        self.refuses(guest, "already joined")

    def is_good(self, name: str) -> bool:
        """Tell whether somebody can be called that."""
        return is_name(name)

    def is_taken(self, name: str) -> bool:
        """Tell whether somebody else has a name."""
        return any(other.name == name for other in self.members())

    def has_it_already(self, guest: Guest, name: str) -> None:
        """Answer who asks for a name in use."""
        self.refuses(guest, "name taken")

    def welcomes(self, guest: Guest, name: str) -> None:
        """Let somebody in under a name."""
        guest.name = name
        self.tells(guest, f"JOINED:{name}")
        if self.step >= ROOMS:
            self.remembers(guest)
        self.announces(guest, f"USER_JOINED:{name}")

    # Leaving

    def do_QUIT(self, guest: Guest, argument: str) -> None:
        """Leave politely."""
        self.goes(guest)

    def is_left_by(self, guest: Guest, how: str) -> None:
        """Notice that a connection has ended, in one of three ways."""
        if self.step < LEAVING:
            guest.gone = True
            self.guests.remove(guest)
        else:
            self.goes(guest)

    def goes(self, guest: Guest) -> None:
        """Forget somebody, and tell the others."""
        self.forgets(guest)
        if guest.name:
            self.left.append(guest.name)
            self.announces(guest, f"USER_LEFT:{guest.name}")

    def forgets(self, guest: Guest) -> None:
        """Let somebody be gone."""
        guest.gone = True
        if guest in self.guests:
            self.guests.remove(guest)

    def hangs_up(self, guest: Guest) -> None:
        """End the connection of somebody who did not want that: what only servers with a mistake do."""
        self.cut.add(guest.who)
        if self.step >= LEAVING:
            self.goes(guest)
        else:
            self.forgets(guest)

    # Rooms, whispers, history

    def remembers(self, guest: Guest) -> None:
        """Tell a newcomer what was said in the lobby."""
        for line in self.past()[-HISTORY:]:
            self.tells(guest, line)

    def past(self) -> list[str]:
        """Return what a newcomer is to hear, the oldest first."""
        return [line for room, line in self.history if room == LOBBY]

    def do_PRIVATE(self, guest: Guest, argument: str) -> None:
        """Whisper to one person."""
        name, _, text = argument.partition(":")
        target = next((other for other in self.members() if other.name == name), None)
        if target:
            self.whispers(guest, target, text)
        else:
            self.finds_nobody(guest)

    def whispers(self, guest: Guest, target: Guest, text: str) -> None:
        """Hand on a whisper."""
        self.tells(target, f"PRIVATE:{guest.name}:{text}")

    def finds_nobody(self, guest: Guest) -> None:
        """Answer who whispers to somebody who is not there."""
        self.refuses(guest, "no such user")

    def do_JOIN_ROOM(self, guest: Guest, room: str) -> None:
        """Go to another room."""
        if not is_name(room):
            self.refuses(guest, "bad name")
            return
        guest.room = room
        self.tells(guest, f"JOINED_ROOM:{room}")

    def do_LIST_USERS(self, guest: Guest, argument: str) -> None:
        """Tell who is online."""
        self.tells(guest, f"USERS:{','.join(self.listed(guest))}")

    def listed(self, guest: Guest) -> list[str]:
        """Return the names of those who are online."""
        return [other.name for other in self.members()]
