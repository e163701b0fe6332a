"""What a program printed around the moment of a failure is told, as far as it tells something."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, cast

import pytest

from grading.course import ADVANCED
from grading.process.evidence import never_awaited, own_place, printed
from grading.process.output import Output
from grading.results.causes import Place
from grading.results.events import SEGMENT, SHOWN, SILENCE, Minutes
from grading.skeletons import original
from grading.submission.values import Submission


class Quiet:
    """A terminal to which nothing is printed."""

    def read(self) -> bytes:
        return b""

    def close(self) -> None:
        pass


class Scene:
    """A server that has printed something, before Ann spoke and after."""

    def __init__(self, before: str, after: str) -> None:
        self.minutes = Minutes()
        self.out = Output(cast(Any, Quiet()), threading.Condition())
        keyboard = SimpleNamespace(was_typed=lambda line: False, is_echo=lambda line: False)
        self.program = cast(Any, SimpleNamespace(out=self.out, keyboard=keyboard))
        self.out.shows_what_was_typed(before.replace("\n", "\r\n"))
        self.minutes.segment("Ann", "server", b"MESSAGE:hi\n")
        self.out.shows_what_was_typed(after.replace("\n", "\r\n"))

    @property
    def printed(self) -> list[str]:
        return printed(self.program, self.minutes, "server")


def test_a_line_of_ones_own_is_named_where_it_calls_code_that_is_given() -> None:
    text = original("advanced", "chat_server.py").read_text("utf-8")
    production = cast(Any, SimpleNamespace(submission=Submission({"chat_server.py": text.encode()}), exercise=ADVANCED))
    lines = text.split("\n")
    flush, send_now = (
        Place("chat_server.py", lines.index(line) + 1)
        for line in ("    def flush(self) -> None:", "        return sock.send(data, DONT_WAIT)")
    )
    assert own_place([flush, send_now], production) == flush
    assert own_place([send_now, flush], production) == flush
    assert own_place([send_now], production) is None
    other = Place("rooms.py", send_now.line)
    assert own_place([flush, other], production) == other


def test_what_was_printed_since_the_last_deed_is_told() -> None:
    assert Scene("Chat server started", "error: no such key").printed == ["error: no such key"]
    assert Scene("Chat server started", "").printed == []


def test_where_something_unusual_was_printed_what_is_usual_is_left_out() -> None:
    before = "Broadcasting to 3 clients\nUser 'Ann' joined"
    assert Scene(before, "Broadcasting to 2 clients\nUser 'Bob' left").printed == ["User 'Bob' left"]
    assert Scene(before, "Broadcasting to 2 clients").printed == ["Broadcasting to 2 clients"]


def test_what_is_usual_of_one_is_usual_of_another_one() -> None:
    scene = Scene("Message from Ann, to 2", "Message from Bob, to 3\nBob left")
    assert scene.printed == ["Message from Bob, to 3", "Bob left"]
    scene.minutes.line("server", "Bob", "Ann: hi")
    assert scene.printed == ["Bob left"]


def test_of_a_traceback_the_exception_is_told() -> None:
    trace = 'Traceback (most recent call last):\n  File "x.py", line 3\n    1 / 0\nZeroDivisionError: by zero'
    assert Scene("", f"oh:\n{trace}\nand on").printed == ["oh:", "ZeroDivisionError: by zero", "and on"]


def test_what_was_said_for_the_graders_sake_is_not_told() -> None:
    scene = Scene("", "got MESSAGE:marker 1\ngot MESSAGE:hi")
    scene.minutes.keeps_inner("marker 1", "marker")
    assert scene.printed == ["got MESSAGE:hi"]


@pytest.mark.parametrize("count", [0, 1, 50])
def test_no_more_than_a_few_lines_are_told_and_the_last_ones(count: int) -> None:
    lines = [f"{'x' * number} was done" for number in range(count)]
    assert Scene("", "\n".join(lines)).printed == [line.strip() for line in lines[-3:]]


def test_nothing_is_told_where_nothing_happened() -> None:
    scene = Scene("", "hello")
    scene.minutes.events.clear()
    assert scene.printed == []


def test_it_stands_right_behind_the_deed_unless_the_screen_is_told_already() -> None:
    scene = Scene("", "error")
    scene.minutes.remark("Bob", "hears nothing", SILENCE)
    scene.minutes.prints("server", ["error"])
    assert [event.kind for event in scene.minutes.events] == [SEGMENT, SHOWN, SILENCE]
    scene.minutes.prints("server", ["error"])
    assert [event.kind for event in scene.minutes.events] == [SEGMENT, SHOWN, SILENCE]


@pytest.mark.parametrize("file", ["chat_server.py", "of_python.py"])
def test_a_coroutine_of_the_students_own_that_nobody_awaits_is_told_by_pythons_warning(file: str) -> None:
    text = f"/tmp/x/{file}:26: RuntimeWarning: coroutine 'say_all' was never awaited\r\n  say_all(text)\r\n"
    production = SimpleNamespace(submission=Submission({"chat_server.py": b"say_all(1)\n"}))
    program = cast(Any, SimpleNamespace(out=SimpleNamespace(text=text), production=production))
    cause = never_awaited(program)
    assert (cause and cause.place) == (Place("chat_server.py", 26) if file == "chat_server.py" else None)
