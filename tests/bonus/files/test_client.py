"""Bonus, files: the client hands out what its person offers, and takes in what its person wants, and no more."""

import os

from grading.people.file_desk import FileDesk
from grading.people.lanes import BIG, Flow, big_file, filled
from grading.people.schedules import shake
from grading.suite import check

CLIMBING = (
    "../climbed.txt",
    "../../climbed.txt",
    "one/../../climbed.txt",
    "..\\climbed.txt",
    "C:climbed.txt",
    "C:\\climbed.txt",
    "{folder}/climbed.txt",
)
OF_GOOD = ("One_1.BIN", f"{'page-' * 11}.html")  # of at most 60 letters, which stay as they are
A_COLON = "at 10:30.bin" if os.name == "posix" else "one.bin"  # on Windows, no name holds one
FEWEST_RANDOM = 12  # letters and digits of a ticket, says the page
LARGE = 3 * 2**30  # bytes of a file that is offered, and never comes
OF_NO_GOOD = (
    "CON",
    "nul.txt",
    "com1",
    "com9.tar.gz",
    "PRN",
    "lpt1.txt",
    "..",
    "bell \x07 and \x1b[2J.txt",
    'who? "me" <*>|.txt',
    "dots at the end...",
    "page.html.",
    "CON.",
    "a blank before the dot .",
    "b" + ". " * 150 + "b",  # wherever one cuts it off, a dot or a blank stands at the end
    "x" * 300 + ".txt",
    "x" * 300 + ".txt",  # once more: there is one of this name
    "\N{OWL}" * 200,  # of four bytes each, as many as a letter can have
    "\N{OWL}" * 200,
    "\N{HIRAGANA LETTER A}" * 200,  # letters, which are not ASCII
)


@check(
    3,
    "Keep the file under a ticket that nobody can guess. When `ACCEPTED` comes, open one more connection, wait for "
    "`GO`, and send the bytes there.",
    rests=("files.send", "files.ticket"),
)
def test_a_file_is_sent(desk: FileDesk) -> None:
    """What the person offers is offered without its folders, and sent byte by byte once it was accepted."""
    desk.sits_down()
    tickets = []
    for name, size in (("empty.txt", 0), (A_COLON, 1), ("Page 2.BIN", 4096), ("like lines.txt", 300_000)):
        path = desk.makes(name, [filled(size)])
        ticket = desk.offers(path)
        tickets.append(ticket)
        lane = desk.uploads(ticket)
        Flow(None, lane, [filled(size)]).arrives("the server", size)
        desk.wire_says(f"FINISHED:{ticket}\n", quietly=True)
    tickets += [desk.offers(path), desk.offers(path)]
    again = desk.offers_in_another_run(desk.folder / "empty.txt")
    desk.expects(again not in tickets, "another ticket in another run", "it is one that has been")
    desk.expects(len(set(tickets)) == len(tickets), "another ticket for each offer", "one came twice")
    changing = sum(len(set(letters)) > 1 for letters in zip(*tickets, strict=False))
    expected = f"tickets that nobody can guess, of which {FEWEST_RANDOM} letters and digits or more are random"
    got = f"in {changing} places they differ" if changing else "they are all the same"
    desk.expects(changing >= FEWEST_RANDOM, expected, got)


@check(1, "Look whether the file is there before you offer it.", rests=("files.send",))
def test_no_such_file(desk: FileDesk) -> None:
    """Where there is no such file, or it is a folder, the client says so, offers nothing, and goes on."""
    desk.sits_down()
    for path in ("missing.txt", "."):
        desk.offers_nothing(path)
    desk.types("Never mind.")
    desk.wire_hears("MESSAGE:Never mind.")


@check(2, "Send `size` bytes: what was offered, not what is there by now.", rests=("files.promised",))
def test_no_more_than_was_offered(desk: FileDesk) -> None:
    """A file that has grown since is sent as long as it was offered; one that has shrunk ends too soon."""
    desk.sits_down()
    path = desk.makes("growing.log", [filled(5000)])
    ticket = desk.offers(path)
    desk.changes(path, [filled(9000)])
    lane = desk.uploads(ticket)
    Flow(None, lane, [filled(5000)]).arrives("the server", 5000)
    desk.sends_no_more(lane)
    desk.wire_says(f"FINISHED:{ticket}\n", quietly=True)
    path = desk.makes("shrinking.log", [filled(5000)])
    ticket = desk.offers(path)
    desk.changes(path, [filled(2000)])
    lane = desk.uploads(ticket)
    sent = lane.ends()
    desk.expects(sent <= 2000, "2,000 bytes at the most, and then the end of the connection", f"{sent:,} bytes")
    desk.types("Try again.")
    desk.wire_hears("MESSAGE:Try again.")


@check(3, "Keep what is offered, say who offers what, and wait for the person.", rests=("files.asked",))
def test_nothing_is_accepted_unasked(desk: FileDesk) -> None:
    """The person sees who offers what, and nothing is accepted, opened or written before they say so, and for whom."""
    desk.sits_down()
    desk.offers(desk.makes("mine.txt", [b"mine"]), person="Ann")  # for Ann to answer, and not for who offers it
    for size, person in enumerate(("Cyd", "ann", "Anna")):  # none of them is Ann
        desk.is_offered("plan.txt", 30 * size, person)
    desk.is_offered("disk.img", LARGE, "Dan")
    for word in ("disk.img", "Dan"):  # whom nobody has typed
        desk.sees_any(word)
    ticket = desk.is_offered("photo.png", 4096)
    desk.sees_any("photo.png")
    desk.wire_says(f"ACCEPTED:{ticket}\n")
    desk.opens_no_lane()
    withdrawn, other = desk.is_offered("draft.txt", 20), desk.is_offered("song.ogg", 10)
    desk.sees_any("song.ogg")
    desk.answers("/decline Ann", f"DECLINE:{ticket}")
    desk.wire_says(f"DECLINED:{ticket}\n")
    desk.wire_says(f"DECLINED:{withdrawn}\n")
    desk.lets_the_client_read()
    desk.accepts(other).ends_here()
    desk.keeps_only()


@check(
    3,
    "Make the folder, and those above it. Read `GO` and the bytes from the same buffer: they may come together. Count "
    "the bytes; they are no lines.",
    rests=("files.then",),
)
def test_a_file_arrives(desk: FileDesk) -> None:
    """What was accepted lies in the folder as it was sent, and only then the client says RECEIVED."""
    desk.wants_a_new_folder_in_another()
    desk.sits_down(hold_after="RECEIVED")
    for name, size in (("empty.txt", 0), ("one.bin", 1), ("page.html", 4096)):
        desk.is_called(desk.gets(name, filled(size)), name)
    data = filled(300_000)
    lane = desk.accepts(desk.is_offered("like-lines.txt", len(data)))
    desk.minutes.remark("the server", "sends GO and 3,000 bytes in one segment, and then the rest")
    lane.puts(b"GO\n" + data[:3000])
    Flow(lane, None, [data[3000:]]).runs(len(data) - 3000)
    desk.receives("like-lines.txt", data, lane)
    desk.expects("forged" not in desk.screen, "nothing of the file to stand on the screen", "there is some of it")


@check(
    3,
    "A piece at a time, out of the file and into the connection, and the other way round.",
    stress=True,
    rests=("files.client-memory",),
)
def test_a_big_file_takes_little_memory(desk: FileDesk) -> None:
    """A file of 48 MiB is sent, and another one received, and the client never holds more than a part of it."""
    desk.sits_down()
    path = desk.makes("big.bin", big_file())
    desk.gets("small.bin", filled(100_000))
    scales = desk.weighs()
    Flow(None, desk.uploads(desk.offers(path)), big_file(), scales=scales).arrives("the server", BIG)
    lane = desk.accepts(desk.is_offered("large.bin", BIG))
    lane.says("GO")
    Flow(lane, None, big_file(), scales=scales).runs(BIG)
    desk.receives("large.bin", b"".join(big_file()), lane)
    scales.show_little()


@check(
    3,
    "The name is what somebody else has typed. Take its last part, whatever the separator is, and drop or replace what "
    "some system does not take, and nothing else.",
    rests=("files.inside", "files.name"),
)
def test_names_that_lead_elsewhere(desk: FileDesk) -> None:
    """Whatever a file is called, it lies in the folder for downloads, under a name that every system takes."""
    desk.sits_down()
    for name in OF_GOOD:
        desk.is_called(desk.gets(name, name.encode()), name)
    for name in (*CLIMBING, *OF_NO_GOOD):
        path = desk.gets(name.format(folder=desk.folder), name.encode())
        desk.has_not_climbed()
        desk.is_a_good_name(path)
    desk.expects("\x1b[2J" not in desk.printed, "no control character to reach the screen", "one did")


@check(2, "Find a name that is free, and take it in the same moment.", rests=("files.twice",))
def test_the_same_name_twice(desk: FileDesk) -> None:
    """A file that comes under the name of another one leaves that as it was."""
    desk.sits_down(shaken=True)
    desk.comes_in_nobodys_way("twin.bin")
    texts = (b"the first one", b"the second one", b"the third one")
    places = [desk.gets("photo.png", text) for text in texts]
    for place, text in zip(places, texts, strict=True):
        desk.expects(desk.reads(place) == text, f"{text.decode()} to stay as it was", "it is another one")
    one, two = desk.gets_half("twin.bin"), desk.gets_half("twin.bin")
    twins = []
    for lane, rest in ((one, bytes(3000)), (two, filled(3000))):
        Flow(lane, None, [rest]).runs(3000)
        twins.append((desk.receives("twin.bin", filled(2000) + rest, lane), filled(2000) + rest))
    for place, data in twins:
        desk.expects(desk.reads(place) == data, "both of two files that came at once to stay", "one is another now")
    desk.minutes.remark("Ann", "offers two files of one name that end to come at once, again and again")
    shake(desk, desk.twins_come_at_once, apart=(13,))


@check(
    3,
    "Write under another name, give it its own once all is there, and remove it where anything goes wrong.",
    rests=("files.whole", "files.most"),
)
def test_no_half_files(desk: FileDesk) -> None:
    """Where a file breaks off, nothing of it stays; and where too much comes, no more is kept than was offered."""
    desk.sits_down()
    lane = desk.gets_half("half.bin")
    desk.lies_not_there_yet("half.bin")
    desk.minutes.remark("the server", "closes that connection")
    lane.ends_here()
    desk.keeps_only()
    lane = desk.gets_half("large.bin", 1_000_000)
    desk.lies_nowhere_else()
    lane.ends_here()
    desk.keeps_only()
    lane = desk.accepts(desk.is_offered("refused.bin", 5000))
    desk.minutes.remark("the server", "answers ERROR:no such ticket")
    lane.says("ERROR:no such ticket")
    lane.ends_here()
    desk.keeps_only()
    lane = desk.accepts(desk.is_offered("more.bin", 1000))
    desk.minutes.remark("the server", "sends GO and 1,500 bytes")
    lane.puts(b"GO\n" + filled(1500))
    desk.receives("more.bin", filled(1000), lane)
    desk.keeps_only("more.bin")


@check(
    2,
    "Threads that do not keep the program alive are ended with it, wherever they are. Let them come to an end first.",
    rests=("files.leaves",),
)
def test_who_leaves_keeps_no_half_file(desk: FileDesk) -> None:
    """Where the person leaves in the middle of a file, nothing of it stays."""
    desk.sits_down()
    desk.gets_half("half.bin")
    desk.types("quit")
    desk.says_goodbye()
    desk.keeps_only()


@check(1, "`lost` ends the program at once, with all its threads.", rests=("files.leaves",))
def test_a_lost_server_leaves_no_half_file(desk: FileDesk) -> None:
    """Where the server is lost in the middle of a file, nothing of it stays."""
    desk.sits_down()
    desk.gets_half("half.bin")
    desk.vanishes()
    desk.is_lost()
    desk.keeps_only()


@check(
    3,
    "Each file needs a thread of its own: the others wait for the keyboard and the chat. And it needs no time limit: "
    "the server says when a file has failed.",
    rests=("files.talk", "files.rests"),
)
def test_the_talk_goes_on(desk: FileDesk) -> None:
    """While files come and go, or rest for as long as they like, its person talks and hears the others."""
    desk.sits_down(hurried=True)
    upload = desk.uploads(desk.offers(desk.makes("big.bin", big_file())))
    desk.minutes.remark("the server", "reads nothing on that connection")
    lane = desk.accepts(desk.is_offered("slow.bin", 5000))
    desk.nothing_comes(lane)
    desk.minutes.remark("the server", "sends GO and 1,000 bytes")
    lane.puts(b"GO\n" + filled(1000))
    desk.nothing_comes(lane)
    desk.types("It takes its time.")
    desk.wire_hears("MESSAGE:It takes its time.")
    desk.wire_says("Bob [14:30:15]: No hurry.\n")
    desk.sees("Bob [14:30:15]: No hurry.")
    desk.gets("quick.bin", filled(4096))
    Flow(lane, None, [filled(5000)[1000:]]).runs(4000)
    desk.receives("slow.bin", filled(5000), lane)
    Flow(None, upload, big_file()).arrives("the server", BIG)
