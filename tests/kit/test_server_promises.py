"""What the finished server promises: nothing that one client does costs another."""

from __future__ import annotations

import errno
import io
import os
import signal
import socket
import sys
import tempfile
from collections.abc import Iterator

import pytest

from grading.course import ADVANCED
from grading.people.person import Person
from grading.people.room import Room
from grading.process.launcher import Launcher
from grading.process.patience import PATIENCE, PATIENCE_FOR_END
from grading.process.production import Production
from grading.skeletons import finished
from grading.submission.arriving import arrived
from grading.system.wire import reset
from solution import chat_server
from tests.kit.killing import submission


class Pair:
    """A client of the server whose connection takes little, and the other end of it."""

    def __init__(self, server: chat_server.ChatServer) -> None:
        ours, self.reader = socket.socketpair()
        for sock in (ours, self.reader):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.client = chat_server.Client(ours, ours.makefile("rb"), server)

    def reads_all(self) -> bytes:
        """Read and let the rest be sent, until nothing is left."""
        data = b""
        while self.client.outbox:
            self.client.flush()
            data += self.reader.recv(1 << 20)
        self.client.sock.shutdown(socket.SHUT_WR)
        while piece := self.reader.recv(1 << 20):
            data += piece
        return data

    def close(self) -> None:
        self.client.stream.close()
        self.client.sock.close()
        self.reader.close()


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[chat_server.ChatServer]:
    """A server whose postman sleeps."""
    monkeypatch.setattr(chat_server.ChatServer, "deliver", lambda self: None)
    with chat_server.ChatServer("127.0.0.1", 0) as server:
        yield server


@pytest.fixture
def pair(server: chat_server.ChatServer) -> Iterator[Pair]:
    pair = Pair(server)
    yield pair
    pair.close()


@pytest.fixture
def room(launcher: Launcher) -> Iterator[Room]:
    """A room of the finished reference."""
    with tempfile.TemporaryDirectory() as folder:
        production = Production(launcher, arrived(submission(finished("advanced"), folder)), ADVANCED)
        room = Room(production, ADVANCED)
        yield room
        room.close()
        production.close()


def all_is_well(room: Room, *people: Person) -> None:
    """Everyone hears everyone, and a newcomer gets in."""
    (new,) = room.enter("New")
    for speaker in (*people, new):
        speaker.says(f"{speaker} is well")
        for listener in (*people, new):
            listener.hears(speaker, f"{speaker} is well")


@pytest.mark.parametrize("dont_wait", [chat_server.DONT_WAIT, 0], ids=["as here", "as on Windows"])
def test_what_a_reader_does_not_take_at_once_comes_later_and_in_order(
    pair: Pair, dont_wait: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_server, "DONT_WAIT", dont_wait)
    pair.client.sock.settimeout(None if dont_wait else chat_server.QUIET_SECONDS)
    lines = [f"line {number} {'x' * 500}" for number in range(1000)]
    for line in lines:
        pair.client.outbox += f"{line}\n".encode()
        pair.client.flush()  # never waits, or this test would not come to its end
    assert pair.reads_all().decode().splitlines() == lines


@pytest.mark.parametrize("dont_wait", [chat_server.DONT_WAIT, 0], ids=["as here", "as on Windows"])
def test_what_is_for_somebody_who_is_gone_is_thrown_away(
    server: chat_server.ChatServer, dont_wait: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_server, "DONT_WAIT", dont_wait)
    pair = Pair(server)
    pair.client.outbox = b"are you still there?"
    pair.close()
    pair.client.flush()
    assert pair.client.outbox == b""


def test_a_thousand_lines_for_the_same_people_are_joined_once(server: chat_server.ChatServer, pair: Pair) -> None:
    other = Pair(server)
    everyone = [pair.client, other.client]
    for number in range(1000):
        server.post(everyone, str(number))
    assert server.sort(0) == set(everyone)
    assert pair.client.outbox is other.client.outbox
    assert pair.client.outbox.split() == [b"%d" % number for number in range(1000)]
    other.close()


def test_what_one_person_hears_comes_between_what_all_hear(server: chat_server.ChatServer, pair: Pair) -> None:
    other = Pair(server)
    everyone = [pair.client, other.client]
    server.post(everyone, "before")
    pair.client.send("just for you")
    server.post(everyone, "after")
    server.sort(0)
    assert pair.client.outbox.split(b"\n") == [b"before", b"just for you", b"after", b""]
    assert other.client.outbox.split(b"\n") == [b"before", b"after", b""]
    other.close()


def test_a_reader_for_whom_too_much_waits_is_dropped_with_a_word(pair: Pair, capfd: pytest.CaptureFixture[str]) -> None:
    pair.client.username = "Vic"
    pair.client.outbox = b"x" * (chat_server.MAX_WAITING + 100_000)
    pair.client.flush()
    assert pair.client.outbox == b""
    assert "User 'Vic' does not read: dropped" in capfd.readouterr().out
    assert pair.client.sock.recv(1) == b""  # which ends the thread that looks after Vic


def test_where_no_descriptor_is_left_accepting_pauses_and_says_so(
    server: chat_server.ChatServer, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    pauses: list[float] = []

    def accept(self: object) -> None:
        raise OSError(errno.EMFILE, os.strerror(errno.EMFILE))

    with monkeypatch.context() as patched:
        patched.setattr(chat_server.time, "sleep", pauses.append)
        patched.setattr(chat_server.socketserver.TCPServer, "get_request", accept)
        with pytest.raises(OSError, match="files"):
            server.get_request()
    assert pauses == [chat_server.FULL_SECONDS]
    assert "Cannot accept anybody for now" in capfd.readouterr().out
    with socket.create_connection((str(server.server_address[0]), server.server_address[1])):
        request, _ = server.get_request()
        request.close()


@pytest.mark.parametrize("address", [["--port", "80800"], ["--host", "192.168..5"]], ids=" ".join)
def test_an_address_that_cannot_be_is_told_in_one_line(address: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["chat_server.py", *address])
    with pytest.raises(SystemExit, match=rf"\ACannot listen on .*{address[1]}.*\Z"):
        chat_server.main()


def test_a_full_disk_under_the_log_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(descriptor: int, data: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(chat_server.os, "write", write)
    chat_server.log("nobody can read this")


def test_a_broken_connection_is_no_news_and_a_mistake_of_ours_is(
    server: chat_server.ChatServer, capfd: pytest.CaptureFixture[str]
) -> None:
    for error, told in ((ConnectionResetError(), False), (ValueError("a mistake"), True)):
        try:
            raise error
        except Exception:
            server.handle_error(None, ("127.0.0.1", 1))
        assert ("Traceback" in capfd.readouterr().err) == told


def test_half_open_connections_are_asked_for() -> None:
    handler = chat_server.ChatHandler.__new__(chat_server.ChatHandler)
    with socket.socket() as handler.request:
        handler.setup()
        handler.rfile.close()
        assert handler.request.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_those_who_talk_without_end_wait_for_the_postman(
    server: chat_server.ChatServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    pauses: list[float] = []

    def the_postman_comes(seconds: float) -> None:
        pauses.append(seconds)
        server.sort(0)

    stream = io.BytesIO(b"JOIN:Ann\n" + b"MESSAGE:%s\n" % (b"x" * 4000) * 100)
    with socket.socket() as sock, monkeypatch.context() as patched:
        patched.setattr(chat_server.time, "sleep", the_postman_comes)
        server.handle_client(chat_server.Client(sock, stream, server), ("127.0.0.1", 1))
    assert chat_server.RETRY_SECONDS in pauses


def test_who_leaves_gets_what_was_posted_before_the_connection_is_closed(
    server: chat_server.ChatServer, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def the_postman_comes(seconds: float) -> None:
        server.sort(0)
        pair.client.flush()

    pair.client.send("goodbye")
    monkeypatch.setattr(chat_server.time, "sleep", the_postman_comes)
    server.see_off(pair.client)
    assert pair.reader.recv(100) == b"goodbye\n"


def test_who_leaves_and_does_not_read_is_not_waited_for(
    server: chat_server.ChatServer, pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_server, "FLUSH_SECONDS", 0.0)
    pair.client.outbox = b"goodbye"
    server.see_off(pair.client)
    assert pair.client.outbox == b"goodbye"


@pytest.mark.parametrize("line", ["GET / HTTP/1.1", "POST /chat HTTP/1.0", "OPTIONS * HTTP/1.1", "PRI * HTTP/2.0"])
def test_a_browser_is_hung_up_on_with_a_word(room: Room, line: str) -> None:
    (ann,) = room.enter("Ann")
    eve = room.connect("Eve")
    eve.sends(f"{line}\nHost: localhost\n\nJOIN:Eve\nMESSAGE:buy now\n")
    all_is_well(room, ann)
    ann.never_heard("Eve")
    assert room.server.wait_for_screen(lambda: "speaks HTTP, like a browser: hung up" in room.server.out.text, PATIENCE)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM cannot be caught there")
def test_sigterm_ends_the_server_while_people_are_connected(room: Room) -> None:
    room.enter("Ann", "Bob")
    os.kill(room.server.process.pid, signal.SIGTERM)
    assert room.server.wait_for_end(PATIENCE_FOR_END) == 0
    assert "Traceback" not in room.server.out.text


@pytest.mark.takes(6)
def test_two_hundred_resets_in_mid_talk_cost_nobody_a_line(room: Room) -> None:
    ann, bob = room.enter("Ann", "Bob")
    crowd = [room.connect(f"Guest{number}") for number in range(200)]
    for guest in crowd:
        guest.sends(f"JOIN:{guest}\n", quietly=True)
    bob.is_told_all([f"USER_JOINED:{guest}" for guest in crowd], quietly=True)
    ann.sends("".join(f"MESSAGE:before {number}\n" for number in range(100)), quietly=True)
    for guest in crowd:
        reset(guest.sock)
    ann.sends("".join(f"MESSAGE:after {number}\n" for number in range(100)), quietly=True)
    start = bob.place_in_talk
    for text in ("before", "after"):
        for number in range(100):
            bob.hears(ann, f"{text} {number}", quietly=True)
    bob.rewinds(start)
    bob.is_told_all([f"USER_LEFT:{guest}" for guest in crowd], quietly=True)
    all_is_well(room, ann, bob)
    assert "Traceback" not in room.server.out.text


def test_a_thousand_who_come_and_go_leave_no_trace(room: Room) -> None:
    ann, bob = room.enter("Ann", "Bob")
    for number in range(1000):
        sock = socket.create_connection(ann.sock.getpeername()[:2])
        reset(sock) if number % 2 else sock.close()
    all_is_well(room, ann, bob)
    assert "Traceback" not in room.server.out.text


def test_garbage_and_zeros_harm_nobody(room: Room) -> None:
    ann, bob = room.enter("Ann", "Bob")
    eve = room.connect("Eve")
    eve.sends(bytes(range(256)) * 100 + b"\n", quietly=True)
    ann.says("zeros \0 and bells \7")
    bob.hears(ann, "zeros \0 and bells \7")
    all_is_well(room, ann, bob)


def test_lines_that_never_end_hold_up_nobody(room: Room) -> None:
    ann, bob = room.enter("Ann", "Bob")
    for number in range(50):
        room.connect(f"Eve{number}").sends("JOIN:Eve", quietly=True)
    all_is_well(room, ann, bob)
