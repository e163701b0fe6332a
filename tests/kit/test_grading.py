"""One function grades: twice in one process, in two threads, and nothing around it is changed."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from grading.course import STEP1
from grading.grade import How, grade
from grading.results.json import canonical
from grading.results.values import CheckResult
from grading.skeletons import finished
from grading.submission.folder import from_folder
from grading.submission.values import Submission
from tests.kit.side_by_side import rounds

REFERENCE = Submission({name: text.encode() for name, text in finished("step1").items()})


@pytest.mark.takes(7)
def test_two_gradings_at_once_decide_what_each_decides_alone() -> None:
    assert list(rounds(1, STEP1)) == [[True, True]]


def test_a_grading_leaves_its_surroundings_alone(capfd: Any) -> None:
    before = dict(os.environ), os.getcwd()
    found = grade(REFERENCE, STEP1)
    assert (dict(os.environ), os.getcwd()) == before
    assert capfd.readouterr() == ("", "")
    if any(check.undecided for check in found.checks):  # other tests kept this machine busy
        found = grade(REFERENCE, STEP1)
    assert found.passed
    assert found.submission == REFERENCE.digest
    assert found.versions.kit


def test_whoever_asks_is_told_of_each_check() -> None:
    told: list[CheckResult] = []
    found = grade(REFERENCE, STEP1, How(progress=lambda result, left: told.append(result), seed=7))
    assert sorted(result.id for result in told) == sorted(check.id for check in found.checks)
    assert found.seed == 7


def test_what_is_still_to_be_done_comes_from_the_submission() -> None:
    todo = b"\n# TODO: all of it\n\n# TODO: and more\n"
    found = grade(Submission({"chat_server.py": todo, "lib/other.py": todo}, links={"x.py": "lib/other.py"}), STEP1)
    assert found.todos == {"chat_server.py": (2, 4), "x.py": (2, 4)}
    assert found.points == 0


def test_what_was_left_out_beside_the_programs_changes_a_note_and_not_what_is_decided(tmp_path: Path) -> None:
    (tmp_path / "chat_server.py").write_text("x = 1\n")
    (tmp_path / "chat-kit-old").mkdir()
    noted, plain = from_folder(tmp_path), Submission({"chat_server.py": b"x = 1\n"})
    found = grade(noted, STEP1)
    assert found.notes == ("chat-kit-old is named like a folder of the grader: it was left out.",)
    assert canonical(found) == canonical(grade(plain, STEP1))
