"""Step 3: people leave, in every way there is, and nobody else suffers."""

import contextlib
from collections.abc import Iterator

from grading.people.conversing import HINT, converse
from grading.people.person import Person
from grading.people.resting import rest_as_before, turns
from grading.people.room import Room
from grading.people.schedules import shake
from grading.people.stress import (
    ComeAndGo,
    come_back_at_once,
    flood,
    hear_all,
    join_and_break,
    join_in_turn,
    keep_nothing_of_guests,
    speak_and_break,
    speak_and_leave,
    talk_until_stuck,
)
from grading.process.patience import HELD_UP
from grading.results.unmet import Unmet
from grading.suite import check
from grading.system.wire import reset
from grading.telling import diagnosis

FULL_HOUSE = 20  # guests
GUESTS_WITH_LAST_WORDS = 12
HALF_A_PAIR = b"\xed\xa0\x80"  # of UTF-16, written as if it were a letter: RFC 3629 forbids that
IN_FINALLY = "Put the farewell where every way of leaving passes: into `finally`."


def say_goodbye(bob: Person, *others: Person) -> None:
    """Let Bob speak once more, now that the others are there, and everyone hear it, so that nothing is on its way."""
    bob.says("I have to go.")
    for person in (*others, bob):
        person.hears(bob, "I have to go.")


def leave_with_last_words(room: Room, *names: str) -> None:
    """Fail unless people hear what they say just before QUIT: by chance, it was sent to the first of them already."""
    for guest in join_in_turn(room, *names):
        guest.sends("MESSAGE:I am off, too\nQUIT\n")
        try:
            guest.hears(guest, "I am off, too", quietly=True)
        except Unmet as unmet:
            expected = f"{guest} to hear what {guest} said before QUIT"
            got = "the server closed the connection" if guest.closed else unmet.got
            raise Unmet(expected, got, unmet.cause, unmet.late, diagnosis.UNSENT) from None
        guest.sock.close()


def see_bob_leave(room: Room, *others: Person) -> None:
    """Everyone else hears, exactly once, that Bob has left."""
    for person in others:
        person.is_told("USER_LEFT:Bob")
    room.lets_the_server_work(others[0])
    room.settles(others[0], *others)
    for person in others:
        person.heard_times("USER_LEFT:Bob", 1)
        for other in others:
            person.heard_times(f"USER_LEFT:{other}", 0)


@check(
    2,
    "`QUIT` ends the loop that reads the lines of this client. " + IN_FINALLY,
    rests=(
        "said.left",
        "said.once",
    ),
)
def test_leaving_with_quit(room: Room) -> None:
    """When somebody says QUIT, everyone left hears USER_LEFT exactly once."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    say_goodbye(bob, ann, cyd)
    bob.commands("QUIT")
    see_bob_leave(room, ann, cyd)
    bob.takes_in_what_came()
    bob.never_heard("ERROR:", diagnosis.QUIT_REFUSED)  # a farewell is fine
    cyd.sends("MESSAGE:I am off\nQUIT\n")  # in one segment
    ann.hears(cyd, "I am off")
    ann.is_told("USER_LEFT:Cyd")
    leave_with_last_words(room, *(f"Guest{number}" for number in range(1, GUESTS_WITH_LAST_WORDS + 1)))


@check(
    2,
    "Two places may notice that a client has gone; only the one that really removes it says so.",
    rests=(
        "said.left",
        "said.once",
    ),
)
def test_leaving_with_quit_and_closing(room: Room) -> None:
    """QUIT and the end of the connection together are one leaving, not two."""
    (ann,) = room.enter("Ann")
    bob = room.connect("Bob")
    bob.joins()
    room.minutes.remark("Bob", "joins, and never says a word")
    (cyd,) = room.enter("Cyd")
    bob.hears(cyd, "Cyd is here", quietly=True)
    bob.commands("QUIT")
    bob.closes()
    see_bob_leave(room, ann, cyd)


@check(
    1,
    "Strip the line end before you compare a line with `QUIT`.",
    rests=(
        "said.left",
        "lines.return",
    ),
)
def test_quit_from_telnet(room: Room) -> None:
    """QUIT may end with a carriage return, too."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    bob.sends("QUIT\r\n")
    see_bob_leave(room, ann, cyd)


@check(1, "After `QUIT`, stop: do not look at the lines behind it.", rests=("said.after-quit",))
def test_after_quit_nothing_counts(room: Room) -> None:
    """What is said after QUIT is not heard any more."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    bob.sends("QUIT\nMESSAGE:one more thing\n")
    see_bob_leave(room, ann, cyd)
    for person in (ann, cyd):
        person.never_heard("one more thing")
    cyd.sends("QUIT\nJOIN:Eve\nMESSAGE:me again\n")
    ann.is_told("USER_LEFT:Cyd")
    room.settles(ann)
    for text in ("USER_JOINED:Eve", "me again"):
        ann.never_heard(text)


@check(
    2,
    "`recv` or `readline` returning b'' means that the other side has gone. " + IN_FINALLY,
    rests=(
        "said.left",
        "said.once",
    ),
)
def test_leaving_by_closing(room: Room) -> None:
    """When somebody closes the connection without a word, everyone left hears USER_LEFT exactly once."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    say_goodbye(bob, ann, cyd)
    cyd.says("So soon?")
    for person in (ann, bob):
        person.hears(cyd, "So soon?")
    bob.closes()
    see_bob_leave(room, ann, cyd)


@check(
    2,
    "`recv` returning b'' means that nothing more will come, even if you could still send. " + IN_FINALLY,
    rests=(
        "said.left",
        "said.once",
    ),
)
def test_leaving_by_half_closing(room: Room) -> None:
    """When somebody shuts down the sending half of the connection, that is leaving, too."""
    cyd, bob, ann = room.enter("Cyd", "Bob", "Ann")
    say_goodbye(bob, ann, cyd)
    bob.half_closes()
    see_bob_leave(room, ann, cyd)
    speak_and_leave(room, cyd, "I am off")
    ann.hears(cyd, "I am off")
    ann.is_told("USER_LEFT:Cyd")


@check(
    2,
    "A broken connection raises ConnectionResetError instead of returning b''. " + IN_FINALLY,
    rests=(
        "said.left",
        "said.once",
    ),
)
def test_leaving_by_a_reset(room: Room) -> None:
    """When somebody's connection breaks, everyone left hears USER_LEFT exactly once."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    say_goodbye(bob, ann, cyd)
    bob.resets()
    see_bob_leave(room, ann, cyd)
    (eva,) = room.enter("Eva")
    eva.resets()
    for person in (ann, cyd):
        person.is_told("USER_LEFT:Eva")
    speak_and_break(room, ann, "I am off")  # who came first is the first to whom it cannot be sent
    cyd.is_told("USER_LEFT:Ann")
    room.settles(cyd)
    cyd.heard_times("USER_LEFT:Ann", 1)


@check(2, "Only a client that has joined has a name to say goodbye to.", rests=("said.left",))
def test_strangers_leave_in_silence(room: Room) -> None:
    """When somebody goes who never joined, nobody hears of it."""
    ann, bob = room.enter("Ann", "Bob")
    for leave in ("closes", "resets", "half_closes"):
        getattr(room.connect("Eve"), leave)()
    eve = room.connect("Eve")
    eve.commands("QUIT")
    eve.is_hung_up_on(beats=4)
    eve.never_heard("ERROR:", diagnosis.QUIT_REFUSED)
    room.lets_the_server_work(bob)
    room.settles(ann, ann, bob)
    for person in (ann, bob):
        person.never_heard("USER_LEFT")


@check(
    1,
    "Remove a client from the list before you say that it has left, and keep nothing of it.",
    stress=True,
    rests=("names.free",),
)
def test_coming_back_after_leaving(room: Room) -> None:
    """Whoever has left can come back under the same name, and hears everything again."""
    ann, bob = room.enter("Ann", "Bob")
    bob.resets()
    ann.is_told("USER_LEFT:Bob")
    bob = room.joins_as_soon_as_possible("Bob")
    ann.says("Welcome back!")
    bob.hears(ann, "Welcome back!")
    bob.closes()
    ann.is_told("USER_LEFT:Bob")
    join_and_break(room, "Eve")
    room.joins_as_soon_as_possible("Eve")
    room.opens(shaken=True)
    (zed,) = room.enter("Zed")
    room.minutes.remark("Others", "leave, and come back at once under the same name, again and again")
    shake(room, lambda number: come_back_at_once(room, zed, number), unlike=True)


@check(
    3,
    "Sending to a dead client raises: catch that for each recipient on its own, and go on with the next one. "
    "Do not remove anybody from the list you are looping over, nor while you hold a lock that removing needs.",
    stress=True,
    rests=(
        "server.others",
        "said.left",
    ),
)
def test_recipients_die_in_mid_broadcast(room: Room) -> None:
    """When recipients die in the middle of a broadcast, nobody else misses a line."""
    (vic,) = room.enter("Vic", shallow=True)
    (bob,) = room.enter("Bob")
    (vid,) = room.enter("Vid", shallow=True)
    cyd, ann = room.enter("Cyd", "Ann")
    room.minutes.remark("Vic and Vid", "stop reading, so that sending to them stands still")
    said = talk_until_stuck(room, ann, (bob, cyd))
    vic.half_closes()  # who reads from Vic notices first, and who sends to him afterwards; with Vid, by chance
    vic.resets()
    vid.resets()
    for person in (bob, cyd):
        hear_all(person, ann, said, "These lines were being sent when Vic and Vid died.")
        person.rewinds()
        person.is_told_all(("USER_LEFT:Vic", "USER_LEFT:Vid"))
    room.settles(ann, bob, cyd)
    for person in (bob, cyd):
        for name in ("Vic", "Vid"):
            person.heard_times(f"USER_LEFT:{name}", 1)


@check(
    2,
    "A lock that a thread waits for while it holds it itself never opens: "
    "find the dead in the loop, remove them after the `with`.",
    stress=True,
    rests=("server.others",),
)
def test_after_a_death_the_room_stays_open(room: Room) -> None:
    """After recipients have died in mid-broadcast, everyone can still talk, and newcomers get in."""
    (vic,) = room.enter("Vic", shallow=True)
    bob, ann = room.enter("Bob", "Ann")
    room.minutes.remark("Vic", "stops reading, so that sending to him stands still")
    talk_until_stuck(room, ann, (bob,))
    vic.half_closes()  # who reads from Vic notices first, and who sends to him afterwards
    vic.resets()
    bob.is_told("USER_LEFT:Vic")
    new = room.connect("New")
    new.joins()
    bob.is_told("USER_JOINED:New")
    for speaker in (ann, bob, new):
        speaker.says(f"{speaker} is well")
        new.hears(speaker, f"{speaker} is well")


@check(
    2,
    "Take a copy of the list before you send: whoever is removed while you loop makes you skip another one.",
    stress=True,
    rests=("server.others",),
)
def test_leaving_in_mid_broadcast(room: Room) -> None:
    """When somebody leaves in the middle of a broadcast, nobody else misses a line."""
    eva, zed = room.enter("Eva", "Zed")
    (vic,) = room.enter("Vic", shallow=True)
    bob, ann = room.enter("Bob", "Ann")
    room.minutes.remark("Vic", "stops reading, so that sending to him stands still")
    said = talk_until_stuck(room, ann, (bob,))
    eva.closes()
    room.lets_the_server_work()
    with contextlib.suppress(Unmet):  # a server may wait with that for Vic
        zed.is_told("USER_LEFT:Eva", quietly=True, beats=HELD_UP)
    room.minutes.remark("Vic", "reads again")
    with vic.reading():
        for person in (zed, bob):
            hear_all(person, ann, said, "These lines were being sent when Eva left.")
            person.rewinds()
            person.is_told("USER_LEFT:Eva")


@check(
    2,
    "What one thread keeps for itself belongs into local variables: who is leaving, for example. "
    "What all of them share is looked at and changed under the lock.",
    stress=True,
    rests=(
        "said.left",
        "said.once",
    ),
)
def test_several_leave_at_once(room: Room) -> None:
    """When several people go at the same moment, everyone left hears of each, exactly once."""
    room.opens(shaken=True)
    ann, zed = room.enter("Ann", "Zed")
    room.minutes.remark("Guests", "come, and leave all at the same moment, again and again")

    def scene(number: int) -> Iterator[None]:
        first, second, *others = guests = join_in_turn(room, *(f"Guest{number}.{guest}" for guest in range(4)))
        names = [guest.name for guest in guests]
        yield
        first.sock.close()
        second.sends("QUIT\n", quietly=True)
        for guest in others:
            reset(guest.sock)
        yield
        for person in (ann, zed):
            person.is_told_all([f"USER_LEFT:{name}" for name in names], quietly=True)
        room.settles(ann, ann, zed, quietly=True)
        for person in (ann, zed):
            for name in names:
                person.heard_times(f"USER_LEFT:{name}", 1)

    shake(room, scene, apart=(31, 29))


@check(
    2,
    "Other threads add and remove clients while you loop: loop over a copy that you took under the lock.",
    stress=True,
    rests=(
        "server.others",
        "said.once",
    ),
)
def test_people_come_and_go_while_others_talk(room: Room) -> None:
    """When people come and go in the middle of a talk, nobody misses a line or a notice."""
    room.opens(shaken=True)
    room.minutes.remark("Ann and Zed", "talk while others leave and come, again and again")
    shake(room, ComeAndGo(room).scene, apart=(37, 41))


@check(
    1,
    "Only the thread of a client waits for the rest of its line, and it leaves every loop when reading returns b''.",
    rests=(
        "server.others",
        "said.left",
    ),
)
def test_half_a_line(room: Room) -> None:
    """Somebody who stops in the middle of a line, however long, holds up nobody else, and may leave there."""
    ann, bob, eve = room.enter("Ann", "Bob", "Eve")
    eve.sends("MESSAGE:I was just about to")
    room.lets_the_server_read(eve)
    ann.says("Eve?")
    bob.hears(ann, "Eve?")
    eve.closes()
    for person in (ann, bob):
        person.is_told("USER_LEFT:Eve")
    for size in (5000, 50_000):
        (zoe,) = room.enter(f"Zoe{size}")
        zoe.sends("MESSAGE:" + "long " * (size // 5), quietly=True)
        room.minutes.remark(zoe.name, f"says {size} bytes of a line, and leaves in the middle of it")
        room.lets_the_server_read(zoe, witness=ann)
        zoe.half_closes()
        for person in (ann, bob):
            person.is_told(f"USER_LEFT:{zoe}")


@check(
    1,
    "Close the connection, and end each thread that works for it, whatever way a client goes: in `finally`.",
    rests=("server.forgets",),
)
def test_nothing_is_kept_of_those_who_have_gone(room: Room) -> None:
    """When many people have come and gone, the server has no thread and no connection left for them."""
    before = turns(room.server)
    (ann,) = room.enter("Ann")
    room.minutes.remark("Guests", "come and go, one after the other")
    keep_nothing_of_guests(room, ann)
    ann.closes()
    rest_as_before(room.server, sum(before.values()))


@check(
    2,
    "Catch UnicodeDecodeError for each line, answer `ERROR:not UTF-8`, and go on with the next one, which may be there "
    "already.",
    rests=(
        "lines.not-utf8",
        "lines.go-on",
    ),
)
def test_bytes_that_are_not_utf8(room: Room) -> None:
    """Bytes that are not UTF-8 are refused, and the connection goes on."""
    ann, bob = room.enter("Ann", "Bob")
    for not_text in (b"caf\xe9 \xff\xfe", HALF_A_PAIR):
        ann.sends(b"MESSAGE:" + not_text + b"\n")
        ann.is_refused("bytes that are not UTF-8")
    ann.says("in UTF-8: café")
    for person in (bob, ann):
        person.hears(ann, "in UTF-8: café")
    bob.never_heard("caf\N{REPLACEMENT CHARACTER}")
    ann.sends(b"MESSAGE:caf\xe9\nMESSAGE:in the same segment\n")
    ann.is_refused("bytes that are not UTF-8, with another line behind them")
    for person in (bob, ann):
        person.hears(ann, "in the same segment")


@check(
    2,
    "Answer `ERROR:line too long`, and throw away what comes until its newline.",
    rests=(
        "lines.too-long",
        "lines.go-on",
    ),
)
def test_a_line_that_is_too_long(room: Room) -> None:
    """A line of more than 4096 bytes is refused, and the connection goes on."""
    eve = room.connect("Eve")
    room.minutes.remark("Eve", "connects and does not join")
    ann, bob = room.enter("Ann", "Bob")
    for size in (5000, 50_000):
        ann.sends("MESSAGE:" + "long " * (size // 5) + "\n")
        ann.is_refused(f"a line of {size} bytes")
        ann.says(f"after {size} bytes")
        for person in (bob, ann):
            person.hears(ann, f"after {size} bytes")
    ann.sends("MESSAGE:" + "long " * 1000 + "\nMESSAGE:in the same segment\n")
    ann.is_refused("a line of 5000 bytes with another one behind it")
    for person in (bob, ann):
        person.hears(ann, "in the same segment")
    bob.never_heard("long long")
    ann.sends("MESSAGE:" + "long " * 1000)
    room.lets_the_server_read(ann, witness=bob)
    ann.sends("and its end\nMESSAGE:in the segment of its end\n")
    ann.is_refused("a line of 5019 bytes in two pieces, with another one behind it")
    for person in (bob, ann):
        person.hears(ann, "in the segment of its end")
    for size in (4097, 4098, 4099):  # who reads so many bytes at a time has read all of it, its newline or not
        ann.sends("MESSAGE:".ljust(size, "x") + f"\nMESSAGE:behind {size} bytes\n")
        ann.is_refused(f"a line of {size} bytes, of which 4096 are allowed")
        bob.hears(ann, f"behind {size} bytes")
    ann.sends("MESSAGE:" + "€" * 1500 + "\n")
    ann.is_refused("a line of 4508 bytes, which are 1508 letters")
    eve.sends("MESSAGE:" + "long " * 1000 + "\n")
    eve.is_refused("a line of 5000 bytes before JOIN")
    ann.heard_errors(8)


@check(
    2, "Keep no more of a line than may be in it; of the rest, look for the newline only.", rests=("lines.too-long",)
)
def test_a_line_without_end(room: Room) -> None:
    """A line of many megabytes does not fill the memory of the server."""
    room.is_far_away()  # who has made little room for what comes reads as fast as others do
    ann, bob = room.enter("Ann", "Bob")
    flood(room, ann, megabytes=4, may_grow=3)
    bob.says("All is well.")
    ann.hears(bob, "All is well.")


@check(
    2,
    "Ctrl+C ends the loop that accepts. Threads that wait for clients keep a process alive, unless they are daemons.",
    rests=("server.ctrl-c",),
)
def test_ctrl_c_ends_the_server(room: Room) -> None:
    """Ctrl+C ends the server within 3 seconds, even while people are connected."""
    room.connect("Eve")
    room.minutes.remark("Eve", "connects and does not join")
    room.enter("Ann", "Bob")
    room.enter_in_crowds(FULL_HOUSE)
    room.is_interrupted()


@check(2, HINT, stress=True, early=True, rests=("said.only",))
def test_conversations(room: Room) -> None:
    """In conversations that nobody wrote, with every way of leaving, everyone hears what is for them."""
    converse(room)
