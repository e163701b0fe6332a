"""A room in which somebody keeps order: what a check of the challenge `moderation` is written with."""

from __future__ import annotations

import hashlib
import math
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from grading.course import Exercise
from grading.people.person import Person
from grading.people.room import Room
from grading.people.schedules import shake
from grading.process.patience import GLANCE_SECONDS, GOING_ON, KNOCK, NOTICE, PATIENCE, SLICE
from grading.process.production import Production
from grading.process.program import CLOCK, Program
from grading.results.unmet import Unmet
from grading.results.visible import shown, together
from grading.stage.messages import Options
from grading.telling import diagnosis

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

PASSWORD = "Correct:horse battery"
SALT = bytes(range(16))
DIGITS = 64  # of the key
OPTION = "--operator-password-file"
WORDS = ("banana", "ass", "pineapple", "Cherry")
RATE = 1  # lines a second, where there is a limit
QUICK = 100  # the same, where one waits until more could come at once than may
BURST = 5  # lines at once, says the page
FLOOD = 100  # lines that are said at once: more than may be said in the time that they take
GUESSES = 10  # wrong passwords, which are not few
REFUSED_SECONDS = 5.0  # for which no password is taken after those, says the page
LAST_TRY_SECONDS = 4.0  # after which one tries again
TIMES_AS_LONG = 2  # as it took before, one waits for what may not come
WHILE_SECONDS = 1.2  # in which more comes together at that rate than FLOOD
A_WEEK = 7 * 24 * 60 * 60  # seconds: however long a while is, it is over then
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
        self.args: tuple[str, ...] = (OPTION, str(self._password))
        self._options = [OPTION]  # in words
        self._floods: tuple[float, int] | None = None  # when the first one began, and how much was said before

    def opens(self, clock: str = CLOCK, **options: Unpack[Options]) -> Program:
        """Start the server and wait until it listens."""
        if not self.talk.servers:
            self.minutes.remark("the server", f"is started with {together(self._options)}")
        server = super().opens(clock, **options)
        self.talk.judge.sleeps(MODERATED)
        return server

    def starts_again(self, how: str, *args: str, **options: Unpack[Options]) -> None:
        """End the server, with all who are there, and start it with other arguments; `how` says what they mean."""
        self.server.close()
        self.talk.people.clear()
        self.args = args
        self.minutes.remark("the server", f"is started again, {how}")
        self.opens(**options)

    def knows_no_password(self) -> None:
        """Start the server without a file for the password of operators."""
        self.starts_again("without --operator-password-file")

    def knows_half_the_password(self) -> None:
        """Start the server with a file in which the second half of the key is another one."""
        file = self._password.with_name("half.txt")
        half = self._password.read_text("ascii").strip()[: -DIGITS // 2]
        file.write_text(half + "0" * (DIGITS // 2) + "\n", "ascii")
        self.starts_again("with a key of which the second half is another one", OPTION, str(file))

    def knows_no_operators(self) -> None:
        """Let there be no file for the password of operators, from the start. The server must not run yet."""
        self.args, self._options = (), []

    def forbids_words(self) -> None:
        """Let there be a list of words. The server must not run yet."""
        self.args += ("--words", str(self._words))
        self._options.append(f"--words (a file with {', '.join(WORDS)})")

    def limits(self, rate: int = RATE) -> None:
        """Let nobody say more than so many lines a second. The server must not run yet."""
        self.args += ("--rate", str(rate))
        self._options.append(f"--rate {rate}")

    def lets_people_be_quick(self, person: Person) -> Person:
        """Start the server with a higher limit; return `person`, now an operator, who says nothing for a while."""
        self.starts_again(f"with --rate {QUICK}", *self.args[:2], "--rate", str(QUICK))
        self._floods = None
        (again,) = self.enter(person.name)
        self.appoints(again)  # the limit is for all
        self.minutes.remark(again.name, "says nothing for a while")
        time.sleep(WHILE_SECONDS)
        return again

    def floods(self, person: Person, rate: int = RATE) -> None:
        """Let somebody say much at once; fail if more of it is heard than may be, also since the first flood."""
        self._floods = self._floods or (time.monotonic(), _said_by(person))
        start = len(person.heard)
        lines = [f"MESSAGE:blah {number}\n" for number in range(FLOOD)]
        person.sends("".join(lines) + f"OPERATOR:{PASSWORD}\n", quietly=True)
        self.minutes.remark(person.name, f"says {FLOOD} messages and the password at once")
        person.is_refused("too many messages at once")
        self._keeps_to_the_limit(person, rate, start + FLOOD)

    def goes_on_for_a_second(self, person: Person) -> None:
        """Let somebody who has flooded say one line after the other; fail if more is heard than may be."""
        start = len(person.heard)
        for number in range(FLOOD):
            person.sends(f"MESSAGE:and on {number}\n", quietly=True)
            time.sleep(1 / FLOOD)
        self.minutes.remark(person.name, f"says {FLOOD} messages more in a second, one after the other")
        self._keeps_to_the_limit(person, RATE, start + FLOOD - 1)

    def _keeps_to_the_limit(self, person: Person, rate: int, lines: int) -> None:
        """Fail if more of somebody is heard than may be since the first flood, once they heard more lines than that."""
        assert self._floods
        first, before = self._floods
        for seconds in self.server.patience(PATIENCE):
            person.listens(seconds)
            if len(person.heard) > lines:
                break
        said = _said_by(person) - before
        allowed = BURST + rate * (time.monotonic() - first) + 1  # a part of a line may have been left
        expected = f"no more than {BURST} lines of {person} to be heard at once, and then {rate} a second"
        self.expects(said <= allowed, expected, f"{said} were heard")

    def says_at_once(self, name: str, lines: int) -> Person:
        """Let somebody new say so many lines at once, of which the first one is JOIN; return who that is."""
        person = self.connect(name)
        messages = "".join(f"MESSAGE:line {number}\n" for number in range(2, lines + 1))
        person.sends(f"JOIN:{name}\n{messages}", quietly=True)
        self.minutes.remark(name, f"joins and says {lines - 1} messages, all at once")
        return person

    def is_taken_at_its_word(self, name: str, friend: Person | None = None) -> None:
        """Let somebody new say twice as many lines at once as may be said; fail if one too many is heard.

        Where there is a `friend`, they are no messages, but whispers to that one and ways to other rooms.
        """
        began, lines = time.monotonic(), 2 * BURST
        if friend:
            person, said = self._whispers_and_wanders(name, friend, lines)
        else:
            person = self.says_at_once(name, lines)
            for number in range(2, lines + 1):
                person.finds(rf"ERROR:.*|{name} .*: line {number}", f"line {number}, or ERROR:…")
            said = 1 + _said_by(person)
        allowed = BURST + RATE * (time.monotonic() - began)
        expected = f"{BURST} of {lines} lines that {name} says at once to count, JOIN among them"
        self.expects(said <= allowed, expected, f"{said} did")

    def floods_before_joining(self, name: str, line: str, what: str) -> None:
        """Let somebody say one line again and again, and then join; fail if that one comes in."""
        person = self.connect(name)
        person.sends(f"{line}\n" * FLOOD + f"JOIN:{name}\n", quietly=True)
        self.minutes.remark(name, f"{what.format(FLOOD)}, and joins, all at once")
        person.half_closes()  # QUIT is a line as well, and may be one too many
        self.expects(person.is_hung_up_on(), f"the server to let {name} go, who says no more", "it does not")
        came_in = any(f"JOINED:{name}" in heard for heard in person.heard)
        self.expects(not came_in, f"{name} not to come in with the same breath", f"she heard JOINED:{name}")

    def _whispers_and_wanders(self, name: str, friend: Person, lines: int) -> tuple[Person, int]:
        """Let somebody new say so many lines at once; return who that is, and how many of them counted."""
        person = self.connect(name)
        kinds = (f"PRIVATE:{friend}:line {{}}\n", "JOIN_ROOM:room-{}\n")
        more = "".join(kinds[number % 2].format(number) for number in range(2, lines + 1))
        person.sends(f"JOIN:{name}\n{more}", quietly=True)
        what = f"joins, whispers {lines // 2} times to {friend}, and goes to {lines // 2 - 1} rooms, all at once"
        self.minutes.remark(name, what)
        counted = refused = 0
        for seconds in self.server.patience(PATIENCE):
            person.listens(seconds)
            friend.takes_in_what_came()
            counted = sum(line.startswith("JOINED") for line in person.heard)
            counted += sum(line.startswith(f"PRIVATE:{name}:") for line in friend.heard)
            refused = sum(line.startswith("ERROR:") for line in person.heard)
            if counted + refused >= lines:
                break
        return person, counted

    def appoints(self, person: Person) -> None:
        """Let somebody say the password, and hear that it was the right one."""
        person.commands(f"OPERATOR:{PASSWORD}")
        person.is_told(f"MODERATING:{person}")

    def comes_after_all_is_closed(self, name: str) -> Person:
        """Let somebody join once the server has had time to close the connections of those who have gone."""
        self.server.passes(NOTICE)
        (person,) = self.enter(name)
        return person

    def lets_nobody_guess(self, guesser: Person, other: Person, who_leaves: Person) -> None:
        """Let somebody say wrong passwords; fail if the right one of another one is taken soon after that.

        That somebody leaves in the meantime changes nothing.
        """
        began = time.monotonic()
        self._guesses(guesser)
        what = f"a password soon after {GUESSES} wrong ones from the same computer"
        for seconds in (0.0, LAST_TRY_SECONDS):
            time.sleep(max(0.0, began + seconds - time.monotonic()))
            if seconds:
                who_leaves.closes()
                other.is_told(f"USER_LEFT:{who_leaves}")
                self.minutes.remark(other.name, f"tries again, {seconds} seconds after the first of those")
            other.commands(f"OPERATOR:{PASSWORD}")
            try:
                other.is_refused(what)
            except Unmet as unmet:
                if time.monotonic() > began + REFUSED_SECONDS:  # then it may be taken
                    if not self.server.is_starved:
                        return
                    unmet.late = True  # which may be the machine
                raise

    def lets_nobody_back_in(self) -> None:
        """Start the server again, hold its threads up; fail if somebody is there whose name was banned meanwhile."""
        self.starts_again("and its threads are held up", *self.args, shaken=True)
        (ann,) = self.enter("Ann")
        self.appoints(ann)
        self.minutes.remark("Ann", "bans one after the other, while somebody else joins under the same name")
        comes_back = ComesBack(self, ann)
        shake(self, comes_back.scene, unlike=True, meanwhile=comes_back.tries_again)

    def _guesses(self, guesser: Person) -> None:
        guesser.sends("".join(f"OPERATOR:guess {number}\n" for number in range(GUESSES)), quietly=True)
        self.minutes.remark(guesser.name, f"says {GUESSES} wrong passwords at once")
        for _ in range(GUESSES):
            guesser.is_refused("a wrong password")

    def lets_its_clock_leap(self) -> None:
        """Start the server with a clock that can leap: nobody can wait until all is over that is to end."""
        self.opens(leaps=True)

    def passes_the_time(self, seconds: int, in_words: str) -> None:
        """Let the clock of the server leap."""
        self.minutes.remark("the server's clock", f"goes on by {in_words}")
        self.server.leaps(seconds)

    def forgives_in_a_week(self, person: Person) -> None:
        """Fail if the right password is still refused a week after wrong ones."""
        for _ in self.server.tries(PATIENCE):
            self.passes_the_time(A_WEEK, "a week")
            person.commands(f"OPERATOR:{PASSWORD}")
            if person.finds("MODERATING:.*|ERROR:.*", f"MODERATING:{person}").startswith("MODERATING"):
                return
        raise Unmet(
            f"the password to be taken a week after {GUESSES} wrong ones", "ERROR, again and again", missing=False
        )

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
        for _ in self.server.patience(4 * PATIENCE):
            speaker.says(text, quietly=True)
            for person in (listener, speaker):
                person.listens(SLICE)
            if any(line.startswith(f"{speaker} ") and line.endswith(text) for line in listener.heard):
                self.minutes.remark(speaker.name, f"says {text} until {listener} hears it")
                return
            if speaker.closed:
                break
        expected = f"{listener} to hear {speaker} again after a while"
        if speaker.closed:
            raise Unmet(expected, f"the server hung up on {speaker}", perhaps=diagnosis.HUNG_UP, missing=False)
        raise Unmet(expected, "nothing came", late=True)

    def keeps_the_password(self, *people: Person) -> None:
        """Fail if the password stands on the screen of the server, or anybody has heard it."""
        for person in people:
            person.takes_in_everything()
            for line in person.heard:
                if PASSWORD in line:
                    raise Unmet("nobody to hear the password", f"{person} heard {shown(line)}", missing=False)
        if self.server.wait_for_screen(lambda: PASSWORD in self.server.out.text, KNOCK):
            raise Unmet("the password to stand in no log", "the server printed it", missing=False)


class ComesBack:
    """Somebody who is banned, and somebody else who comes under the same name at the same time."""

    def __init__(self, room: OrderlyRoom, operator: Person) -> None:
        self._room = room
        self._operator = operator
        self._name = ""  # which is banned
        self._other: Person | None = None
        self._took = 0.0  # seconds until somebody was seen to leave, where nobody was held up: at the first time

    def scene(self, number: int) -> Iterator[None]:
        """Fail if anybody is there, after all, under a name that was banned."""
        ann, self._name = self._operator, f"Zed{number}"
        zed, self._other = self._room.connect(self._name), self._room.connect(f"Eve{number}")
        zed.sends(f"JOIN:{zed}\n", quietly=True)
        zed.is_told(f"JOINED:{zed}", quietly=True)
        start = ann.place_in_talk
        yield
        ann.sends(f"BAN:{zed}\n", quietly=True)
        self._other.sends(f"JOIN:{zed}\n", quietly=True)
        yield
        ann.rewinds(start)
        ann.is_told(f"DONE:BAN:{zed}", quietly=True)
        if not zed.is_hung_up_on():
            raise Unmet(f"the server to hang up on {zed}", "it keeps the connection", late=True)
        self._is_not_there()
        self._other.sock.close()

    def _is_not_there(self) -> None:
        """Fail if the name that is banned is still, or again, that of somebody who is there."""
        for _ in self._room.server.tries(PATIENCE):
            self._operator.sends("LIST_USERS\n", quietly=True)
            line = self._operator.finds("USERS:.*", "USERS:…")
            if self._name not in map(str.strip, line.partition(":")[2].split(",")):
                return
        assert self._other
        self._other.takes_in_what_came()
        came_in = f"JOINED:{self._name}" in self._other.heard
        raise Unmet(f"nobody to be there as {self._name}, who is banned", line.strip(), late=not came_in)

    def tries_again(self) -> None:
        """Let somebody else come once more, when that one has been thrown out, or nothing goes on."""
        assert self._other
        began = time.monotonic()
        most = TIMES_AS_LONG * self._took + GLANCE_SECONDS if self._took else math.inf
        for seconds in self._room.server.patience(GOING_ON):
            self._operator.listens(min(seconds, most))
            if any(line == f"USER_LEFT:{self._name}" for line in self._operator.lines_ahead):
                self._took = self._took or time.monotonic() - began
                break
            if time.monotonic() > began + most:
                break
        self._other.sends(f"JOIN:{self._name}\n", quietly=True)


def _said_by(person: Person) -> int:
    """Return how many messages of their own somebody has heard."""
    return sum(line.startswith(f"{person} ") for line in person.heard)
