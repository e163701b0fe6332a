"""Longer scenes for the checks of a server: readers that stop, floods, and people who come while others talk."""

from __future__ import annotations

import contextlib
import itertools
import math
import time
from collections.abc import Callable, Iterable, Iterator

from grading.people.judge import TOO_MANY
from grading.people.person import Person
from grading.people.room import Room
from grading.people.schedules import REPEATS
from grading.process.patience import GUESTS_SECONDS, HELD_UP, PATIENCE, SLOW_READING, SLOW_TALK
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.unmet import Unmet
from grading.results.visible import shown
from grading.stage.messages import PART_BYTES
from grading.system.processes import belongings, kilobytes, standing_still
from grading.telling import diagnosis

BATCH = 16  # lines that are said at once
LONG, VERY_LONG = "x" * 100, "x" * 1000  # what makes such a line fill buffers
LONGEST = 4000  # bytes of a text that still fits into a line with all that stands before it
LONGEST_NAME, MANY_GUESTS = 32, 36  # news of so many, with such names, are more than a buffer that is full still takes
MANY_TIMES = 64  # that somebody asks something: the answers are more than that, too
SLOW_LINES = 8  # of that length, which a slow reader gets to read
MOST_WHOLE = 4096 + 80  # characters of the longest line that is whole, with a name and the time before its text
UNTIL_STUCK = 12  # batches; whoever serves all of them waits for a reader later, or never
UNTIL_DRAINED = 6  # batches of very long lines after that, 98 kB: asyncio waits for a reader once 64 KiB wait for him
STILL_TO_SEND = 2  # more of them, very long, once it stands still: what is left of a batch may trickle through
A_LOT = 100  # batches of very long lines, 1.6 MB: more than may ever wait for one reader, and so for one who reads
A_WHILE = 12  # such batches, 190 kB: more than the buffers of a shallow connection hold
LONGER = 38  # such batches, 610 kB: more than that by far, and less than what anybody must be dropped for
PIECE_BYTES = 250_000  # of a line without end: who takes one byte after the other needs a while for as many
ROUNDS_OF_GUESTS = 25  # each with a guest who leaves in each of these ways in each of these states: 300 in all
WAYS_TO_LEAVE: tuple[Callable[[Person], None], ...] = (Person.closes, Person.resets, Person.half_closes)
STATES = ("has joined", "never joined", "was refused", "stopped in the middle of a line")
MOST_KEPT = 20  # threads or descriptors; what keeps one guest of each round keeps more
TOO_MANY_KEPT = 100  # the same, with which no more guests come


def say(speaker: Person, texts: list[str]) -> None:
    """Let `speaker` say all of `texts` in one segment."""
    speaker.sends("".join(f"MESSAGE:{text}\n" for text in texts), quietly=True)


def say_one_after_another(speaker: Person, batches: int, filling: str) -> Iterator[list[str]]:
    """Let `speaker` say so many batches of lines, each with `filling` at its end; yield each once it was said.

    They have not said any of these lines before: what comes of them now is not what came then.
    """
    new = (number for number in itertools.count() if f"{number}.0 {filling}" not in speaker.said)
    for number in itertools.islice(new, batches):
        batch = [f"{number}.{line} {filling}" for line in range(BATCH)]
        say(speaker, batch)
        yield batch


def talk_until_stuck(room: Room, speaker: Person, listeners: Iterable[Person]) -> list[str]:
    """Let `speaker` talk until the broadcast stands still at somebody who does not read; return what was said.

    A server that does not wait for its readers never stands still; then this ends all the same.
    """
    said: list[str] = []
    batches = say_one_after_another(speaker, UNTIL_STUCK, LONG)
    for batch in itertools.chain(batches, say_one_after_another(speaker, UNTIL_DRAINED, VERY_LONG)):
        said += batch
        try:
            for person in (*listeners, speaker):
                person.hears(speaker, batch[-1], quietly=True, beats=HELD_UP)
        except Unmet:
            more = say_one_after_another(speaker, STILL_TO_SEND, VERY_LONG)
            said += itertools.chain.from_iterable(more)
            break
    room.minutes.remark(speaker.name, f"says {len(said)} long lines")
    return said


def talk_unheard(room: Room, speaker: Person) -> None:
    """Let `speaker` say more than fits into the buffers of one who does not read, and wait for nobody to hear it."""
    lines = [text for batch in say_one_after_another(speaker, A_WHILE, VERY_LONG) for text in batch]
    room.minutes.remark(speaker.name, f"says {len(lines)} long lines")
    room.lets_the_server_work()


def hear_all(listener: Person, speaker: Person, said: list[str], meanwhile: str = "") -> None:
    """Fail unless `listener` hears everything that was said, in order; `meanwhile` is what happened as it was sent."""
    listener.rewinds()
    for number, text in enumerate(said, 1):
        try:
            listener.hears(speaker, text, quietly=True, beats=SLOW_TALK)
        except Unmet as unmet:
            expected = f"{listener} to hear all {len(said)} lines of {speaker}, in order"
            got = f"line {number} never came"
            perhaps = diagnosis.of_passing_over(meanwhile, unmet.perhaps) if meanwhile else None
            raise Unmet(expected, got, None if perhaps else unmet.cause, unmet.late, perhaps) from None


def talk_past_a_stopped_reader(room: Room, speaker: Person, listener: Person, batches: int = A_LOT) -> None:
    """Fail unless `speaker` can say so many batches, and `listener` hear them, while somebody else does not read."""
    said = 0
    for batch in say_one_after_another(speaker, batches, VERY_LONG):
        said += len(batch)
        for person in (listener, speaker):
            try:
                person.hears(speaker, batch[-1], quietly=True, beats=SLOW_TALK)
            except Unmet as unmet:
                if person.closed:
                    raise
                expected = f"{person} to go on hearing what {speaker} says"
                stands = room.server.where_it_stands()
                raise Unmet(expected, f"nothing more came after about {said} lines", stands, unmet.late) from None
    room.minutes.remark(speaker.name, f"says {said} long lines")


def live_beside_a_stopped_reader(room: Room, reader: Person, speaker: Person, listener: Person) -> None:
    """Fail unless nobody is held up who whispers to `reader`, for whom much waits, or comes or goes, or is answered.

    Whatever goes out past that which waits for `reader` would wait for it as well.
    """
    room.lets_the_server_work()  # until no more goes to `reader`
    try:
        speaker.sends(f"PRIVATE:{reader}:{VERY_LONG}\n" * BATCH, quietly=True)
        room.minutes.remark(speaker.name, f"whispers {BATCH} long lines to {reader}")
        _is_heard(speaker, "That was a whisper.", listener)
        _look_in(room, listener)
        reader.sends("LIST_USERS\nDANCE\n" * MANY_TIMES, quietly=True)
        room.minutes.remark(reader.name, f"sends LIST_USERS and DANCE, {MANY_TIMES} times")
        room.lets_the_server_read(reader)
        _is_heard(listener, "And what did you ask?", speaker)
    except Unmet as unmet:
        unmet.perhaps = unmet.perhaps or room.server.where_it_stands()
        raise


def _is_heard(speaker: Person, text: str, listener: Person) -> None:
    speaker.says(text)
    for person in (listener, speaker):
        person.hears(speaker, text, beats=SLOW_TALK)


def _look_in(room: Room, listener: Person) -> None:
    """Let many guests come at once, the last one of them speak, and all go again."""
    guests = [room.connect(f"Guest{number}".ljust(LONGEST_NAME, "_")) for number in range(MANY_GUESTS)]
    for guest in guests:
        guest.sends(f"JOIN:{guest}\n", quietly=True)
    for guest in guests:
        guest.is_told(f"JOINED:{guest}", quietly=True, beats=SLOW_TALK)
    room.minutes.remark(f"{MANY_GUESTS} guests", "join")
    _is_heard(guests[-1], "We only look in.", listener)
    room.minutes.remark("they", "leave again")
    start = listener.place_in_talk
    for guest in guests:
        guest.sends("QUIT\n", quietly=True)
    for guest in guests:
        listener.rewinds(start)
        listener.is_told(f"USER_LEFT:{guest}", quietly=True, beats=SLOW_TALK)
        guest.sock.close()


def join_without_reading(room: Room, name: str, speaker: Person, listener: Person) -> None:
    """Fail unless nobody is held up where somebody joins and reads nothing, and the history is long."""
    (batch,) = say_one_after_another(speaker, 1, "x" * (LONGEST - 20))
    say(speaker, [f"again {text}" for text in batch])
    listener.hears(speaker, f"again {batch[-1]}", quietly=True, beats=SLOW_TALK)
    room.minutes.remark(speaker.name, f"says {2 * BATCH} lines, as long as they may be")
    newcomer = room.connect(name, shallow=True)
    newcomer.sends(f"JOIN:{name}\n", quietly=True)
    room.minutes.remark(name, "asks to join, and reads nothing, not even the history")
    room.lets_the_server_read(newcomer)
    try:
        _is_heard(speaker, f"Who is {name}?", listener)
        _is_heard(listener, "Nobody knows.", speaker)
    except Unmet as unmet:
        unmet.perhaps = unmet.perhaps or room.server.where_it_stands()
        raise


def pause_reading(room: Room, reader: Person, speaker: Person, listener: Person) -> None:
    """Fail unless `reader`, who reads again after a while, hears all that was said, or was dropped, and has left."""
    for batches in (A_WHILE, LONGER, A_LOT):
        room.minutes.remark(reader.name, "stops reading")
        said: list[str] = []
        for batch in say_one_after_another(speaker, batches, VERY_LONG):
            said += batch
            for person in (listener, speaker):
                person.hears(speaker, batch[-1], quietly=True)
        room.minutes.remark(speaker.name, f"says {len(said)} long lines")
        room.minutes.remark(reader.name, "reads again")
        try:
            hear_all(reader, speaker, said)
        except Unmet:
            if not reader.closed:
                raise
            listener.rewinds()
            listener.is_told(f"USER_LEFT:{reader}", quietly=True)
            return


def come_back_unread(room: Room, reader: Person, speaker: Person, listener: Person) -> None:
    """Let `reader` stop reading, leave and come back, and fail if the end of the old connection harms the new one."""
    room.minutes.remark(reader.name, "stops reading")
    start = listener.place_in_talk
    said = [text for batch in say_one_after_another(speaker, A_WHILE, VERY_LONG) for text in batch]
    room.minutes.remark(speaker.name, f"says {len(said)} long lines")
    for person in (listener, speaker):
        person.hears(speaker, said[-1], quietly=True)
    reader.half_closes()
    listener.rewinds(start)  # who does not read may be dropped in the middle of all that
    try:
        listener.is_told(f"USER_LEFT:{reader}", beats=HELD_UP)
    except Unmet:  # a server need not listen to those who do not read
        reader.sock.close()
        listener.is_told(f"USER_LEFT:{reader}")
        return
    back = room.joins_as_soon_as_possible(reader.name)
    room.minutes.remark(reader.name, "comes back, and the connection of before is read to its end")
    reader.is_hung_up_on()
    reader.sock.close()
    room.lets_the_server_work(speaker)
    room.settles(speaker, listener)
    speaker.says(f"There you are, {back}!")
    for person in (listener, back):
        person.hears(speaker, f"There you are, {back}!")


def read_slowly(room: Room, reader: Person, *speakers: Person) -> None:
    """Fail unless all that `speakers` say, long lines at once, arrives whole at `reader`, for whom the server waits.

    A `send` to such a reader takes a part of what it is given: see `make_shallow`.
    """
    start, numbers = reader.place_in_talk, range(SLOW_LINES)
    said = {speaker: [f"{number} {speaker} ".ljust(LONGEST, "x") for number in numbers] for speaker in speakers}
    for speaker, texts in said.items():
        say(speaker, texts)
    room.minutes.remark(reader.name, f"is slow to read the long lines of {' and '.join(map(str, speakers))}")
    room.minutes.remark(f"a `send` to {reader}", f"takes {PART_BYTES} bytes at the most")
    for number in numbers:
        for speaker in speakers:
            reader.rewinds(start)
            hear_it_whole(reader, speaker, said[speaker][number])


@contextlib.contextmanager
def before_it_is_read(room: Room) -> Iterator[None]:
    """Let the server stand still meanwhile: nobody waits for it to come to rest, as it cannot say that it has."""
    room.talk.is_in_turmoil = True
    try:
        with standing_still(room.server.process.pid):
            yield
    finally:
        room.talk.is_in_turmoil = False


def speak_and_break(room: Room, person: Person, text: str) -> None:
    """Let `person` say something, and the connection break before the server has read it, where that can be arranged.

    So the server reads the text, and then it cannot be sent to its speaker.
    """
    room.minutes.remark(person.name, "says something, and the connection breaks before the server has read it")
    with before_it_is_read(room):
        person.says(text)
        person.resets()


def speak_and_leave(room: Room, person: Person, text: str) -> None:
    """Let `person` say something and leave, so that the server reads both at once, where that can be arranged."""
    room.minutes.remark(person.name, "says something and leaves, before the server has read any of it")
    with before_it_is_read(room):
        person.says(text)
        person.half_closes()


def join_and_break(room: Room, name: str) -> None:
    """Let somebody ask for `name`, and the connection break before the server has read it, where it can be arranged."""
    person = room.connect(name)
    room.minutes.remark(name, "asks to join, and the connection breaks before the server has read it")
    with before_it_is_read(room):
        person.sends(f"JOIN:{name}\n")
        person.resets()


def come_and_break(room: Room, name: str) -> None:
    """Let somebody come, and the connection break before the server has let them in, where that can be arranged."""
    room.server.lets_in_all()  # at its door may be room for a few only, and who stands still makes none
    room.minutes.remark(name, "comes, and the connection breaks before the server has let anybody in")
    with before_it_is_read(room):
        room.connect(name).resets()


def hear_it_whole(reader: Person, speaker: Person, text: str) -> None:
    """Fail unless `reader` hears `text`, a long one, and without waiting any longer where a line of others is torn."""
    try:
        reader.hears(speaker, text, quietly=True)
    except Unmet:
        came = (*reader.lines_since, reader.unfinished)
        expected = f"{reader} to hear each long line whole"
        if torn := next((line for line in came if len(line) > MOST_WHOLE), None):
            got = f"the beginning of one with others behind it: {shown(torn)}"
            raise Unmet(expected, got, missing=False) from None
        if cut := next((line for line in came if len(line.encode()) == PART_BYTES), None):
            got = f"as much of one as a single `send` took: {shown(cut)}"
            raise Unmet(expected, got, missing=False) from None
        raise


def flood(room: Room, speaker: Person, megabytes: int, may_grow: int) -> None:
    """Let `speaker` send one line of so many megabytes; fail if the server keeps more than `may_grow` of it.

    Whoever keeps it does so soon, and the longer what is kept, the longer some take for each piece that comes.
    """
    server, expected = room.server, f"the server to throw a line of {megabytes} MB away as it comes"
    before = kilobytes(server.process.pid, "VmHWM")
    room.minutes.remark(speaker.name, f"says one line of {megabytes} MB")
    for data in [b"long" * (PIECE_BYTES // 4)] * (megabytes * 1_000_000 // PIECE_BYTES) + [b"\n"]:
        speaker.sends(data, quietly=True)
        has_read = server.reads(server.listening[0][1], speaker.port, SLOW_READING)
        room.lets_the_server_work()
        grown = (kilobytes(server.process.pid, "VmHWM") - before) / 1000
        if grown > may_grow:
            raise Unmet(expected, f"its memory grew by {grown:.0f} MB")
        if not has_read and not speaker.closed:
            raise Unmet(expected, "it has stopped reading in the middle of it", late=True)
    speaker.is_refused(f"a line of {megabytes} MB", beats=SLOW_READING)


def keep_nothing_of_guests(room: Room, host: Person) -> None:
    """Let guests come and go; fail if the server still has a thread or a connection for some of them in the end.

    What it has is counted: a lower limit would tell no more, and only where something is counted, too.
    """
    room.talk.judge.sleeps(TOO_MANY)
    room.talk.is_in_turmoil = True
    receive_guests(room, host, 0)  # what a server starts when it first needs it, it may keep
    before = belongings(room.server.process.pid)
    end = time.monotonic() + GUESTS_SECONDS
    for number in range(1, ROUNDS_OF_GUESTS):
        if time.monotonic() < end and max(_kept(room.server, before)) < TOO_MANY_KEPT:
            receive_guests(room, host, number)
    expected = "the server to keep nothing of hundreds of guests who have gone"
    keep_no_more(room.server, before, expected, diagnosis.KEEPS_GUESTS)


def keep_no_more(server: Program, before: tuple[int, int], expected: str, cause: Cause | None = None) -> None:
    """Wait until a server has about as many threads and descriptors as `before`; fail if it keeps many more."""
    for seconds in server.patience(PATIENCE):
        threads, descriptors = _kept(server, before)
        if max(threads, descriptors) < MOST_KEPT:
            return
        time.sleep(seconds)
    counts = {"threads": threads, "open connections": descriptors}
    kept = " and ".join(f"{count} {what}" for what, count in counts.items() if count >= MOST_KEPT)
    raise Unmet(expected, f"it has {kept} more than before", cause, late=True)


def _kept(server: Program, before: tuple[int, int]) -> tuple[int, int]:
    """Return how many threads and descriptors a server has more than `before`."""
    threads, descriptors = belongings(server.process.pid)
    return threads - before[0], descriptors - before[1]


def receive_guests(room: Room, host: Person, number: int) -> None:
    """Let a guest come in each state and leave in each way."""
    joined: list[Person] = []
    guests: list[tuple[Person, Callable[[Person], None]]] = []
    place = len(room.minutes.events)
    for state, leaves in itertools.product(STATES, WAYS_TO_LEAVE):
        guest = room.connect(f"Guest{number}.{len(guests)}")
        guests.append((guest, leaves))
        if state == "never joined":
            continue
        guest.sends(f"JOIN:{host if state == 'was refused' else guest}\n", quietly=True)
        if state == "was refused":
            guest.is_refused("JOIN with a name in use")
            continue
        guest.is_told(f"JOINED:{guest}", quietly=True)
        joined.append(guest)
        if state != "has joined":
            guest.sends("MESS", quietly=True)
    for guest, leaves in guests:
        leaves(guest)
    host.is_told_all([f"USER_LEFT:{guest}" for guest in joined], quietly=True)
    for guest, _ in guests:
        guest.sock.close()
    del room.minutes.events[place:]  # all went well, and it is too much to read


def join_in_turn(room: Room, *names: str, seconds: float = math.inf) -> list[Person]:
    """Return people who have joined, each of them before the next one comes; fewer, where that takes so long."""
    people = []
    end = time.monotonic() + seconds
    for name in itertools.takewhile(lambda name: time.monotonic() < end, names):
        person = room.connect(name)
        person.sends(f"JOIN:{person}\n", quietly=True)
        person.is_told(f"JOINED:{person}", quietly=True)
        people.append(person)
    return people


class ComeAndGo:
    """People who talk while those before them leave and those after them come: next time, it is their turn to leave.

    So those who talk stand behind those who leave, wherever the server keeps them in the order in which they came:
    whoever is removed while somebody loops over them would make the loop skip one of those who talk.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.leaving: list[Person] = []
        self.talking: list[Person] = []

    def scene(self, number: int) -> Iterator[None]:
        """Fail unless both who talk hear all that is said, and who leaves and who comes."""
        if not self.talking:
            self.leaving = join_in_turn(self.room, "Bob0", "Cyd0")
            self.talking = join_in_turn(self.room, "Ann0", "Zed0")
        ann, _ = self.talking
        coming = [self.room.connect(f"Ann{number}")]
        starts = [person.place_in_talk for person in self.talking]
        yield
        say(ann, [f"one {number}", f"two {number}"])
        for person in self.leaving:
            person.sends("QUIT\n", quietly=True)
        coming.append(self.room.connect(f"Zed{number}"))  # no more than one, as the backlog may be short
        for person in coming:
            person.sends(f"JOIN:{person}\n", quietly=True)
        yield
        for person, start in zip(self.talking, starts, strict=True):
            for text in ("one", "two"):
                person.hears(ann, f"{text} {number}", quietly=True)
            person.rewinds(start)
            person.is_told_all([f"USER_LEFT:{other}" for other in self.leaving], quietly=True)
            person.rewinds(start)
            person.is_told_all([f"USER_JOINED:{other}" for other in coming], quietly=True)
        for person in coming:
            person.is_told(f"JOINED:{person}", quietly=True)
        for person in coming:
            person.knocks()
        for person in self.leaving:
            person.sock.close()
        self.leaving, self.talking = self.talking, coming


class AskAndStay:
    """People who ask, and those before them leave while a thread is held: next time, it is their turn to leave.

    So those who stay stand behind those who leave, wherever the server keeps them in the order in which they came:
    whoever is removed while somebody loops over them would make the loop skip one of those who stay.
    """

    def __init__(self, room: Room) -> None:
        self.room = room
        self.leaving: list[Person] = []

    def scene(self, number: int) -> Iterator[None]:
        """Fail unless both who stay are in the list that each of them asks for, and find one another and a newcomer."""
        leaving = self.leaving = self.leaving or join_in_turn(self.room, "Bob0", "Cyd0")
        ann, zed = staying = join_in_turn(self.room, f"Ann{number}", f"Zed{number}")
        newcomer = self.room.connect(f"New{number}")
        yield
        ann.sends(f"LIST_USERS\nPRIVATE:{zed}:psst {number}\n", quietly=True)
        zed.sends(f"PRIVATE:{ann}:psst {number}\nLIST_USERS\n", quietly=True)
        newcomer.sends(f"JOIN:{newcomer}\n", quietly=True)
        yield
        for person, other in ((ann, zed), (zed, ann)):
            person.lists_users(*map(str, staying))
            person.rewinds()
            person.is_told(f"PRIVATE:{other}:psst {number}", quietly=True)
            person.rewinds()
            person.is_told(f"USER_JOINED:{newcomer}", quietly=True)
        newcomer.is_told(f"JOINED:{newcomer}", quietly=True)
        for person in (newcomer, *leaving):
            person.sock.close()
        self.leaving = staying

    def leave(self) -> None:
        """Let those whose turn it is leave: the answer to who asked may be in the middle of its search for names."""
        for person in self.leaving:
            person.sends("QUIT\n", quietly=True)


def come_back_at_once(room: Room, witness: Person, number: int) -> Iterator[None]:
    """Fail unless somebody who gets a name while its holder leaves keeps it. They may be refused it just then."""
    place = len(room.minutes.events)
    (leaver,) = join_in_turn(room, f"Bob{number}")
    heir = room.connect(leaver.name)
    yield
    leaver.sends("QUIT\n", quietly=True)
    heir.sends(f"JOIN:{heir}\n", quietly=True)
    yield
    if heir.finds(rf"JOINED:{heir}|ERROR:.*", f"JOINED:{heir}").startswith("JOINED"):
        witness.says(f"Hello, {heir}", quietly=True)
        for person in (witness, heir):
            person.hears(witness, f"Hello, {heir}", quietly=True)
    heir.sends("QUIT\n", quietly=True)
    for person in (leaver, heir):
        person.sock.close()
    del room.minutes.events[place:]  # all went well


class AmongTalk:
    """Somebody who takes a step in the middle of a talk, once a thread is held that may just be handing out a line.

    And the talk goes on as soon as the thread that does what they ask for has done so, or is held in the middle of
    that. In the first scenes, where nobody is held, all of it comes at once.
    """

    def __init__(self, room: Room, speaker: Person) -> None:
        self.room = room
        self.speaker = speaker

    def _begins(self, number: int, what: str) -> None:
        self.comes_at_once = number <= REPEATS and self.room.production.seed is None
        self.texts = [f"{what} {number}, line {line:02d}" for line in range(1, 5)]

    def _talks(self) -> None:
        say(self.speaker, self.texts[:2])
        if self.comes_at_once:
            self._steps()
            say(self.speaker, self.texts[2:])

    def _steps(self) -> None:
        raise NotImplementedError

    def go(self) -> None:
        """Let somebody take that step, and the speaker talk on."""
        if not self.comes_at_once:
            self._steps()
            self.room.server.comes_to_rest()
            say(self.speaker, self.texts[2:])


class JoinAmongTalk(AmongTalk):
    """Somebody who joins in the middle of a talk."""

    def _steps(self) -> None:
        self.newcomer.sends(f"JOIN:{self.newcomer}\n", quietly=True)

    def scene(self, number: int) -> Iterator[None]:
        """Fail unless the newcomer hears all that is said: what was said before is in the history."""
        before = len(self.speaker.said_by(self.speaker))
        self.newcomer = self.room.connect(f"New{number}")
        self._begins(number, "talk")
        yield
        self._talks()
        yield
        self.newcomer.is_told(f"JOINED:{self.newcomer}", quietly=True)
        self.speaker.hears(self.speaker, self.texts[-1], quietly=True)
        self.room.settles(self.speaker, self.speaker, self.newcomer, quietly=True)
        heard, said = self.newcomer.said_by(self.speaker), self.speaker.said_by(self.speaker)
        self.newcomer.sends("QUIT\n", quietly=True)
        self.newcomer.sock.close()
        self._is_whole(heard, said, before)

    def _is_whole(self, heard: list[str], said: list[str], before: int) -> None:
        expected = f"{self.newcomer}, who joins while {self.speaker} talks, to hear"
        if lost := next((text for text in said[before:] if text not in heard), ""):
            raise Unmet(f"{expected} every line once", f"{lost} never came")
        if twice := next((text for text in self.texts if heard.count(text) > 1), ""):
            raise Unmet(f"{expected} every line once", f"{twice} came twice")
        places = list(map(said.index, heard))
        pairs = zip(heard[1:], places, places[1:], strict=False)
        if late := next((text for text, place, next_place in pairs if next_place < place), ""):
            got = f"{late} comes behind a line that was said later"
            raise Unmet(f"{expected} what {self.speaker} says in order", got, missing=False)


class MoveAmongTalk(AmongTalk):
    """Somebody who goes to another room in the middle of a talk."""

    def __init__(self, room: Room, speaker: Person, mover: Person) -> None:
        super().__init__(room, speaker)
        self.mover = mover

    def _steps(self) -> None:
        self.mover.sends("JOIN_ROOM:garden\n", quietly=True)

    def scene(self, number: int) -> Iterator[None]:
        """Fail unless the speaker hears all that they say, and the mover a beginning of it.

        Whether lines that are on their way come before JOINED_ROOM or after it is left free.
        """
        self._begins(number, "walk")
        self.mover.sends("JOIN_ROOM:lobby\n", quietly=True)
        self.mover.is_told("JOINED_ROOM:lobby", quietly=True)
        yield
        self._talks()
        yield
        for text in self.texts:
            self.speaker.hears(self.speaker, text, quietly=True)
        self.mover.is_told("JOINED_ROOM:garden", quietly=True)
        self.room.settles(self.speaker, self.speaker, quietly=True)
        self.room.settles(self.mover, self.mover, quietly=True)
        heard = [text for text in self.mover.said_by(self.speaker) if text in self.texts]
        if heard != self.texts[: len(heard)]:
            who = f"{self.mover}, who goes while {self.speaker} talks,"
            expected = f"{who} to hear what is said until then, and each line once"
            raise Unmet(expected, " and ".join(heard), missing=False)


class ChangePlaces:
    """Two people who go at the same moment, each where the other one comes from, while one of those who stay talks.

    A third one goes once a thread is held, which may be in the middle of finding out who hears what was said.
    """

    def __init__(self, room: Room, pair: tuple[Person, Person], third: Person, speaker: Person) -> None:
        self.room = room
        self.pair = pair
        self.third = third
        self.speaker = speaker
        speaker.goes_to("attic", quietly=True)

    def scene(self, number: int) -> Iterator[None]:
        """Fail unless all arrive, and what is said behind the back of the third one is not for that one."""
        one, other = self.pair
        starts = {one: "attic", other: "cellar", self.third: "attic"}
        ends = {one: "cellar", other: "attic", self.third: "cellar"}
        during, behind = f"swap {number}", f"one behind swap {number}"
        for person, place in starts.items():
            person.goes_to(place, quietly=True)
        yield
        say(self.speaker, [during])
        for person in self.pair:
            person.sends(f"JOIN_ROOM:{ends[person]}\n", quietly=True)
        yield
        for person, place in ends.items():
            person.is_told(f"JOINED_ROOM:{place}", quietly=True)
        self.speaker.hears(self.speaker, during, quietly=True)
        say(self.speaker, [behind])
        self.speaker.hears(self.speaker, behind, quietly=True)
        self.room.settles(self.third, self.third, quietly=True)
        self.third.never_heard(behind)

    def go(self) -> None:
        """Let the third one go."""
        self.third.sends("JOIN_ROOM:cellar\n", quietly=True)
