"""A verdict is believed only for good reasons, and says so when the grader itself is at fault."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grading import checks, commands
from grading.check import check
from grading.checks import Check
from grading.launcher import KIT, Launcher
from grading.program import CannotTell, Production, Program, Unmet
from grading.results import ERROR, FAILED, PASSED, SKIPPED, TOO_BUSY, CheckResult, Grade
from grading.skeletons import finished
from tests.kit.conftest import grader
from tests.kit.killing import submission, suite
from tests.kit.mutants import MUTANTS


def run(function: Callable[..., None], work: Path, launcher: Launcher, seed: int | None = None) -> CheckResult:
    """Run one function as the only check of the server in `work`."""
    if not hasattr(function, "terms"):
        function = check(2, "a hint")(function)
    only = Check("step1", "server", function)
    checks.run([only], Production(launcher, work, 1, seed=seed))
    return only.result


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return submission(finished("step1"), str(tmp_path))


def test_a_mistake_of_ours_is_an_error_and_not_a_failure(reference: Path, launcher: Launcher) -> None:
    def test_that_is_broken(room: Any) -> None:
        raise LookupError("we forgot something")

    result = run(test_that_is_broken, reference, launcher)
    assert (result.outcome, result.points) == (ERROR, 0)
    assert "we forgot something" in result.got


def test_a_mistake_of_ours_ends_with_status_3(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    broken = CheckResult("step1/server/x", "A title.", "a hint", 2, ERROR, got="LookupError: we forgot something")
    monkeypatch.setattr(checks, "grade", lambda step, work, *rest: Grade(step, work, [broken]))
    assert commands.main(["step1"]) == 3
    assert "this is not your fault" in capsys.readouterr().out


def test_an_accident_of_ours_outside_a_check_ends_with_status_3(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def grade(*_: object) -> Grade:
        raise RuntimeError("no pytest")

    monkeypatch.setattr(checks, "grade", grade)
    assert commands.main(["step1"]) == 3
    assert "not your fault" in capsys.readouterr().out


def test_what_this_system_cannot_try_counts_for_nothing(reference: Path, launcher: Launcher) -> None:
    def test_that_cannot_be_tried(room: Any) -> None:
        raise CannotTell("There is no such key here.")

    result = run(test_that_cannot_be_tried, reference, launcher)
    assert (result.outcome, result.because) == (SKIPPED, "There is no such key here.")
    passed = CheckResult("step1/server/x", "A title.", "a hint", 3, PASSED)
    grade = Grade("step1", reference, [passed, result])
    assert (grade.passed, grade.points, grade.max_points) == (True, 3, 3)
    assert grade.as_json()["checks"][1]["because"] == "There is no such key here."


def test_what_this_system_cannot_try_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    results = [
        CheckResult("step1/client/x", "A title.", "a hint", 2, SKIPPED, because="There is no such key here."),
        CheckResult("step1/server/x", "A title.", "a hint", 3, PASSED),
    ]
    monkeypatch.setattr(checks, "grade", lambda step, work, *rest: Grade(step, work, results))
    assert commands.main(["step1"]) == 0
    shown = capsys.readouterr().out
    assert "not tried on this system: A title. There is no such key here." in shown
    assert "3 of   3 points" in shown


def test_what_came_too_late_once_is_run_again_and_then_believed(reference: Path, launcher: Launcher) -> None:
    runs = []

    def test_that_is_late_at_first(room: Any) -> None:
        runs.append(room)
        if len(runs) == 1:
            raise Unmet("something", "nothing came", late=True)

    result = run(test_that_is_late_at_first, reference, launcher)
    assert (result.outcome, result.repeated, result.got) == (PASSED, True, "")


def test_one_that_fails_again_does_not_speak_for_another(reference: Path, launcher: Launcher) -> None:
    runs = []

    def test_that_is_late_at_first(room: Any) -> None:
        runs.append(room)
        if len(runs) == 1:
            raise Unmet("something", "nothing came", late=True)

    def test_that_is_never_on_time(room: Any) -> None:
        raise Unmet("something else", "nothing came", late=True)

    functions = (test_that_is_never_on_time, test_that_is_late_at_first)
    both = [Check("step1", "server", check(2, "a hint")(function)) for function in functions]
    checks.run(both, Production(launcher, reference, 1))
    assert [each.result.outcome for each in both] == [FAILED, PASSED]


def test_where_the_machine_is_too_busy_nobody_can_tell(
    reference: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []

    def test_that_is_late(room: Any) -> None:
        runs.append(room)
        room.opens()
        raise Unmet("something", "nothing came", "a reason", late=True)

    monkeypatch.setattr(Program, "is_starved", True)
    result = run(test_that_is_late, reference, launcher)
    assert (result.outcome, result.points, result.undecided, result.got) == (ERROR, 0, True, TOO_BUSY)
    assert len(runs) == 1 + 1 + checks.ALONE


def test_what_failed_while_the_machine_was_busy_is_run_again(
    reference: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []

    def test_that_fails_at_first(room: Any) -> None:
        runs.append(room)
        room.opens()
        if len(runs) == 1:
            raise Unmet("this", "that")

    monkeypatch.setattr(Program, "is_starved", True)
    assert run(test_that_fails_at_first, reference, launcher).outcome == PASSED


def test_once_nobody_can_tell_no_more_are_run_alone(
    reference: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Any] = []

    def test_that_is_late(room: Any) -> None:
        runs.append(room)
        room.opens()
        raise Unmet("something", "nothing came", late=True)

    monkeypatch.setattr(Program, "is_starved", True)
    some = [Check("step1", "server", check(2, "a hint")(test_that_is_late)) for _ in range(5)]
    checks.run(some, Production(launcher, reference, 1))
    assert all(each.result.undecided for each in some)
    assert len(runs) == 5 + 5 + checks.ALONE


def test_a_machine_that_is_too_busy_is_not_called_our_mistake(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    late = CheckResult("step1/server/x", "A title.", "a hint", 2, FAILED, got="nothing came")
    late.is_left_undecided()
    monkeypatch.setattr(checks, "grade", lambda step, work, *rest: Grade(step, work, [late]))
    assert commands.main(["step1"]) == 3
    screen = capsys.readouterr().out
    assert "too busy to tell" in screen
    assert "grader itself" not in screen


def test_what_came_wrong_is_believed_at_once(reference: Path, launcher: Launcher) -> None:
    runs = []

    def test_that_sees_something_wrong(room: Any) -> None:
        runs.append(room)
        raise Unmet("this", "that")

    result = run(test_that_sees_something_wrong, reference, launcher)
    assert (result.outcome, result.repeated, len(runs)) == (FAILED, False, 1)


def test_where_a_program_hangs_the_json_tells_where_each_thread_stands(tmp_path: Path) -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.name == "a_lock_taken_twice_on_joining")
    work = submission(mutant.sources(), str(tmp_path))
    done = grader("step2", "--work", str(work), "--json", str(tmp_path / "result.json"))
    assert done.returncode == 1
    results = {result["id"]: result for result in json.loads((tmp_path / "result.json").read_text("utf-8"))["checks"]}
    threads = results["step2/server/joining"]["threads"]
    assert any(line.startswith("MainThread: chat_server.py:") for line in threads)
    assert any("waits for the lock that" in line and "do_JOIN" in line for line in threads)
    assert any(result["repeated"] for result in results.values())


def test_a_lost_race_is_lost_again_with_its_seed(tmp_path: Path, launcher: Launcher) -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.name == "looks_without_the_lock")
    work = submission(mutant.sources(), str(tmp_path))
    race = next(check for check in suite("step2") if check.result.id.endswith("two_ask_for_one_name_at_once"))
    first = run(race.function, work, launcher)
    found = re.search(r"again with --seed (\d+)", first.got)
    assert found
    assert found[0] in run(race.function, work, launcher, seed=int(found[1])).got


@pytest.mark.skipif(sys.platform == "win32", reason="there is no nice")
def test_a_right_program_passes_on_a_busy_machine_too() -> None:
    soak = [sys.executable, "-m", "tests.kit.soak", "--rounds", "1", "--only", "reference"]
    done = subprocess.run(soak, cwd=KIT, capture_output=True, text=True, check=False)
    assert done.stdout.rstrip().endswith(", 0 wrong verdicts"), done.stdout
