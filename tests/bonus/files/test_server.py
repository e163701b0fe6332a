"""Bonus, files: what one offers and another accepts arrives as it was sent, and nobody waits for it."""

import itertools

from grading.people.lanes import BIG, Flow, big_file, filled
from grading.people.sharing import DOWNLOAD, UPLOAD, FileRoom
from grading.suite import check

LETTERS_OF_OTHERS = "\N{LATIN SMALL LETTER E WITH ACUTE}" * 16
MANY = 12  # files that travel at once
LONG_NAME = "long  " * 40 + "name.txt"  # with two blanks each time, and not too long for any system
ODD_NAME = "at 10:30: my/own (2nd) caf\N{LATIN SMALL LETTER E WITH ACUTE}.txt"


@check(
    3,
    "Two connections more, one of the sender and one of the receiver: once both are there, say `GO` to both, and pass "
    "the bytes on.",
    rests=("files.offer", "files.accept", "files.bytes", "files.received"),
)
def test_a_file_is_handed_over(room: FileRoom) -> None:
    """What one offers and another accepts arrives, both are told so, and nobody else hears of it."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    parcel = room.offers(ann, bob, 5000, ODD_NAME)
    bob.commands(f"ACCEPT:{parcel.ticket}")
    room.is_news("ACCEPTED", parcel)
    room.hands_over(parcel, [filled(5000)])
    ann.says("Have you seen it?")
    cyd.hears(ann, "Have you seen it?")
    cyd.never_heard(parcel.ticket)
    ann.never_heard("OFFERED:")
    ann.sees_users("Ann", "Bob", "Cyd")
    cyd.goes_to("kitchen")
    room.goes_well(cyd, ann, 10)
    own = room.agree(cyd, cyd, 10)
    cyd.commands(f"DECLINE:{own.ticket}")
    room.is_news("DECLINED", own)
    room.settles(cyd, cyd)
    for news in ("ACCEPTED", "DECLINED"):
        cyd.heard_times(f"{news}:{own.ticket}", 1)


@check(
    3,
    "What stands behind the line may have come with it, and then it is in the buffer from which you read lines: read "
    "on from there, not from the socket. `RECEIVED` is a line like others: its end may come later, and with a `\\r`.",
    rests=("files.raw",),
)
def test_bytes_pass_as_they_are(room: FileRoom) -> None:
    """Files of 0, 1 and 4096 bytes, and bytes that look like lines, arrive as they are, in whatever pieces."""
    ann, bob = room.enter("Ann", "Bob")
    for size, says in ((0, ("RECEIVED\n",)), (1, ("RECE", "IVED\n")), (4096, ("RECEIVED\r\n",))):
        room.hands_over(room.agree(ann, bob, size), [filled(size)], says=says)
    parcel = room.agree(bob, ann, 300_000)
    data = filled(300_000)
    down = room.comes(DOWNLOAD, ann, parcel.ticket)
    up = room.comes(UPLOAD, bob, parcel.ticket, early=data[:3000])
    for lane in (down, up):
        lane.goes()
    Flow(up, down, [data[3000:]], early=data[:3000]).arrives("Ann", 300_000)
    room.has_it(parcel, down)


@check(
    2,
    "Forget the file, hang up on both connections if they are there, and tell both people.",
    rests=("files.decline",),
)
def test_either_of_the_two_can_decline(room: FileRoom) -> None:
    """The receiver can decline, and the sender take it back, even in the middle; then it is over for both."""
    room.opens(leaps=True)
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    offered, withdrawn = room.offers(ann, bob, 10), room.offers(ann, bob, 20)
    bob.commands(f"DECLINE:{offered.ticket}")
    room.is_news("DECLINED", offered)
    ann.commands(f"DECLINE:{withdrawn.ticket}")
    room.is_news("DECLINED", withdrawn)
    bob.commands(f"ACCEPT:{offered.ticket}")
    bob.is_refused("ACCEPT of what was declined")
    parcel = room.agree(ann, bob, 5000)
    up, down = room.both_come(parcel)
    room.passes_on(parcel, up, down, 1000)
    bob.commands(f"DECLINE:{parcel.ticket}")
    room.is_news("DECLINED", parcel)
    for lane in (up, down):
        lane.ends()
    for command, person in ((UPLOAD, ann), (DOWNLOAD, bob)):
        parcel = room.agree(ann, bob, 5000)
        lane = room.comes_alone(command, person, parcel.ticket)
        bob.commands(f"DECLINE:{parcel.ticket}")
        room.is_news("DECLINED", parcel)
        lane.ends()
    room.goes_well(ann, cyd)
    room.waits_for_who_comes_later()


@check(
    3,
    "A ticket is good for the two whom it concerns. Look who says something, and what was said before.",
    rests=("files.only",),
)
def test_only_those_whom_it_concerns(room: FileRoom) -> None:
    """Nobody accepts for somebody else, and no bytes travel that nobody has accepted, or twice."""
    ann, bob, eve = room.enter("Ann", "Bob", "Eve")
    parcel = room.offers(ann, bob, 4096)
    ann.commands(f"ACCEPT:{parcel.ticket}")
    ann.is_refused("ACCEPT of what she has offered herself")
    for command in ("ACCEPT", "DECLINE"):
        eve.commands(f"{command}:{parcel.ticket}")
        eve.is_refused(f"{command} of what was offered to Bob")
    room.comes(UPLOAD, ann, parcel.ticket).is_refused("UPLOAD of what nobody has accepted")
    room.comes(DOWNLOAD, bob, room.ticket()).is_refused("DOWNLOAD with a ticket that there is not")
    bob.commands(f"ACCEPT:{parcel.ticket}")
    room.is_news("ACCEPTED", parcel)
    bob.commands(f"ACCEPT:{parcel.ticket}")
    bob.is_refused("ACCEPT of what he has accepted already")
    up, down = room.comes_alone(UPLOAD, ann, parcel.ticket), room.comes(DOWNLOAD, bob, parcel.ticket)
    for lane in (up, down):
        lane.goes()
    for command in (UPLOAD, DOWNLOAD):
        room.comes(command, eve, parcel.ticket).is_refused(f"a second {command} with the same ticket")
    Flow(up, down, [filled(4096)]).arrives("Bob", 4096)
    room.has_it(parcel, down)
    room.comes(DOWNLOAD, eve, parcel.ticket).is_refused("DOWNLOAD of what has arrived")
    for command in (UPLOAD, DOWNLOAD):  # where one talks, it is refused as all else is that is of no use there
        eve.commands(f"{command}:{room.ticket()}")
        eve.is_refused(f"{command} where she talks, with a ticket that there is not")
    eve.says("Never mind.")
    ann.hears(eve, "Never mind.")


@check(2, "Take the offer apart at its first three colons, and look at each part.", rests=("files.form", "files.limit"))
def test_offers_of_no_good_are_refused(room: FileRoom) -> None:
    """An offer without a good ticket, size or target, or of too much, is refused; sixteen good ones are not."""
    room.limits(10_000)
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    room.goes_well(ann, bob, 10_000)
    used, travelling = room.offers(ann, bob, 1).ticket, room.agree(ann, bob, 1)
    room.both_come(travelling)
    offers = {
        f"{room.ticket()}:Bob:10001:large.bin": "an offer of 10001 bytes",
        f"{room.ticket()}:Bob:-1:less.bin": "an offer of -1 bytes",
        f"{room.ticket()}:Bob:many:many.bin": "an offer of `many` bytes",
        f"{room.ticket()}:Bob::none.bin": "an offer without a size",
        f"{room.ticket()}:Zoe:10:gone.bin": "an offer to somebody who is not there",
        f"{room.ticket()}:Bob:+5:more.bin": "an offer of +5 bytes",
        f"{room.ticket()}:Bob:\N{ARABIC-INDIC DIGIT FIVE}:five.bin": "an offer whose size is in other digits",
        f"{'t' * 15}:Bob:10:short.bin": "an offer with a ticket that is too short",
        f"{'t' * 65}:Bob:10:long.bin": "an offer with a ticket that is too long",
        f"ticket_{room.ticket()}:Bob:10:line.bin": "an offer with `_` in its ticket",
        f"{LETTERS_OF_OTHERS}:Bob:10:other.bin": "an offer with other letters in its ticket",
        f"{used}:Bob:10:twice.bin": "an offer with a ticket that is in use",
        f"{travelling.ticket}:Bob:10:again.bin": "an offer with the ticket of a file that travels",
        "Bob:10": "half an offer",
    }
    for offer, what in offers.items():
        ann.commands(f"OFFER:{offer}")
        ann.is_refused(what)
    ann.says("Never mind.")
    bob.hears(ann, "Never mind.")
    bob.never_heard(".bin")
    room.offers(ann, bob, 1, ticket="t" * 64)
    room.offers(ann, bob, 1, LONG_NAME)
    for _ in range(12):  # and the four before
        room.offers(ann, bob, 1)
    room.offers(cyd, bob, 1)  # who has offered nothing yet is not the one who has offered much


@check(
    3,
    "A piece at a time: read some bytes, send them, and forget them. `sendall` waits for the receiver; what waits with "
    "you is a sender who sends no more.",
    stress=True,
    rests=("files.memory",),
)
def test_a_big_file_passes_through_little_memory(room: FileRoom) -> None:
    """A file of 48 MiB arrives as it was sent, and the server never holds more than a part of it."""
    ann, bob = room.enter("Ann", "Bob")
    room.goes_well(ann, bob)
    parcel = room.agree(ann, bob, BIG)
    scales = room.weighs()
    room.hands_over(parcel, big_file(), scales)
    scales.show_little()


@check(
    3,
    "Whoever waits for a receiver waits alone: in a thread of its own, and without the lock.",
    stress=True,
    rests=("files.slow",),
)
def test_a_slow_receiver_slows_nobody(room: FileRoom) -> None:
    """While a receiver does not read, all talk as before, other files pass, and the server holds little in memory."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    room.goes_well(ann, bob)
    parcel = room.agree(ann, bob, BIG)
    scales = room.weighs()
    flow, down = room.stands_still(parcel, big_file())
    for speaker, listener in ((ann, bob), (bob, cyd), (cyd, ann)):
        speaker.says("It takes its time.")
        listener.hears(speaker, "It takes its time.")
    for _ in range(MANY):
        room.both_come(room.agree(bob, cyd, 10))
    room.goes_well(cyd, ann, 100_000)
    room.goes_well(ann, bob, 100_000)
    room.minutes.remark("Bob", "reads again")
    flow.out = down
    flow.arrives("Bob", BIG)
    room.has_it(parcel, down)
    scales.show_little()
    room.waits_for_the_slow()


@check(3, "Pass on as many bytes as were offered, then read no more there.", rests=("files.more",))
def test_a_sender_who_sends_too_much(room: FileRoom) -> None:
    """What comes behind the last byte reaches nobody, and is no command."""
    ann, bob = room.enter("Ann", "Bob")
    parcel = room.agree(ann, bob, 1000)
    up, down = room.both_come(parcel)
    room.minutes.remark("Ann", "sends 1,000 bytes, and JOIN:Eve and MESSAGE:forged behind them")
    up.puts(filled(1000) + b"JOIN:Eve\nMESSAGE:forged\n")
    Flow(None, down, [filled(1000)]).arrives("Bob", 1000)
    room.has_it(parcel, down)
    up.ends()
    room.settles(ann, ann, bob)
    for person in (ann, bob):
        person.never_heard("Eve")
        person.never_heard("forged")


@check(
    3,
    "Where reading returns nothing too soon, the connection has ended, whatever the receiver has said: tell both "
    "people, and hang up on the other one. Behind the last byte, it is not too soon.",
    rests=("files.failed",),
)
def test_a_sender_who_breaks_off(room: FileRoom) -> None:
    """Where the sender's connection ends too soon, both are told, and the receiver's ends; behind all bytes, it may."""
    ann, bob = room.enter("Ann", "Bob")
    failed = []
    for goes, says in ((room.hangs_up, ""), (room.breaks_off, ""), (room.hangs_up, "RECEIVED")):
        parcel = room.agree(ann, bob, 5000)
        up, down = room.both_come(parcel)
        room.passes_on(parcel, up, down, 1000)
        if says:
            room.minutes.remark("Bob", f"sends {says} on it, too early")
            down.says(says)
            room.lets_the_server_work()
        goes(up)
        room.is_news("FAILED", parcel)
        more = down.ends()
        room.expects(more == 0, "Bob to get 1,000 bytes, and then the end of the connection", f"{more:,} more bytes")
        bob.commands(f"ACCEPT:{parcel.ticket}")
        bob.is_refused("ACCEPT of what has failed")
        failed.append(parcel)
    parcel = room.agree(ann, bob, 5000)
    up, down = room.both_come(parcel)
    room.passes_on(parcel, up, down, 5000)
    room.has_sent_all(up)
    room.has_it(parcel, down)
    room.settles(ann, ann, bob)
    for person, parcel in itertools.product((ann, bob), failed):
        person.heard_times(f"FAILED:{parcel.ticket}")


@check(
    3,
    "That all is sent does not mean that all has come: wait for `RECEIVED`. Where sending or reading fails, say so.",
    rests=("files.failed",),
)
def test_a_receiver_who_vanishes(room: FileRoom) -> None:
    """Where the receiver's connection ends without RECEIVED, both are told that it has failed, even after all bytes."""
    ann, bob = room.enter("Ann", "Bob")
    for size, goes in ((BIG, room.breaks_off), (5000, room.breaks_off), (5000, room.hangs_up)):
        parcel = room.agree(ann, bob, size)
        up, down = room.both_come(parcel)
        room.passes_on(parcel, up, down, 5000)
        goes(down)
        if size == BIG:
            room.sends_on(up)
        room.is_news("FAILED", parcel)
        up.ends()
    parcel = room.agree(ann, bob, 5000)
    up, down = room.both_come(parcel)
    room.passes_on(parcel, up, down, 1000)  # and then Ann sends nothing more: she must be told all the same
    room.hangs_up(down)
    room.is_news("FAILED", parcel)
    up.ends()
    parcel = room.agree(ann, bob, 1000)
    up, down = room.both_come(parcel)
    room.passes_on(parcel, up, down, 1000)
    room.minutes.remark("Bob", "sends THANKS on it, and not RECEIVED")
    down.says("THANKS")
    room.hangs_up(down)
    room.is_news("FAILED", parcel)
    room.goes_well(ann, bob)


@check(
    2,
    "When somebody leaves, look which files they were to send or to receive: those have failed.",
    rests=("files.left",),
)
def test_who_leaves_takes_no_more_files(room: FileRoom) -> None:
    """Where the sender or the receiver leaves the chat, what was offered or on its way has failed for the other one."""
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    offered, travelling = room.offers(ann, bob, 10), room.agree(ann, bob, 5000)
    up, down = room.both_come(travelling)
    room.passes_on(travelling, up, down, 1000)
    bob.closes()
    ann.is_told_all([f"FAILED:{offered.ticket}", f"FAILED:{travelling.ticket}", "USER_LEFT:Bob"])
    for lane in (up, down):
        lane.ends()
    waiting = room.offers(ann, cyd, 10)
    ann.resets()
    room.is_news("FAILED", waiting, cyd)
    cyd.commands(f"ACCEPT:{waiting.ticket}")
    cyd.is_refused("ACCEPT of what somebody offered who has left")


@check(
    2,
    "Each thread that waits for a file must hear of its end, however that comes; and so must each connection. Between "
    "looking and writing down, nobody may come in between: hold the lock for both.",
    stress=True,
    rests=("files.kept", "files.left", "files.only"),
)
def test_nothing_is_kept_of_files(room: FileRoom) -> None:
    """Of files that have arrived, failed or were declined, the server keeps no thread and no connection."""
    ann, bob = room.enter("Ann", "Bob")

    def breaks_off() -> None:
        parcel = room.agree(ann, bob, 5000)
        up, _ = room.both_come(parcel)
        room.breaks_off(up)
        room.is_news("FAILED", parcel)

    def never_comes() -> None:
        parcel = room.agree(ann, bob, 5000)
        room.comes_alone(DOWNLOAD, bob, parcel.ticket)
        ann.commands(f"DECLINE:{parcel.ticket}")
        room.is_news("DECLINED", parcel)

    def arrives() -> None:
        room.goes_well(ann, bob)

    arrives()
    room.keeps_nothing([arrives, breaks_off, never_comes] * 8)
    room.loses_nothing()
