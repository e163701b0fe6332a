"""Whatever a cluster does with a job, each submission has one end, and no grade from another kit is taken."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path

import pytest

from grading.course import KIT
from grading.klass import elsewhere as module
from grading.klass.clusters import elsewhere
from grading.klass.elsewhere import Answer, Elsewhere, Futures
from grading.klass.parcel import Order
from grading.klass.team import Outcome, Task
from grading.results.json import as_json
from grading.submission.values import BadSubmission, Submission
from tests.kit.unit.samples import PASSING, VERSIONS

Does = Callable[[list[str]], list[Answer]]
FINE: Answer = (as_json(PASSING), "")


def played(does: Does, count: int, in_a_job: int = 2) -> list[Outcome]:
    def submits(jobs: list[list[bytes]], deadline: float) -> Futures:
        futures: Futures = [Future() for _ in jobs]
        for future, job in zip(futures, jobs, strict=True):
            try:
                future.set_result(does([Order.from_line(line).submission.files["who"].decode() for line in job]))
            except RuntimeError as error:
                future.set_exception(error)
        return futures

    tasks = [Task(str(n), Order("step2", None, Submission({"who": str(n).encode()}))) for n in range(count)]
    return list(Elsewhere(submits, in_a_job, 60.0, VERSIONS).grades(tasks, lambda *_: None))


def test_each_gets_one_grade() -> None:
    found = played(lambda who: [FINE] * len(who), 5)
    assert sorted(one.task.who for one in found) == list("01234")
    assert all(one.is_last and one.grade == PASSING for one in found)


def test_a_job_that_is_lost_is_tried_once_more_and_harms_no_other() -> None:
    def does(who: list[str]) -> list[Answer]:
        if "2" in who:
            raise RuntimeError("the worker was killed")
        return [FINE] * len(who)

    found = played(does, 5)
    assert [(one.task.who, one.is_last) for one in found if not one.grade] == [
        ("2", False), ("3", False), ("2", True), ("3", True),
    ]  # fmt: skip
    assert "the worker was killed" in found[-1].trouble
    assert {one.task.who for one in found if one.grade} == {"0", "1", "4"}


@pytest.mark.parametrize("answer", [[], [FINE], [FINE] * 3, [(None, "it took too long"), ({"schema": 99}, "")]])
def test_an_answer_that_is_none_is_no_grade(answer: list[Answer]) -> None:
    found = played(lambda who: answer, 2)
    assert [one.grade for one in found] == [None] * 4


def test_a_grade_from_another_kit_is_not_taken() -> None:
    other = as_json(replace(PASSING, versions=replace(VERSIONS, python="3.9.1")))
    found = played(lambda who: [(other, "")] * len(who), 1)
    assert [one.grade for one in found] == [None, None]
    assert "3.9.1 on linux" in found[-1].trouble


def test_no_program_that_is_graded_sees_where_the_kit_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(KIT), "/elsewhere"]))
    module._hides_the_kit()
    assert os.environ["PYTHONPATH"] == "/elsewhere"
    monkeypatch.setenv("PYTHONPATH", str(KIT))
    module._hides_the_kit()
    assert "PYTHONPATH" not in os.environ


def test_a_cluster_that_nobody_knows_is_told() -> None:
    with pytest.raises(BadSubmission, match="none of dask://"), elsewhere("cloud", Path(), 60.0, VERSIONS):
        pass
