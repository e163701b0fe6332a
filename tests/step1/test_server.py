"""Step 1: lines, and everyone hears them."""

from collections.abc import Iterator

from grading.people.conversing import HINT, converse
from grading.people.resting import rest_once_gone
from grading.people.room import Room
from grading.people.schedules import shake
from grading.people.stress import read_slowly
from grading.results.unmet import Unmet
from grading.suite import check
from grading.telling.diagnosis import LINE_ENDS_ELSEWHERE, NOT_JOINED

FEW_TRIES = 3  # after which one does not go on where something else fails
FULL_HOUSE = 55  # guests, more than any number that a server might come to by chance


@check(
    1,
    "Run `python chat_server.py` yourself. It should say that it has started, and then wait. Where it comes back at "
    "once: on which of your lines should it wait, is that line reached, and is what it names called, with parentheses?",
    gate=True,
    rests=("server.starts",),
)
def test_the_server_starts(room: Room) -> None:
    """The server starts and lets people in."""
    room.opens()
    room.connect("Ann")
    room.goes_on()


@check(
    1,
    "Type `python chat_server.py` yourself, and read what it says.",
    veto=True,
    rests=(
        "server.starts",
        "programs.options",
    ),
)
def test_a_start_by_hand(room: Room) -> None:
    """The server starts and listens when you start it yourself, without the grader."""
    room.starts_for_real()


@check(
    3,
    "Send to everyone in the list of clients. Take a copy of the list while you hold the lock.",
    rests=("said.message",),
)
def test_everyone_hears_a_message(room: Room) -> None:
    """What one person says, everyone else who is connected hears."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    ann.says("Hello everyone!")
    bob.hears(ann, "Hello everyone!")
    cyd.hears(ann, "Hello everyone!")
    cyd.says("Hi Ann!")
    ann.hears(cyd, "Hi Ann!")


@check(2, "MESSAGE goes to everyone who is connected, its sender included.", rests=("said.message",))
def test_the_sender_hears_it_too(room: Room) -> None:
    """Whoever says something hears it as well."""
    ann, _ = room.enter("Ann", "Bob")
    ann.says("Hello everyone!")
    ann.hears(ann, "Hello everyone!")


@check(2, "Look at how often a client gets into your list, and at how often you send.", rests=("said.once",))
def test_a_message_comes_once(room: Room) -> None:
    """A message reaches each person exactly once."""
    ann, bob = room.enter("Ann", "Bob")
    ann.says("I say this one time")
    line = bob.hears(ann, "I say this one time")
    room.settles(ann, ann, bob)
    for person in (ann, bob):
        person.heard_times(line.strip(), 1)
    for _ in range(2):  # who says the same again is heard again
        ann.says("And now again")
    room.settles(ann, ann, bob)
    for person in (ann, bob):
        person.heard_text_times("And now again", 2)


@check(
    2,
    "Each connection needs a thread of its own, and the loop that accepts may not wait for anybody.",
    rests=("server.others",),
)
def test_a_silent_connection(room: Room) -> None:
    """Somebody who connects and says nothing keeps nobody waiting."""
    (bob,) = room.enter("Bob")
    room.connect("Eve")
    room.minutes.remark("Eve", "connects and says nothing")
    (ann,) = room.enter("Ann")
    ann.says("Is anybody here?")
    bob.hears(ann, "Is anybody here?")
    guests = room.enter_in_crowds(FULL_HOUSE)
    ann.says("Hello, all of you!")
    for person in (bob, *guests):
        person.hears(ann, "Hello, all of you!")


@check(
    1,
    "Count a client in as soon as it is connected, not when it says its first word, and for as long as it is.",
    early=True,
    rests=("said.message",),
)
def test_listening_is_enough(room: Room) -> None:
    """Whoever only listens hears everything, too."""
    room.opens(hurried=True)
    (ann,) = room.enter("Ann")
    dan = room.connect("Dan")
    if room.joins:
        dan.joins()
    room.minutes.remark("Dan", "comes, and says nothing")
    for number in range(1, 20):  # nobody can know when the server has counted him in
        ann.says(f"Dan? {number}", quietly=True)
        try:
            dan.hears(ann, f"Dan? {number}", quietly=True, beats=2)
        except Unmet as unmet:
            if unmet.cause:  # something came that is wrong for certain: no other word will be better
                raise
            if number > FEW_TRIES and room.is_known_to_fail:
                break
        else:
            room.is_silent(ann, dan)
            break
    ann.says("Dan? 20")
    dan.hears(ann, "Dan? 20")


@check(
    1,
    "Whatever you send is a line. What has no newline at its end becomes the beginning of the next one.",
    rests=(
        "lines.newline",
        "free.greeting",
    ),
)
def test_newcomers_hear_whole_lines(room: Room) -> None:
    """What a newcomer hears is whole lines, from the first one on."""
    bob = room.connect("Bob")
    if room.joins:
        bob.joins(perhaps=NOT_JOINED)
        room.minutes.remark("Bob", "joined")
    bob.says("It is me.")
    bob.hears(bob, "It is me.")
    bob.heard_whole("USER_JOINED:Bob")  # some servers tell a newcomer that, too


@check(
    3,
    "TCP gives you bytes, not messages: collect them until a newline, and look for more than one.",
    rests=(
        "lines.newline",
        "lines.segments",
    ),
)
def test_two_messages_in_one_segment(room: Room) -> None:
    """Messages that arrive together in one segment are still separate messages."""
    ann, bob = room.enter("Ann", "Bob")
    ann.sends("MESSAGE:one\nMESSAGE:two\nMESSAGE:three\n")
    for text in ("one", "two", "three"):
        bob.hears(ann, text)


@check(
    3, "A line is over at its newline and nowhere else. Keep what came before until it is.", rests=("lines.segments",)
)
def test_a_message_in_pieces(room: Room) -> None:
    """A message that arrives in several pieces is one message."""
    ann, bob = room.enter("Ann", "Bob")
    for piece in ("MESS", "AGE:He", "llo ever"):
        ann.sends(piece)
        room.lets_the_server_read(ann, witness=bob)
    room.is_silent(ann)  # for longer than a server waits that looks up now and then
    ann.sends("yone!\n")
    bob.hears(ann, "Hello everyone!")


@check(2, "What stands behind the newline is the beginning of the next line: keep it.", rests=("lines.segments",))
def test_the_rest_of_a_segment_is_kept(room: Room) -> None:
    """The beginning of a second message, arriving with the first, is not lost."""
    ann, bob = room.enter("Ann", "Bob")
    ann.sends("MESSAGE:one\nMESS")
    bob.hears(ann, "one")
    room.lets_the_server_read(ann, witness=bob)
    ann.sends("AGE:two\n")
    bob.hears(ann, "two")


@check(
    3,
    "Decode whole lines, not whatever `recv` happened to return.",
    rests=(
        "lines.utf8",
        "lines.segments",
    ),
)
def test_a_letter_cut_in_two(room: Room) -> None:
    """A letter of several bytes may be cut in two on its way."""
    ann, bob = room.enter("Ann", "Bob")
    data = "MESSAGE:5 € and 3 ½\n".encode()
    cut = data.index("€".encode()) + 1
    ann.sends(data[:cut])
    room.lets_the_server_read(ann, witness=bob)
    ann.sends(data[cut:])
    bob.hears(ann, "5 € and 3 ½")


@check(
    3,
    "A line may have 4096 bytes, and one `recv` brings a part of it: go on reading until its newline. And sending may "
    "take a part of it only: who sends the rest, and when?",
    rests=(
        "lines.limit",
        "text.any",
    ),
)
def test_a_long_line(room: Room) -> None:
    """A line of 4096 bytes arrives whole, even at somebody who is slow to read."""
    ann, bob = room.enter("Ann", "Bob")
    text = "".join(f"{number:07d} " for number in range(511))[: 4096 - len("MESSAGE:") - 1] + "!"
    ann.says(text)
    bob.hears(ann, text)
    (vic,) = room.enter("Vic", shallow=True)
    read_slowly(room, vic, ann)


@check(2, "Drop a carriage return at the end of a line; telnet and `nc -C` send one.", rests=("lines.return",))
def test_carriage_returns(room: Room) -> None:
    """A line may end with a carriage return and a newline."""
    ann, bob = room.enter("Ann", "Bob")
    ann.sends("MESSAGE:typed in telnet\r\nMESSAGE:and again\r\n")
    bob.hears(ann, "typed in telnet")
    bob.hears(ann, "and again")


@check(2, "An empty line is no command, and no reason to end the conversation.", rests=("lines.empty",))
def test_empty_lines(room: Room) -> None:
    """Empty lines are ignored."""
    ann, bob = room.enter("Ann", "Bob")
    ann.sends("\n\n\r\nMESSAGE:still here\n\n")
    for person in (bob, ann):
        person.hears(ann, "still here")
    ann.sends("\n\r\n" * 4 + "MESSAGE:and again\n", quietly=True)
    room.minutes.remark("Ann", r"says eight empty lines, every other one as \r\n, and a message")
    for person in (bob, ann):
        start = person.place_in_talk
        person.hears(ann, "and again", quietly=True)
        person.heard_no_empty_lines(ann, start)
    if room.joins:
        eve = room.connect("Eve")
        eve.sends("\n\r\nJOIN:Eve\n")
        eve.is_told("JOINED:Eve")
        eve.heard_no_empty_lines(eve, start=0)


@check(3, "Only the first colon belongs to the command: split there, once.", rests=("command.colon",))
def test_colons_in_a_text(room: Room) -> None:
    """A message that contains colons arrives whole."""
    ann, bob = room.enter("Ann", "Bob")
    for text in ("at 10:30", "see http://localhost:8080/ :-)", "MESSAGE:twice"):
        ann.says(text)
        bob.hears(ann, text)


@check(
    2, "Send the text on as it is: do not split it at blanks, change its case or strip characters.", rests=("text.any",)
)
def test_any_text(room: Room) -> None:
    """A text arrives as it was sent, blanks, brackets, commas and all."""
    ann, bob = room.enter("Ann", "Bob")
    for text in ("two  blanks   in it", "[12] (a), {b}; <c> \"d\" 'e' %s %d \\n", "ÄÖÜ ß 你好 \N{PARTY POPPER}"):
        ann.says(text)
        bob.hears(ann, text)
    for text in ("007", "100 %25 :-) :)"):
        ann.says(text)
        bob.hears(ann, text)
    elsewhere = (f"one{LINE_ENDS_ELSEWHERE[0]}two", "x".join(f"<{sign}>" for sign in LINE_ENDS_ELSEWHERE[1:]))
    for text in (*elsewhere, "one\ttwo", "one\0two"):
        ann.says(text)
        bob.hears(ann, text)


@check(
    2,
    "Only what stands before the first colon is the command.",
    rests=(
        "command.colon",
        "text.any",
    ),
)
def test_command_words_in_a_text(room: Room) -> None:
    """Words that are commands elsewhere are just text in a message."""
    ann, bob = room.enter("Ann", "Bob")
    for text in (
        "QUIT",
        "I QUIT now",
        "quit",
        "JOIN:Eve",
        "exit",
        "/quit",
        "/users",
        "/msg Bob hi",
        "@Bob hi",
        "!help",
    ):
        ann.says(text)
        bob.hears(ann, text)


@check(2, "Send what one client says from one thread, in the order in which it came.", rests=("text.order",))
def test_the_order_is_kept(room: Room) -> None:
    """What one person says arrives in the order in which it was said."""
    ann, bob = room.enter("Ann", "Bob")
    texts = [f"line {number} of 60" for number in range(1, 61)]
    ann.sends("".join(f"MESSAGE:{text}\n" for text in texts), quietly=True)
    room.minutes.remark("Ann", "says 60 numbered lines in one go")
    for text in texts:
        bob.hears(ann, text, quietly=True)


@check(
    3,
    "Several threads send to the same client: give each client a lock for sending.",
    stress=True,
    rests=(
        "text.order",
        "server.others",
    ),
)
def test_several_people_talk_at_once(room: Room) -> None:
    """When several people talk at once, no line is lost, torn or out of order."""
    room.opens(shaken=True)
    people = room.enter("Ann", "Bob", "Cyd")
    room.minutes.remark("everyone", "says numbered lines at the same time")

    def scene(number: int) -> Iterator[None]:
        yield
        start = len(people[0].heard)
        for line in range(3):
            for person in people:
                person.sends(f"MESSAGE:{person} {number}.{line}\n", quietly=True)
        yield
        for speaker in people:
            people[0].rewinds(start)
            for line in range(3):
                people[0].hears(speaker, f"{speaker} {number}.{line}", quietly=True)

    shake(room, scene, apart=(47, 43))
    (vic,) = room.enter("Vic", shallow=True)
    read_slowly(room, vic, *people)


@check(
    1,
    "Where the other side has gone, `recv` and `readline` return b'', again and again: leave the loop then.",
    rests=("server.forgets",),
)
def test_gone_is_gone(room: Room) -> None:
    """When somebody has gone, the server does not go on reading from them."""
    (bob,) = room.enter("Bob")
    bob.says("I have to go.")
    bob.hears(bob, "I have to go.")
    rest_once_gone(room.server, bob.closes, "the server to have nothing to do once Bob has gone")


@check(2, "Set `allow_reuse_address` (SO_REUSEADDR) before the server binds its port.", rests=("server.restarts",))
def test_a_restart(room: Room) -> None:
    """The server can be started again on the same port, right after it ended."""
    room.opens_on_a_port_of_its_own()
    ann, bob = room.enter("Ann", "Bob")
    room.restarts()
    cyd, dan = room.enter("Cyd", "Dan")
    cyd.says("And we are back.")
    dan.hears(cyd, "And we are back.")


@check(2, HINT, stress=True, early=True, rests=("said.only",))
def test_conversations(room: Room) -> None:
    """In conversations that nobody wrote, everyone hears what is for them, and nothing else."""
    converse(room)
