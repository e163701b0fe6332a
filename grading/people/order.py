"""A room in which somebody keeps order: what a check of the challenge `moderation` is written with."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.person import Person
from grading.people.room import Room
from grading.process.patience import KNOCK, PATIENCE, SLICE
from grading.process.production import Production
from grading.process.program import CLOCK, Program
from grading.results.unmet import Unmet
from grading.stage.messages import Options

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

PASSWORD = "correct:horse battery"
SALT = bytes(range(16))
WORDS = ("banana", "ass", "pineapple", "Cherry")
RATE = 4  # lines a second, where there is a limit
BURST = 5  # lines at once, says the page
FLOOD = 40  # lines that are said at once: more than may be said in the time that they take
MODERATED = "where somebody keeps order, the page says other things"


def make_files(production: Production) -> tuple[Path, Path]:
    """Make the file with what is kept of the password, and the one with forbidden words, once for a grading."""
    key = hashlib.scrypt(PASSWORD.encode(), salt=SALT, n=2**14, r=8, p=1, dklen=32)
    kept = f"scrypt:{SALT.hex()}:{key.hex()}\n"
    folder = production.hands_out({"operator.txt": kept.encode(), "words.txt": "\n".join((*WORDS, "")).encode()})
    return folder / "operator.txt", folder / "words.txt"


class OrderlyRoom(Room):
    """A student's server that knows operators, and the people in it."""

    def __init__(self, production: Production, exercise: Exercise) -> None:
        super().__init__(production, exercise)
        self._password, self._words = production.once(make_files)
        self.args = ("--operator-password-file", str(self._password))
        self.minutes.remark("the server", "is started with --operator-password-file")

    def opens(self, clock: str = CLOCK, **options: Unpack[Options]) -> Program:
        """Start the server and wait until it listens."""
        server = super().opens(clock, **options)
        self.talk.judge.sleeps(MODERATED)
        return server

    def knows_no_password(self) -> None:
        """Start the server without a file for the password of operators."""
        self.server.close()
        self.talk.people.clear()
        self.args = ()
        self.minutes.remark("the server", "is started again, without --operator-password-file")
        self.opens()

    def forbids_words(self) -> None:
        """Let there be a list of words. The server must not run yet."""
        self.args += ("--words", str(self._words))
        self.minutes.remark("the server", f"gets --words, a file with {', '.join(WORDS)}")

    def limits(self, rate: int = RATE) -> None:
        """Let nobody say more than so many lines a second. The server must not run yet."""
        self.args += ("--rate", str(rate))
        self.minutes.remark("the server", f"gets --rate {rate}")

    def floods(self, person: Person) -> None:
        """Let somebody say much at once; fail unless all but what is allowed is refused."""
        began = time.monotonic()
        lines = [f"MESSAGE:blah {number}\n" for number in range(FLOOD)]
        person.sends("".join(lines) + f"OPERATOR:{PASSWORD}\n", quietly=True)
        self.minutes.remark(person.name, f"says {FLOOD} messages and the password at once")
        person.is_refused("too many messages at once")
        for seconds in self.server.patience(PATIENCE):
            person.listens(seconds)
            said = sum(": blah " in line for line in person.heard)
            if said + sum(line.startswith("ERROR:") for line in person.heard) >= FLOOD:
                break
        allowed = BURST + RATE * (time.monotonic() - began) + 1  # a part of a line may have been left
        self.expects(said <= allowed, f"{person} to say {BURST} lines at once, and then {RATE} a second", f"{said}")

    def appoints(self, person: Person) -> None:
        """Let somebody say the password, and hear that it was the right one."""
        person.commands(f"OPERATOR:{PASSWORD}")
        person.is_told(f"MODERATING:{person}")

    def throws_out(self, person: Person) -> None:
        """Fail unless the server tells somebody why, and hangs up."""
        person.is_refused("what was done to them")
        if not person.is_hung_up_on():
            raise Unmet(f"the server to hang up on {person}", "it keeps the connection", late=True)

    def is_refused_entry(self, name: str) -> None:
        """Fail unless somebody who wants to join under this name is refused."""
        person = self.connect(name)
        person.commands(f"JOIN:{name}")
        person.is_refused(f"JOIN:{name}")
        person.sock.close()

    def is_heard_again(self, speaker: Person, listener: Person, text: str) -> None:
        """Let `speaker` say `text` again and again, until `listener` hears it; fail if that never is."""
        for _ in self.server.patience(3 * PATIENCE):
            speaker.says(text, quietly=True)
            for _ in range(2):
                listener.listens(SLICE)
            if any(line.startswith(f"{speaker} ") and line.endswith(text) for line in listener.heard):
                self.minutes.remark(speaker.name, f"says {text} until {listener} hears it")
                return
        raise Unmet(f"{listener} to hear {speaker} again after a while", "nothing came", late=True)

    def keeps_the_password(self, *people: Person) -> None:
        """Fail if the password stands on the screen of the server, or anybody has heard it."""
        for person in people:
            person.takes_in_everything()
            person.never_heard(PASSWORD)
        if self.server.wait_for_screen(lambda: PASSWORD in self.server.out.text, KNOCK):
            raise Unmet("the password to stand in no log", "the server printed it", missing=False)
