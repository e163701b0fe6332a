"""A student's server as a room, and the people in it: what a check of a server is written with."""

from __future__ import annotations

import contextlib
import itertools
import re
import time
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING

from grading.course import Dialect, Exercise
from grading.people.judge import ENDED, SHAKEN, TOO_MANY
from grading.people.person import Person
from grading.people.talk import Talk
from grading.people.wording import do, stamp_of
from grading.process import real_start
from grading.process.patience import (
    CROWD_SECONDS,
    GOING_ON,
    KNOCK,
    NOTICING_SECONDS,
    PATIENCE,
    PATIENCE_FOR_END,
    PATIENCE_FOR_START,
    SILENCE_KEPT,
)
from grading.process.production import Production
from grading.process.program import CLOCK, Program
from grading.results.events import ENTERED
from grading.results.unmet import Unmet, expect
from grading.results.visible import together
from grading.stage.messages import Options
from grading.system import wire
from grading.system.addresses import own_port
from grading.system.zones import shown_at
from grading.telling import diagnosis, stacks

if TYPE_CHECKING:
    from typing_extensions import Unpack  # mypy knows it; it is in typing from Python 3.11 on

FEW = 8  # people in a room: where there are more, to wait until all have heard each of them takes its time
COARSE_SECONDS = 0.05  # by which the clock that tells the second may lag behind the one that tells its parts
SEGMENT_BYTES = 1400  # what the internet takes of a line in one piece; loopback takes 65,483


class Room:
    """A student's server, started when the first person comes to it."""

    expects = staticmethod(expect)
    args: tuple[str, ...] = ()  # what is typed behind the name of the program

    def __init__(self, production: Production, exercise: Exercise) -> None:
        self.production = production
        self.exercise = exercise
        self.program = exercise.program("server")
        self.talk = Talk(exercise.dialect)
        self.minutes = self.talk.minutes
        self._last_stamp = ""
        self._since = 0.0  # before this moment, nobody can have looked at the server's clock for a message

    # The server

    def opens(self, clock: str = CLOCK, **options: Unpack[Options]) -> Program:
        """Start the server and wait until it listens. `options` are those of the stage."""
        self._since = time.time()
        self.talk.judge.begins_anew()
        if options.get("shaken"):
            self.talk.judge.sleeps(SHAKEN)
        server = Program(self.production, self.program, self.args, clock=clock, **options)
        self.talk.servers.append(server)
        server.wait_for_port(PATIENCE_FOR_START)
        return server

    @property
    def server(self) -> Program:
        """The server that runs now."""
        if not self.talk.servers:
            self.opens()
        return self.talk.server

    @property
    def joins(self) -> bool:
        """Whether people say JOIN here."""
        joins = self.talk.dialect.joins
        return self.production.once(knows_join) if joins is None else joins

    def opens_on_a_port_of_its_own(self) -> None:
        """Start the server on a port that no other program will get by chance."""
        self.opens(listen=own_port())

    def restarts(self) -> None:
        """End the server, as if its terminal had been closed, and start it again on the same port."""
        port, asked = self.server.listening[0][1], self.server.stage.asked[0]
        self.server.close()
        self.minutes.remark("the server", "ends, and is started again")
        now = self.opens(listen=port, listen_as=asked[1]).stage.asked[0]
        if now[1] != asked[1]:
            raise Unmet(f"the server to listen on port {asked[1]} again", f"it listens on port {now[1]}", missing=False)

    def goes_on(self) -> None:
        """Fail if the server ends by itself, right after it began to listen."""
        status = self.server.wait_for_end(GOING_ON)
        if status is not None:
            raise Unmet("the server to go on serving", f"it ended at once, with exit status {status}")

    def starts_for_real(self) -> None:
        """Fail unless the server starts just as a person starts it, too."""
        asked = self.server.stage.asked[0]
        self.server.close()
        real_start.try_server(self.production, asked)

    def is_interrupted(self) -> None:
        """Press Ctrl+C, and fail unless the server ends in time."""
        self.minutes.remark("the server", "gets Ctrl+C")
        self.talk.judge.sleeps(ENDED)
        self.server.interrupt()
        if self.server.wait_for_end(PATIENCE_FOR_END) is None:
            expected = "the server to end within 3 seconds after Ctrl+C"
            raise Unmet(expected, "it still runs", stacks.told_lingering(self.server.threads()), late=True)

    def opens_at(self, clock: str, summer: bool | None = None) -> None:
        """Start a server for which it is `clock` just now, as in `23:59:58`, local time, perhaps in `summer` or not."""
        self.opens(clock=clock, summer=summer)
        season = {None: "", True: ", in summer", False: ", in winter"}[summer]
        self.minutes.remark("the server's clock", f"shows {clock}{season}")

    def hears_the_time(self, speaker: Person, listener: Person) -> None:
        """Let `speaker` say what time it is, and fail unless `listener` hears it with that time.

        A time since the server started, or since the clock was seen to move, passes for it.
        """
        offset = self.server.offset
        began = time.time()
        now = shown_at(began, offset)
        speaker.says(f"It is {now}")
        line = listener.hears(speaker, f"It is {now}")
        stamp = stamp_of(line, speaker.name)
        seconds = range(int(self._since - COARSE_SECONDS), int(time.time()) + 1)
        if stamp not in {shown_at(second, offset) for second in seconds}:
            cause = diagnosis.of_stamp(began, offset, stamp, self._last_stamp)
            raise Unmet(f"{listener} to hear {speaker} [{now}]: It is {now}", line, cause)
        self._last_stamp = stamp

    def lets_the_clock_move(self) -> None:
        """Wait until everybody's clock shows another second, also where a server looks at it now and then only."""
        end = int(time.time()) + 1 + NOTICING_SECONDS
        while (now := time.time()) < end:
            time.sleep(end - now)
        self._since = end - NOTICING_SECONDS + 2 * COARSE_SECONDS  # in the new second, however one counts
        self.minutes.remark("the server's clock", f"shows {shown_at(self._since, self.server.offset)}")

    @property
    def programs(self) -> list[Program]:
        """The student's programs that took part."""
        return self.talk.servers

    @property
    def is_in_turmoil(self) -> bool:
        """Whether people do all at once what they do."""
        return self.talk.is_in_turmoil

    @is_in_turmoil.setter
    def is_in_turmoil(self, now: bool) -> None:
        self.talk.is_in_turmoil = now

    # People

    def connect(self, name: str, shallow: bool = False) -> Person:
        """Return a person who is connected and says nothing yet; one who is `shallow` will soon not read any more."""
        self._gets_ready()
        person = self._arrives(name, shallow)
        self.talk.people.append(person)
        return person

    def _arrives(self, name: str, shallow: bool) -> Person:
        return Person(self.talk, name, shallow)

    def _gets_ready(self) -> None:
        """See to it that there is a server, and that people know whether they say JOIN here."""
        is_due = self.production.exercise.dialect.joins is True
        self.talk.stays_outside = is_due and not self.joins
        self.talk.dialect = replace(self.talk.dialect, joins=self.joins)
        if not self.talk.servers:
            self.opens()
        if not self.talk.stays_outside:  # else nothing that it does is what the page says
            self.talk.judge.wakes(len(self.exercise.ladder), self.joins)

    def is_far_away(self) -> None:
        """Let what those say who come from now on travel in segments as on the internet, not as on loopback."""
        self.talk.segment_bytes = SEGMENT_BYTES

    def enter(self, *names: str, shallow: bool = False) -> list[Person]:
        """Return people who are connected, have joined where one joins, and whom the server counts in."""
        people = self._takes_in(names, shallow)
        self.minutes.remark(together(names), ENTERED[self.joins])
        return people

    def enter_in_crowds(self, count: int) -> list[Person]:
        """Return so many guests, who have entered as others do; fewer where that takes a server very long.

        Until they come, all that is heard is judged.
        """
        self.adds_up()
        self.talk.judge.sleeps(TOO_MANY)
        end = time.monotonic() + CROWD_SECONDS
        names = (f"Guest{number}" for number in range(1, count + 1))
        guests = self._takes_in(itertools.takewhile(lambda name: time.monotonic() < end, names))
        self.minutes.remark(f"{len(guests)} guests", ENTERED[self.joins])
        return guests

    def _takes_in(self, names: Iterable[str], shallow: bool = False) -> list[Person]:
        people = []
        perhaps = None if self.talk.people else diagnosis.NOT_JOINED  # where others are there, they may be the reason
        for name in names:
            person = self.connect(name, shallow)
            if self.joins:
                person.joins(perhaps=perhaps)
            person.knocks()
            people.append(person)
        for person in people:
            person.looks_up()
        return people

    def joins_as_soon_as_possible(self, name: str) -> Person:
        """Return a person who has joined under a name that is about to become free."""
        person = self.connect(name)
        for _ in self.server.tries(PATIENCE):
            person.sends(f"JOIN:{name}\n", quietly=True)
            if person.finds(rf"JOINED:{re.escape(name)}|ERROR:.*", f"JOINED:{name}").startswith("JOINED"):
                person.knocks()
                return person
        gone = next((other for other in self.talk.people if other.name == name), person)
        is_open = wire.is_half_open(self.server.listening[0][1], getattr(gone, "port", 0))
        perhaps = diagnosis.of_open_end(name) if is_open else None
        raise Unmet(f"{name} to be let in again", "ERROR, again and again", late=True, perhaps=perhaps)

    def is_silent(self, *people: Person) -> None:
        """Let nobody say anything for longer than a server that is in a hurry waits."""

        def lost_somebody() -> bool:
            for person in people:
                person.takes_in_what_came()
            return any(person.closed for person in people)

        self.server.passes(SILENCE_KEPT, lost_somebody)  # what comes after that does not matter
        names = [person.name for person in people]
        self.minutes.remark(together(names), f"{do('say', names)} nothing for a long time")
        for person in people:
            if person.closed:
                expected = f"the server to keep {person}, who says nothing"
                raise Unmet(expected, "it closed the connection", perhaps=diagnosis.LOST_PATIENCE)

    def settles(self, speaker: Person, *listeners: Person, quietly: bool = False) -> None:
        """Let `speaker` say something and everyone hear it: whatever the speaker caused before has come by then.

        Where that is not heard, and something wrong came before, that is told.
        """
        try:
            speaker.is_heard_by(*(listeners or (speaker,)))
        except Unmet as unmet:
            raise self.talk.judge.failure() or unmet from None
        if not quietly:
            others = [person.name for person in listeners if person is not speaker]
            heard = f", and {together(others)} hear{'s' * (len(others) == 1)} it" if others else " and hears it"
            self.minutes.remark(speaker.name, f"says something else{heard}")

    def lets_the_server_read(self, person: Person, witness: Person | None = None) -> None:
        """Wait until the server has read what `person` sent, as far as this system can tell, and had time for it."""
        self.server.reads(self.server.listening[0][1], person.port)
        self.lets_the_server_work(witness)

    def lets_the_server_work(self, witness: Person | None = None) -> None:
        """Give the server time: it comes to rest, and a witness is served."""
        for _ in range(2):
            self.server.comes_to_rest()
            if witness:
                heard = witness.place_in_talk
                text = self.talk.marker()
                witness.says(text, quietly=True)
                with contextlib.suppress(Unmet):
                    witness.hears(witness, text, quietly=True, beats=KNOCK)
                witness.rewinds(heard)

    @property
    def is_known_to_fail(self) -> bool:
        """Whether another check of this program fails."""
        return any(role.program == self.program for role in self.production.failed)

    def adds_up(self) -> None:
        """Fail if anybody has heard something that nothing explains."""
        everyone = [person for person in self.talk.people if isinstance(person, Person)]
        people = [person for person in everyone if person.is_connected and not person.closed]
        if self.talk.judge.is_awake or self.talk.judge.is_unsure:
            for _ in range(2):  # only the second time proves that the whole round of the first has gone out
                for person in people:
                    if person.has_joined and person.is_counted_in and not person.is_leaving:
                        self._is_heard_alone(person, people)
            for person in people:
                person.takes_in_what_came()
        if unmet := self.talk.judge.failure():
            raise unmet

    @staticmethod
    def _is_heard_alone(person: Person, people: Iterable[Person]) -> None:
        """Let `person` say a marker, and wait until all who are to hear it have, where they are few."""
        text = person.talk.marker()
        here = [other for other in people if other.server is person.server and other.place == person.place]
        if person.hears_an_echo(text) and len(here) <= FEW:
            for other in here:
                if other is not person and other.has_joined and not (other.hears_in_passing(text) or other.closed):
                    return  # it waits in vain for what others may not hear, either

    def close(self) -> None:
        """Send everyone home and end the server."""
        for person in self.talk.people:
            person.sock.close()
        for server in self.talk.servers:
            server.close()


def knows_join(production: Production) -> bool:
    """Return whether JOIN is answered with JOINED. A server that answers nothing at all is taken at its exercise."""
    is_due = production.exercise.dialect.joins is True
    room = Room(production, replace(production.exercise, dialect=Dialect(joins=True, may_be_bare=True)))
    try:
        ann, bob = room.connect("Ann"), room.connect("Bob")
        ann.commands("JOIN:Ann")
        bob.says("knock")
        with contextlib.suppress(Unmet):
            bob.hears(bob, "knock", beats=KNOCK)
        ann.says("knock, too")
        with contextlib.suppress(Unmet):
            ann.hears(ann, "knock, too", beats=KNOCK)
        if any("JOINED:Ann" in line for line in ann.heard):  # a prompt without a newline may stand before it
            return True
        return is_due and not any("knock" in line for line in ann.heard + bob.heard)
    except Unmet:
        return is_due
    finally:
        room.close()
