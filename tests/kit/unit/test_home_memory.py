"""Each run knows what the last one found: what is true now, what no longer is, and nothing where nothing is known."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from grading.course import KIT
from grading.home.memory import FOLDER, SWITCH, Changes, Memory, Run, changes, latest
from grading.results.values import ERROR, FAILED, PASSED, Grade
from grading.submission.arriving import arrived
from tests.kit.conftest import finding

SPOILT = '{"true": [], "not_true": [], "losses": {"a": "b"}}'


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv(SWITCH)
    (tmp_path / "work").mkdir()
    return tmp_path / "work"


def graded(work: str = "", /, **outcomes: str) -> Grade:
    """Return a grade with a check for each of these names, worth 3 points."""
    found = (finding(f"step1/server/{name}", f"{name}.", "", 3, outcome) for name, outcome in outcomes.items())
    return Grade("step1", tuple(found), works={"chat_server.py": work} if work else {})


def names(found: Changes) -> tuple[list[str], list[str], int]:
    return [check.name for check in found.now_true], [check.name for check in found.no_longer], found.points


def test_what_has_become_true_and_what_no_longer_is_are_told_with_their_points() -> None:
    before = Run().followed_by(graded(a=FAILED, b=PASSED, c=FAILED, d=PASSED))
    found = changes(before, graded(a=PASSED, b=FAILED, c=PASSED, d=PASSED))
    assert names(found) == (["a", "c"], ["b"], 3)


def names_of_luck(found: Changes) -> list[str]:
    return [check.name for check in found.by_luck]


def test_what_changes_while_the_work_does_not_is_luck_and_no_loss() -> None:
    before = Run().followed_by(graded("one work", a=PASSED, b=FAILED))
    found = changes(before, graded("one work", a=FAILED, b=PASSED))
    assert (names(found), names_of_luck(found)) == (([], [], 0), ["b", "a"])
    after = before.followed_by(graded("one work", a=FAILED, b=PASSED))
    found = changes(after, graded(a=PASSED, b=FAILED))  # another work: but of b it is known that luck decides
    assert (names(found), names_of_luck(found)) == ((["a"], [], 0), ["b"])


def under_stress(grade: Grade) -> Grade:
    return replace(grade, checks=tuple(replace(check, stress=True) for check in grade.checks))


def test_what_was_lost_twice_under_stress_is_told_as_no_loss_the_third_time_and_as_a_gain_each_time() -> None:
    run = calm = Run()
    for number, outcome in enumerate((FAILED, PASSED, FAILED, PASSED, FAILED, PASSED)):
        now = graded(str(number), a=outcome, b=PASSED)
        run, calm = run.followed_by(under_stress(now)), calm.followed_by(now)
        assert names(changes(run, graded(a=PASSED, b=PASSED)))[0] == ["a"] * (outcome == FAILED)
    found = changes(run, graded(a=FAILED, b=FAILED))
    assert (names(found), names_of_luck(found)) == (([], ["b"], -6), ["a"])
    assert names_of_luck(changes(calm, graded(a=FAILED, b=FAILED))) == []


def test_what_changes_while_the_other_program_was_worked_on_is_luck() -> None:
    before = Run().followed_by(graded("one work", a=PASSED, b=PASSED))
    found = changes(before, replace(graded("one work", a=FAILED, b=PASSED), submission="another client"))
    assert (names(found), names_of_luck(found)) == (([], [], -3), ["a"])


def test_a_check_that_was_not_there_has_not_changed() -> None:
    assert not changes(Run().followed_by(graded(a=PASSED)), graded(a=PASSED, b=FAILED, c=PASSED))


def test_what_nobody_could_tell_has_not_changed_and_is_remembered_as_it_was() -> None:
    first, busy, last = graded(a=PASSED, b=FAILED), graded(a=ERROR, b=ERROR), graded(a=FAILED, b=PASSED)
    before = Run().followed_by(first)
    assert not changes(before, busy)
    assert names(changes(before.followed_by(busy), last)) == (["b"], ["a"], 0)


def test_a_run_is_remembered_beside_the_work_and_not_in_it(work: Path) -> None:
    run = Run().followed_by(graded(a=PASSED, b=FAILED)).followed_by(graded(a=FAILED, b=FAILED))
    Memory(work).keeps("step1", run)
    assert Memory(work).last("step1") == run
    assert Memory(work).last("step2") is None
    assert (list(work.iterdir()), [path.name for path in work.parent.iterdir()].count(FOLDER)) == ([], 1)
    assert (work.parent / FOLDER / ".gitignore").read_text() == "*\n"


def test_what_files_began_with_is_remembered(work: Path) -> None:
    assert Memory(work).starts() == {}
    Memory(work).keeps_start("chat_server.py", b"x = 1\n")
    assert Memory(work).starts() == {"chat_server.py": "x = 1\n"}


def test_what_is_remembered_is_no_part_of_a_submission(work: Path) -> None:
    Memory(work).keeps("step1", Run())
    (work / "chat_server.py").write_text("x = 1\n")
    submission = arrived(work.parent)
    assert (list(submission.files), submission.notes) == (["work/chat_server.py"], ())


@pytest.mark.parametrize(
    "text", ["", "[", "[]", "{}", '{"true": 1, "not_true": []}', '{"true": [1], "not_true": []}', SPOILT, "[" * 9999]
)
def test_what_was_spoilt_is_forgotten(text: str, work: Path) -> None:
    Memory(work).keeps("step1", Run())
    (work.parent / FOLDER / "work" / "step1.json").write_text(text)
    assert Memory(work).last("step1") is None


def test_where_nothing_can_be_written_nothing_is_remembered(work: Path) -> None:
    (work.parent / FOLDER).write_text("a file in the way, as good as a folder that is read-only")
    Memory(work).keeps("step1", Run())
    assert Memory(work).last("step1") is None


def test_whoever_wants_no_memory_has_none(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Memory(work).keeps("step1", Run())
    monkeypatch.setenv(SWITCH, "off")
    assert Memory(work).last("step1") is None
    Memory(work).keeps("step2", Run())
    monkeypatch.delenv(SWITCH)
    assert Memory(work).last("step2") is None


def test_the_exercise_that_was_graded_last_is_known(work: Path) -> None:
    works = {"step1": work, "step2": work}
    assert latest(works) == ""
    for exercise, moment in (("step1", 2), ("step2", 1)):
        Memory(work).keeps(exercise, Run())
        os.utime(work.parent / FOLDER / "work" / f"{exercise}.json", (moment, moment))
    assert latest(works) == "step1"


def test_no_copy_takes_the_place_of_another_one(work: Path) -> None:
    copies = [Memory(work).keeps_copy("chat_server.py", data) for data in (b"one", b"two", b"three")]
    assert [copy.read_bytes() for copy in copies] == [b"one", b"two", b"three"]
    assert all(copy.name.startswith("chat_server.2") and copy.suffix == ".py" for copy in copies)


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits for files")
def test_of_a_copy_that_cannot_be_kept_whole_nothing_is_left(work: Path) -> None:
    keeps = "import sys; from pathlib import Path; from grading.home.memory import Memory; "
    keeps += "Memory(Path(sys.argv[1])).keeps_copy('chat_server.py', b'x' * 9_999_999)"
    command = ["sh", "-c", 'ulimit -f 64 && trap "" XFSZ && exec "$@"', "sh", sys.executable, "-c", keeps, str(work)]
    done = subprocess.run(command, cwd=KIT, capture_output=True, check=False)
    assert b"File too large" in done.stderr
    assert list((work.parent / FOLDER / work.name).iterdir()) == []
