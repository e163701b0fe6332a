"""A submission's trouble is its own: a worker that crashes, hangs or babbles is replaced, and the others go on."""

from __future__ import annotations

import os
import sys
import textwrap
from pathlib import Path

import pytest

from grading.klass.parcel import Order
from grading.klass.team import Outcome, Task, Team
from grading.submission.values import Submission
from grading.system import families

# A worker that does what the submission says, and notes in a folder that it was started. It knows no student's code.
ACTOR = """
import base64, json, os, subprocess, sys, time
sys.path.insert(0, {kit!r})
from grading.klass.parcel import Order, line
from tests.kit.unit.samples import FAILING, PASSING, UNSURE
from grading.results.json import as_json
for data in sys.stdin.buffer:
    files = Order.from_line(data).submission.files
    does = files["does"].decode()
    tries = os.path.join({folder!r}, files["who"].decode())
    first = not os.path.exists(tries)
    open(tries, "a").write("x")
    if does == "crash" or (does == "crash once" and first):
        os._exit(9)
    if does == "hang":
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], start_new_session=True)
        time.sleep(600)
    if does == "babble":
        os.write(1, b"no json\\n")
    if does == "half":
        os.write(1, b'{{"grade"')
        os._exit(0)
    if does == "else":
        os.write(1, line({{"grade": {{"schema": 99}}}}))
    os.write(1, line({{"done": 1, "left": 2}}))
    unsure = does == "unsure" or (does == "unsure once" and first)
    os.write(1, line({{"grade": as_json(UNSURE if unsure else PASSING if does == "pass" else FAILING)}}))
"""
SOON = 3.0  # seconds


@pytest.fixture
def actor(tmp_path: Path) -> list[str]:
    kit = str(Path(__file__).resolve().parents[3])
    (tmp_path / "tries").mkdir()
    script = textwrap.dedent(ACTOR).format(kit=kit, folder=str(tmp_path / "tries"))
    (tmp_path / "actor.py").write_text(script, "utf-8")
    return [sys.executable, str(tmp_path / "actor.py")]


def task(does: str, who: str = "") -> Task:
    who = who or does.replace(" ", "-")
    return Task(who, Order("step2", None, Submission({"does": does.encode(), "who": who.encode()})))


def graded(actor: list[str], *tasks: Task, workers: int = 2, deadline: float = 600) -> list[Outcome]:
    return list(Team(workers, deadline, actor).grades(tasks, lambda *_: None))


def ends(outcomes: list[Outcome]) -> dict[str, Outcome]:
    found = [outcome for outcome in outcomes if outcome.is_last]
    by_who = {outcome.task.who: outcome for outcome in found}
    assert len(found) == len(by_who)
    return by_who


def tries(folder: Path, who: str) -> int:
    return len((folder / "tries" / who).read_text("utf-8"))


@pytest.mark.parametrize("does", ["crash", "babble", "half", "else"])
def test_trouble_is_tried_once_more_and_then_told(does: str, actor: list[str], tmp_path: Path) -> None:
    outcomes = graded(actor, task(does), *(task("pass", f"p{n}") for n in range(3)))
    found = ends(outcomes)
    assert found[does].grade is None
    assert found[does].trouble
    assert tries(tmp_path, does) == 2
    assert all(found[f"p{n}"].grade and tries(tmp_path, f"p{n}") == 1 for n in range(3))
    assert [outcome.is_last for outcome in outcomes if outcome.task.who == does] == [False, True]


@pytest.mark.parametrize("does", ["crash once", "unsure once"])
def test_what_was_a_mischance_is_graded_elsewhere(does: str, actor: list[str], tmp_path: Path) -> None:
    found = ends(graded(actor, task(does, "it"), task("pass"), workers=1))
    assert found["it"].grade and not found["it"].grade.is_fault
    assert tries(tmp_path, "it") == 2


def test_what_nobody_can_tell_keeps_its_grade_and_is_told(actor: list[str]) -> None:
    found = ends(graded(actor, task("unsure")))
    assert found["unsure"].grade and found["unsure"].grade.is_fault
    assert found["unsure"].trouble == "the grader could not tell"


def test_whoever_hangs_is_ended_with_all_that_it_started(actor: list[str]) -> None:
    others = frozenset(families.descendants(os.getpid()))
    found = ends(graded(actor, task("hang"), deadline=SOON))
    assert found["hang"].trouble == f"it took longer than {SOON:.0f} s"
    assert families.descendants(os.getpid(), but=others) == []


def test_a_worker_that_cannot_be_started_is_told(tmp_path: Path) -> None:
    found = ends(graded([str(tmp_path / "nothing")], task("pass")))
    assert found["pass"].grade is None
    assert "FileNotFoundError" in found["pass"].trouble


def test_an_order_survives_the_way() -> None:
    work = Submission({"a.py": b"\0\xff", "d/b": b""}, frozenset({"a.py"}), {"l": "a.py"}, frozenset({"e"}))
    order = Order("step1", 7, work)
    assert Order.from_line(order.as_line()) == order
    assert Order.from_line(order.as_line()).submission.digest == work.digest


def test_progress_is_told_while_it_is_graded(actor: list[str]) -> None:
    told: list[tuple[str, int, int]] = []
    list(Team(1, 600, actor).grades([task("pass")], lambda *words: told.append(words)))
    assert told == [("pass", 0, 0), ("pass", 1, 2)]


def test_no_tasks_are_no_outcomes(actor: list[str]) -> None:
    assert graded(actor) == []
