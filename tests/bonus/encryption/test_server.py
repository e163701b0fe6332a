"""Bonus, encryption: nobody on the way can read along, and nobody who knows nothing of TLS is in anybody's way."""

import ssl

from grading.people.secret import SecretRoom
from grading.people.stress import pause_reading, talk_past_a_stopped_reader
from grading.suite import check

HALF_A_HELLO = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"  # the beginning of what a client of TLS says first
MANY = 40  # more than one serves at once who has a fixed number of threads for all handshakes
GARBAGE = b"\x16\x03\x01\x00\x05hello" + bytes(range(256))


@check(
    3,
    "Wrap each connection with `context.wrap_socket(sock, server_side=True)`; send and read through what it returns.",
    rests=("tls.talk", "tls.wire"),
)
def test_people_talk_over_tls(room: SecretRoom) -> None:
    """People talk over TLS as before, and on the wire nobody can read what they say."""
    ann, bob = room.enter("Ann", "Bob")
    ann.says("Where is the treasure?")
    for person in (ann, bob):
        person.hears(ann, "Where is the treasure?")
    room.many_lines_come_together(ann, bob)
    for piece in ("MESS", "AGE:Under which ", "tree?\n"):  # a record of TLS each
        ann.sends(piece)
        room.lets_the_server_work()
    bob.hears(ann, "Under which tree?")
    bob.commands("PRIVATE:Ann:under the palm tree")
    ann.is_told("PRIVATE:Bob:under the palm tree")
    for person in (ann, bob):
        room.wire_is_secret(person, "treasure", "palm tree", "JOIN:", "JOINED:", "PRIVATE:Bob", "Ann [")


@check(
    2,
    "Old versions of TLS are broken: `minimum_version` of the context says how old is too old.",
    rests=("tls.version",),
)
def test_tls_is_not_old(room: SecretRoom) -> None:
    """The server speaks TLS 1.2 and newer, and nothing older."""
    for version, name in ((ssl.TLSVersion.TLSv1_2, "TLS 1.2"), (ssl.TLSVersion.TLSv1_3, "TLS 1.3")):
        room.expects(room.speaks(version), f"the server to speak {name}", "it does not")
    room.expects(not room.speaks(ssl.TLSVersion.TLSv1_1), "the server to refuse TLS 1.1", "it speaks it")


@check(
    1,
    "The handshake has a time limit, and the talk has none: a connection keeps the last one that it was given.",
    rests=("tls.talk",),
)
def test_listening_is_enough(room: SecretRoom) -> None:
    """Over TLS, too, whoever says nothing for a long time stays, and hears what is said then."""
    room.opens(hurried=True)
    ann, bob = room.enter("Ann", "Bob")
    room.is_silent(ann, bob)
    ann.says("Are you still there?")
    bob.hears(ann, "Are you still there?")


@check(
    2,
    "The handshake waits for the client. Where all are accepted, nobody may be waited for: "
    "`do_handshake_on_connect=False`, and `do_handshake()` in the thread of the client.",
    rests=("tls.waiting",),
)
def test_nobody_waits_for_a_handshake(room: SecretRoom) -> None:
    """Whoever connects and never begins, or never finishes, the handshake keeps nobody waiting, however many do it."""
    (ann,) = room.enter("Ann")
    room.comes_without_tls("Eve")
    room.comes_without_tls("Zed", HALF_A_HELLO, "sends half of the first message of TLS")
    room.many_come_without_tls(MANY)  # where each has a moment, and one comes after the other, that adds up
    (bob,) = room.enter("Bob")
    ann.says("Nobody is in the way.")
    bob.hears(ann, "Nobody is in the way.")


@check(2, "A handshake that fails raises an OSError, and ends that connection alone.", rests=("tls.garbage",))
def test_garbage_harms_nobody(room: SecretRoom) -> None:
    """Garbage instead of a handshake, or a connection that breaks in the middle of it, harms nobody."""
    ann, bob = room.enter("Ann", "Bob")
    for name, data in (("Eve", GARBAGE), ("Zed", b"GET / HTTP/1.1\r\n\r\n"), ("Vic", HALF_A_HELLO)):
        stranger = room.comes_without_tls(name, data, "sends garbage")
        if data != HALF_A_HELLO:  # the rest of which may still come
            room.hangs_up_on(stranger)
        stranger.sock.close()
        room.talk.comes_to_rest()
        ann.says(f"{name} did no harm.")
        bob.hears(ann, f"{name} did no harm.")
    (cyd,) = room.enter("Cyd")
    cyd.says("The door is open.")
    ann.hears(cyd, "The door is open.")


@check(3, "Nothing is sent on a connection before its handshake is over.", rests=("tls.clear",))
def test_who_talks_in_clear_hears_nothing(room: SecretRoom) -> None:
    """A client that talks in clear hears no word, and nobody hears of it, even where the certificate is missing."""
    ann, bob = room.enter("Ann", "Bob")
    eve = room.comes_without_tls("Eve", b"JOIN:Eve\nMESSAGE:Let me in!\n", "says JOIN:Eve and MESSAGE:Let me in!")
    ann.says("Who is there?")
    bob.hears(ann, "Who is there?")
    room.settles(ann, ann, bob)
    told = eve.was_told()
    for word in ("JOIN", "Ann", "ERROR", "there"):
        room.expects(
            word.encode() not in told, "Eve to hear nothing of the chat", f"Eve heard a line with {word} in it"
        )
    for person in (ann, bob):
        person.never_heard("Eve")
        person.never_heard("Let me in")
    room.has_no_certificate()


@check(
    2,
    "However a connection of TLS ends, reading from it returns nothing or raises an OSError.",
    rests=("tls.cut",),
)
def test_the_end_of_a_connection_is_told(room: SecretRoom) -> None:
    """Whoever says goodbye, is cut off or breaks the connection, is said to leave, once."""
    ann, bob, cyd, dan = room.enter("Ann", "Bob", "Cyd", "Dan")
    bob.closes()
    ann.is_told("USER_LEFT:Bob")
    room.is_cut_off(cyd)
    ann.is_told("USER_LEFT:Cyd")
    dan.resets()
    ann.is_told("USER_LEFT:Dan")
    room.settles(ann)
    for name in ("Bob", "Cyd", "Dan"):
        ann.heard_times(f"USER_LEFT:{name}", 1)


@check(2, "After the close-notify of a client, read on to its end, and then let it go.", rests=("tls.half",))
def test_a_half_closed_connection(room: SecretRoom) -> None:
    """What somebody says right before the close-notify is heard, and then that they leave."""
    ann, bob = room.enter("Ann", "Bob")
    bob.says("These are my last words.")
    bob.half_closes()
    ann.hears(bob, "These are my last words.")
    ann.is_told("USER_LEFT:Bob")


@check(
    3,
    "A connection of TLS that must not wait raises ssl.SSLWantWriteError where a plain one takes nothing more.",
    stress=True,
    rests=("tls.reader",),
)
def test_a_reader_that_stops_reading(room: SecretRoom) -> None:
    """Over TLS, too, somebody who stops reading never holds up anybody else."""
    room.enter("Vic", shallow=True)
    bob, ann = room.enter("Bob", "Ann")
    room.minutes.remark("Vic", "stops reading")
    talk_past_a_stopped_reader(room, ann, bob)


@check(
    2,
    "What TLS could not send, it wants to get again, from its beginning.",
    stress=True,
    rests=("tls.reader",),
)
def test_a_reader_that_reads_again(room: SecretRoom) -> None:
    """Somebody who did not read for a while, and is not dropped, has missed nothing, and all of it in order."""
    (vic,) = room.enter("Vic", shallow=True)
    bob, ann = room.enter("Bob", "Ann")
    pause_reading(room, vic, ann, bob)
