"""Threads are held where it is a line's turn, each line has its turn, and what a program forges is not believed."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from grading.course import KIT
from grading.people import schedules
from grading.people.schedules import ALL, REPEATS, Schedules, Seen
from grading.process import reports
from grading.results.causes import Thread
from grading.results.unmet import Unmet
from grading.stage import shaking, threads
from grading.stage.messages import Place, Request, Shaken

PROGRAM = """\
count = 0
def act():
    global count
    seen = count
    count = seen + 1
def loop():
    for number in range(3):
        number
"""
LOOK, ACT, IN_LOOP = 4, 5, 8  # lines of it


@pytest.fixture
def program(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The names of a program whose lines are watched in the threads that `begin` starts."""
    monkeypatch.setattr(threads, "_main_file", "chat_server.py")
    monkeypatch.setattr(shaking, "_own", {})
    monkeypatch.setattr(shaking, "_bases", {})
    names: dict[str, Any] = {}
    exec(compile(PROGRAM, "chat_server.py", "exec"), names)
    yield names
    shaking.settle()


def begin(function: Any) -> threading.Thread:
    """Run a function of the program in a thread that is watched."""

    def watched() -> None:
        sys.settrace(shaking._enter)
        function()

    thread = threading.Thread(target=watched, daemon=True)
    thread.start()
    return thread


def until_held(place: int) -> None:
    """Wait until a thread is held at `place`."""
    while place not in shaking._taken:
        threading.Event().wait(0)


def test_the_first_thread_to_come_is_held_and_the_next_one_goes_by(program: dict[str, Any]) -> None:
    shaking.begin(ACT, ALL)
    first = begin(program["act"])
    until_held(ACT)
    begin(program["act"]).join()
    assert program["count"] == 1
    told = shaking.settle()
    first.join()
    assert program["count"] == 1  # what the second one did is lost
    assert [place["line"] for place in told["held"]] == [ACT]


def test_nobody_is_held_where_it_is_no_lines_turn(program: dict[str, Any]) -> None:
    shaking.begin(None, ALL)
    both_alive = threading.Barrier(3)
    for _ in range(2):
        begin(lambda: (program["act"](), both_alive.wait()))
    both_alive.wait()
    told = shaking.settle()
    assert (program["count"], told["held"], told["threads"]) == (2, [], 2)
    assert dict(told["places"])[ACT] == 2


def test_a_thread_that_was_started_without_threading_is_watched_as_well(program: dict[str, Any]) -> None:
    shaking.begin(None, ALL)
    is_over = threading.Event()
    shaking.start_watched(lambda number: (program["act"](), is_over.set()), (1,))
    is_over.wait()
    assert ACT in dict(shaking.settle()["places"])
    with pytest.raises(TypeError):
        shaking.start_watched(7, ())


def test_lines_that_lie_so_many_apart_have_the_same_turn(program: dict[str, Any]) -> None:
    shaking.begin(LOOK % 4, apart=IN_LOOP - LOOK)
    held = [begin(program["act"]), begin(program["loop"])]
    until_held(LOOK)
    until_held(IN_LOOP)
    assert len(shaking.settle()["held"]) == 2
    for thread in held:
        thread.join()


def test_a_line_to_which_a_thread_comes_back_is_another_place(program: dict[str, Any]) -> None:
    shaking.begin(None, ALL)
    begin(program["loop"]).join()
    places = dict(shaking.settle()["places"])
    assert IN_LOOP in places
    assert IN_LOOP + shaking.AGAIN in places
    shaking.begin(IN_LOOP + shaking.AGAIN, ALL)
    thread = begin(program["loop"])
    until_held(IN_LOOP + shaking.AGAIN)
    shaking.settle()
    thread.join()


FORKS = """
import os, sys
from grading.stage import shaking, threads
from tests.kit.test_shaking import ACT, ALL, PROGRAM

threads._main_file = "chat_server.py"
names = {}
exec(compile(PROGRAM, "chat_server.py", "exec"), names)
shaking.LONGEST = 0.0
shaking.install()
shaking.begin(ACT, ALL)
child = os.fork()
names["act"]()
if child == 0:
    os._exit(len(shaking._taken))
print(len(shaking._taken), os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_nobody_is_held_in_a_process_that_was_forked() -> None:
    done = subprocess.run([sys.executable, "-c", FORKS], cwd=KIT, capture_output=True, text=True)
    assert done.stdout.split() == ["1", "0"], done.stderr


def test_outside_of_a_schedule_nobody_is_held(program: dict[str, Any]) -> None:
    shaking.begin(ACT, ALL)
    shaking.settle()
    begin(program["act"]).join()
    assert program["count"] == 1


class Stage:
    """Stands for a server and its stage: `places` are those to which threads come, and how many."""

    def __init__(self, places: dict[int, int], threads: int = 2, seed: int | None = None, rests: bool = True) -> None:
        self.places = places
        self.rests = rests
        self.busy = threads
        self.turns: list[int | None] = []
        self.process = SimpleNamespace(pid=0)
        self.room: Any = SimpleNamespace(programs=[self], production=SimpleNamespace(seed=seed))

    def ask(self, request: Request) -> Shaken:
        if request["do"] == "shake":
            self.turns.append(request["turn"])
        place = Place(file="chat_server.py", line=3, function="act", code="pass")
        held = [place] if self.turns[-1] is not None else []
        return {"places": list(self.places.items()), "threads": self.busy, "held": held, "rests": self.rests}

    def threads(self) -> list[Thread]:
        return []

    def shake(self, monkeypatch: pytest.MonkeyPatch, fails_at: int | None = None, **options: Any) -> None:
        def scene(number: int) -> Iterator[None]:
            yield
            yield
            if fails_at is not None and self.turns[-1] == fails_at:
                raise Unmet("this", "that")

        monkeypatch.setattr(schedules, "standing_still", lambda pid: contextlib.nullcontext())
        schedules.shake(self.room, scene, **options)


CALM = [None] * REPEATS


def test_each_line_has_its_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage({7: 1, 3: 2, 11: 1})
    stage.shake(monkeypatch)
    assert stage.turns == [*CALM, 7, 3, 11]


def test_lines_that_several_threads_pass_can_come_last(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage({7: 1, 3: 2, 11: 1})
    stage.shake(monkeypatch, unlike=True)
    assert stage.turns == [*CALM, 7, 11, 3]


def test_lines_with_the_same_turn_have_it_once(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage({7: 1, 3: 2, 11: 1})
    stage.shake(monkeypatch, apart=(4,))
    assert stage.turns == [*CALM, 3]


def test_lines_that_share_a_turn_have_others_with_another_number(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage({7: 1, 3: 2})
    stage.shake(monkeypatch, apart=(4, 5))
    assert stage.turns == [*CALM, 3, 2, 3]


def test_where_there_is_one_thread_nobody_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage({7: 1, 3: 1}, threads=1)
    stage.shake(monkeypatch)
    assert stage.turns == CALM


@pytest.mark.parametrize("rests", [True, False], ids=["rests", "never rests"])
def test_on_a_busy_machine_a_program_has_all_its_turns_unless_it_never_rests(
    monkeypatch: pytest.MonkeyPatch, rests: bool
) -> None:
    stage = Stage({7: 1, 3: 2}, rests=rests)
    monkeypatch.setattr(schedules, "is_crowded", lambda: True)
    monkeypatch.setattr(schedules, "SHAKING_SECONDS", 1e-9)
    stage.shake(monkeypatch)
    assert stage.turns == ([*CALM, 7, 3] if rests else CALM)


def test_with_a_seed_its_turn_comes_again_and_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage({7: 1, 3: 2}, seed=3)
    stage.shake(monkeypatch)
    assert stage.turns == [3] * REPEATS


def test_a_failure_names_its_seed_and_where_a_thread_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unmet) as failure:
        Stage({7: 1, 3: 2}).shake(monkeypatch, fails_at=3)
    assert failure.value.got == "that (again with --seed 3)"
    assert failure.value.perhaps and "chat_server.py:3: pass" in failure.value.perhaps.sentence


def test_a_failure_without_any_bad_luck_names_no_seed(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage({7: 1, 3: 2})
    monkeypatch.setattr(Schedules, "__iter__", lambda self: iter([None]))

    def scene(number: int) -> Iterator[None]:
        yield
        yield
        raise Unmet("this", "that")

    monkeypatch.setattr(schedules, "standing_still", lambda pid: contextlib.nullcontext())
    with pytest.raises(Unmet) as failure:
        schedules.shake(stage.room, scene)
    assert failure.value.got == "that"


@pytest.mark.parametrize(
    "forged",
    [
        None, 7, [], {}, {"places": 3}, {"places": [["x", 1]], "held": [{}]},
        {"places": [[float("inf"), 1]], "held": [], "threads": 1, "rests": True},
    ],
)  # fmt: skip
def test_what_a_program_forges_is_not_believed(forged: Any) -> None:
    assert Seen.of(forged) == Seen()


def test_of_what_a_program_says_without_end_only_so_much_is_taken() -> None:
    line = {"file": "x" * 100_000, "line": 1, "code": ""}
    forged = {"places": [], "held": [line] * 10_000, "threads": 0, "rests": True}
    assert sum(map(len, Seen.of(forged).held)) <= reports.MOST_PLACES * reports.LONGEST
