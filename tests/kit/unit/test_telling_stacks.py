"""Where threads stand is told: who waits for a lock first, and for ever."""

from __future__ import annotations

import textwrap

import pytest

from grading.drawing.text import MOST, WIDTH
from grading.results.causes import Cause, Place, Thread
from grading.telling import stacks
from grading.telling.stacks import each_thread, told, told_beside_main, told_called, told_lingering, told_locks

ACCEPTS = Place("chat_server.py", 90, "start", "self.serve_forever()")
READS = Place("chat_server.py", 40, "lines", "data = self.sock.recv(1024)")
SENDS = Place("chat_server.py", 50, "send", "self.sock.sendall(data)")
THINKS = Place("chat_server.py", 60, "obey", "while True: pass")
LOCKS = Place("chat_server.py", 70, "broadcast", "with self.lock:")
TAKEN = Place("chat_server.py", 80, "remove_client", "with self.lock:")
ELSEWHERE = Place("chat_server.py", 85, "move", "with self.rooms_lock:")

main = Thread(1, "MainThread", (ACCEPTS,))


def waits(id: int, at: Place, holder: int | None, taken: Place | None = TAKEN) -> Thread:
    return Thread(id, f"Thread-{id}", (at,), True, holder, taken)


def test_no_thread_tells_nothing() -> None:
    assert told([]) is None
    assert told_locks([main]) is None
    assert told_lingering([]) is None
    assert told_beside_main([main]) is None


def test_a_thread_that_waits_for_its_own_lock_explains_all_others() -> None:
    cause = told([main, waits(2, LOCKS, 3), waits(3, LOCKS, 3)])
    assert cause == Cause(
        "waits-for-its-own-lock",
        "A thread waits at chat_server.py:70 (broadcast: with self.lock:) for a lock that it took itself at"
        " chat_server.py:80 (remove_client: with self.lock:): it waits for ever.",
        TAKEN,
    )


def test_a_function_that_is_called_where_a_thread_was_to_run_it_is_told_with_the_line_that_calls_it() -> None:
    calls = Place("chat_server.py", 30, "__init__", "threading.Thread(target=self.deliver(), daemon=True).start()")
    cause = told([Thread(1, "MainThread", (READS, calls))])
    assert cause == Cause(
        "target-called",
        "chat_server.py:30 (__init__: threading.Thread(target=self.deliver(), daemon=True).start()) calls self.deliver"
        " at once, and waits for its end, before there is a thread for it.\n"
        "That is at chat_server.py:40 (lines: data = self.sock.recv(1024)).",
        calls,
    )


@pytest.mark.parametrize(
    "line",
    [
        "threading.Thread(target=self.deliver).start()",
        "Thread(target=lambda: self.deliver()).start()",
        "target=self.find(name)",
        "self.pool.submit(self.handle, client)",
    ],
)
def test_what_a_thread_is_given_without_a_call_tells_nothing(line: str) -> None:
    assert told_called([Thread(1, "MainThread", (READS, Place("chat_server.py", 30, "start", line)))]) is None


def test_two_threads_that_wait_for_each_other_are_told_together() -> None:
    cause = told_locks([waits(4, LOCKS, 2), waits(2, LOCKS, 3, TAKEN), waits(3, ELSEWHERE, 2, SENDS)])
    assert cause == Cause(
        "wait-for-each-other",
        "Two threads wait for each other, for ever.\n"
        "One has the lock of line 50 and waits at chat_server.py:70 (broadcast: with self.lock:).\n"
        "The other has the lock of line 80 and waits at chat_server.py:85 (move: with self.rooms_lock:).",
        TAKEN,
    )


def test_what_is_to_be_changed_is_where_the_lock_was_taken_if_that_is_known() -> None:
    for waiting, place in ((waits(2, LOCKS, 2), TAKEN), (waits(2, LOCKS, 2, None), LOCKS)):
        cause = told_locks([waiting])
        assert cause
        assert cause.place == place


def test_more_threads_that_wait_for_each_other_are_counted() -> None:
    cause = told_locks([waits(2, LOCKS, 3), waits(3, ELSEWHERE, 4), waits(4, READS, 2)])
    assert cause
    assert cause.code == "wait-for-each-other"
    assert cause.sentence.startswith("3 threads wait for each other, for ever.\nOne has ")
    assert "\nAnother has " in cause.sentence


def test_a_lock_that_was_taken_in_another_file_is_told_with_that_file() -> None:
    cause = told_locks([waits(2, LOCKS, 3), waits(3, ELSEWHERE, 2, Place("rooms.py", 5, "move", "with lock:"))])
    assert cause
    assert "One has the lock of rooms.py:5 and waits at chat_server.py:70 " in cause.sentence


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_deadlock_is_told_whole_however_long_the_lines_are(count: int) -> None:
    place = Place("chat_server.py", 1234, "remove_client", "with self.lock, self.other_lock, " + "x" * 900)
    cause = told_locks([waits(id, place, id % count + 1, place) for id in range(1, count + 1)])
    assert cause
    lines = [line for part in cause.sentence.split("\n") for line in textwrap.wrap(part, WIDTH - 12)]
    assert len(lines) <= MOST["because"]


def test_who_has_the_lock_is_told_with_what_keeps_it() -> None:
    cause = told_locks([waits(2, LOCKS, 3), Thread(3, "Thread-3", (SENDS, TAKEN))])
    assert cause == Cause(
        "waits-for-a-lock",
        "A thread waits at chat_server.py:70 (broadcast: with self.lock:) for the lock that another one took at"
        " chat_server.py:80 (remove_client: with self.lock:).\n"
        "The other one is now at chat_server.py:50 (send: self.sock.sendall(data)).",
        TAKEN,
    )


def test_of_several_that_wait_the_one_next_to_the_cause_is_told() -> None:
    cause = told_locks([waits(2, LOCKS, 3), waits(3, ELSEWHERE, 4), Thread(4, "Thread-4", (SENDS,))])
    assert cause
    assert cause.place == TAKEN
    assert cause.sentence.endswith("now at chat_server.py:50 (send: self.sock.sendall(data)).")


def test_a_lock_that_was_not_given_back_is_told_once_the_function_that_took_it_is_over() -> None:
    by_hand = Place("chat_server.py", 165, "do_JOIN", "self.lock.acquire()")
    told_so = Cause(
        "never-given-back",
        "The lock taken at chat_server.py:165 (do_JOIN: self.lock.acquire()) was not given back, and the function that"
        " took it is over.\nA thread waits for it at chat_server.py:70 (broadcast: with self.lock:).",
        by_hand,
    )
    waiting = waits(2, LOCKS, 3, by_hand)
    assert told_locks([waiting, Thread(3, "Thread-3", (READS,))]) == told_so
    assert told_locks([waiting]) == told_so
    for places in ((SENDS,), (READS, by_hand)):  # who has it may be about to give it back
        cause = told_locks([waiting, Thread(3, "Thread-3", places)])
        assert cause
        assert cause.code == "waits-for-a-lock"


def test_a_lock_that_a_thread_takes_by_hand_at_one_line_twice_was_not_given_back_unless_it_is_there_twice() -> None:
    by_hand = Place("chat_server.py", 51, "send", "self.sending.acquire()")
    cause = told_locks([waits(2, by_hand, 2, by_hand)])
    assert cause
    assert (cause.code, cause.place) == ("never-given-back", by_hand)
    again = told_locks([Thread(2, "Thread-2", (by_hand, LOCKS, by_hand), True, 2, by_hand)])
    assert again
    assert again.code == "waits-for-its-own-lock"


def test_a_lock_whose_holder_has_gone_is_told_by_where_it_was_taken() -> None:
    cause = told_locks([waits(2, LOCKS, 9)])
    assert cause
    assert cause.sentence.endswith("another one took at chat_server.py:80 (remove_client: with self.lock:).")


def test_a_lock_of_which_nothing_is_known_is_told_by_who_waits() -> None:
    assert told_locks([waits(2, LOCKS, None, None)]) == Cause(
        "waits-for-a-lock", "A thread waits for a lock at chat_server.py:70 (broadcast: with self.lock:).", LOCKS
    )


def test_a_thread_that_sends_tells_more_than_one_that_does_something_else() -> None:
    thinks, sends = Thread(2, "Thread-2", (THINKS,)), Thread(3, "Thread-3", (SENDS,))
    cause = told([main, thinks, sends])
    assert cause == Cause(
        "stands-there", "chat_server.py:50 (send: self.sock.sendall(data)) is where it is now.", SENDS
    )


def test_threads_that_wait_for_something_to_do_explain_nothing() -> None:
    assert told([main, Thread(2, "Thread-2", (READS,))]) is None


def test_of_a_program_that_types_the_main_thread_tells_most() -> None:
    cause = told([Thread(2, "Thread-2", (READS,)), main], main_first=True)
    assert cause
    assert cause.place == ACCEPTS


def test_a_main_thread_that_waits_for_the_network_does_not_read_the_keyboard() -> None:
    receives, types = Thread(1, "MainThread", (READS,)), Place("chat_client.py", 9, "talk", 'text = input("")')
    cause = told([receives], main_first=True)
    assert cause
    assert (cause.code, cause.place) == ("keyboard-unread", READS)
    both = told([receives, Thread(2, "Thread-2", (types,))], main_first=True)
    assert both
    assert both.code == "stands-there"
    reads = told([Thread(1, "MainThread", (Place("c.py", 3, "talk", "sys.stdin.readline()"),))], main_first=True)
    assert reads
    assert reads.code == "stands-there"


@pytest.mark.parametrize(("reads", "expected"), [(True, "keyboard-unread"), (False, "stands-there")])
def test_a_main_thread_that_waits_for_the_one_that_receives_does_not_read_the_keyboard(
    reads: bool, expected: str
) -> None:
    waits = Place("chat_client.py", 60, "join", "self.answered.wait()")
    goes_through = Place("chat_client.py", 27, "listen", "for line in self.file:")
    threads = [Thread(1, "MainThread", (waits,)), Thread(2, "Thread-2", (goes_through,), reads=reads)]
    cause = told(threads, main_first=True)
    assert cause and (cause.code, cause.place) == (expected, waits if reads else goes_through)


def test_for_which_line_a_main_thread_waits_at_the_network_is_told() -> None:
    joins = Place("chat_client.py", 88, "join", "for line in self.lines():")
    cause = told([Thread(1, "MainThread", (READS, joins))], main_first=True)
    assert cause
    assert cause.place == READS
    assert cause.sentence.endswith("\nIt waits there for chat_client.py:88 (join: for line in self.lines():).")


def test_what_keeps_a_program_from_ending_is_its_main_thread_if_it_still_runs() -> None:
    assert told_lingering([Thread(2, "Thread-2", (READS,)), main]) == Cause(
        "does-not-end", "The main thread is still at chat_server.py:90 (start: self.serve_forever()).", ACCEPTS
    )


def test_what_keeps_a_program_from_ending_is_else_its_other_threads() -> None:
    cause = told_lingering([Thread(2, "Thread-2", (READS,)), Thread(3, "Thread-3", (SENDS,))])
    assert cause
    assert (cause.code, cause.place) == ("threads-do-not-end", None)  # it is all right where it waits
    assert f"2 other threads have not: one is at {READS}" in cause.sentence


def test_a_thread_for_which_no_program_waits_keeps_none_from_ending() -> None:
    reader = Thread(2, "Thread-2", (READS,), is_daemon=True)
    assert told_lingering([reader]) is None
    cause = told_lingering([reader, Thread(3, "Thread-3", (SENDS,))])
    assert cause
    assert f"another thread has not: it is at {SENDS}" in cause.sentence


def test_a_thread_beside_the_main_one_is_told_that_does_not_rest() -> None:
    cause = told_beside_main([main, Thread(2, "Thread-2", (READS,))])
    assert cause
    assert (cause.code, cause.place) == ("never-rests", READS)


def test_each_thread_is_told_in_a_line_with_its_lock() -> None:
    threads = [waits(3, LOCKS, 2), Thread(2, "Ann", (SENDS, TAKEN)), waits(4, LOCKS, None, None), waits(5, LOCKS, 9)]
    assert each_thread(threads) == [
        f"Ann: {SENDS}, called by {TAKEN}",
        f"Thread-3: {LOCKS}; waits for the lock that Ann took at {TAKEN}",
        f"Thread-4: {LOCKS}; waits for a lock",
        f"Thread-5: {LOCKS}; waits for the lock that a thread that has ended took at {TAKEN}",
    ]


def test_a_main_thread_that_waits_for_others_which_wait_for_the_network_does_not_read_the_keyboard() -> None:
    waits = Place("chat_client.py", 60, "join", "self.answered.wait()")
    shows = Place("chat_client.py", 31, "screen", "line = incoming.get()")
    threads = [Thread(1, "MainThread", (waits,)), Thread(2, "Thread-2", (READS,)), Thread(3, "Thread-3", (shows,))]
    cause = told(threads, main_first=True)
    assert cause and (cause.code, cause.place) == ("keyboard-unread", waits)
    assert told(threads[::2], main_first=True) is None


def test_a_client_that_waits_for_the_keyboard_and_sends_nothing_is_told_with_its_line() -> None:
    types = Place("chat_client.py", 9, "talk", 'text = input("")')
    threads = [Thread(2, "Thread-2", (READS,)), Thread(1, "MainThread", (types,))]
    for is_mute, code in ((True, "nothing-goes-out"), (False, "stands-there")):
        cause = stacks.told_asking(threads, is_mute)
        assert cause and (cause.code, cause.place) == (code, types)
    assert stacks.told_asking(threads[:1], True) is None


def test_a_thread_that_waits_for_room_in_a_queue_is_told_with_its_line() -> None:
    puts = Place("chat_server.py", 33, "say", "self.outbox.put(data)")
    sends = Place("chat_server.py", 50, "write", "self.sock.sendall(data)")
    cause = told([main, Thread(2, "Thread-2", (sends,)), Thread(3, "Thread-3", (puts,))])
    assert (cause and cause.code, cause and cause.place) == ("queue-is-full", puts)
    for other in (READS, Place("chat_server.py", 33, "say", "self.outbox.put_nowait(data)")):
        assert stacks.told_full([main, Thread(2, "Thread-2", (other,))]) is None
