"""Who is there, in which room, and what was said in the lobby."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime
from queue import Outbox
from threading import RLock

from wire import ChatError, checked_name, pack

LOBBY = "lobby"
HISTORY_LENGTH = 20


@dataclass(eq=False)
class Guest:
    """A connection, with or without a name."""

    outbox: Outbox
    name: str = ""
    room: str = LOBBY

    def tell(self, text: str) -> None:
        self.outbox.put(pack(text))


@dataclass
class House:
    """All rooms together. Every method may be called from any thread."""

    guests: dict[str, Guest] = field(default_factory=dict)
    history: deque[str] = field(default_factory=lambda: deque(maxlen=HISTORY_LENGTH))
    lock: RLock = field(default_factory=RLock)

    def enter(self, guest: Guest, name: str) -> None:
        with self.lock:
            if guest.name:
                raise ChatError("already joined")
            if checked_name(name) in self.guests:
                raise ChatError("name taken")
            guest.tell(f"JOINED:{name}")
            self.tell_all(f"USER_JOINED:{name}")
            for line in self.history:
                guest.tell(line)
            guest.name = name
            self.guests[name] = guest

    def leave(self, guest: Guest) -> bool:
        """Strike the guest off the list; True if he stood on it."""
        with self.lock:
            if self.guests.get(guest.name) is not guest:
                return False
            del self.guests[guest.name]
            self.tell_all(f"USER_LEFT:{guest.name}")
            return True

    def say(self, guest: Guest, text: str) -> int:
        """Say something in the guest's room; returns how many hear it."""
        with self.lock:
            line = f"{guest.name} [{datetime.now().strftime('%H:%M:%S')}]: {text}"
            if guest.room == LOBBY:
                self.history.append(line)
            hearers = [other for other in self.guests.values() if other.room == guest.room]
            for hearer in hearers:
                hearer.tell(line)
            return len(hearers)

    def whisper(self, guest: Guest, target: str, text: str) -> None:
        with self.lock:
            if target not in self.guests:
                raise ChatError("no such user")
            self.guests[target].tell(f"PRIVATE:{guest.name}:{text}")

    def move(self, guest: Guest, room: str) -> None:
        with self.lock:
            guest.room = checked_name(room)
            guest.tell(f"JOINED_ROOM:{room}")

    def list_to(self, guest: Guest) -> None:
        with self.lock:
            guest.tell("USERS:" + ",".join(sorted(self.guests, key=str.lower)))

    def tell_all(self, text: str) -> None:
        for guest in self.guests.values():
            guest.tell(text)
