"""Where threads stand meanwhile shows why nothing comes."""

from __future__ import annotations

import pytest

from grading.results.causes import Cause, Place, Thread
from grading.telling import silence

ACCEPTS = Place("chat_server.py", 90, "start", "self.serve_forever()")
READS = Place("chat_server.py", 40, "lines", "data = self.sock.recv(1024)")
STANDS = Place("chat_server.py", 60, "handle", "with self.seats:")
POSTS = Place("chat_server.py", 70, "write", "line = self.outbox.get()")
TYPES = Place("chat_client.py", 30, "talk", 'while (text := input("")) != "quit":')
RECEIVES = Place("chat_client.py", 20, "lines", "data = self.sock.recv(1024)")

door = Thread(1, "MainThread", (ACCEPTS,))


def reader(id: int, *places: Place) -> Thread:
    return Thread(id, f"Thread-{id}", places or (READS,))


def code(cause: Cause | None) -> str | None:
    return cause.code if cause else None


def test_a_server_that_reads_from_everybody_is_not_to_blame() -> None:
    assert silence.told_server([door, reader(2), reader(3)], 2, True) is None
    assert silence.told_server([door, reader(2), reader(3, STANDS)], 2, True) is None


@pytest.mark.parametrize("places", [(READS, ACCEPTS), (READS,)])
def test_who_accepts_and_waits_for_one_client_lets_nobody_in(places: tuple[Place, ...]) -> None:
    cause = silence.told_server([Thread(1, "MainThread", places)], 2, False)
    assert (code(cause), cause and cause.place) == ("door-is-blocked", READS)


def test_an_event_loop_is_no_door() -> None:
    waits = Place("chat_server.py", 9, "main", "events = selector.select()")
    assert silence.told_server([Thread(1, "MainThread", (waits,))], 2, False) is None


def test_a_server_that_waits_for_a_thread_while_it_is_made_serves_nobody() -> None:
    waits = Place("chat_server.py", 9, "__init__", "postman.join()")
    main = Thread(1, "MainThread", (waits, Place("chat_server.py", 99, "main", "server = ChatServer()")))
    cause = silence.told_server([main, reader(2, POSTS)], 2, False)
    assert (code(cause), cause and cause.place) == ("waits-before-it-serves", waits)
    selects = Place("chat_server.py", 12, "loop", "events = selector.select()")
    assert silence.told_server([main, reader(2, selects)], 2, False) is None


def test_people_without_a_thread_that_reads_are_counted() -> None:
    cause = silence.told_server([door, reader(2), reader(3)], 3, False)
    assert code(cause) == "too-few-readers"
    assert "3 people are here, and 2 threads look after them" in (cause.sentence if cause else "")


def test_a_thread_that_does_not_come_to_reading_is_told_with_its_line() -> None:
    cause = silence.told_server([door, reader(2), reader(3, STANDS)], 2, False)
    assert (code(cause), cause and cause.place) == ("too-few-readers", STANDS)


def test_who_reads_a_file_reads_whatever_the_line_looks_like() -> None:
    goes_through = Place("chat_server.py", 44, "handle", "for line in stream:")
    one, another = (Thread(id, f"Thread-{id}", (goes_through,), reads=True) for id in (2, 3))
    assert silence.told_server([door, one, another], 2, False) is None
    assert code(silence.told_server([door, one, another], 2, False, is_mute=True)) == "nothing-goes-out"
    other = Thread(3, "Thread-3", (goes_through,))
    assert code(silence.told_server([door, one, other], 2, False)) == "too-few-readers"


def test_threads_that_wait_for_another_one_send_nothing_either() -> None:
    threads = [door, reader(2), reader(3, POSTS)]
    cause = silence.told_server(threads, 1, False, is_mute=True)
    assert code(cause) == "nothing-goes-out"
    assert cause and "waits for the next line or for another thread, and none sends" in cause.sentence
    assert silence.told_server([door, reader(3, POSTS)], 1, True, is_mute=True) is None
    sends = Place("chat_server.py", 75, "write", "self.sock.sendall(line)")
    assert silence.told_server([door, reader(2), reader(3, sends)], 1, True, is_mute=True) is None


def test_a_thread_that_never_started_is_told_where_it_is_needed() -> None:
    made = Place("chat_server.py", 85, "main", "thread = threading.Thread(target=dispatch)")
    for readers, guests, is_mute, is_told in (
        ([], 1, True, True),
        ([], 1, False, True),
        ([reader(2)], 1, False, False),
    ):
        cause = silence.told_server([door, *readers], guests, False, is_mute, unstarted=[made])
        assert ((code(cause), cause and cause.place) == ("never-started", made)) == is_told
    types, receives = Thread(1, "MainThread", (TYPES,)), Thread(2, "Thread-2", (RECEIVES,))
    assert code(silence.told_client([types], False, unstarted=[made])) == "never-started"
    assert silence.told_client([types, receives], False, unstarted=[made]) is None


def test_who_is_answered_without_a_thread_is_answered_by_a_process() -> None:
    assert code(silence.told_server([door], 2, True)) == "process-for-each"
    assert silence.told_server([door], 2, False) is None


def test_whoever_has_left_has_no_thread_any_more() -> None:
    assert silence.looks_after_others_only([door, reader(2), reader(3)], 2)
    assert not silence.looks_after_others_only([door, reader(2), reader(3)], 1)
    assert not silence.looks_after_others_only([door, reader(2), reader(3, POSTS)], 2)
    assert not silence.looks_after_others_only([reader(2), reader(3)], 2)


def test_where_all_was_read_nothing_went_out() -> None:
    assert code(silence.told_server([door, reader(2), reader(3)], 2, False, is_mute=True)) == "nothing-goes-out"
    assert silence.told_server([door, reader(2), reader(3)], 2, False) is None
    assert silence.told_server([door, reader(2), reader(3, POSTS)], 2, False, is_mute=True) is None


def test_a_thread_that_has_ended_is_told_where_all_others_wait_for_a_line() -> None:
    delivers = Place("chat_server.py", 80, "deliver", "def deliver(self):")
    cause = silence.told_server([door, reader(2), reader(3)], 2, True, ended=[delivers])
    assert (code(cause), cause and cause.place) == ("thread-ended", delivers)
    assert "The thread that ran deliver (chat_server.py:80) has come to its end." in (cause.sentence if cause else "")
    assert silence.told_server([door, reader(2), reader(3, POSTS)], 2, True, ended=[delivers]) is None


def test_what_a_client_ran_in_a_thread_that_has_ended_is_named() -> None:
    watches = Place("chat_client.py", 50, "watch", "def watch(self):")
    for is_read in (False, True):
        cause = silence.told_client([Thread(1, "MainThread", (TYPES,))], False, is_read, [watches])
        assert cause and cause.sentence.endswith("The thread that ran watch (chat_client.py:50) has come to its end.")


def test_a_client_whose_threads_all_wait_for_the_keyboard_receives_nothing() -> None:
    types, receives = Thread(1, "MainThread", (TYPES,)), Thread(2, "Thread-2", (RECEIVES,))
    assert code(silence.told_client([types], False)) == "nobody-receives"
    assert code(silence.told_client([types], False, is_read=True)) == "read-and-not-shown"
    assert silence.told_client([types, receives], False) is None
    assert silence.told_client([], False) is None


def test_a_client_may_let_a_process_of_its_own_receive() -> None:
    assert silence.told_client([Thread(1, "MainThread", (TYPES,))], True) is None


@pytest.mark.parametrize(
    ("line", "is_told"),
    [
        ("data = self.rfile.read(1024)", True),
        ("for text in sys.stdin.readlines():", True),
        ("data = await reader.readexactly(4)", True),
        ("letter = self.rfile.read(1)", False),
        ("data = os.read(0, 1024)", False),
        ("data = sys.stdin.buffer.raw.read(1024)", False),
        ("data = self.rfile.read1(1024)", False),
        ("data = self.sock.recv(1024)", False),
    ],
)
def test_a_read_that_waits_for_more_than_a_line_is_told(line: str, is_told: bool) -> None:
    place = Place("chat_server.py", 5, "lines", line)
    assert code(silence.told_insatiable([reader(2, place)])) == ("waits-for-more" if is_told else None)


def test_a_thread_that_never_rests_is_told_with_its_line() -> None:
    assert silence.told_restless(reader(2)).place == READS
    assert silence.is_reading(reader(2))
    assert not silence.is_reading(reader(2, STANDS))


def test_where_all_was_read_and_nothing_shown_the_place_is_told_that_waits_for_more() -> None:
    types = Thread(1, "MainThread", (TYPES,))
    cause = silence.told_unshown([types, reader(2, RECEIVES)])
    assert (code(cause), cause and cause.place) == ("read-unshown", RECEIVES)
    assert silence.told_unshown([types, reader(2, STANDS)]) is None


def test_who_waits_for_more_with_a_line_at_hand_is_told_with_the_place() -> None:
    types, receives = Thread(1, "MainThread", (TYPES,)), reader(2, RECEIVES)
    cause = silence.told_rest([types, receives])
    assert (code(cause), cause and cause.place) == ("rest-not-looked-at", RECEIVES)
    assert silence.told_rest([types]) is None


def test_a_loop_that_is_not_seen_to_read_is_told_with_the_function_that_it_is_in() -> None:
    sends, loops = (
        Place("chat_server.py", 15, "send", "conn.sendall(data)"),
        Place("chat_server.py", 95, "handle", "obey(line)"),
    )
    cause = silence.told_restless(reader(2, sends, loops))
    assert cause.place is None
    assert "chat_server.py:95 (handle: obey(line)) leads there." in cause.sentence
    assert silence.told_restless(reader(2, READS, loops)) == Cause(
        "never-rests", f"A thread never rests: it comes to {READS} again and again.", READS
    )


def test_a_thread_that_has_ended_is_told_where_what_was_read_is_not_shown() -> None:
    shows = Place("chat_client.py", 25, "screen", "def screen():")
    cause = silence.told_unshown([reader(2, RECEIVES)], [shows])
    assert cause and cause.sentence.endswith("\nThe thread that ran screen (chat_client.py:25) has come to its end.")


def test_a_main_thread_that_waits_for_the_end_of_one_that_serves_lets_nobody_in() -> None:
    joins = Place("chat_server.py", 87, "main", "thread.join()")
    main = Thread(1, "MainThread", (joins,))
    cause = silence.told_server([main, reader(2)], 2, False)
    assert (code(cause), cause and cause.place) == ("door-is-blocked", joins)
    assert silence.told_server([main, reader(2, POSTS)], 2, False) is None
    assert silence.told_server([main, reader(2), reader(3, ACCEPTS)], 1, True) is None
    assert silence.told_server([main, reader(2), reader(3, STANDS)], 2, False) is None


def test_where_a_thread_at_the_door_comes_from_is_told_and_no_module() -> None:
    calls, module = (
        Place("chat_server.py", 94, "main", "handle(conn)"),
        Place("chat_server.py", 99, "<module>", "main()"),
    )
    cause = silence.told_server([Thread(1, "MainThread", (READS, calls, module))], 2, False)
    assert cause and cause.sentence.endswith("\nchat_server.py:94 (main: handle(conn)) leads there.")
    alone = silence.told_server([Thread(1, "MainThread", (READS, module))], 2, False)
    assert alone and "leads there" not in alone.sentence
