"""Step 2: names."""

from collections.abc import Iterator

from grading.people.conversing import HINT, converse
from grading.people.room import Room
from grading.people.schedules import shake
from grading.people.stress import come_and_break
from grading.process.patience import KNOCK
from grading.suite import check
from grading.telling.diagnosis import TOLD_TOO_SOON

ALMOST_COMMANDS = (
    "MESSAGES:with me",
    "MESSAGEwith me",
    "NOMESSAGE:with me",
    "PRIVATELY:Bob:with me",
    "JOIN_ROOMS:garden",
    "LIST_USERS_NOW",
)
NAMES_OF_METHODS = ("CLOSE", "SEND:with me", "BROADCAST:with me", "HANDLE", "KILL")  # as servers have them
MANY_TIMES = 5  # that a name is asked for, more than any number after which a server might have had enough
MANY_ERRORS = 30  # that one makes, more than any number after which a server might hang up
ALMOST_JOIN = ("JOINS:Eve", "JOIN_US:Eve", "JOINxEve", "ADJOIN:Eve")


@check(2, "Answer `JOIN:name` with `JOINED:name`, and remember the name.", rests=("said.join",))
def test_joining(room: Room) -> None:
    """JOIN is answered with JOINED and the name."""
    ann = room.connect("Ann")
    ann.commands("JOIN:Ann")
    ann.is_told("JOINED:Ann")


@check(3, "Put the name of the sender, a colon and a blank before the text.", rests=("said.named",))
def test_messages_carry_the_name(room: Room) -> None:
    """A message is heard as `username: text`, by its sender as well."""
    ann, bob = room.enter("Ann", "Bob")
    ann.says("Hello everyone!")
    for person in (ann, bob):
        person.hears(ann, "Hello everyone!")
    bob.says("Hi Ann!")
    for person in (ann, bob):
        person.hears(bob, "Hi Ann!")


@check(
    2,
    "Broadcast `USER_JOINED:name` once the name is accepted.",
    rests=(
        "said.join",
        "said.once",
    ),
)
def test_the_others_are_told(room: Room) -> None:
    """Everyone else who joined hears, exactly once, that somebody joined."""
    dan = room.connect("Dan")
    room.minutes.remark("Dan", "connects, and joins last of all")
    ann, bob = room.enter("Ann", "Bob")
    cyd = room.connect("Cyd")
    cyd.commands("JOIN:Cyd")
    for person in (ann, bob):
        person.is_told("USER_JOINED:Cyd")
    cyd.is_told("JOINED:Cyd")
    room.settles(cyd, ann, bob, cyd)
    for person in (ann, bob):
        person.heard_times("USER_JOINED:Cyd", 1)
        person.heard_times("JOINED:Cyd", 0)
    cyd.heard_times("JOINED:Cyd", 1)
    dan.commands("JOIN:Dan")
    for person in (ann, bob, cyd):
        person.is_told("USER_JOINED:Dan")


@check(
    2,
    "After the first line of a connection come others, perhaps in the same segment.",
    rests=(
        "lines.segments",
        "said.join",
    ),
)
def test_joining_and_speaking_in_one_segment(room: Room) -> None:
    """A JOIN and messages may arrive together in one segment."""
    (ann,) = room.enter("Ann")
    bob = room.connect("Bob")
    bob.sends("JOIN:Bob\nMESSAGE:one\nMESSAGE:two\n")
    ann.is_told("USER_JOINED:Bob")
    ann.hears(bob, "one")
    ann.hears(bob, "two")


@check(3, "Broadcast only to clients that have joined.", rests=("joined.hears",))
def test_strangers_hear_nothing(room: Room) -> None:
    """Whoever has not joined hears nothing of the chat."""
    eve = room.connect("Eve")
    room.minutes.remark("Eve", "connects and does not join")
    ann, bob = room.enter("Ann", "Bob")
    ann.says("a secret")
    bob.hears(ann, "a secret")
    room.settles(ann, ann, bob)
    eve.takes_in_what_came()
    for text in ("a secret", "is here", "USER_JOINED"):
        eve.never_heard(text)


@check(
    2,
    "Until it has joined, answer a client `ERROR:join first`, and broadcast nothing that it says.",
    rests=("joined.first",),
)
def test_strangers_cannot_speak(room: Room) -> None:
    """A message from somebody who has not joined is refused, and nobody hears it."""
    ann, bob = room.enter("Ann", "Bob")
    eve = room.connect("Eve")
    eve.commands("MESSAGE:let me in")
    eve.is_refused("MESSAGE before JOIN")
    room.settles(ann, ann, bob)
    for person in (ann, bob):
        person.never_heard("let me in")


@check(1, "An ERROR is an answer, not an end: go on with the next line.", rests=("errors.go-on",))
def test_strangers_may_still_join(room: Room) -> None:
    """After such a refusal one can still join."""
    (ann,) = room.enter("Ann")
    eve = room.connect("Eve")
    eve.commands("MESSAGE:let me in")
    eve.is_refused("MESSAGE before JOIN")
    eve.commands("JOIN:Eve")
    eve.is_told("JOINED:Eve")
    eve.says("Better now.")
    ann.hears(eve, "Better now.")


@check(
    3,
    "Look for the name among the clients before you accept it. Whoever has it goes on as before.",
    rests=("names.taken",),
)
def test_a_name_in_use_is_refused(room: Room) -> None:
    """A name in use is refused, and its holder goes on undisturbed."""
    ann, bob = room.enter("Ann", "Bob")
    arrivals = ann.heard.count("USER_JOINED:Ann")  # some servers tell the newcomer, too
    twin = room.connect("twin")
    twin.commands("JOIN:Ann")
    twin.is_refused("JOIN:Ann, a name in use")
    ann.says("I am Ann.")
    bob.hears(ann, "I am Ann.")
    bob.says("Yes, you are.")
    ann.hears(bob, "Yes, you are.")
    ann.heard_times("USER_JOINED:Ann", arrivals)
    twin.never_heard("JOINED:Ann", TOLD_TOO_SOON)


@check(
    2,
    "After a refused JOIN, wait for another one on the same connection, and keep nothing of the refused one.",
    rests=(
        "errors.go-on",
        "names.taken",
    ),
)
def test_the_refused_may_try_another_name(room: Room) -> None:
    """Whoever was refused a name may try another."""
    (ann,) = room.enter("Ann")
    twin = room.connect("twin")
    for _ in range(MANY_TIMES):
        twin.commands("JOIN:Ann")
        twin.is_refused("JOIN:Ann, a name in use")
    twin.joins("Bob")
    twin.says("Now I am Bob.")
    ann.hears(twin, "Now I am Bob.")


@check(
    2,
    "When a client that never joined goes, its leaving concerns nobody. Remove it, not the name it asked for.",
    rests=(
        "names.taken",
        "server.others",
    ),
)
def test_a_refused_twin_goes_in_silence(room: Room) -> None:
    """When somebody who was refused a name goes, nobody hears of it, and the holder stays."""
    ann, bob = room.enter("Ann", "Bob")
    twin = room.connect("twin")
    twin.commands("JOIN:Ann")
    twin.is_refused("JOIN:Ann, a name in use")
    twin.half_closes()
    twin.is_hung_up_on(beats=KNOCK)
    ann.says("I am still here.")
    bob.hears(ann, "I am still here.")
    bob.says("I see you.")
    ann.hears(bob, "I see you.")
    room.settles(ann, ann, bob)
    bob.heard_times("USER_LEFT:Ann", 0)


@check(
    2,
    "Compare names with `==`, as they are: without changing their case, and not as a pattern, in which `.` or `_` may "
    "stand for any letter.",
    rests=("names.exact",),
)
def test_names_are_compared_exactly(room: Room) -> None:
    """`ann` and `Ann` are two people."""
    (ann,) = room.enter("Ann")
    for name in ("ann", "A.n", "A_n", "A-n"):  # `.` and `_` stand for any letter where names are patterns
        other = room.connect(name)
        other.joins()
        ann.says("I am Ann.")
        other.hears(ann, "I am Ann.")


@check(
    2,
    "A client that has a name gets `ERROR:already joined` for a second JOIN, and keeps the first name.",
    rests=("names.twice",),
)
def test_joining_twice(room: Room) -> None:
    """A second JOIN is refused; the first name stays, and the second is free for others."""
    ann, bob = room.enter("Ann", "Bob")
    ann.commands("JOIN:Cyd")
    ann.is_refused("a second JOIN")
    ann.says("Who am I?")
    for person in (bob, ann):
        person.hears(ann, "Who am I?")
    bob.heard_times("USER_JOINED:Cyd", 0)
    ann.commands("JOIN:Ann")
    ann.is_refused("a second JOIN, with the name that she has")
    (cyd,) = room.enter("Cyd")
    cyd.says("I am Cyd.")
    bob.hears(cyd, "I am Cyd.")


@check(
    3,
    "Check the whole name: 1 to 32 characters, each a letter, a digit, `_`, `-` or `.`. What does `fullmatch` return "
    "for a name that is wrong?",
    rests=("names.rule",),
)
def test_bad_names(room: Room) -> None:
    """A name that is empty, too long, or holds anything but letters, digits, `_`, `-` and `.` is refused."""
    names = ("", "two words", "a:b", "a,b", "x" * 33, "[Bob]", "Bob!", "\N{PARTY POPPER}")
    (ann,) = room.enter("Ann")
    for name in names:
        eve = room.connect("Eve")
        eve.commands(f"JOIN:{name}")
        eve.is_refused(f"JOIN:{name}")
    eve.commands("JOIN")
    eve.is_refused("JOIN without a name")
    eve.joins()
    ann.takes_in_everything()
    for name in names:
        ann.heard_times(f"USER_JOINED:{name}", 0)


@check(1, "Names may have up to 32 characters, and `_`, `-`, `.` and digits are among them.", rests=("names.rule",))
def test_good_names(room: Room) -> None:
    """A name of 32 characters is fine, and so are digits, `_`, `-` and `.` in it."""
    (ann,) = room.enter("Ann")
    for name in ("B", "x" * 32, "bob_the-2nd.", "-_.", "007", "None", "admin"):
        (person,) = room.enter(name)
        person.says("Hello!")
        ann.hears(person, "Hello!")


@check(
    2,
    "Compare all that stands before the colon. The answer to what you do not know is `ERROR:unknown command`, however "
    "often.",
    rests=(
        "errors.unknown",
        "errors.sender",
        "errors.go-on",
    ),
)
def test_unknown_commands(room: Room) -> None:
    """An unknown command is refused, harms nobody, and does not end the connection."""
    ann, bob = room.enter("Ann", "Bob")
    for command in ("DANCE", "DANCE:with me", "hello there", *ALMOST_COMMANDS, *NAMES_OF_METHODS):
        ann.commands(command)
        ann.is_refused(command)
    room.minutes.remark("Ann", f"sends DANCE, {MANY_ERRORS} times")
    for _ in range(MANY_ERRORS):
        ann.sends("DANCE\n", quietly=True)
        ann.finds("ERROR:.*", f"ERROR:… {MANY_ERRORS} times")
    ann.says("Never mind.")
    for person in (ann, bob):
        person.hears(ann, "Never mind.")
    bob.never_heard("ERROR:")
    bob.never_heard("with me")
    eve = room.connect("Eve")
    for command in ALMOST_JOIN:
        eve.commands(command)
        eve.is_refused(command)


@check(1, "Drop the carriage return before you look at the line.", rests=("lines.return",))
def test_a_name_without_its_carriage_return(room: Room) -> None:
    """A carriage return at the end of JOIN does not become part of the name."""
    (ann,) = room.enter("Ann")
    bob = room.connect("Bob")
    bob.sends("JOIN:Bob\r\n")
    bob.is_told("JOINED:Bob")
    bob.says("Hello!")
    ann.hears(bob, "Hello!")


@check(2, "Whatever way a client goes, its name must go with it.", rests=("names.free",))
def test_names_are_free_again(room: Room) -> None:
    """When somebody has gone, the name is free again."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    bob.says("I have to go.")
    for person in (ann, bob):
        person.hears(bob, "I have to go.")
    bob.closes()
    bob = room.joins_as_soon_as_possible("Bob")
    bob.says("Back again.")
    for person in (ann, cyd):
        person.hears(bob, "Back again.")


@check(
    2,
    "Between looking whether a name is free and taking it, no other thread may come in: hold the lock.",
    stress=True,
    rests=("names.taken",),
)
def test_two_ask_for_one_name_at_once(room: Room) -> None:
    """When two people ask for the same name at the same moment, exactly one gets it."""
    room.opens(shaken=True)
    room.enter("Ann")

    def scene(number: int) -> Iterator[None]:
        name = f"Twin{number}"
        pair = [room.connect("Tim"), room.connect("Tom")]
        yield
        for person in pair:
            person.sends(f"JOIN:{name}\n", quietly=True)
        yield
        answers = [person.finds(rf"JOINED:{name}|ERROR:.*", f"JOINED:{name} or ERROR:…") for person in pair]
        for person in pair:
            person.sock.close()
        joined = sum(answer.startswith("JOINED") for answer in answers)
        room.expects(joined == 1, f"exactly one of Tim and Tom to get the name {name}", " and ".join(answers))

    room.minutes.remark("Tim and Tom", "ask for the same name at the same moment, again and again")
    shake(room, scene, unlike=True)


@check(
    2,
    "An exception while you look after one client must not reach the loop that accepts the others.",
    rests=("server.others",),
)
def test_strangers_come_and_go(room: Room) -> None:
    """People who connect and go without a word do not stop others from coming."""
    (ann,) = room.enter("Ann")
    for leave in ("closes", "resets") * 3:
        getattr(room.connect("Eve"), leave)()
    come_and_break(room, "Eve")
    (bob,) = room.enter("Bob")
    ann.says("Good evening!")
    bob.hears(ann, "Good evening!")


@check(2, HINT, stress=True, early=True, rests=("said.only",))
def test_conversations(room: Room) -> None:
    """In conversations that nobody wrote, with names good and bad, everyone hears what is for them."""
    converse(room)
