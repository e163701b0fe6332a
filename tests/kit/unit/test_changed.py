"""What concerns a change is found in one table; and the tests can be run in parts."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from grading.course import KIT
from tests.kit.changed import ALWAYS, CONCERNS, MUTANTS, changed, concerned, told
from tests.kit.conftest import shard

BY_HAND = (
    r"\.gitignore|\.ci/run|\.devcontainer/.*|"
    r"tests/kit/((soak|without_proc|side_by_side|conversations|disturbed|clusters)\.py|(windows|matrix)/.*)"
)


def git(folder: Path, *words: str) -> None:
    who = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A folder in a repository, with three files, and all of it committed."""
    folder = tmp_path / "kit"
    folder.mkdir()
    for name in ("a.py", "b.py", "c.py"):
        (folder / name).write_text(name)
    git(tmp_path, "init")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-m", "All")
    return folder


def test_what_is_staged_changed_new_or_gone_has_changed(repository: Path) -> None:
    assert changed(repository) == []
    (repository / "a.py").write_text("staged")
    git(repository, "add", "a.py")
    (repository / "b.py").write_text("not staged")
    (repository / "c.py").unlink()
    (repository / "ä new.py").write_text("new")
    assert changed(repository) == ["a.py", "b.py", "c.py", "ä new.py"]


def test_where_there_is_no_commit_that_is_an_error(tmp_path: Path) -> None:
    git(tmp_path, "init")
    with pytest.raises(subprocess.CalledProcessError):
        changed(tmp_path)


def test_the_shape_and_the_tools_are_always_run() -> None:
    assert concerned([]) == list(ALWAYS)
    assert concerned(["matrix.html"]) == list(ALWAYS)


def test_a_module_concerns_its_own_test_and_those_of_its_room() -> None:
    tests = concerned(["grading/suite.py"])
    assert {"tests/kit/unit/test_suite.py", "tests/kit/unit/test_toy_exercise.py"} < set(tests)
    assert not [test for test in tests if "test_mutants" in test]


def test_a_suite_concerns_the_mutants_that_it_catches_and_no_others() -> None:
    tests = concerned(["tests/step2/test_server.py"])
    assert (
        "tests/kit/test_mutants.py::test_a_mutant_is_caught_by_every_check_meant_for_it[one_recv_is_one_message]"
        not in tests
    )
    assert len([test for test in tests if "test_mutants" in test]) > 20


def test_a_mutant_concerns_those_of_its_topic() -> None:
    one, two = (concerned([f"tests/kit/mutants/{topic}.py"]) for topic in ("framing", "client"))
    assert set(one) & set(two) == set(ALWAYS)


def test_every_file_of_the_kit_concerns_a_test() -> None:
    done = subprocess.run(["git", "ls-files"], cwd=KIT, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        pytest.skip("this copy of the kit is in no repository")
    names = [name for name in done.stdout.splitlines() if not re.fullmatch(BY_HAND, name) and (KIT / name).exists()]
    assert [name for name in names if not any(re.fullmatch(pattern, name) for pattern, _ in CONCERNS)] == []


def test_every_test_in_the_table_is_there() -> None:
    named = {test for _, tests in CONCERNS for test in tests if "\\" not in test and not test.startswith(MUTANTS)}
    assert [test for test in named if not is_there(*test.partition("::"))] == []


def is_there(file: str, _: str, function: str) -> bool:
    """Tell whether a test file is there, and the function in it, if one is named."""
    function = function.partition("[")[0]
    return (KIT / file).is_file() and (not function or f"def {function}(" in (KIT / file).read_text("utf-8"))


def test_one_line_says_what_is_run() -> None:
    assert told([], concerned([])) == "Nothing has changed: ruff, mypy, unit/test_shape."
    line = told(["grading/course.py"], concerned(["grading/course.py"]))
    expected = "1 file changed: ruff, mypy, unit/test_shape, unit/test_course, unit/test_toy_exercise, test_skeletons."
    assert line == expected


@pytest.mark.parametrize("words", ["0/3", "4/3", "1", "x/3"])
def test_a_part_that_is_none_is_refused(words: str) -> None:
    with pytest.raises(ValueError):
        shard(words)


def collected(*words: str) -> list[str]:
    command = [sys.executable, "-m", "pytest", "-q", "--collect-only", "tests/kit/test_mutants.py", *words]
    done = subprocess.run(command, cwd=KIT, capture_output=True, encoding="utf-8", check=True)
    return [line for line in done.stdout.splitlines() if "::" in line]


def test_the_parts_are_about_equal_together_they_are_all_and_a_mutant_is_in_one() -> None:
    parts = [collected("--shard", f"{number}/3") for number in (1, 2, 3)]
    everything = collected()
    assert sorted(test for part in parts for test in part) == sorted(everything)
    assert all(len(part) > len(everything) / 4 for part in parts)
    mutants = [{test.partition("[")[2] for test in part if "[" in test} for part in parts]
    assert not (mutants[0] & mutants[1] or mutants[1] & mutants[2] or mutants[0] & mutants[2])


def test_the_workflow_runs_all_parts() -> None:
    text = (KIT / ".github" / "workflows" / "kit.yml").read_text("utf-8")
    (numbers,) = re.findall(r"^ +shard: \[(.*)\]", text, re.MULTILINE)
    (count,) = re.findall(r"kit --shard \$\{\{ matrix.shard \}\}/(\d+)$", text, re.MULTILINE)
    assert [int(number) for number in numbers.split(", ")] == list(range(1, int(count) + 1))
