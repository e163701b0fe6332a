"""An exercise of another kind is a value and a suite: nothing in `grading` knows of it, and yet it is graded."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from grading.course import Exercise, Role
from grading.grade import grade
from grading.results.values import Grade
from grading.showing.terminal import Report
from grading.submission.folder import from_folder
from grading.telling.advice import Typing, advice

ECHO_SUITE = '''
from grading.people.room import Room
from grading.suite import check

@check(1, "Bind, listen, accept.", gate=True)
def test_it_starts(room: Room) -> None:
    """The server lets people in."""
    room.connect("Ann")

@check(2, "Send back what you read.")
def test_what_one_says_comes_back(room: Room) -> None:
    """Whatever one says comes back."""
    ann = room.connect("Ann")
    ann.commands("hello")
    ann.is_told("hello")
'''
ECHO = """
import socketserver

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        for line in self.rfile:
            self.wfile.write(line)

socketserver.ThreadingTCPServer(("localhost", 7007), Handler).serve_forever()
"""
FILES_SUITE = '''
import contextlib, socket

from grading.process.program import Program
from grading.results.events import Minutes
from grading.results.unmet import Unmet
from grading.suite import check

class Counter:
    """Where one asks for files: a venue that the suite brings along."""

    def __init__(self, production, exercise):
        self.minutes = Minutes()
        self.program = Program(production, exercise.program("depot"))
        self.programs = [self.program]

    def fetch(self, name: str) -> bytes:
        _, port = self.program.wait_for_port(100)
        self.minutes.line("Ann", "depot", f"GET {name}")
        with socket.create_connection(("127.0.0.1", port), 10) as sock:
            sock.sendall(name.encode() + b"\\n")
            with contextlib.suppress(OSError), sock.makefile("rb") as stream:
                return stream.read()
        return b""

    def adds_up(self) -> None:
        pass

    def close(self) -> None:
        self.program.close()

@check(3, "Open it with `rb`: bytes are no text.")
def test_a_file_arrives_as_it_is(counter: Counter) -> None:
    """A file arrives byte for byte."""
    got = counter.fetch("picture.bin")
    if got != bytes(range(256)):
        raise Unmet("the 256 bytes of picture.bin", f"{len(got)} bytes")
'''
DEPOT = """
import pathlib, socketserver

class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        name = self.rfile.readline().decode().strip()
        self.wfile.write(pathlib.Path(name).read_bytes())

socketserver.ThreadingTCPServer(("localhost", 7008), Handler).serve_forever()
"""


def entered(folder: Path, name: str, role: Role, suite: str) -> Exercise:
    """Return an exercise of one program, with this suite."""
    tests = folder / "suite"
    tests.mkdir()
    (tests / f"test_{role.name}.py").write_text(suite, "utf-8")
    return Exercise(name, tests, (role,))


@pytest.fixture
def echo(tmp_path: Path) -> Exercise:
    return entered(tmp_path, "echo", Role("server", "echo_server.py"), ECHO_SUITE)


@pytest.fixture
def depot(tmp_path: Path) -> Exercise:
    return entered(tmp_path, "files", Role("depot", "depot.py"), FILES_SUITE)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


def shown(found: Grade, exercise: Exercise) -> str:
    """Return what a student reads."""
    screen = io.StringIO()
    typing = Typing("again", str, lambda file: f"work/{file}", lambda exercise: exercise.name)
    report = Report(Console(file=screen, width=80))
    report.starts(exercise.name, "work")
    report.shows(found, advice(found, exercise, typing))
    return screen.getvalue()


def test_a_right_echo_gets_all_points(echo: Exercise, work: Path) -> None:
    (work / "echo_server.py").write_text(ECHO)
    found = grade(from_folder(work), echo)
    assert (found.points, found.max_points, found.passed) == (3, 3, True)
    assert shown(found, echo).endswith("\nnext\n  All is done.\n")


def test_the_story_of_a_wrong_echo_names_its_own_program(echo: Exercise, work: Path) -> None:
    (work / "echo_server.py").write_text(ECHO.replace("write(line)", "write(line.upper())"))
    found = grade(from_folder(work), echo)
    assert found.points == 1
    story = shown(found, echo)
    assert "✗ Whatever one says comes back.\n  echo_server.py, echo: 0 of 2 points\n" in story
    assert "│── hello ──" in story
    assert "  expected  Ann to hear hello\n  got       HELLO\n" in story
    assert "  Change work/echo_server.py, then run again: again\n" in story
    assert "chat" not in story


def test_an_echo_that_is_not_there_or_does_not_start_is_named(echo: Exercise, work: Path) -> None:
    assert "  expected  echo_server.py to be in the folder\n" in shown(grade(from_folder(work), echo), echo)
    (work / "echo_server.py").write_text("1 / 0\n")
    story = shown(grade(from_folder(work), echo), echo)
    assert "echo_server.py:1" in story and "ZeroDivisionError" in story
    assert "1 check of echo_server.py waits until it starts" in story


def test_an_exercise_may_have_other_roles_and_bring_its_own_venue(depot: Exercise, work: Path) -> None:
    (work / "depot.py").write_text(DEPOT)
    (work / "picture.bin").write_bytes(bytes(range(256)))
    assert grade(from_folder(work), depot).points == 3
    (work / "depot.py").write_text(DEPOT.replace("read_bytes()", 'read_text("latin-1").encode()'))
    story = shown(grade(from_folder(work), depot), depot)
    assert "  expected  the 256 bytes of picture.bin\n  got       384 bytes\n" in story, story
    assert "depot.py" in story
