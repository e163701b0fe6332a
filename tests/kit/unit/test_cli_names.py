"""Whatever a person types for a step, it is found; and what is nearly one is named."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.cli.main import main
from grading.cli.names import Unknown, exercise_named, is_all_challenges
from grading.cli.parser import Parser
from grading.cli.verbs import VERBS
from grading.course import KIT
from grading.start import environment


@pytest.mark.parametrize(
    "typed",
    ["step3", "3", "03", "step 3", "Step 3", "STEP3", "steps/step3", "steps/step3/", "./steps/step3/chat_server.py",
     "steps\\step3\\"],
)  # fmt: skip
def test_a_step_is_found_however_it_is_spelled(typed: str) -> None:
    assert exercise_named(typed.split(" ")) == "step3"


@pytest.mark.parametrize(
    "typed", ["bonus/log", "bonus log", "Bonus/Log", "log", "steps/bonus/log/", "steps\\bonus\\log"]
)
def test_a_challenge_is_found_however_it_is_spelled(typed: str) -> None:
    assert exercise_named(typed.split(" ")) == "bonus/log"


@pytest.mark.parametrize("typed", [".", "chat_server.py", "log", "../log", "advanced/chat_server.py"])
def test_a_challenge_is_found_from_within_its_folder(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(KIT / "steps" / "bonus" / "log")
    assert exercise_named([typed]) == "bonus/log"


@pytest.mark.parametrize("typed", ["bonus", "Bonus", "steps/bonus", "steps/bonus/"])
def test_all_challenges_have_one_name(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(KIT)
    assert is_all_challenges([typed])
    with pytest.raises(Unknown, match="one at a time: "):
        exercise_named([typed])


@pytest.mark.parametrize("typed", ["adv", "A", "Advanced", "steps/advanced/"])
def test_the_beginning_of_a_name_will_do(typed: str) -> None:
    assert exercise_named([typed]) == "advanced"


@pytest.mark.parametrize(
    "typed", [".", "chat_server.py", "../step2", "../step2/chat_client.py", "step2", "steps/step2/"]
)
def test_a_step_is_found_from_within_its_folder(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(KIT / "steps" / "step2")
    assert exercise_named([typed]) == "step2"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("stpe3", "There is no stpe3. Did you mean step3?"),
        ("advnaced", "There is no advnaced. Did you mean advanced?"),
        ("bnech", "There is no bnech. Did you mean bench?"),
        ("step 7", "There is no step 7; there are step1, step2, step3, step4, advanced, bonus"),
        ("0", "There is no 0; there are step1, step2, step3, step4, advanced, bonus"),
        ("s", "There is no s; there are step1, step2, step3, step4, advanced, bonus"),
        ("screens", "screens is not graded; step1, step2, step3, step4, advanced, bonus are"),
    ],
)
def test_what_is_no_step_is_told_with_what_was_meant(typed: str, told: str) -> None:
    with pytest.raises(Unknown) as complaint:
        exercise_named(typed.split(" "), ["bench"])
    assert str(complaint.value) == told


def test_a_folder_elsewhere_is_not_taken_for_the_one_of_the_kit(tmp_path: Path) -> None:
    (tmp_path / "step3").mkdir()
    with pytest.raises(Unknown, match="step3 --work "):
        exercise_named([str(tmp_path / "step3")])


def test_a_folder_elsewhere_behind_a_step_is_no_part_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine").mkdir()
    for place in ("mine", "./mine", str(tmp_path / "mine"), str(tmp_path / "nowhere" / "step3"), "my work/step3"):
        with pytest.raises(Unknown) as complaint:
            exercise_named(["step1", *place.split(" ")])
        assert str(complaint.value) == f"A folder elsewhere stands behind --work: step1 --work {place}"
    assert exercise_named(["step3", str(KIT / "steps" / "step3")]) == "step3"


def test_a_slip_is_told_in_one_line_with_status_2(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ending:
        main(["stpe2"])
    assert ending.value.code == 2
    [line] = capsys.readouterr().err.splitlines()
    assert line.startswith("There is no stpe2. Did you mean step2? `")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["step1", "--wach"], "unknown: --wach. Did you mean --watch?"),
        (["step1", "--jsn=x"], "unknown: --jsn=x. Did you mean --json?"),
        (
            ["step1", "--export", "gradscope=x"],
            "argument --export: there is no form 'gradscope'. Did you mean gradescope?",
        ),
        (["batch", "step4", "--worker", "3"], "unknown: --worker. Did you mean --workers?"),
        (["step1", "--zzz"], "unknown: --zzz."),
    ],
)
def test_a_slip_in_an_option_is_told_with_what_was_meant(
    typed: list[str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(typed)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith(f"{told} `")


def test_words_are_read_behind_an_option_too() -> None:
    parser = Parser()
    parser.add_argument("words", nargs="+")
    parser.add_argument("--work")
    options, rest = parser.reads(["colons", "--work", "here", "step1"])
    assert (options.words, options.work, rest) == (["colons", "step1"], "here", [])
    assert parser.reads(["colons", "--wrok", "here"])[1] == ["--wrok", "here"]


@pytest.fixture
def afresh() -> Iterator[None]:
    """Let nobody remember later how Python was called here."""
    yield
    environment.python_word.cache_clear()


@pytest.mark.usefixtures("afresh")
def test_python_is_called_as_it_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    for typed in ("python3", "py", "python", ".venv/bin/python"):
        monkeypatch.setattr(environment, "word", typed)
        environment.python_word.cache_clear()
        assert environment.python_word() == typed


@pytest.mark.usefixtures("afresh")
def test_a_whole_path_becomes_the_word_that_finds_a_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(environment, "word", str(tmp_path / "python3.11"))
    for found, shown in (("python3.11", "python3.11"), ("py", "py"), ("", str(tmp_path / "python3.11"))):
        monkeypatch.setattr(shutil, "which", lambda name, found=found: name if name == found else None)
        environment.python_word.cache_clear()
        assert environment.python_word() == shown


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("step", "There is no step; there are step1, "),  # no step is meant more than another
        ("stepone", "There is no stepone; there are step1, "),
        ("step1 step2", "Here one at a time: step1 or step2"),
        ("step1 step1", "Here one at a time: step1"),
        ("chek colons", "There is no chek. Did you mean check?"),
        ("step1 hint", "Did you mean hint step1?"),
        ("test step1", "There is no test step1. Did you mean step1?"),  # and not `reset`
        ("step2 colons", "There is no step2 colons."),
    ],
)
def test_words_that_do_not_go_together_are_told_as_such(typed: str, told: str) -> None:
    with pytest.raises(Unknown) as raised:
        exercise_named(typed.split(" "), VERBS)
    assert str(raised.value).startswith(told)
