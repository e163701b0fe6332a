"""What comes over the line to the stage is checked, bounded and counted: who forges reports spoils their own story."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from grading.process import stage_line
from grading.process.stage_line import MOST_KEPT, StageLine

LONG, SHORT = 1.0, 0.05  # seconds, for what comes and for what hardly ever does


class Stage:
    """A stage that says what a test wants."""

    def __init__(self, line: StageLine, greets: bool = True) -> None:
        self.line = line
        self.sock = socket.create_connection(("127.0.0.1", line.port))
        self.line.listen(LONG)  # lets a newcomer in
        if greets:
            self.says(json.dumps({"hello": line.token}).encode())

    def says(self, *reports: bytes) -> None:
        """Say something, and let the grader take it in."""
        self.sock.sendall(b"".join(report + b"\n" for report in reports))
        self.line.listen(LONG)
        self.line.listen(SHORT)  # the rest, if it came in two pieces

    @property
    def is_heard(self) -> bool:
        """Whether the grader has not hung up."""
        self.sock.settimeout(0.2)
        try:
            return self.sock.recv(1) != b""
        except TimeoutError:
            return True
        except OSError:
            return False


@pytest.fixture
def line() -> Iterator[StageLine]:
    line = StageLine()
    yield line
    line.close()


def listening(port: object, family: object = int(socket.AF_INET), host: object = "localhost") -> bytes:
    return json.dumps({"listening": [family, port], "asked": [host, 8080]}).encode()


def test_a_stage_that_greets_is_heard(line: StageLine) -> None:
    stage = Stage(line)
    stage.says(listening(4000))
    assert line.listening == [(socket.AF_INET, 4000)]
    assert line.asked == [("localhost", 8080)]
    assert stage.is_heard


def test_a_stranger_is_not_heard(line: StageLine) -> None:
    stranger = Stage(line, greets=False)
    stranger.says(b'{"hello": "x"}', listening(4000))
    assert line.listening == []
    assert not stranger.is_heard


def test_nobody_waits_for_who_does_not_greet(line: StageLine, monkeypatch: pytest.MonkeyPatch) -> None:
    Stage(line, greets=False)
    line.listen(SHORT)  # would not come back
    stage = Stage(line)
    stage.says(listening(4000))
    assert line.listening == [(socket.AF_INET, 4000)]


@pytest.mark.parametrize(
    "report",
    [
        b"\xff\xfe", b"[" * 50_000, b"9" * 9999, b"[]", b"7", b"{}", b'{"to": [], "reply": 1}', b'{"to": "x"}',
        listening("x"), listening(10**30), listening(-1), listening(0), listening(80, 99), listening(1e400),
        listening(80, host="\x1b[2J"), listening(80, host=[]), b'{"listening": {}, "asked": 1}',
        b'{"exception": {"type": 1}}', b'{"exception": 7}', b'{"connecting": ["x", "y"]}',
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_nothing(report: bytes, line: StageLine) -> None:
    stage = Stage(line)
    stage.says(report, listening(4000))
    assert line.listening == [(socket.AF_INET, 4000)]
    assert (line.exceptions, line.connecting, line.replies) == ([], [], {})


def test_few_of_many_reports_are_kept(line: StageLine) -> None:
    stage = Stage(line)
    stage.says(*[listening(4000 + number) for number in range(2 * MOST_KEPT)])
    for _ in range(10):
        line.listen(0.05)
    assert len(line.listening) == MOST_KEPT == len(line.asked)


def test_who_says_too_much_is_not_heard_any_more(line: StageLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_line, "MOST_REPORTS", 5)
    stage = Stage(line)
    stage.says(*[b"{}"] * 10)
    assert not stage.is_heard
    assert not line.is_open


def test_a_report_without_end_is_not_read_to_its_end(line: StageLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stage_line, "LONGEST_REPORT", 100)
    stage = Stage(line)
    stage.says(b"x" * 1000)
    line.listen(0.05)
    stage.sock.sendall(b"x" * 1000)
    line.listen(1.0)
    assert not line.is_open


def test_a_port_that_is_not_the_programs_own_is_forgotten(line: StageLine) -> None:
    stage = Stage(line)
    stage.says(listening(4000), listening(4001))
    line.does_not_listen(4000)
    assert (line.listening, line.asked) == ([(socket.AF_INET, 4001)], [("localhost", 8080)])


def test_whoever_comes_after_the_first_has_gone_is_asked_from_then_on(line: StageLine) -> None:
    first = Stage(line)
    first.sock.close()
    line.listen(1.0)
    assert line.was_open
    assert not line.is_open
    anew = Stage(line)
    assert line.is_open
    assert line.send({"do": "rest"})
    assert anew.is_heard
