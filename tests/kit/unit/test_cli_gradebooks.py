"""A gradebook is filled in where it lies, once that counts; what cannot be filled in is said before anybody waits."""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import pytest
from rich.console import Console

from grading.cli import gradebooks
from grading.klass import roster
from grading.klass.roster import Roster
from grading.showing.klass import ClassScreen
from grading.submission.values import BadSubmission
from tests.kit.unit.samples import PASSING, UNSURE

MOODLE = (
    b"\xef\xbb\xbfIdentifier,Full name,Email address,Grade,Maximum grade,Last modified (grade),Feedback comments\r\n"
    b'"Participant 11","Adams, Zoe",ann,,100.00,-,"Well done"\r\n'
    b"Participant 12,=Bob ,bob,3,100.00,-,\r\n"
)
CANVAS = b"Student,ID,Section,Chat (77)\n    Points Possible,,,50\nAnn,ann,X,\n"
GRADED = [("ann", PASSING), ("bob", UNSURE), ("cy", PASSING)]


def options(tmp_path: Path, **more: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    gradebooks.add(parser)
    (tmp_path / "moodle.csv").write_bytes(MOODLE)
    (tmp_path / "canvas.csv").write_bytes(CANVAS)
    return parser.parse_args([word for name, value in more.items() for word in (f"--{name}", value)])


def filled(found: list[gradebooks.Book], counts: bool) -> list[str]:
    out = io.StringIO()
    screen = ClassScreen(Console(file=out, width=200))
    gradebooks.fills(found, GRADED, screen, counts)
    return out.getvalue().splitlines()


def test_both_are_filled_in_and_each_change_is_told(tmp_path: Path) -> None:
    paths = {name: str(tmp_path / f"{name}.csv") for name in ("moodle", "canvas")}
    lines = filled(gradebooks.books(options(tmp_path, **paths, assignment="77"), Roster()), counts=True)
    moodle = (tmp_path / "moodle.csv").read_bytes()
    assert moodle == MOODLE.replace(b"ann,,", b"ann,100,")
    assert (tmp_path / "canvas.csv").read_bytes() == CANVAS.replace(b"ann,X,", b"ann,X,50")
    points = f"{PASSING.points} of {PASSING.max_points} points"
    assert f"  ann, Grade: nothing → 100 ({points})" in lines
    assert f"  ann, Chat (77): nothing → 50 ({points})" in lines
    assert any(line.startswith("  bob: no grade") for line in lines)
    assert "  cy: not in the file; nothing is filled in." in lines


def test_who_has_no_grade_and_a_number_in_the_cell_is_told_and_the_cell_stays(tmp_path: Path) -> None:
    (tmp_path / "canvas.csv").write_bytes(CANVAS)
    paths = {name: str(tmp_path / f"{name}.csv") for name in ("moodle", "canvas")}
    found = gradebooks.books(options(tmp_path, **paths, assignment="77"), Roster())
    rows = [book.filled([("ann", PASSING)], ["bob", "zoe", "Participant 11"]).diff for book in found]
    assert "bob: no grade; the cell stays as it is, with 3." in rows[0] and rows[0].count("no grade;") == 1
    assert "no grade" not in rows[1] and "zoe" not in rows[1]


def test_what_does_not_count_is_only_told(tmp_path: Path) -> None:
    lines = filled(gradebooks.books(options(tmp_path, moodle=str(tmp_path / "moodle.csv")), Roster()), counts=False)
    assert any("nothing → 100" in line for line in lines)
    assert (tmp_path / "moodle.csv").read_bytes() == MOODLE


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ({"moodle": "nothing.csv"}, "cannot be read"),
        ({"moodle": "canvas.csv"}, "There is no column Identifier"),
        ({"canvas": "canvas.csv"}, "There are: Chat"),
        ({"canvas": "canvas.csv", "assignment": "78"}, "No assignment is called '78'"),
    ],
)
def test_what_cannot_be_filled_in_is_told_before_anything_is_graded(
    words: dict[str, str], told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(BadSubmission, match=told):
        gradebooks.books(options(tmp_path, **words), Roster())


def test_by_what_the_roster_says_of_nobody_else_a_row_is_known(tmp_path: Path) -> None:
    text = b"login,name,mail,points\nu1,Zoe Adams,Ann,12\nu2,Bob Lee,bob,11.5\nu3,Bob Lee,,13\n"
    known = roster.read(text)
    assert [one.also for one in known.people] == [("Ann", "Zoe Adams"), ("bob",), ()]
    [book] = gradebooks.books(options(tmp_path, moodle=str(tmp_path / "moodle.csv")), known)
    filled = book.filled([("u1", PASSING), ("u2", PASSING), ("u3", PASSING)])
    assert filled.data == MOODLE.replace(b"ann,,", b"ann,100,").replace(b"bob,3,", b"bob,100,").replace(
        b"-,\r\n", filled.data.partition(b"bob,100,100.00,")[2]
    )
    assert filled.diff.endswith("u3: not in the file; nothing is filled in.\n")
