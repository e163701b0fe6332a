"""A submission's trouble is its own: a worker that crashes, hangs or babbles is replaced, and the others go on."""

from __future__ import annotations

import json
import os
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grading.course import STEP2
from grading.klass.parcel import Order
from grading.klass.team import Outcome, Task, Team, in_rounds
from grading.results.values import TOO_BUSY
from grading.submission.values import Submission
from grading.suite import collect
from grading.system import families
from tests.kit.unit.samples import PASSING, UNSURE

# A worker that does what the submission says, and notes in a folder that it was started. It knows no student's code.
ACTOR = """
import base64, json, os, subprocess, sys, time
from dataclasses import replace
sys.path.insert(0, {kit!r})
from grading.course import STEP2
from grading.klass.parcel import Order, line
from grading.suite import collect
from tests.kit.unit.samples import FAILING, PASSING
from grading.results.json import as_json
def unsure(only, tells):
    checks = [check.untried() for check in collect(STEP2) if only is None or check.id in only]
    found = [replace(check, outcome="passed") for check in checks]
    return replace(PASSING, checks=tuple([*found[:-1], found[-1] if tells else found[-1].left_undecided()]))
for data in sys.stdin.buffer:
    order = Order.from_line(data)
    files = order.submission.files
    does = files["does"].decode()
    tries = os.path.join({folder!r}, files["who"].decode())
    first = not os.path.exists(tries)
    open(tries, "a").write("x")
    if does.startswith("unsure"):
        open(tries + ".only", "w").write(json.dumps(sorted(order.only or [])))
        os.write(1, line({{"grade": as_json(unsure(order.only, does == "unsure once" and not first))}}))
        continue
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
    os.write(1, line({{"grade": as_json(PASSING if does == "pass" else FAILING)}}))
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
    assert found["unsure"].trouble == TOO_BUSY


def test_only_what_a_busy_machine_could_not_tell_is_made_again(actor: list[str], tmp_path: Path) -> None:
    grade = ends(graded(actor, task("unsure once", "it")))["it"].grade
    checks = collect(STEP2)
    assert grade and [check.id for check in grade.checks] == [check.id for check in checks]
    assert grade.passed
    assert json.loads((tmp_path / "tries" / "it.only").read_text("utf-8")) == [checks[-1].id]


def test_what_was_starved_is_made_again_alone_after_all_others() -> None:
    rounds: list[list[str]] = []

    def plays(tasks: Sequence[Task]) -> Iterator[Outcome]:
        rounds.append([task.who for task in tasks])
        starved = replace(UNSURE, checks=(collect(STEP2)[0].untried().left_undecided(),))
        for one in tasks:
            failed = one.who == "lost"
            again = one.attempt == 1 and one.who != "fine"
            yield Outcome(one, None if failed else starved if again else PASSING, is_last=not again)

    list(in_rounds([task("busy"), task("fine"), task("lost"), task("busier")], plays))
    assert rounds == [["busy", "fine", "lost", "busier"], ["lost"], ["busy"], ["busier"]]


@pytest.mark.takes(6)
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
    some = replace(order, only=frozenset({"step1/server/colons"}))
    assert Order.from_line(some.as_line()) == some
    assert Order.from_line(order.as_line()).submission.digest == work.digest


def test_progress_is_told_while_it_is_graded(actor: list[str]) -> None:
    told: list[tuple[str, int, int]] = []
    list(Team(1, 600, actor).grades([task("pass")], lambda *words: told.append(words)))
    assert told == [("pass", 0, 0), ("pass", 1, 2)]


def test_no_tasks_are_no_outcomes(actor: list[str]) -> None:
    assert graded(actor) == []
