"""A tap between two programs: what it passes on, and what it tells of it."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator

import pytest

from grading.drawing.text import Scroll
from grading.results.events import CLOSE, HALF_CLOSE, LINE, REMARK, RESET, SEGMENT, SILENCE, Event
from grading.system.wire import reset
from grading.wire.record import Record
from grading.wire.tap import Tap

MOST_TURNS = 2000  # of a tap, until what is awaited must have happened
ENOUGH_TURNS = 20  # without a byte, after which nothing goes on
BRIEF_SECONDS = 0.01


class Between:
    """A tap, with a server behind it."""

    def __init__(self) -> None:
        self.server = socket.create_server(("127.0.0.1", 0))
        front = socket.create_server(("127.0.0.1", 0))
        self.address = front.getsockname()
        self.record = Record(Scroll("server"), clock=lambda: 0.0)
        self.tap = Tap([front], [(socket.AF_INET, self.server.getsockname())], self.record)
        self._socks: list[socket.socket] = []

    def connects(self) -> tuple[socket.socket, socket.socket]:
        """Return both ends of a new connection that passes through the tap."""
        client = socket.create_connection(self.address)
        self.server.setblocking(False)
        ends: list[socket.socket] = []
        self.until(lambda: bool(ends) or _accepts(self.server, ends))
        ends[0].setblocking(False)
        client.setblocking(False)
        self._socks += [client, ends[0]]
        return client, ends[0]

    def until(self, happened: Callable[[], bool]) -> None:
        """Let the tap work until something has happened."""
        for _ in range(MOST_TURNS):
            if happened():
                return
            self.tap.turns(BRIEF_SECONDS)
        raise AssertionError(self.told)

    def hears(self, sock: socket.socket, data: bytes) -> None:
        """Let the tap work until exactly `data` has come; nothing is the end."""
        heard = bytearray()
        ended: list[bool] = []

        def has_come() -> bool:
            try:
                part = sock.recv(65536)
            except BlockingIOError:
                return False
            heard.extend(part)
            if not part:
                ended.append(True)
            return len(heard) >= len(data) and bool(data or ended)

        self.until(has_come)
        assert bytes(heard) == data

    @property
    def told(self) -> list[Event]:
        """What was told but for who connected."""
        return [event for event in self.record.events if event.kind != REMARK]

    def close(self) -> None:
        self.tap.close()
        for sock in [self.server, *self._socks]:
            sock.close()


def _accepts(server: socket.socket, ends: list[socket.socket]) -> bool:
    try:
        ends.append(server.accept()[0])
    except BlockingIOError:
        return False
    return True


@pytest.fixture
def between() -> Iterator[Between]:
    between = Between()
    yield between
    between.close()


def test_segments_are_told_as_they_were_and_under_the_name_of_who_sent_them(between: Between) -> None:
    client, server = between.connects()
    for data in (b"JOIN:Ann\nMESSAGE:one\nMESS", b"AGE:two\n"):
        client.send(data)
        between.hears(server, data)
    server.send(b"JOINED:Ann\n")
    between.hears(client, b"JOINED:Ann\n")
    assert between.told == [
        Event(SEGMENT, "Ann", "server", "JOIN:Ann\nMESSAGE:one\nMESS"),
        Event(SEGMENT, "Ann", "server", "AGE:two\n"),
        Event(SEGMENT, "server", "Ann", "JOINED:Ann\n"),
    ]


def test_of_who_speaks_tls_the_length_is_told_and_of_who_answers_in_clear_the_words(between: Between) -> None:
    client, server = between.connects()
    for data in (b"\x16\x03\x01\x00\x02\x01\xff", b"\x17\x03\x03\x00\x01\n"):
        client.send(data)
        between.hears(server, data)
    server.send(b"ERROR:not UTF-8\n")
    between.hears(client, b"ERROR:not UTF-8\n")
    assert between.told == [
        Event(LINE, "client 1", "server", "16 03 01 … 7 bytes"),
        Event(LINE, "client 1", "server", "17 03 03 … 6 bytes"),
        Event(SEGMENT, "server", "client 1", "ERROR:not UTF-8\n"),
    ]


def test_a_name_that_comes_in_pieces_renames_what_was_told_before(between: Between) -> None:
    client, server = between.connects()
    for data in (b"JOIN:A", b"nn\n"):
        client.send(data)
        between.hears(server, data)
    assert {event.source for event in between.record.events} == {"Ann"}


def test_two_who_call_themselves_the_same_are_told_apart(between: Between) -> None:
    for _ in range(2):
        client, server = between.connects()
        client.send(b"JOIN:Ann\n")
        between.hears(server, b"JOIN:Ann\n")
    assert [event.source for event in between.told] == ["Ann", "Ann 2"]


def test_every_byte_passes_unchanged_also_where_a_side_is_slow_to_read(between: Between) -> None:
    client, server = between.connects()
    data = bytes(range(256)) * 60_000
    left, blocked = memoryview(data), 0
    while blocked < ENOUGH_TURNS:
        try:
            left, blocked = left[client.send(left) :], 0
        except BlockingIOError:
            blocked += 1
        between.tap.turns(0)
    assert left, "the buffers between them hold all of it"
    other, its_server = between.connects()  # while the first one is stuck
    other.send(b"hello\n")
    between.hears(its_server, b"hello\n")
    sent = data[: len(data) - len(left)]
    between.hears(server, sent)


def test_a_half_close_passes_and_the_other_half_goes_on(between: Between) -> None:
    client, server = between.connects()
    client.shutdown(socket.SHUT_WR)
    between.hears(server, b"")
    server.send(b"late\n")
    between.hears(client, b"late\n")
    server.close()
    between.hears(client, b"")
    assert [event.kind for event in between.told] == [HALF_CLOSE, SEGMENT, CLOSE]


def test_a_reset_passes_as_a_reset(between: Between) -> None:
    client, server = between.connects()
    reset(client)
    between.until(lambda: bool(between.told))
    with pytest.raises(ConnectionResetError):
        between.hears(server, b"")
    assert between.told == [Event(RESET, "client 1", "server", "")]


def test_who_hangs_up_and_is_written_to_has_broken_the_connection(between: Between) -> None:
    client, server = between.connects()
    client.close()
    between.hears(server, b"")
    server.send(b"are you there?\n")
    between.until(lambda: RESET in {event.kind for event in between.told})
    assert between.told[-1] == Event(RESET, "client 1", "server", "")


def test_where_nobody_listens_the_client_is_sent_away(between: Between) -> None:
    between.server.close()
    client = socket.create_connection(between.address)
    between.until(lambda: len(between.record.events) == 2)
    assert between.record.events[1].data == "finds nobody there who listens"
    with pytest.raises(ConnectionResetError):
        client.recv(1)
    client.close()


def test_of_a_segment_with_many_lines_all_are_counted() -> None:
    record = Record(Scroll("server"))
    record.segment("Ann", "server", b"".join(b"%d\n" % number for number in range(1000)))
    row = record.diagram().rows[0]
    assert (row.lines[0], row.lines[-1], len(row.lines) + row.left_out) == ("0", "999", 1000)


def test_silence_is_told_before_what_ends_it_unless_a_person_was_thinking() -> None:
    now = [0.0]
    record = Record(Scroll("server"), clock=lambda: now[0])
    for moment in (0.0, 0.9, 3.0):
        now[0] = moment
        record.segment("Ann", "server", b"x\n")
    now[0] = 9.0
    record.rests()
    record.segment("Ann", "server", b"x\n")
    told = [event.data for event in record.events if event.kind == SILENCE]
    assert told == ["is silent for 2.1 seconds"]
