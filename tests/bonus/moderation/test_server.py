"""Bonus, moderation: operators keep order, and nobody else can."""

import time

from grading.people.order import BURST, PASSWORD, QUICK, OrderlyRoom
from grading.suite import check

DISGUISES = (
    ("BaNaNa", "in large and small letters"),
    (
        "b\N{CYRILLIC SMALL LETTER A}n\N{CYRILLIC SMALL LETTER A}n\N{CYRILLIC SMALL LETTER A}",
        "with letters of another alphabet",
    ),
    ("b\N{GREEK SMALL LETTER ALPHA}nan\N{GREEK SMALL LETTER ALPHA}", "with letters of yet another alphabet"),
    ("b\N{GREEK SMALL LETTER ALPHA WITH TONOS}nana", "with a letter of another alphabet that has an accent"),
    ("\N{CYRILLIC CAPITAL LETTER VE}ANANA", "with a capital letter of another alphabet"),
    ("ban\N{ZERO WIDTH SPACE}ana", "with a space that nobody sees"),
    ("ban\x07ana", "with a control character, which no client shows"),
    ("ban\N{SOFT HYPHEN}a\N{WORD JOINER}na", "with other characters that nobody sees"),
    ("b\N{COMBINING ACUTE ACCENT}anana", "with an accent"),
    ("\N{FULLWIDTH LATIN SMALL LETTER B}\N{FULLWIDTH LATIN SMALL LETTER A}nana", "in wide letters"),
)
APART_SECONDS = 0.1  # by which two clocks may differ that count the same two seconds


@check(
    2,
    "Compare what `scrypt` makes of the password, and answer `MODERATING:` and the name.",
    rests=("order.login", "order.password"),
)
def test_an_operator_says_the_password(room: OrderlyRoom) -> None:
    """The right password makes an operator, and is heard by nobody and stands in no log."""
    ann, bob = room.enter("Ann", "Bob")
    ann.commands("OPERATOR:guess")
    ann.is_refused("a wrong password")
    ann.commands("KICK:Bob")
    ann.is_refused("KICK by somebody who is no operator")
    room.appoints(ann)
    room.keeps_the_password(ann, bob)
    bob.never_heard("MODERATING:")
    ann.commands("OPERATOR:guess again")  # who is an operator is one until she leaves, whatever she says
    ann.finds("ERROR:.*|MODERATING:Ann", "ERROR:… in answer to a wrong password")
    ann.commands("MUTE:Bob:600")
    ann.is_told("DONE:MUTE:Bob")


@check(1, "Where there is no password, none is right; and who has not joined says JOIN first.", rests=("order.login",))
def test_not_everybody_can_be_an_operator(room: OrderlyRoom) -> None:
    """Where the server knows no password, there are no operators, and who has not joined becomes none."""
    eve = room.connect("Eve")
    eve.commands(f"OPERATOR:{PASSWORD}")
    eve.is_refused("OPERATOR by somebody who has not joined")
    room.keeps_the_password()
    room.knows_no_password()
    ann, bob = room.enter("Ann", "Bob")
    ann.commands(f"OPERATOR:{PASSWORD}")
    ann.is_refused("OPERATOR where there are none")
    ann.commands("KICK:Bob")
    ann.is_refused("KICK where there are no operators")
    room.keeps_the_password()
    bob.says("I am still here.")
    ann.hears(bob, "I am still here.")
    room.knows_half_the_password()
    (ann,) = room.enter("Ann")
    ann.commands(f"OPERATOR:{PASSWORD}")
    ann.is_refused("a password of which `scrypt` makes another key")


@check(3, "It is the connection that has said the password, not the name.", rests=("order.only",))
def test_nobody_else_keeps_order(room: OrderlyRoom) -> None:
    """Nobody but an operator can kick, ban or mute, whatever name they have."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    room.appoints(ann)
    bob.commands("OPERATOR:")
    bob.is_refused("an empty password")
    for command in ("KICK:Cyd", "BAN:Cyd", "MUTE:Cyd:60", "KICK:Ann"):
        bob.commands(command)
        bob.is_refused(command)
    ann.closes()
    bob.is_told("USER_LEFT:Ann")
    again = room.joins_as_soon_as_possible("Ann")
    again.commands("KICK:Bob")
    again.is_refused("KICK by somebody who has the name of an operator")
    dan = room.comes_after_all_is_closed("Dan")  # the system may give him the number of Ann's connection
    dan.commands("KICK:Bob")
    dan.is_refused("KICK by somebody who came after an operator had left")
    cyd.says("I am still here.")
    bob.hears(cyd, "I am still here.")


@check(
    3,
    "Look for them among all who are there, in whatever room; tell them why, and hang up. The thread that reads from "
    "them does the rest.",
    rests=("order.kick",),
)
def test_kick(room: OrderlyRoom) -> None:
    """KICK tells somebody so and hangs up on them, in whatever room they are; they may come back."""
    ann, bob, cyd, namesake = room.enter("Ann", "Bob", "Cyd", "bob")
    room.appoints(ann)
    ann.commands("KICK:Zoe")
    ann.is_refused("KICK of somebody who is not online")
    bob.goes_to("garden")
    start = ann.place_in_talk
    ann.commands("KICK:Bob")
    ann.is_told("DONE:KICK:Bob")
    namesake.says("Who was that?")
    ann.hears(namesake, "Who was that?")
    room.throws_out(bob)
    ann.rewinds(start)
    for person in (ann, cyd):
        person.is_told("USER_LEFT:Bob")
    again = room.joins_as_soon_as_possible("Bob")
    again.says("Here I am again.")
    ann.hears(again, "Here I am again.")
    cyd.takes_in_everything()
    cyd.heard_times("USER_LEFT:Bob", 1)
    cyd.never_heard("DONE:")
    cyd.never_heard("ERROR:")
    room.appoints(cyd)
    cyd.goes_to("garden")
    cyd.commands("KICK:bob")
    cyd.is_told("DONE:KICK:bob")
    room.throws_out(namesake)
    ann.commands("KICK:Cyd")  # there may be several operators, and none is above another
    ann.is_told("DONE:KICK:Cyd")
    ann.never_heard("DONE:KICK:bob")
    room.throws_out(cyd)


@check(
    3,
    "Keep the names of those who are banned, and look at them in JOIN, in small letters. Nobody may come in between a "
    "look and a JOIN, or between throwing out and keeping the name.",
    stress=True,
    rests=("order.ban",),
)
def test_ban(room: OrderlyRoom) -> None:
    """BAN throws somebody out, and the name does not come in again, however it is written."""
    ann, bob = room.enter("Ann", "Bob")
    room.appoints(ann)
    start = ann.place_in_talk
    ann.commands("BAN:Bob")
    ann.is_told("DONE:BAN:Bob")
    room.throws_out(bob)
    ann.rewinds(start)
    ann.is_told("USER_LEFT:Bob")
    for name in ("Bob", "bob", "BOB"):
        room.is_refused_entry(name)
    cyd, dan = room.enter("Cyd", "Dan")
    cyd.says("I did nothing.")
    ann.hears(cyd, "I did nothing.")
    room.appoints(dan)
    ann.commands("BAN:Dan")
    ann.is_told("DONE:BAN:Dan")
    room.throws_out(dan)
    ann.closes()
    cyd.is_told("USER_LEFT:Ann")
    room.is_refused_entry("Bob")  # an operator's word holds when the operator has left
    room.lets_nobody_back_in()


@check(
    3,
    "Keep until when a name is muted, not only a client; look at that before each message and each private message.",
    rests=("order.mute",),
)
def test_mute(room: OrderlyRoom) -> None:
    """Who is muted says and whispers nothing, and is told so, even after coming back; but hears the others."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    room.appoints(ann)
    ann.commands("MUTE:Bob:600")
    ann.is_told("DONE:MUTE:Bob")
    cyd.says("I can still talk.")
    ann.hears(cyd, "I can still talk.")
    room.appoints(cyd)  # no operator is above another
    ann.commands("MUTE:Cyd:600")
    ann.is_told("DONE:MUTE:Cyd")
    cyd.says("Can I?")
    cyd.is_refused("a message of an operator who is muted")
    bob.says("Can you hear me?")
    bob.is_refused("a message of somebody who is muted")
    bob.commands("PRIVATE:Ann:Can you hear me?")
    bob.is_refused("a private message of somebody who is muted")
    bob.sees_users("Ann", "Bob", "Cyd")
    ann.says("Have a break.")
    bob.hears(ann, "Have a break.")
    bob.closes()
    ann.is_told("USER_LEFT:Bob")
    again = room.connect("Bob")
    again.joins()
    again.says("And now?")
    again.is_refused("a message of somebody who is muted and came back")
    again.never_heard("DONE:")
    ann.takes_in_everything()
    for person in (ann, again):
        person.never_heard("Can you hear me")
        person.never_heard("And now")
    ann.never_heard("ERROR:")
    start = ann.place_in_talk
    ann.commands("KICK:Bob")
    ann.is_told("DONE:KICK:Bob")
    room.throws_out(again)
    ann.rewinds(start)
    ann.is_told("USER_LEFT:Bob")
    again = room.connect("Bob")
    again.joins()
    again.says("And now?")
    again.is_refused("a message of somebody who is muted, was kicked and came back")
    ann.closes()
    again.is_told("USER_LEFT:Ann")
    again.says("And now?")
    again.is_refused("a message of somebody whom an operator muted who has left meanwhile")


@check(1, "Look at the clock when somebody speaks. Seconds are digits.", rests=("order.mute-ends",))
def test_a_mute_ends(room: OrderlyRoom) -> None:
    """A mute ends after so many seconds, not sooner; another one begins anew; and what is no number mutes nobody."""
    room.lets_its_clock_leap()
    ann, bob, _ = room.enter("Ann", "Bob", "Cyd")
    room.appoints(ann)
    for seconds in ("soon", "-1", "+5", " 5", "1_0", "1.5", "\N{SUPERSCRIPT TWO}", "\N{ARABIC-INDIC DIGIT FIVE}", ""):
        ann.commands(f"MUTE:Bob:{seconds}")
        ann.is_refused(f"MUTE:Bob:{seconds}")
    ann.commands(f"MUTE:Ann:{'9' * 400}")  # a server may do that or refuse it, and goes on
    began = time.monotonic()
    ann.commands("MUTE:Bob:2")
    ann.is_told("DONE:MUTE:Bob")
    room.is_heard_again(bob, ann, "Is it over?")
    passed = time.monotonic() - began
    room.expects(passed > 2 - APART_SECONDS, "Bob to be heard again after 2 seconds", "he was heard sooner")
    bob.takes_in_everything()
    bob.looks_up()
    for longer in (30, 600):
        ann.commands(f"MUTE:Bob:{longer}")
        ann.is_told("DONE:MUTE:Bob")
    room.passes_the_time(300, "5 minutes")
    bob.says("And now?")
    bob.is_refused("a message of somebody who is muted for 10 minutes")
    room.passes_the_time(301, "5 minutes more")
    room.is_heard_again(bob, ann, "Is that over, too?")
    bob.takes_in_everything()
    bob.looks_up()
    ann.commands("MUTE:Bob:600")
    ann.is_told("DONE:MUTE:Bob")
    bob.says("Once more?")
    bob.is_refused("a message of somebody who is muted for the second time")
    ann.commands("MUTE:Cyd:86400")
    ann.is_told("DONE:MUTE:Cyd")


@check(2, "Look at whole words, and refuse before anybody has heard them.", rests=("order.words",))
def test_forbidden_words(room: OrderlyRoom) -> None:
    """What holds a forbidden word is refused, said or whispered; a longer word that only contains it is not."""
    room.forbids_words()
    ann, bob, fruit = room.enter("Ann", "Bob", "banana")
    room.appoints(ann)  # what nobody may say, operators may not say either
    ann.says("Have a banana, Bob!")
    ann.is_refused("a message with the word banana")
    ann.says("Or a cherry?")
    ann.is_refused("a message with the word cherry")
    ann.says('They call it "banana".')
    ann.is_refused("a message with the word banana in quotation marks")
    ann.says(f"I went {'on and ' * 30}on. Banana")
    ann.is_refused("a long message with the word banana at its end")
    ann.commands("PRIVATE:Bob:banana")
    ann.is_refused("a private message with the word banana")
    ann.commands("PRIVATE:Bob:at 10:30 a banana: at 10:45")
    ann.is_refused("a private message with the word banana between two colons")
    ann.commands("PRIVATE:banana:You may be called so.")
    fruit.is_told("PRIVATE:Ann:You may be called so.")
    for text in ("A class on bananas", "Nothing else."):
        ann.says(text)
        bob.hears(ann, text)
    ann.goes_to("garden")
    ann.says("And a banana here?")
    ann.is_refused("a message with the word banana in another room")
    (cyd,) = room.enter("Cyd")
    for person in (bob, cyd):  # and who comes later does not hear it either
        person.never_heard("banana,")
        person.never_heard("PRIVATE")
        person.never_heard("ERROR:")


@check(
    3,
    "`unicodedata` knows what is invisible, and takes letters apart; the table of look-alikes knows the rest.",
    rests=("order.disguise",),
)
def test_words_in_disguise(room: OrderlyRoom) -> None:
    """A forbidden word is refused in any disguise in which people would still read it."""
    room.knows_no_operators()
    room.forbids_words()
    ann, bob = room.enter("Ann", "Bob")
    for text, how in DISGUISES:
        ann.says(f"One {text} please")
        ann.is_refused(f"banana {how}")
    ann.says("caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{CYRILLIC CAPITAL LETTER DE}\N{CYRILLIC SMALL LETTER A}")
    bob.hears(ann, "caf\N{LATIN SMALL LETTER E WITH ACUTE} \N{CYRILLIC CAPITAL LETTER DE}\N{CYRILLIC SMALL LETTER A}")
    bob.never_heard("One ")


@check(3, "A bucket for each client: a few tokens at once, and so many a second.", rests=("order.rate",))
def test_who_talks_too_fast_is_slowed_down(room: OrderlyRoom) -> None:
    """Who says too much at once is refused and told so, others are not, and after a while all is well."""
    room.limits()
    ann, bob = room.enter("Ann", "Bob")
    room.floods(ann)
    room.goes_on_for_a_second(ann)  # and nothing that is refused puts a token back
    bob.says("Ann, please.")
    bob.hears(bob, "Ann, please.")
    room.keeps_the_password()
    for number in (1, 2):
        room.is_heard_again(ann, bob, f"Sorry {number}.")
        room.floods(ann)
    room.floods(room.lets_people_be_quick(ann), QUICK)


@check(
    2,
    "Count each line, whatever it says, from the first one on; and a part of a token is no token.",
    rests=("order.rate", "order.rate-early"),
)
def test_a_flood_before_joining_counts(room: OrderlyRoom) -> None:
    """Five lines at once are heard, and no sixth; and who floods before JOIN does not come in with the same breath."""
    room.knows_no_operators()
    room.limits(rate=1)
    (ann,) = room.enter("Ann")
    dan = room.says_at_once("Dan", BURST)
    ann.is_told("USER_JOINED:Dan")
    for number in range(2, BURST + 1):
        ann.hears(dan, f"line {number}")
    room.is_taken_at_its_word("Fay")
    room.is_taken_at_its_word("Gus", ann)
    room.floods_before_joining("Eve", "LIST_USERS", "asks {} times who is there")
    room.floods_before_joining("Eve", "DANCE", "says {} times what there is not")
    ann.takes_in_what_came()
    ann.never_heard("Eve")


@check(2, "A few tries at once, and then one in a while, whoever tries from that address.", rests=("order.guess",))
def test_nobody_tries_a_thousand_passwords(room: OrderlyRoom) -> None:
    """After a few wrong passwords, even the right one is refused, from another connection as well; and not for ever."""
    room.lets_its_clock_leap()
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    room.lets_nobody_guess(ann, bob, cyd)
    room.keeps_the_password(ann, bob)
    bob.says("Calm down.")
    ann.hears(bob, "Calm down.")
    room.forgives_in_a_week(bob)
