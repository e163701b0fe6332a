"""Run the kit's tests that concern what has changed since the last commit: `python grader.py kit --changed`.

What is committed in the end is tested whole: this is for the minutes before.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from grading.course import KIT
from grading.start.ending import UNUSABLE
from tests.kit import mutants

K = "tests/kit"
ALWAYS = (
    f"{K}/unit/test_shape.py",
    f"{K}/test_code.py::test_ruff_has_nothing_to_say",
    f"{K}/test_code.py::test_mypy_has_nothing_to_say[linux]",
    f"{K}/test_code.py::test_mypy_has_nothing_to_say_about_the_tests",
)
REFERENCE = f"{K}/test_right_programs.py::test_the_reference_passes_every_check_at_every_step"
EVERY_LIBERTY = "test_a_program_that_takes_every_liberty_passes_every_check"
OF_A_CLASS = (
    f"{K}/test_batch.py",
    *(
        f"{K}/unit/test_klass_{name}.py"
        for name in ("intake", "batch", "team", "store", "recipes", "reuse", "shards", "elsewhere", "similarity")
    ),
)
OF_PAGES = (f"{K}/unit/test_pages_report.py", f"{K}/unit/test_pages_klass.py")
OF_A_MUTANT = ("test_a_mutant_is_caught_by_every_check_meant_for_it", "test_the_story_of_a_mutant_is_the_one_on_file")
MUTANTS = "mutants "  # of a topic, or of the checks whose ids begin so

# What a path looks like, and what concerns it. A path counts in every row that it fits; tests that are not there are
# left out. The first rows go by name alone, the others say what else a room can break.
CONCERNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (rf"{K}/(unit/)?test_\w+\.py", (r"\g<0>",)),
    (r"grading/(\w+)\.py", (rf"{K}/unit/test_\1.py", rf"{K}/test_\1.py")),
    (r"grading/(\w+)/(\w+)\.py", (rf"{K}/unit/test_\1_\2.py", rf"{K}/unit/test_\2.py", rf"{K}/test_\2.py")),
    (r"grading/course\.py", (f"{K}/unit/test_toy_exercise.py", f"{K}/test_skeletons.py")),
    (r"grading/(suite|running|grade)\.py", (f"{K}/unit/test_toy_exercise.py", f"{K}/test_verdicts.py", REFERENCE)),
    (r"grading/(results|telling|drawing|showing)/.*", (f"{K}/test_screens.py",)),
    (r"grading/(results|drawing)/.*", (f"{K}/test_read_back.py",)),
    (r"grading/results/.*\.(json|md)", (f"{K}/unit/test_results_json.py",)),
    (rf"{K}/pages\.py", (f"{K}/test_screens.py",)),
    (rf"{K}/pictures\.py|grading/drawing/.*|steps/.*", (f"{K}/unit/test_pages.py",)),
    (
        r"grading/(rehearsal|protocol)/.*|grading/cli/talks?\.py|(steps|solution)/.*talk.*\.txt|tests/talk/.*",
        (
            *(f"{K}/unit/test_{name}.py" for name in ("rehearsal", "rehearsal_marking", "cli_talks")),
            f"{K}/test_talk.py",
        ),
    ),
    (r"grading/telling/.*", (f"{MUTANTS}framing",)),
    (r"grading/((pages|results|telling|drawing)/.*|cli/(class_)?pages\.py)", OF_PAGES),
    (rf"{K}/seeded_class\.py", OF_PAGES),
    (r"grading/cli/(grading|guarding|saves|standing|work)\.py", (f"{K}/unit/test_cli_grading.py",)),
    (r"grading/home/slips\.py|grading/cli/parser\.py", (f"{K}/unit/test_cli_names.py", f"{K}/unit/test_cli_reset.py")),
    (r"grading/(showing|cli)/.*", (f"{K}/test_output.py", f"{K}/test_broken_submissions.py")),
    (r"grading/(start/.*|__init__\.py)|grader\.py|(.*/)?requirements\.txt", (f"{K}/test_first_run.py",)),
    (r"grading/wire/.*|grading/cli/(play|tap|wiring)\.py", (f"{K}/test_play.py",)),
    (r"grading/stage/.*", (f"{K}/test_stage.py", f"{K}/test_holding.py", f"{K}/test_shaking.py", REFERENCE)),
    (r"grading/people/stress\.py", (f"{K}/unit/test_people_stress.py",)),
    (r"grading/stage/sockets\.py", (f"{K}/unit/test_stage_sockets.py",)),
    (r"grading/stage/statements\.py", (f"{K}/unit/test_stage_statements.py",)),
    (r"grading/stage/tasks\.py", (f"{K}/unit/test_stage_tasks.py",)),
    (r"grading/stage/ended\.py", (f"{K}/unit/test_stage_ended.py",)),
    (r"grading/stage/children\.py", (f"{K}/unit/test_stage_children.py",)),
    (r"grading/process/.*", (f"{K}/test_stage.py", f"{K}/test_terminal.py", f"{K}/test_tidiness.py", REFERENCE)),
    (r"grading/(submission|system)/.*", (f"{K}/test_copies.py", f"{K}/test_locks.py", REFERENCE)),
    (r"grading/(klass/.*|cli/(klass|worker)\.py|showing/klass\.py|system/families\.py)", OF_A_CLASS),
    (r"grading/(packs/.*|cli/(deliver|pack)\.py)", (f"{K}/unit/test_packs.py", f"{K}/unit/test_cli_deliver.py")),
    (r"grading/people/(?!desk).*", (f"{MUTANTS}framing", REFERENCE)),
    (r"grading/people/(desk|listener).*", (f"{MUTANTS}client", REFERENCE)),
    (rf"(tests|solution|steps)/bonus/.*|{K}/(variants/bonus/.*|challengers\.py)", (f"{K}/test_bonus.py",)),
    (r"tests/bonus/(\w+)/test_(\w+)\.py", (rf"{MUTANTS}bonus/\1/\2/",)),
    (r"tests/(step\d|advanced)/test_(\w+)\.py", (rf"{MUTANTS}\1/\2/", rf"{REFERENCE}[\1]", f"{K}/unit/test_suite.py")),
    (rf"{K}/mutants/(\w+)\.py", (rf"{MUTANTS}\1",)),
    (
        rf"{K}/variants/(\w+)/.*",
        (rf"{K}/test_right_programs.py::test_a_fair_variant_passes_its_share_of_the_checks[\1]",),
    ),
    (r"solution/chat_\w+\.py|grading/skeletons\.py|steps/.*\.py", (f"{K}/test_skeletons.py", REFERENCE)),
    (r"solution/chat_server\.py", (f"{K}/test_server_promises.py",)),
    (r"solution/\w+_client\.py", (f"{K}/test_client_promises.py",)),
    (r"(solution|steps)/.*\.(md|svg|png|txt)|README\.md", (f"{K}/test_screens.py", f"{K}/unit/test_map.py")),
    (r"grading/README\.md|\.github/.*|LICENSE|\..*", (f"{K}/unit/test_map.py", f"{K}/test_code.py")),
    (r"tests/conftest\.py|pyproject\.toml", (f"{K}/unit/test_under_pytest.py",)),
    (rf"{K}/golden/stories/.*", (f"{K}/test_mutants.py::test_ninety_five_of_a_hundred_stories_lead_to_the_mistake",)),
    (rf"grading/exports/.*|{K}/golden/exports/.*|{K}/unit/samples\.py", (f"{K}/unit/test_exports_golden.py",)),
    (r"grading/exports/titles\.py", (f"{K}/unit/test_exports_filling.py", f"{K}/unit/test_klass_intake.py")),
    (rf"{K}/golden/\w+\.txt", (f"{K}/test_screens.py",)),
    (rf"{K}/(talks\.py|golden/talks\.md)", (f"{K}/unit/test_rehearsal_marking.py",)),
    (rf"{K}/liberties\.py", (f"{K}/test_playing.py", f"{K}/test_right_programs.py::{EVERY_LIBERTY}")),
    (rf"{K}/pictures\.py", (f"{K}/unit/test_pages.py",)),
    (rf"{K}/hostile/.*", (f"{K}/test_hostile.py", f"{K}/unit/test_hostile_beside.py")),
    (rf"{K}/class_bench\.py", (f"{K}/unit/test_class_bench.py",)),
    (
        rf"{K}/page_picture\.py|grading/people/(chromium|devtools|tabs|gateway|own_server|web_room|websocket)\.py",
        (f"{K}/test_bonus.py",),
    ),
    (rf"{K}/golden/ten-of-a-class\.json", (f"{K}/unit/test_pages_klass.py",)),
    (rf"{K}/(conftest|changed)\.py", (f"{K}/unit/test_changed.py",)),
    (rf"{K}/(killing|stories|mutants/__init__)\.py", (f"{MUTANTS}names",)),
    (rf"{K}/terminals\.py", (f"{K}/test_terminal.py",)),
    (rf"{K}/bench/.*", (f"{K}/test_bench.py",)),
    (r"grading/(protocol/.*|people/playing\.py)", (f"{K}/unit/test_model.py", f"{K}/unit/test_conversations.py")),
    (rf"grading/results/grade\.schema\.json|{K}/pages\.py", (f"{K}/unit/test_results_json.py", f"{K}/test_screens.py")),
)


def concerned(paths: Iterable[str]) -> list[str]:
    """Return the tests that concern these files of the kit, each once, as pytest is told of them."""
    found = [test for path in paths for test in _of(path)]
    return [test for test in dict.fromkeys([*ALWAYS, *found]) if (KIT / test.partition("::")[0]).is_file()]


def _of(path: str) -> Iterator[str]:
    for pattern, tests in CONCERNS:
        if match := re.fullmatch(pattern, path):
            for test in tests:
                name = match.expand(test)
                yield from _of_mutants(name.removeprefix(MUTANTS)) if name.startswith(MUTANTS) else [name]


def _of_mutants(which: str) -> Iterator[str]:
    topic = getattr(mutants, which, None)
    chosen = topic.MUTANTS if topic else [one for one in mutants.MUTANTS if one.caught_by[0].startswith(which)]
    for test in OF_A_MUTANT:
        yield from (f"{K}/test_mutants.py::{test}[{mutant.name}]" for mutant in chosen)


def changed(folder: Path = KIT) -> list[str]:
    """Return the files that differ from the last commit, or are new; CalledProcessError where there is none."""
    differ = _git(folder, "diff", "HEAD", "--name-only", "--no-renames", "--relative", "-z")
    return sorted({*differ, *_git(folder, "ls-files", "--others", "--exclude-standard", "-z")})


def _git(folder: Path, *words: str) -> list[str]:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, encoding="utf-8", check=True)
    return [name for name in done.stdout.split("\0") if name]


def told(paths: list[str], tests: list[str]) -> str:
    """Say in one line what is run, and why."""
    files = [test.removeprefix(f"{K}/").removesuffix(".py") for test in tests if "::" not in test]
    single = len({test for test in tests if "::" in test and test not in ALWAYS})
    more = f", and {single} single tests" if single else ""
    count = f"{len(paths)} file{'s' * (len(paths) != 1)} changed" if paths else "Nothing has changed"
    return f"{count}: ruff, mypy, {', '.join(files)}{more}."


def main(words: list[str]) -> int:
    """Run what concerns the changes; further words are for pytest."""
    try:
        paths = changed()
    except (OSError, subprocess.CalledProcessError):
        print("git knows of no last commit here: `python grader.py kit` runs all tests.")
        return UNUSABLE
    tests = concerned(paths)
    print(told(paths, tests), flush=True)
    return int(pytest.main(["-q", *words, *tests]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
