"""Step 4: everyone knows when."""

from grading.people.conversing import HINT, converse
from grading.people.room import Room
from grading.suite import check


@check(
    3,
    "The line is name, blank, `[HH:MM:SS]`, colon, blank, text: `time.strftime('%H:%M:%S')`.",
    rests=("said.stamped",),
)
def test_messages_carry_the_time(room: Room) -> None:
    """A message is heard as `username [HH:MM:SS]: text`, by its sender as well."""
    ann, bob = room.enter("Ann", "Bob")
    for text in ("What time is it?", "[14:30:15] says my watch", "Bob [14:30:15]: so says mine", "14:30:15"):
        ann.says(text)
        for person in (ann, bob):
            person.hears(ann, text)


@check(2, "`%H` counts to 23, `%I` to 12; `%M` is the minute, `%m` the month.", rests=("time.local",))
def test_hours_minutes_seconds(room: Room) -> None:
    """The time is hours from 00 to 23, minutes, seconds, with two digits each."""
    for clock in ("15:04:57", "00:30:07", "09:08:01"):
        room.opens_at(clock)
        ann, bob = room.enter("Ann", "Bob")
        room.hears_the_time(ann, bob)


@check(
    2,
    "Local time comes from `time.localtime` or `datetime.now()`, not from `gmtime` or `utcnow`.",
    rests=("time.local",),
)
def test_local_time(room: Room) -> None:
    """The time is the local time of the server."""
    for clock, summer in (("22:41:30", False), ("13:27:10", True)):
        room.opens_at(clock, summer)
        ann, bob = room.enter("Ann", "Bob")
        room.hears_the_time(ann, bob)


@check(
    3,
    "Ask for the time whenever a message arrives, not when the program starts or somebody joins.",
    early=True,
    rests=("time.local",),
)
def test_the_time_moves(room: Room) -> None:
    """The time is that of the message: it moves on from one message to the next."""
    room.opens_at("23:59:59")
    ann, bob = room.enter("Ann", "Bob")
    room.hears_the_time(ann, bob)
    room.lets_the_clock_move()
    room.hears_the_time(ann, bob)
    room.hears_the_time(bob, ann)  # who was there before, and had said nothing


@check(1, "Make the line once, before you send it to anybody.", rests=("said.stamped",))
def test_everyone_hears_the_same_time(room: Room) -> None:
    """Everyone hears the same line."""
    room.opens(tick=1.0)
    room.minutes.remark("the server's clock", "moves whenever it is looked at")
    ann, bob, cyd = room.enter("Ann", "Bob", "Cyd")
    for number in range(5):
        ann.says(f"message {number}")
        lines = {person.hears(ann, f"message {number}").strip() for person in (ann, bob, cyd)}
        room.expects(len(lines) == 1, "everyone to hear the same line", " and ".join(sorted(lines)))


@check(1, HINT, stress=True, early=True, rests=("said.only",))
def test_conversations(room: Room) -> None:
    """In conversations that nobody wrote, everyone hears what is for them, and when it was said."""
    converse(room)
