"""Bonus, log: what is said stands in a file, and a server that is started again reads it."""

from grading.people.archive import Archive
from grading.suite import check

SNOWMAN = "\N{SNOWMAN}"  # one letter, three bytes
COFFEE = "at 10:30: caf\N{LATIN SMALL LETTER E WITH ACUTE}"
ODD = "one\N{LINE SEPARATOR}two\N{NEXT LINE}three"  # for some, more than one line
FORGERIES = (
    '", "user": "Bob',
    '"}\\n{"kind": "message", "user": "Bob", "room": "lobby", "text": "I owe you"}',
    "a backslash \\",
    ODD,
    "%s %(message)s {0} {text}",
    "null",
    "  blanks at both ends  ",
    "a tab\tand a bell\x07",
    "an owl \N{OWL}",  # of those letters that take two places in JSON
    "on and on " * 400 + "and over",  # its entry is longer than any line that a client sends
)
HALF_A_FILE = 600  # letters of a message of which a short file holds one


@check(
    3,
    "One `json.dumps` for each message, each field as the page has it, and one newline behind it.",
    rests=("log.message",),
)
def test_messages_are_entries(archive: Archive) -> None:
    """Each message is a line of JSON in the file: who said it, where, when, and what."""
    archive.looks_at_the_clock_once()
    ann, bob = archive.enter("Ann", "Bob")
    ann.says(COFFEE)
    line = bob.hears(ann, COFFEE).strip()
    stamp = archive.shows_the_local_time(line, ann)
    bob.goes_to("garden")
    bob.says("It is green here.")
    bob.hears(bob, "It is green here.")
    first, second = archive.holds(COFFEE, "It is green here.")
    archive.knows(first, user="Ann", room="lobby")
    archive.tells_the_time(first, stamp)
    archive.knows(second, user="Bob", room="garden")


@check(
    3,
    "What still lies in a buffer of your program, or waits for a thread of it, is lost with the program. A handler of "
    "`logging` hands each line to the system at once.",
    stress=True,
    rests=("log.before",),
)
def test_what_was_heard_is_in_the_file(archive: Archive) -> None:
    """What anybody has heard is in the file, even if the server is killed at that moment."""
    ann, bob = archive.enter("Ann", "Bob")
    texts = [f"number {number}" for number in range(5)]
    archive.says_all(ann, bob, texts)
    archive.is_killed()
    archive.holds(*texts)
    archive.writes_before_it_speaks()


@check(1, "Open the file to append to it.", rests=("log.append",))
def test_the_file_goes_on(archive: Archive) -> None:
    """A server that is started again writes behind what is there."""
    (ann,) = archive.enter("Ann")
    ann.says("before")
    ann.hears(ann, "before")
    archive.is_killed()
    (bob,) = archive.enter("Bob")
    bob.says("after")
    bob.hears(bob, "after")
    archive.holds("before", "after")
    archive.stays_one_file()


@check(
    3,
    "Never put an entry together by hand: `json.dumps` knows what must not stand in a string as it is.",
    rests=("log.forge",),
)
def test_nobody_forges_an_entry(archive: Archive) -> None:
    """Whatever somebody types is one entry, theirs, with exactly that text."""
    ann, bob = archive.enter("Ann", "Bob")
    for text in FORGERIES:
        ann.says(text)
        bob.hears(ann, text)
    for entry in archive.holds(*FORGERIES):
        archive.knows(entry, kind="message", user="Ann", room="lobby")


@check(
    2,
    "The log may know who whispers to whom, and not what: once for each whisper that somebody hears.",
    rests=("log.private",),
)
def test_private_messages_stay_private(archive: Archive) -> None:
    """Of a private message, the file has who wrote to whom and when, and no word of it; of one to nobody, nothing."""
    ann, bob = archive.enter("Ann", "Bob")
    ann.goes_to("garden")
    ann.commands("PRIVATE:Bob:the key: it is under the mat")
    bob.is_told("PRIVATE:Ann:the key: it is under the mat")
    ann.commands("PRIVATE:Zoe:are you there?")
    ann.is_refused("PRIVATE to somebody who is not online")
    entry = archive.only("private")
    archive.knows(entry, user="Ann", target="Bob")
    archive.tells_the_time(entry)
    archive.never_holds("under the mat")
    archive.never_holds("the key")
    archive.never_holds("are you there")


@check(
    3,
    "Several threads write. An entry and its newline must go out in one piece, and in the order in which people hear "
    "the messages: hold the lock while you write and post.",
    stress=True,
    rests=("log.order",),
)
def test_entries_are_whole_and_in_order(archive: Archive) -> None:
    """When many talk at once, each entry is whole, and they stand in the order in which everyone heard them."""
    archive.all_talk_at_once()


@check(
    3,
    "Before you write a line, ask whether it still fits behind what is there: in bytes, with its newline. "
    "`RotatingFileHandler` asks for you; what it counts are letters, which may be several bytes.",
    rests=("log.bytes",),
)
def test_a_full_file_becomes_an_older_one(archive: Archive) -> None:
    """No file grows beyond --log-bytes, by no newline and no restart: it becomes FILE.1, and nothing is lost."""
    archive.keeps_short_files(4000)
    ann, bob = archive.enter("Ann", "Bob")
    texts = archive.fills_the_file(ann, bob)
    texts += [f"number {number:02d} {SNOWMAN * (100 + 37 * number % 150)}" for number in range(6)]
    archive.says_all(ann, bob, texts[-6:])
    archive.files_stay_short()
    archive.expects(len(archive.files) > 1, "a file chat.log.1", "there is none")
    archive.holds(*texts)
    archive.is_killed()
    ann, bob = archive.enter("Ann", "Bob")
    texts += archive.fills_the_file(ann, bob)
    archive.holds(*texts)


@check(1, "`backupCount` says how many older files stay.", rests=("log.kept",))
def test_the_oldest_file_goes(archive: Archive) -> None:
    """Five older files are kept, and no more."""
    archive.keeps_short_files()
    ann, bob = archive.enter("Ann", "Bob")
    archive.says_all(ann, bob, [f"number {number:02d}" for number in range(100)])
    wanted = [*(f"chat.log.{number}" for number in range(5, 0, -1)), "chat.log"]
    archive.expects(archive.files == wanted, " ".join(wanted), " ".join(archive.files))


@check(
    3,
    "Writing raises an OSError, and that must not reach whoever talks. `logging` catches it, if you let it: see "
    "`handleError`.",
    rests=("log.full",),
)
def test_a_full_disk_ends_no_conversation(archive: Archive) -> None:
    """While the disk is full the chat goes on, and once there is room the file does."""
    ann, bob = archive.enter("Ann", "Bob")
    ann.says("before")
    bob.hears(ann, "before")
    archive.holds("before")
    archive.fills_the_disk()
    for text in ("Is it full?", "Never mind.", "We go on."):
        ann.says(text)
        bob.hears(ann, text)
    ann.commands("PRIVATE:Bob:psst")
    bob.is_told("PRIVATE:Ann:psst")
    archive.frees_the_disk()
    for number in range(3):
        bob.says(f"Better now {number}")
        ann.hears(bob, f"Better now {number}")
    archive.holds("Better now 0", "Better now 1", "Better now 2", by=bob, torn=True)


@check(
    3,
    "Make the lines of the history from the entries, in the same way in which they were made when they were said.",
    early=True,
    rests=("log.history",),
)
def test_a_newcomer_hears_what_was_said_before_the_restart(archive: Archive) -> None:
    """After a restart, newcomers hear the last 20 messages of the lobby, just as they were sent, and nothing else."""
    ann, bob = archive.enter("Ann", "Bob")
    texts = [f"number {number:02d}" for number in range(24)] + [ODD]
    lines = archive.says_all(ann, bob, texts)
    ann.commands("PRIVATE:Bob:for Bob alone")
    bob.is_told("PRIVATE:Ann:for Bob alone")
    for room in ("garden", "Lobby"):
        ann.goes_to(room)
        ann.says(f"for the {room}")
        ann.hears(ann, f"for the {room}")
    archive.lets_the_clock_move()
    archive.is_killed()
    heard = archive.newcomer_hears("Ann", texts[-20:])
    for line, again in zip(lines[-20:], heard, strict=True):
        archive.expects(again == line, line, again)


@check(2, "A line that is no JSON is passed over, and the next entry begins on a new line.", rests=("log.torn",))
def test_a_torn_last_line_harms_nothing(archive: Archive) -> None:
    """Where a line is torn, all others are read, before it and behind it, and what is said next is whole."""
    archive.begins_empty()
    (ann,) = archive.enter("Ann")
    for text in ("one", "two", "a caf\N{LATIN SMALL LETTER E WITH ACUTE}, torn"):
        ann.says(text)
        ann.hears(ann, text)
    archive.server.close()
    archive.ends_in_half_a_line()
    archive.starts_again()
    archive.newcomer_hears("Ann", ["one", "two"])
    (bob,) = archive.enter("Bob")
    bob.says("behind it")
    bob.hears(bob, "behind it")
    archive.holds("one", "two", archive.last_words, "behind it", torn=True)
    archive.server.close()
    archive.lacks_its_last_newline()
    archive.starts_again()
    (dan,) = archive.enter("Dan")
    dan.says("and on")
    dan.hears(dan, "and on")
    archive.holds("one", "two", archive.last_words, "behind it", "and on", torn=True)
    archive.is_killed()
    archive.newcomer_hears("Dan", ["and on"])


@check(2, "The last 20 messages may reach back to FILE.5: read the older files first.", rests=("log.history",))
def test_older_files_are_history_too(archive: Archive) -> None:
    """The history goes back into the older files, as far as they go."""
    archive.keeps_short_files()
    ann, bob = archive.enter("Ann", "Bob")
    texts = [f"number {number:02d}" for number in range(30)]
    archive.says_all(ann, bob, texts)
    archive.is_killed()
    archive.newcomer_hears("Ann", texts[-20:])
    dan, eve = archive.enter("Dan", "Eve")
    texts = [f"number {number} {'o' * HALF_A_FILE}" for number in range(9)]  # two do not go into one file
    archive.says_all(dan, eve, texts)
    archive.is_killed()
    archive.newcomer_hears("Dan", texts[-6:])
