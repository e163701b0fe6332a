"""A class comes to what its submissions are worth: nothing is run twice, nothing of ours is a 0, nothing is lost."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from grading.course import STEP2, TALK, with_talk
from grading.grade import versions_here
from grading.klass import batch as module
from grading.klass.arrival import Arrival, Class
from grading.klass.batch import Batch, Change, changes, default_folder, regraded
from grading.klass.recipes import recipes
from grading.klass.store import Store
from grading.klass.team import Outcome, Progress, Task, Team
from grading.results.values import FAILED, PASSED, Grade
from grading.submission.values import Submission
from grading.suite import collect
from tests.kit.unit.samples import FAILING, PASSING, UNSURE

GRADES = {b"passes": PASSING, b"fails": FAILING, b"unsure": UNSURE, b"lost": None}


class Pretending(Team):
    """Grades by what is written in a submission, and notes whom it was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.only: list[frozenset[str] | None] = []
        self.grade = dict(GRADES)
        self.versions = versions_here(STEP2)

    def grades(self, tasks: Sequence[Task], progress: Progress) -> Iterator[Outcome]:
        for task in tasks:
            self.asked.append(task.who)
            self.only.append(task.order.only)
            found = self.grade[task.order.submission.files["does"]]
            if found:
                order = task.order
                found = replace(found, submission=order.submission.digest, versions=self.versions, seed=order.seed)
            yield Outcome(task, found, "" if found else "it took longer than 600 s")


def klass(**does: str) -> Class:
    arrivals = [Arrival(who, Submission({"does": what.encode(), "who": who.encode()})) for who, what in does.items()]
    return Class((*arrivals, Arrival("zoe", None, "Nothing came: hand it in.")))


def graded(folder: Path, arrived: Class, team: Team, seed: int | None = None, counts: bool = True) -> Batch:
    batch = Batch(arrived, STEP2, Store(folder), seed)
    batch.runs(team, module.Watching(), counts)
    if counts:
        batch.counts()
    return batch


def table(folder: Path) -> dict[str, dict[str, str]]:
    text = (folder / "results.csv").read_text("utf-8-sig")
    return {row["identity"]: row for row in csv.DictReader(io.StringIO(text))}


def test_the_table_has_names_and_who_was_late(tmp_path: Path) -> None:
    ann, zoe = klass(ann="passes").arrivals
    late = Class((replace(ann, name="Ann O'Neil", late=True), replace(zoe, name="=Zoe")))
    graded(tmp_path, late, Pretending())
    rows = table(tmp_path)
    assert [(row["name"], row["late"]) for row in rows.values()] == [("Ann O'Neil", "late"), ("'=Zoe", "")]


def test_a_class_is_written_down_as_the_exports_say(tmp_path: Path) -> None:
    graded(tmp_path, klass(ann="passes", bob="fails"), Pretending())
    rows = table(tmp_path)
    assert [(row["identity"], row["state"], row["points"]) for row in rows.values()] == [
        ("ann", "graded", str(PASSING.points)),
        ("bob", "graded", str(FAILING.points)),
        ("zoe", "not gradable", ""),
    ]
    assert rows["zoe"]["because"] == "Nothing came: hand it in."
    assert {(row["name"], row["late"]) for row in rows.values()} == {("", "")}
    lines = [json.loads(line) for line in (tmp_path / "results.jsonl").read_text("utf-8").splitlines()]
    assert [line["identity"] for line in lines] == ["ann", "bob"]
    assert lines[1]["checks"][1]["events"]


def test_what_is_stored_is_not_run_again_and_changes_nothing(tmp_path: Path) -> None:
    graded(tmp_path, klass(ann="passes", bob="fails"), Pretending())
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    team = Pretending()
    graded(tmp_path, klass(ann="passes", bob="fails"), team)
    assert team.asked == []
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_a_class_that_is_known_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graded(tmp_path, klass(ann="passes", bob="fails"), Pretending())
    monkeypatch.setattr(Store, "read", lambda *_: pytest.fail("a result was read"))
    batch = graded(tmp_path, klass(ann="passes", bob="fails"), Pretending())
    assert [line.points for line in batch.lines()] == [PASSING.points, FAILING.points, None]


def test_only_what_changed_is_run(tmp_path: Path) -> None:
    graded(tmp_path, klass(ann="passes", bob="fails"), Pretending())
    team = Pretending()
    graded(tmp_path, klass(ann="passes", bob="passes"), team)
    assert team.asked == ["bob"]
    assert table(tmp_path)["bob"]["points"] == str(PASSING.points)


def test_what_two_hand_in_alike_is_run_once(tmp_path: Path) -> None:
    team, work = Pretending(), Submission({"does": b"fails"})
    graded(tmp_path, Class((Arrival("ann", work), Arrival("bob", work))), team)
    assert team.asked == ["ann"]
    assert table(tmp_path).keys() == {"ann", "bob"}
    assert {line["who"] for line in _log(tmp_path)} == {"ann", "bob"}


def _log(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]


@pytest.mark.parametrize("does", ["unsure", "lost"])
def test_what_is_our_fault_is_no_0_and_is_run_again(does: str, tmp_path: Path) -> None:
    batch = graded(tmp_path, klass(ann=does, bob="fails"), Pretending())
    assert (table(tmp_path)["ann"]["state"], table(tmp_path)["ann"]["points"]) == ("grade again", "")
    assert batch.line(batch.arrived.arrivals[0]).points is None
    assert _log(tmp_path)[0]["state"] == "grade again"
    team = Pretending()
    team.grade[does.encode()] = PASSING
    graded(tmp_path, klass(ann=does, bob="fails"), team)
    assert team.asked == ["ann"]
    assert table(tmp_path)["ann"]["points"] == str(PASSING.points)


def test_the_log_says_who_got_what_with_which_versions(tmp_path: Path) -> None:
    graded(tmp_path, klass(ann="passes"), Pretending(), seed=5)
    ann, zoe = _log(tmp_path)
    versions = versions_here(STEP2)
    assert (ann["who"], ann["points"], ann["kit"], ann["seed"]) == ("ann", PASSING.points, versions.kit, 5)
    assert (zoe["who"], zoe["state"], zoe["points"], zoe["trouble"]) == (
        "zoe",
        "not gradable",
        None,
        "Nothing came: hand it in.",
    )


def test_a_torn_result_is_told_as_ours_and_never_as_a_0(tmp_path: Path) -> None:
    batch = graded(tmp_path, klass(ann="passes"), Pretending())
    (tmp_path / "results" / f"{batch.name(batch.arrived.arrivals[0])}.json").write_bytes(b"{")
    (tmp_path / "log.jsonl").unlink()
    again = graded(tmp_path, klass(ann="passes"), Pretending())
    assert again.lines()[0].points is None
    team = Pretending()
    assert graded(tmp_path, klass(ann="passes"), team).lines()[0].points == PASSING.points
    assert team.asked == ["ann"]


def test_a_dry_run_shows_each_point_and_counts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    graded(tmp_path, klass(ann="passes", bob="fails"), Pretending())
    before = {name: (tmp_path / name).read_bytes() for name in ("log.jsonl", "results.csv", "results.jsonl")}
    team = Pretending()
    team.versions = replace(team.versions, kit="newer")
    monkeypatch.setattr(module, "versions_here", lambda _: team.versions)
    stricter = replace(FAILING, checks=(replace(FAILING.checks[0], outcome=FAILED), *FAILING.checks[1:]))
    team.grade[b"fails"] = stricter
    batch = graded(tmp_path, klass(ann="passes", bob="fails"), team, counts=False)
    assert team.asked == ["ann", "bob"]
    assert changes(batch) == [Change("bob", FAILING.checks[0].id, FAILING.checks[0].points, 0)]
    assert {name: (tmp_path / name).read_bytes() for name in before} == before


def test_whoever_had_no_points_and_gets_none_is_no_change(tmp_path: Path) -> None:
    batch = graded(tmp_path, klass(ann="passes", bob="lost"), Pretending(), counts=False)
    assert changes(batch) == [Change("ann", "", None, PASSING.points)]


def all_passing(only: frozenset[str] | None = None, outcome: str = PASSED) -> Grade:
    checks = [check for check in collect(STEP2) if only is None or check.id in only]
    return Grade("step2", tuple(replace(check.untried(), outcome=outcome) for check in checks))


@pytest.fixture
def changed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Pretending]:
    """Grade ann and bob; return a team for a kit in which one check is another one, or none is."""

    def changes(id: str) -> Pretending:
        team = Pretending()
        team.grade = {b"passes": all_passing()}
        graded(tmp_path, klass(ann="passes", bob="passes"), team)
        later = Pretending()
        later.versions = replace(later.versions, kit="newer")
        decided = {**recipes(STEP2), **({id: "another"} if id else {})}
        monkeypatch.setattr(module, "versions_here", lambda _: later.versions)
        monkeypatch.setattr(module, "recipes", lambda _: decided)
        return later

    return changes


def test_when_one_check_changed_only_that_one_is_made(changed: Callable[[str], Pretending], tmp_path: Path) -> None:
    id = next(check.id for check in collect(STEP2) if not check.terms.gate and not check.terms.veto)
    team = changed(id)
    team.grade = {b"passes": all_passing(frozenset({id}), FAILED)}
    batch = graded(tmp_path, klass(ann="passes", bob="passes"), team, counts=False)
    assert team.only == [frozenset({id})] * 2
    points = next(check.untried().max_points for check in collect(STEP2) if check.id == id)
    assert changes(batch) == [Change(who, id, points, 0) for who in ("ann", "bob")]
    counted = graded(tmp_path, klass(ann="passes", bob="passes"), later := Pretending())
    assert later.asked == []
    assert [line.points for line in counted.lines()[:2]] == [all_passing().points - points] * 2


def test_a_kit_that_judges_as_before_makes_nothing_again(changed: Callable[[str], Pretending], tmp_path: Path) -> None:
    team = changed("")
    batch = graded(tmp_path, klass(ann="passes", bob="passes"), team)
    assert team.asked == []
    assert changes(batch) == []
    kits = [json.loads(line)["kit"] for line in (tmp_path / "results.jsonl").read_text("utf-8").splitlines()]
    assert kits == ["newer", "newer"]


def test_a_check_that_stayed_with_an_error_is_no_grade(changed: Callable[[str], Pretending], tmp_path: Path) -> None:
    id = collect(STEP2)[-1].id
    team = changed(id)
    found = all_passing(frozenset({id}))
    team.grade = {b"passes": replace(found, checks=(found.checks[0].left_undecided(),))}
    batch = graded(tmp_path, klass(ann="passes", bob="passes"), team)
    assert [line.state for line in batch.lines()[:2]] == ["grade again"] * 2


def test_a_dry_run_tells_whoever_is_new(tmp_path: Path) -> None:
    graded(tmp_path, klass(ann="passes"), Pretending())
    batch = graded(tmp_path, klass(ann="passes", bob="fails"), Pretending(), counts=False)
    assert changes(batch) == [Change("bob", "", None, FAILING.points)]


def test_a_dry_run_of_what_is_known_shows_nothing(tmp_path: Path) -> None:
    graded(tmp_path, klass(ann="passes", bob="fails"), Pretending())
    assert changes(graded(tmp_path, klass(ann="passes", bob="fails"), Pretending(), counts=False)) == []


def test_results_never_go_among_what_was_handed_in(tmp_path: Path) -> None:
    folder = default_folder(tmp_path / "class", STEP2)
    assert folder == tmp_path.resolve() / "class-step2-results"
    challenge = default_folder(tmp_path / "class", replace(STEP2, name="bonus/log"))
    assert challenge == tmp_path.resolve() / "class-bonus-log-results"


def test_a_lost_grade_says_why(tmp_path: Path) -> None:
    batch = graded(tmp_path, klass(ann="lost"), Pretending())
    found = batch.grade(batch.arrived.arrivals[0])
    assert isinstance(found, Grade) and found.is_fault and not found.points
    assert {check.got for check in found.checks} == {"it took longer than 600 s"}


def test_where_talks_count_from_now_on_only_those_are_judged(tmp_path: Path) -> None:
    step, team, later = with_talk(STEP2), Pretending(), Pretending()
    team.grade = {b"passes": all_passing()}
    graded(tmp_path, klass(ann="passes"), team)
    own = [check for check in collect(step) if check.role == TALK]
    later.versions = versions_here(step)
    later.grade = {b"passes": Grade("step2", tuple(replace(check.untried(), outcome=PASSED) for check in own))}
    batch = Batch(klass(ann="passes"), step, Store(tmp_path))
    batch.runs(later, module.Watching())
    assert later.only == [frozenset(check.id for check in own)]
    assert batch.lines()[0].points == all_passing().points + sum(check.terms.points for check in own)


def works(**does: str) -> Class:
    """Return a class in which the same work is the same, whoever hands it in."""
    return Class(tuple(Arrival(who, Submission({"does": what[:5].encode(), "text": what.encode()})) for who, what in
                       does.items()))  # fmt: skip


def test_who_has_another_name_in_the_roster_is_the_same_person_and_who_is_gone_is_told(tmp_path: Path) -> None:
    team = Pretending()
    team.grade |= {b"fails": FAILING, b"passe": PASSING}
    graded(tmp_path, works(ann="fails", bob="passes", cyd="passes on"), team)
    now = works(ann="fails", bea="passes")
    batch = graded(tmp_path, now, team, counts=False)
    assert (batch.moved.renamed, batch.moved.gone) == ({"bob": "bea"}, ("cyd",))
    assert changes(batch) == [Change("cyd", "", PASSING.points, None)]
    batch.counts()
    assert {line["who"]: line["state"] for line in _log(tmp_path)} == {
        "ann": "graded", "bea": "graded", "bob": "not in the class", "cyd": "not in the class",
    }  # fmt: skip
    again = graded(tmp_path, now, team)
    assert not again.moved.renamed and not again.moved.gone
    back = graded(tmp_path, works(ann="fails", bea="passes", cyd="passes on"), team, counts=False)
    assert changes(back) == [Change("cyd", "", None, PASSING.points)]


def test_whose_work_two_have_is_nobodys_new_name(tmp_path: Path) -> None:
    team = Pretending()
    graded(tmp_path, works(ann="fails", bob="fails"), team)
    batch = graded(tmp_path, works(bea="fails"), team)
    assert (batch.moved.renamed, batch.moved.gone) == ({}, ("ann", "bob"))


def test_what_was_found_just_now_is_no_fault_and_counts_for_each_who_has_it(tmp_path: Path) -> None:
    team, work = Pretending(), Submission({"does": b"fails"})
    both = (Arrival("ann", work), Arrival("bob", work), Arrival("cyd", Submission({"does": b"lost"})))
    batch = graded(tmp_path, Class(both), team)
    assert [line.name in batch.fresh for line in batch.lines()] == [True, True, False]
    assert not graded(tmp_path, Class(both), team).fresh


def test_with_another_python_all_is_graded_again_and_that_is_told(tmp_path: Path) -> None:
    store, here = Store(tmp_path), versions_here(STEP2)
    store.remembers("step2", replace(here, kit="k", python="3.9.1", platform="darwin"), {})
    assert graded(tmp_path, klass(ann="fails"), Pretending()).pythons == ("3.9.1 on darwin",)
    assert graded(tmp_path, klass(ann="passes"), Pretending()).pythons == ()


def test_who_had_other_points_before_is_known_once_it_counts(tmp_path: Path) -> None:
    team = Pretending()
    team.grade[b"less"] = less = replace(PASSING, checks=PASSING.checks[:1])
    graded(tmp_path, klass(ann="less", bob="fails", cyd="passes"), team)
    batch = graded(tmp_path, klass(ann="passes", bob="fails", dee="passes", cyd="lost"), team)
    assert regraded(batch) == [
        Change("ann", "", less.points, PASSING.points),
        Change("cyd", "", PASSING.points, None),
    ]
    assert not regraded(graded(tmp_path, klass(ann="passes", bob="fails", dee="passes"), team))
