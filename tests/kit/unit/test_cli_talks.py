"""`--with-talks`: the student's own talk counts wherever something is graded, told, stored and exported."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest

from grading.cli import grading as command
from grading.cli.class_pages import for_anybody
from grading.cli.main import main
from grading.cli.work import reference
from grading.course import EXERCISES, GRADED, STEP2, TALK, with_talk
from grading.grade import versions_here
from grading.klass.parcel import Order
from grading.packs.table import PACKS
from grading.results.json import from_text
from grading.results.values import FAILED, Grade
from grading.skeletons import finished_talk
from grading.submission.values import Submission
from tests.kit.conftest import finding

DIES = "raise SystemExit(3)\n"
SWITCH = "--with-talks"


@pytest.fixture
def work(tmp_path: Path) -> Path:
    """A work whose programs end at once: nothing of it takes long, and nothing but its talk is worth anything."""
    return handed_in(tmp_path / "work", finished_talk("step1"))


def handed_in(folder: Path, talk: str | None) -> Path:
    folder.mkdir(parents=True)
    for name in ("chat_server.py", "chat_client.py"):
        (folder / name).write_text(DIES, "utf-8")
    if talk is not None:
        (folder / TALK.program).write_text(talk, "utf-8")
    return folder


def test_a_step_is_graded_with_its_talk_and_each_result_has_it(
    work: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    forms = ("junit", "gradescope", "csv", "vpl", "prairielearn")
    words = [word for form in forms for word in ("--export", f"{form}={tmp_path / form}")]
    found = tmp_path / "result.json"
    assert main(["step1", "--work", str(work), SWITCH, "--json", str(found), *words]) == 1
    assert re.search(r"step1 +9 of +77 points", capsys.readouterr().out)
    assert from_text(found.read_text("utf-8")).points == 9
    for form in forms:
        text = (tmp_path / form).read_text("utf-8")
        assert "Your talk notices half" in text or "it_notices_half" in text or "9 of 77" in text, form


def test_without_the_switch_no_talk_counts(work: Path, tmp_path: Path) -> None:
    assert main(["step1", "--work", str(work), "--json", str(tmp_path / "result.json")]) == 1
    grade = from_text((tmp_path / "result.json").read_text("utf-8"))
    assert (grade.points, grade.max_points) == (0, 68)


def test_what_is_shown_to_be_typed_has_the_switch(
    work: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = []
    found = Grade("step1", (finding("step1/talk/x", "It is so.", "", 3, FAILED),))
    monkeypatch.setattr(command, "grade", lambda _, exercise, __: seen.append(exercise) or found)
    main(["step1", SWITCH, "--work", str(work)])
    assert seen == [with_talk(EXERCISES["step1"])]
    assert capsys.readouterr().out.rstrip().endswith(f"--work {work} {SWITCH}")
    assert for_anybody(with_talk(STEP2)).again == f"python grader.py step2 {SWITCH}"
    assert for_anybody(STEP2).again == "python grader.py step2"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["bonus/log", SWITCH], "--with-talks goes with one of step1, step2"),
        (["bonus", SWITCH], "--with-talks goes with one of step1, step2"),
        (["batch", "bonus/log", "FOLDER", SWITCH], "--with-talks goes with one of step1, step2"),
        ([SWITCH], "Which step?"),
    ],
)
def test_what_has_no_talk_is_told(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words) == 2
    assert said in " ".join(capsys.readouterr().out.split())


def test_a_class_is_graded_with_its_talks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    klass, out = tmp_path / "class", tmp_path / "out"
    handed_in(klass / "ann", finished_talk("step1"))
    handed_in(klass / "bob", None)
    (klass / "ann" / TALK.program).rename(klass / "ann" / "my-talk (1).txt")
    words = ["batch", "step1", str(klass), "--out", str(out), "--workers", "1", "--html", str(tmp_path / "class.html")]
    assert main([*words, SWITCH]) == 1
    with io.StringIO((out / "results.csv").read_text("utf-8-sig")) as table:
        rows = {row["identity"]: row for row in csv.DictReader(table)}
    assert [rows[who]["points"] for who in ("ann", "bob")] == ["9", "0"]
    assert rows["ann"]["max_points"] == "77"
    assert [rows[who]["step1/talk/it_notices_half"] for who in ("ann", "bob")] == ["3", "0"]
    assert "Your talk notices half of the mistakes" in (tmp_path / "class.html").read_text("utf-8")
    capsys.readouterr()
    assert main([*words, SWITCH]) == 1
    assert "2 of 2 graded, 0 of them just now" in capsys.readouterr().out


def test_a_talk_decides_how_a_result_is_called_and_so_does_the_switch() -> None:
    one, other = (Submission({TALK.program: text}) for text in (b"Ann joins", b"Bob joins"))
    assert one.digest != other.digest
    assert versions_here(STEP2) != versions_here(with_talk(STEP2))


def test_a_worker_knows_whether_the_talk_counts() -> None:
    order = Order.from_line(Order(with_talk(STEP2).key, None, Submission({})).as_line())
    assert GRADED[order.exercise] == with_talk(STEP2)


def test_intake_looks_for_talks_where_they_count(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    handed_in(tmp_path / "class" / "ann", None)
    handed_in(tmp_path / "class" / "bob", "Ann joins")
    assert main(["intake", str(tmp_path / "class")]) == 0
    capsys.readouterr()
    assert main(["intake", str(tmp_path / "class"), SWITCH]) == 1
    assert "my-talk.txt did not come." in " ".join(capsys.readouterr().out.split())


def test_a_pack_grades_talks_where_they_count(tmp_path: Path) -> None:
    assert main(["pack", "gradescope", "step2", str(tmp_path / "pack"), SWITCH]) == 0
    assert (tmp_path / "pack" / "kit" / "tests" / "talk" / "test_talk.py").is_file()
    assert "grading.cli.deliver step2+talk" in (tmp_path / "pack" / "run_autograder").read_text("utf-8")
    files = PACKS["prairielearn"].files("prairielearn", with_talk(STEP2))
    assert b"my-talk.txt" in files["question.html"]
    assert (
        json.loads(files["info.json"])["uuid"]
        != json.loads(PACKS["prairielearn"].files("prairielearn", STEP2)["info.json"])["uuid"]
    )


def test_the_reference_has_a_talk_as_well() -> None:
    found = reference(with_talk(STEP2))
    assert found.read(TALK.program).decode() == finished_talk("step2")
    assert TALK.program not in reference(STEP2)


def test_a_script_for_a_cluster_grades_talks_where_they_count(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handed_in(tmp_path / "class" / "ann", None)
    words = ["batch", "step1", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--script", "slurm"]
    assert main([*words, SWITCH]) == 0
    assert SWITCH in capsys.readouterr().out
    assert main(words) == 0
    assert SWITCH not in capsys.readouterr().out


def test_a_script_for_a_cluster_keeps_the_time_that_one_may_take(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handed_in(tmp_path / "class" / "ann", None)
    words = ["batch", "step1", str(tmp_path / "class"), "--out", str(tmp_path / "out"), "--script", "parallel"]
    assert main([*words, "--deadline", "900"]) == 0
    assert "--deadline 900 --shard" in capsys.readouterr().out
    assert main(words) == 0
    assert "--deadline" not in capsys.readouterr().out
