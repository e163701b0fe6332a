"""Advanced: private messages, the list of users, readers that do not read, rooms, history."""

from grading.people.conversing import HINT, converse
from grading.people.room import Room
from grading.people.schedules import shake
from grading.people.stress import (
    A_LOT,
    A_WHILE,
    AskAndStay,
    ChangePlaces,
    JoinAmongTalk,
    MoveAmongTalk,
    come_back_unread,
    join_in_turn,
    join_without_reading,
    live_beside_a_stopped_reader,
    pause_reading,
    talk_past_a_stopped_reader,
    talk_unheard,
)
from grading.process.patience import KNOCK
from grading.suite import check
from grading.telling.diagnosis import NO_NAME_YET, STARTS_ELSEWHERE, STILL_THERE

MOST_OF_IT = 20  # messages that the history holds
FULL_HOUSE = 55  # guests, more than any number that a list might be cut at by chance
GUESTS_SECONDS = 4.0  # after which no more of them come: some servers need long for each
MANY_ROOMS = 24  # more than a server might have by chance


@check(3, "Look for the target among the clients, and send to that one alone.", rests=("said.private",))
def test_private_messages(room: Room) -> None:
    """PRIVATE reaches its target and nobody else."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    ann.commands("PRIVATE:Bob:just for you")
    bob.is_told("PRIVATE:Ann:just for you")
    room.settles(ann, ann, bob, cyd)
    for person in (ann, cyd):
        person.never_heard("just for you")
    bob.heard_times("PRIVATE:Ann:just for you", 1)


@check(
    1,
    "Split `PRIVATE:target:text` at its first two colons only.",
    rests=(
        "text.any",
        "said.private",
    ),
)
def test_any_private_text(room: Room) -> None:
    """A private text may contain anything, colons too."""
    ann, bob = room.enter("Ann", "Bob")
    for text in ("at 10:30: here", "two  blanks", "MESSAGE:hi", "one\N{LINE SEPARATOR}two", "see you at 10:30 :)"):
        ann.commands(f"PRIVATE:Bob:{text}")
        bob.is_told(f"PRIVATE:Ann:{text}")


@check(
    2,
    "`USERS:` and the names of everyone who has joined, with a comma between them. Whoever has not joined is told "
    "nothing but `ERROR:join first`.",
    rests=("said.list", "joined.first"),
)
def test_the_list_of_users(room: Room) -> None:
    """LIST_USERS is answered with everyone online, oneself included, and only to who has joined."""
    eve = room.connect("Eve")
    room.minutes.remark("Eve", "connects and does not join")
    ann, bob, _ = room.enter("Ann", "Bob", "Cyd")
    for person in (ann, bob):
        person.sees_users("Ann", "Bob", "Cyd")
    for command in ("LIST_USERS", "PRIVATE:Ann:psst", "JOIN_ROOM:garden"):
        eve.commands(command)
        eve.is_refused(f"{command} before JOIN")
    names = (f"Guest{number}" for number in range(1, FULL_HOUSE + 1))
    guests = [guest.name for guest in join_in_turn(room, "ann", *names, seconds=GUESTS_SECONDS)]
    room.minutes.remark(f"ann and {len(guests) - 1} guests", "join as well")
    ann.sees_users("Ann", "Bob", "Cyd", *guests, soon=True)


@check(
    2,
    "Nobody can whisper to somebody who is not there, or has left: answer `ERROR:no such user`, and go on.",
    rests=("errors.nobody",),
)
def test_private_to_nobody(room: Room) -> None:
    """PRIVATE to somebody who is not online is refused, and harms nobody."""
    eve = room.connect("Eve")
    room.minutes.remark("Eve", "connects and does not join yet")
    cyd, ann, bob = room.enter("Cyd", "Ann", "Bob")
    ann.commands("PRIVATE:Zoe:are you there?")
    ann.is_refused("PRIVATE to somebody who is not online")
    cyd.commands("PRIVATE:Ann:I have to go")
    ann.is_told("PRIVATE:Cyd:I have to go")
    cyd.commands("QUIT")
    ann.is_told("USER_LEFT:Cyd")
    ann.waits_until_gone("Cyd")
    ann.commands("PRIVATE:Cyd:come back")
    ann.is_refused("PRIVATE to somebody who has left", perhaps=STILL_THERE)
    for almost in ("An", "Anna", "ann"):
        bob.commands(f"PRIVATE:{almost}:are you Ann?")
        bob.is_refused(f"PRIVATE to {almost}, who is not online")
    ann.never_heard("are you Ann")
    ann.commands("PRIVATE::is anybody there?")
    ann.is_refused("PRIVATE to nobody", perhaps=NO_NAME_YET)
    eve.joins()
    eve.never_heard("is anybody there")
    ann.commands("PRIVATE:lobby:are you all there?")
    ann.is_refused("PRIVATE to a room, which is nobody")
    ann.commands("PRIVATE")
    ann.is_refused("PRIVATE without a target")
    ann.commands("PRIVATE:Bob")  # what becomes of it is left open, except that it harms nobody
    ann.says("Never mind.")
    bob.hears(ann, "Never mind.")
    bob.never_heard("are you there")
    bob.never_heard("are you all there")
    (zoe,) = room.enter("Zoe")
    zoe.never_heard("are you there")


@check(
    1,
    "Take the names from the list from which leavers are removed, and loop over it while you hold the lock.",
    stress=True,
    rests=("said.list", "said.private"),
)
def test_the_list_after_leaving(room: Room) -> None:
    """Whoever has left is not in the list, whoever stays is, and it goes to nobody but who asked."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    bob.sees_users("Ann", "Bob", "Cyd")
    bob.resets()
    ann.is_told("USER_LEFT:Bob")
    ann.sees_users("Ann", "Cyd", soon=True)
    room.settles(ann, ann, cyd)
    cyd.never_heard("USERS:")
    room.opens(shaken=True)
    room.minutes.remark("Others", "leave while somebody asks who is online, and somebody whispers, again and again")
    asking = AskAndStay(room)
    shake(room, asking.scene, unlike=True, then=asking.leave)


@check(
    3,
    "Sending to a client that does not read waits for it. Keep what is said in an outbox for each client, send only "
    "what goes at once, and hang up on those for whom too much waits.",
    stress=True,
    rests=("reader.stops",),
)
def test_a_reader_that_stops_reading(room: Room) -> None:
    """Somebody who stops reading never holds up anybody else, nor the end of the server at Ctrl+C."""
    (vic,) = room.enter("Vic", shallow=True)
    bob, ann = room.enter("Bob", "Ann")
    room.minutes.remark("Vic", "stops reading")
    talk_past_a_stopped_reader(room, ann, bob, A_WHILE)
    live_beside_a_stopped_reader(room, vic, ann, bob)
    join_without_reading(room, "Vox", ann, bob)
    talk_past_a_stopped_reader(room, ann, bob, A_LOT - A_WHILE)
    (cyd,) = room.enter("Cyd")
    cyd.says("Hello from a newcomer!")
    for person in (ann, bob):
        person.hears(cyd, "Hello from a newcomer!")
    room.opens()
    room.enter("Vic", shallow=True)
    (ann,) = room.enter("Ann")
    room.minutes.remark("Vic", "stops reading, so that much waits for him")
    talk_unheard(room, ann)
    room.is_interrupted()


@check(
    1,
    "What cannot be sent now stays in the outbox, before what comes later, and is tried again. When a connection ends, "
    "forget that one, and not whoever has its name by then.",
    stress=True,
    rests=("reader.stops", "said.left"),
)
def test_a_reader_that_reads_again(room: Room) -> None:
    """Somebody who did not read for a while, and is not dropped, has missed nothing, and can leave and come back."""
    (vic,) = room.enter("Vic", shallow=True)
    bob, ann = room.enter("Bob", "Ann")
    pause_reading(room, vic, ann, bob)
    (eva,) = room.enter("Eva", shallow=True)
    come_back_unread(room, eva, ann, bob)


@check(
    2,
    "Remember for each client in which room it is, answer `JOINED_ROOM:` and its name, and send a message to that room "
    "only.",
    rests=("said.room",),
)
def test_rooms(room: Room) -> None:
    """After JOIN_ROOM, what one says reaches only that room."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    for person in (ann, bob):
        person.goes_to("garden")
    ann.says("It is green here.")
    for person in (ann, bob):
        person.hears(ann, "It is green here.")
    room.settles(ann, ann, bob)
    cyd.takes_in_everything()
    cyd.never_heard("green")
    cyd.heard_times("USER_LEFT:Ann", 0)


@check(2, "Whoever has gone to another room hears nothing of the one it left.", rests=("said.room", "names.exact"))
def test_other_rooms_are_not_heard(room: Room) -> None:
    """After JOIN_ROOM, one hears nothing that is said in other rooms."""
    ann, bob, cyd, dan = room.enter("Ann", "Bob", "Cyd", "Dan")
    ann.goes_to("garden")
    dan.goes_to("Lobby")  # another one than the lobby
    bob.says("Ann has gone.")
    cyd.hears(bob, "Ann has gone.")
    room.settles(bob, bob, cyd)
    for person in (ann, dan):
        person.takes_in_everything()
        person.never_heard("Ann has gone")


@check(1, "A client is in one room at a time: joining another one is leaving the first.", rests=("rooms.one",))
def test_one_room_at_a_time(room: Room) -> None:
    """Whoever goes from one room to another is in the second one only."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    bob.goes_to("garden")
    cyd.goes_to("garden")
    cyd.goes_to("kitchen")
    ann.goes_to("garden")
    ann.says("Just us two?")
    bob.hears(ann, "Just us two?")
    room.settles(ann, ann, bob)
    cyd.takes_in_everything()
    cyd.never_heard("Just us two")
    bob.goes_to("kitchen")  # who opened the garden
    cyd.goes_to("garden")
    ann.says("Still here, Cyd?")
    cyd.hears(ann, "Still here, Cyd?")


@check(
    1,
    "The room in which everyone starts is called `lobby`, and there may be any number of others.",
    rests=("rooms.lobby",),
)
def test_back_to_the_lobby(room: Room) -> None:
    """JOIN_ROOM:lobby leads back to where everyone started."""
    ann, bob = room.enter("Ann", "Bob")
    ann.goes_to("garden")
    room.minutes.remark("Ann", f"goes through {MANY_ROOMS} rooms")
    for number in range(1, MANY_ROOMS + 1):
        ann.goes_to(f"room{number}", quietly=True)
    ann.goes_to("lobby")
    ann.says("Back again.")
    bob.hears(ann, "Back again.")
    bob.says("Good.")
    ann.hears(bob, "Good.")
    (cyd,) = room.enter("Cyd")
    cyd.heard_history(ann, ["Back again."])
    cyd.goes_to("garden")
    cyd.commands("QUIT")
    cyd = room.joins_as_soon_as_possible("Cyd")
    ann.says("Back again, too?")
    ann.hears(ann, "Back again, too?")
    cyd.hears(ann, "Back again, too?", perhaps=STARTS_ELSEWHERE)


@check(
    1,
    "The names of rooms follow the rule for usernames, from the first character to the last. Look, and then move.",
    rests=("names.rule",),
)
def test_bad_room_names(room: Room) -> None:
    """A bad name for a room is refused, and one stays where one is."""
    ann, bob = room.enter("Ann", "Bob")
    for name in ("", "two words", "a:b", "a,b", "x" * 33):
        ann.commands(f"JOIN_ROOM:{name}")
        ann.is_refused(f"JOIN_ROOM:{name}")
    ann.commands("JOIN_ROOM")
    ann.is_refused("JOIN_ROOM without a name")
    ann.says("Still here.")
    bob.hears(ann, "Still here.")
    for person in (ann, bob):
        for name in ("x" * 32, "the_2nd-floor.", "-_.", "007", "Bob", "garden"):
            person.goes_to(name)
    ann.commands("JOIN_ROOM:two words")
    ann.is_refused("JOIN_ROOM:two words in the garden")
    ann.says("Still in the garden.")
    bob.hears(ann, "Still in the garden.")


@check(
    1,
    "Only messages belong to a room; news, private messages and the list are for everyone, whatever room they are in.",
    rests=("rooms.messages",),
)
def test_news_reach_every_room(room: Room) -> None:
    """Who comes and who goes is told in every room; PRIVATE and LIST_USERS find people in any."""
    ann, bob, _ = room.enter("Ann", "Bob", "Dan")
    ann.goes_to("garden")
    bob.sees_users("Ann", "Bob", "Dan")
    (cyd,) = room.enter("Cyd")
    ann.is_told("USER_JOINED:Cyd")
    bob.commands("PRIVATE:Ann:psst")
    ann.is_told("PRIVATE:Bob:psst")
    cyd.commands("QUIT")
    ann.is_told("USER_LEFT:Cyd")
    ann.commands("QUIT")
    bob.is_told("USER_LEFT:Ann")


@check(
    3,
    "Keep the last lines of the lobby as they were sent, and send them to each newcomer after JOINED.",
    early=True,
    rests=("said.history",),
)
def test_history(room: Room) -> None:
    """A newcomer hears the messages of the lobby that were said before, oldest first, just as they were sent."""
    ann, bob = room.enter("Ann", "Bob")
    lines = []
    for speaker, text in ((ann, "first"), (bob, "second: 2"), (ann, "third"), (bob, "/me waves")):
        speaker.says(text)
        lines.append(ann.hears(speaker, text).strip())
    room.lets_the_clock_move()
    cyd = room.connect("Cyd")
    cyd.commands("JOIN:Cyd")
    cyd.is_told_history(lines)
    dan = room.connect("Dan")
    dan.commands("JOIN:Dan")
    dan.is_told_history(lines)
    for person in (ann, bob, cyd, dan):
        person.commands("QUIT")
        person.is_hung_up_on(beats=KNOCK)
    room.lets_the_server_work()
    room.minutes.remark("nobody", "is there any more")
    eve = room.connect("Eve")
    eve.commands("JOIN:Eve")
    eve.is_told_history(lines)


@check(2, "A history of 20: the oldest message goes when a new one comes.", rests=("said.history",))
def test_the_history_is_limited(room: Room) -> None:
    """The history holds the last 20 messages, not fewer and not more."""
    ann, bob = room.enter("Ann", "Bob")
    texts = [f"number {number:03d}" for number in range(1, 106)]
    for text in texts:
        ann.says(text, quietly=True)
        bob.hears(ann, text, quietly=True)
    room.minutes.remark("Ann", "says number 001 to number 105")
    (cyd,) = room.enter("Cyd")
    cyd.heard_history(ann, texts[-20:])


@check(2, "Only messages of the lobby belong into the history.", rests=("history.lobby",))
def test_the_history_keeps_secrets(room: Room) -> None:
    """The history holds neither private messages nor what was said in other rooms."""
    ann, bob = room.enter("Ann", "Bob")
    ann.says("Hello lobby!")
    bob.hears(ann, "Hello lobby!")
    ann.commands("PRIVATE:Bob:for Bob alone")
    bob.is_told("PRIVATE:Ann:for Bob alone")
    for other in ("garden", "Lobby", "lobby2"):
        for person in (ann, bob):
            person.goes_to(other)
        ann.says(f"Hello {other}!")
        bob.hears(ann, f"Hello {other}!")
    (cyd,) = room.enter("Cyd")
    cyd.heard_history(ann, ["Hello lobby!"])
    for secret in ("for Bob alone", "Hello garden!", "Hello Lobby!", "Hello lobby2!"):
        cyd.never_heard(secret)
    for number in range(1, MOST_OF_IT + 1):
        ann.says(f"far away {number}", quietly=True)
        bob.hears(ann, f"far away {number}", quietly=True)
    room.minutes.remark("Ann", f"says {MOST_OF_IT} messages in the lobby2")
    (dan,) = room.enter("Dan")
    dan.heard_history(ann, ["Hello lobby!"])


@check(1, "Send the history to the newcomer alone.", rests=("said.history",))
def test_the_history_is_for_the_newcomer(room: Room) -> None:
    """Nobody else hears the history again when somebody joins."""
    ann, bob = room.enter("Ann", "Bob")
    ann.says("I do not repeat myself")
    line = bob.hears(ann, "I do not repeat myself").strip()
    room.enter("Cyd")
    room.settles(ann, ann, bob)
    bob.heard_times(line, 1)


@check(
    3,
    "Put a line into the history and into everyone's hands in one hold of the lock; join and send the history, or "
    "change rooms, in another.",
    stress=True,
    rests=(
        "said.history",
        "said.once",
        "text.order",
        "said.room",
    ),
)
def test_joining_while_others_talk(room: Room) -> None:
    """Whoever joins while others talk hears each message once, and when somebody changes rooms, nobody misses any."""
    room.opens(shaken=True)
    (ann,) = room.enter("Ann")
    room.minutes.remark("Ann", "talks while others join")
    joins = JoinAmongTalk(room, ann)
    shake(room, joins.scene, unlike=True, then=joins.go)
    (bob,) = room.enter("Bob")
    bob.goes_to("garden", quietly=True)  # where each round ends: so each one begins with a way back
    room.minutes.remark("Ann", "talks while Bob goes to another room, again and again")
    moves = MoveAmongTalk(room, ann, bob)
    shake(room, moves.scene, unlike=True, then=moves.go)
    cyd, dan, zed = room.enter("Cyd", "Dan", "Zed")
    room.minutes.remark("Bob and Cyd", "change places, again and again, while Zed talks and Dan goes as well")
    places = ChangePlaces(room, (bob, cyd), dan, zed)
    shake(room, places.scene, apart=(59,), then=places.go)


@check(2, HINT, stress=True, early=True, rests=("said.only",))
def test_conversations(room: Room) -> None:
    """In conversations that nobody wrote, with rooms and private messages, everyone hears what is for them."""
    converse(room)
