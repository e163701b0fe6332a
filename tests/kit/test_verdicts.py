"""A verdict is believed only for good reasons, and says so when the grader itself is at fault."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from grading import running
from grading.cli import grading as command
from grading.cli.main import main
from grading.course import CHAT, EXERCISES, STEP1
from grading.people.room import Room
from grading.process.launcher import Launcher
from grading.process.production import Production
from grading.process.program import Program
from grading.results.causes import Cause
from grading.results.json import as_json
from grading.results.unmet import CannotTell, Unmet
from grading.results.values import ERROR, FAILED, NOT_HERE, PASSED, SKIPPED, TOO_BUSY, CheckResult, Grade
from grading.skeletons import finished
from grading.submission.arriving import arrived
from grading.suite import Check, check, collect
from tests.kit import killing
from tests.kit.conftest import finding, grader
from tests.kit.killing import submission
from tests.kit.mutants import MUTANTS


def checks(*functions: Callable[..., None]) -> list[Check]:
    """Return functions as checks of the server of step 1."""
    return [Check(STEP1, CHAT[0], check(2, "a hint")(function)) for function in functions]


def run(some: list[Check], work: Path, launcher: Launcher, seed: int | None = None) -> list[CheckResult]:
    """Run these checks on the server in `work`."""
    production = Production(launcher, arrived(work), STEP1, seed=seed)
    try:
        return running.run(some, production)
    finally:
        production.close()


def run_one(function: Callable[..., None], work: Path, launcher: Launcher) -> CheckResult:
    """Run one function as the only check of the server in `work`."""
    return run(checks(function), work, launcher)[0]


def finds(monkeypatch: pytest.MonkeyPatch, *results: CheckResult) -> None:
    """Let the command line find these results, whatever is graded."""
    monkeypatch.setattr(command, "grade", lambda work, exercise, *rest: Grade(exercise.name, results))


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    return submission(finished("step1"), str(tmp_path))


def test_a_mistake_of_ours_is_an_error_and_not_a_failure(reference: Path, launcher: Launcher) -> None:
    def test_that_is_broken(room: Room) -> None:
        raise LookupError("we forgot something")

    found = run_one(test_that_is_broken, reference, launcher)
    assert (found.outcome, found.points) == (ERROR, 0)
    assert "we forgot something" in found.got


def test_a_mistake_of_ours_ends_with_status_3(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    broken = finding("step1/server/x", "A title.", "a hint", 2, ERROR, got="LookupError: we forgot something")
    finds(monkeypatch, broken)
    assert main(["step1"]) == 3
    assert "this is not your fault" in capsys.readouterr().out


def test_an_accident_of_ours_outside_a_check_ends_with_status_3(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    def grade(*_: object) -> Grade:
        raise RuntimeError("no pytest")

    monkeypatch.setattr(command, "grade", grade)
    assert main(["step1"]) == 3
    assert "not your fault" in capsys.readouterr().out


def test_what_this_system_cannot_try_counts_for_nothing(reference: Path, launcher: Launcher) -> None:
    def test_that_cannot_be_tried(room: Room) -> None:
        raise CannotTell("There is no such key here.")

    found = run_one(test_that_cannot_be_tried, reference, launcher)
    assert (found.outcome, found.because) == (SKIPPED, "There is no such key here.")
    passed = finding("step1/server/x", "A title.", "a hint", 3, PASSED)
    grade = Grade("step1", (passed, found))
    assert (grade.passed, grade.points, grade.max_points) == (True, 3, 3)
    assert as_json(grade)["checks"][1]["because"] == "There is no such key here."


def test_what_this_system_cannot_try_is_told(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    results = [
        finding(
            "step1/client/x", "A title.", "a hint", 2, SKIPPED, cause=Cause(NOT_HERE, "There is no such key here.")
        ),
        finding("step1/server/x", "A title.", "a hint", 3, PASSED),
    ]
    finds(monkeypatch, *results)
    assert main(["step1"]) == 0
    shown = capsys.readouterr().out
    assert "not tried on this system: A title. There is no such key here." in shown
    assert "3 of   3 points" in shown


def test_what_this_system_cannot_try_for_one_reason_is_told_in_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    cause = Cause(NOT_HERE, "There is no such key here.")
    names = ("step1/client/x", "step1/client/y", "step1/client/z")
    finds(monkeypatch, *(finding(name, "A title.", "a hint", 2, SKIPPED, cause=cause) for name in names))
    assert main(["step1"]) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "not tried on this system: 3 checks of chat_client.py. There is no such key here." in shown
    assert "A title." not in shown


TALKS_AT_ONCE = "step1/server/several_people_talk_at_once"
IN_TURN = ["everyone_hears_a_message", "listening_is_enough", "a_restart", "gone_is_gone", "the_order_is_kept"]


def test_a_race_fails_where_several_talk_at_once_and_nowhere_else(tmp_path: Path, launcher: Launcher) -> None:
    files, sent = finished("step1"), "        with self.sending:\n            self.sock.sendall(data)\n"
    waits = "        threading.Event().wait(data[-2] % 3 / 100)\n"  # time in which somebody else may speak
    apart = f'        self.sock.sendall(data[:-1])\n{waits}        self.sock.sendall(b"\\n")\n'
    work = submission({**files, "chat_server.py": files["chat_server.py"].replace(sent, apart)}, str(tmp_path))
    results = killing.run(work, "step1", launcher, [TALKS_AT_ONCE, *(f"step1/server/{name}" for name in IN_TURN)])
    assert [result.id for result in results if not result.is_fine] == [TALKS_AT_ONCE]


def test_what_came_too_late_once_is_run_again_and_then_believed(reference: Path, launcher: Launcher) -> None:
    runs = []

    def test_that_is_late_at_first(room: Room) -> None:
        runs.append(room)
        if len(runs) == 1:
            raise Unmet("something", "nothing came", late=True)

    found = run_one(test_that_is_late_at_first, reference, launcher)
    assert (found.outcome, found.circumstances.repeated, found.got) == (PASSED, True, "")


def test_one_that_fails_again_does_not_speak_for_another(reference: Path, launcher: Launcher) -> None:
    runs = []

    def test_that_is_late_at_first(room: Room) -> None:
        runs.append(room)
        if len(runs) == 1:
            raise Unmet("something", "nothing came", late=True)

    def test_that_is_never_on_time(room: Room) -> None:
        raise Unmet("something else", "nothing came", late=True)

    functions = (test_that_is_never_on_time, test_that_is_late_at_first)
    both = run(checks(*functions), reference, launcher)
    assert [each.outcome for each in both] == [FAILED, PASSED]


def test_where_the_machine_is_too_busy_nobody_can_tell(
    reference: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []

    def test_that_is_late(room: Room) -> None:
        runs.append(room)
        room.opens()
        raise Unmet("something", "nothing came", Cause("race", "a reason"), late=True)

    monkeypatch.setattr(Program, "is_starved", True)
    found = run_one(test_that_is_late, reference, launcher)
    assert (found.outcome, found.points, found.undecided, found.got) == (ERROR, 0, True, TOO_BUSY)
    assert len(runs) == 1 + 1 + running.ALONE


def test_what_failed_while_the_machine_was_busy_is_run_again(
    reference: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs = []

    def test_that_fails_at_first(room: Room) -> None:
        runs.append(room)
        room.opens()
        if len(runs) == 1:
            raise Unmet("this", "that")

    monkeypatch.setattr(Program, "is_starved", True)
    assert run_one(test_that_fails_at_first, reference, launcher).outcome == PASSED


def test_once_nobody_can_tell_no_more_are_run_alone(
    reference: Path, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[Any] = []

    def late() -> Callable[..., None]:
        def test_that_is_late(room: Room) -> None:
            runs.append(room)
            room.opens()
            raise Unmet("something", "nothing came", late=True)

        return test_that_is_late

    monkeypatch.setattr(Program, "is_starved", True)
    assert all(each.undecided for each in run(checks(*(late() for _ in range(5))), reference, launcher))
    assert len(runs) == 5 + 5 + running.ALONE


def test_a_machine_that_is_too_busy_is_not_called_our_mistake(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    late = finding("step1/server/x", "A title.", "a hint", 2, FAILED, got="nothing came").left_undecided()
    finds(monkeypatch, late)
    assert main(["step1"]) == 3
    screen = capsys.readouterr().out
    assert "too busy to tell" in screen
    assert "grader itself" not in screen


def test_what_came_wrong_is_believed_at_once(reference: Path, launcher: Launcher) -> None:
    runs = []

    def test_that_sees_something_wrong(room: Room) -> None:
        runs.append(room)
        raise Unmet("this", "that")

    found = run_one(test_that_sees_something_wrong, reference, launcher)
    assert (found.outcome, found.circumstances.repeated, len(runs)) == (FAILED, False, 1)


def test_where_a_program_hangs_the_json_tells_where_each_thread_stands(tmp_path: Path) -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.name == "a_lock_taken_twice_on_joining")
    work = submission(mutant.sources(), str(tmp_path))
    done = grader("step2", "--work", str(work), "--json", str(tmp_path / "result.json"))
    assert done.returncode == 1
    runs = json.loads((tmp_path / "result.json").read_text("utf-8"))["run"]
    threads = runs["step2/server/joining"]["threads"]
    assert any(line.startswith("MainThread: chat_server.py:") for line in threads)
    assert any("waits for the lock that" in line and "do_JOIN" in line for line in threads)


def test_a_lost_race_is_lost_again_with_its_seed(tmp_path: Path, launcher: Launcher) -> None:
    mutant = next(mutant for mutant in MUTANTS if mutant.name == "looks_without_the_lock")
    work = submission(mutant.sources(), str(tmp_path))
    race = next(check for check in collect(EXERCISES["step2"]) if check.id.endswith("two_ask_for_one_name_at_once"))
    first = run([race], work, launcher)[0]
    found = re.search(r"again with --seed (\d+)", first.got)
    assert found
    assert found[0] in run([race], work, launcher, seed=int(found[1]))[0].got
