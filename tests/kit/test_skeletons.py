"""The skeletons are what the solution says, start, pass what is finished, and fail what is not."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from grading.course import KIT, PROGRAMS, STEPS
from grading.process.launcher import Launcher
from grading.results.values import FAILED
from grading.skeletons import number, original, render
from tests.kit.killing import decided, play_a_part, some_of_step


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_skeleton_is_what_the_solution_renders_to(step: str, program: str) -> None:
    source = (KIT / "solution" / program).read_text("utf-8")
    assert (KIT / "steps" / step / program).read_text("utf-8") == render(source, step)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_a_skeleton_is_kept_as_it_was_handed_out(step: str, program: str) -> None:
    assert original(step, program).read_bytes() == (KIT / "steps" / step / program).read_bytes()


@pytest.mark.parametrize("program", PROGRAMS)
def test_the_finished_program_of_the_last_step_is_the_solution_without_its_marks(program: str) -> None:
    def code(lines: list[str]) -> list[str]:
        return [line for line in lines if line.strip() and not line.lstrip().startswith("#")]

    source = (KIT / "solution" / program).read_text("utf-8")
    kept = [re.sub(r"  # STEP \w+$", "", line) for line in source.splitlines()]
    assert code(render(source, "advanced", solved=True).splitlines()) == code(kept)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("program", PROGRAMS)
def test_no_mark_is_left_in_a_rendered_file(step: str, program: str) -> None:
    source = (KIT / "solution" / program).read_text("utf-8")
    for solved in (False, True):
        text = render(source, step, solved)
        assert not re.search(r"# (STEP|UNTIL) ", text)
        assert "\n\n\n\n" not in text
        assert solved == ("TODO" not in text) or (step, program) == ("step4", "chat_client.py")


@pytest.mark.takes(7)
@pytest.mark.parametrize("step", STEPS)
def test_a_skeleton_passes_what_is_finished_and_fails_its_own_step(
    step: str, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_a_part(monkeypatch, step)
    results = decided(KIT / "steps" / step, step, launcher)
    assert [result.id for result in results if result.exercise != step and not result.is_fine] == []
    assert any(result.exercise == step and result.outcome == FAILED for result in results)


@pytest.mark.takes(3)
@pytest.mark.parametrize("step", STEPS[1:])
def test_a_skeleton_passes_its_share_of_the_suite_of_the_step_before(
    step: str, launcher: Launcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    play_a_part(monkeypatch, step)
    before = STEPS[number(step) - 2]
    results = decided(KIT / "steps" / step, before, launcher, some_of_step(before, step))
    assert [result.id for result in results if not result.is_fine] == []


def test_the_command_for_maintainers_finds_nothing_to_rewrite() -> None:
    command = [sys.executable, "-m", "grading.skeletons", "--check"]
    checked = subprocess.run(command, cwd=KIT, capture_output=True, text=True, check=False)
    assert (checked.returncode, checked.stdout) == (0, "steps/ is what solution/ says.\n")
