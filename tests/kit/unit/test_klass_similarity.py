"""What a tool for similarity reads: each one's programs under a name of one's own, and what everybody was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from grading.cli.main import main
from grading.course import KIT, STEP3
from grading.klass.arrival import Arrival
from grading.klass.similarity import commands, files
from grading.submission.values import Submission

WORK = Submission(
    {"chat_server.py": b"1", "chat_client.py": b"2", "helper.py": b"3", "notes.txt": b"4", "d/e.py": b"5"}
)


def submissions(*arrivals: Arrival) -> list[str]:
    return sorted(name for name in files(arrivals, STEP3) if name.startswith("submissions/"))


def test_each_has_a_folder_with_the_programs_and_what_lies_beside_them() -> None:
    assert submissions(Arrival("ann", WORK), Arrival("zoe", None, "Nothing came.")) == [
        f"submissions/ann/{name}" for name in ("chat_client.py", "chat_server.py", "helper.py")
    ]


def test_two_who_hand_in_the_same_are_two_and_a_group_is_one() -> None:
    arrivals = [Arrival("ann", WORK), Arrival("bob", WORK), *(Arrival(who, WORK, group="g1") for who in ("cy", "dee"))]
    assert {name.split("/")[1] for name in submissions(*arrivals)} == {"ann", "bob", "g1"}


def test_no_name_leads_elsewhere_or_hides_another() -> None:
    whos = ["../../x", "a/b", "a:b", "A_B", ".", "C:\\x"]
    folders = {name.split("/")[1] for name in submissions(*(Arrival(who, WORK) for who in whos))}
    assert len({folder.casefold() for folder in folders}) == len(whos)
    assert all(folder.strip(".") and not set(folder) & set("/\\:") for folder in folders)


def test_the_skeletons_are_what_everybody_was_given() -> None:
    found = files([], STEP3)
    assert found == {
        f"base/{name}": (KIT / "steps" / "step3" / ".skeleton" / name).read_bytes() for name in STEP3.programs
    }


def test_what_to_type_names_the_folders_as_a_shell_wants_them() -> None:
    typed = commands(Path("a class"), STEP3)
    assert [tool for tool, _ in typed] == ["Dolos", "Dolos", "JPlag", "compare50"]
    assert ("compare50", "compare50 'a class/submissions'/* -d 'a class/base'") in typed


def test_what_is_laid_out_does_not_go_among_the_hand_ins(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "ann").mkdir()
    (tmp_path / "ann" / "chat_server.py").write_bytes(b"x = 1\n")
    assert main(["similarity", "step1", str(tmp_path), str(tmp_path / "out")]) == 2
    assert "would be taken for a hand-in" in " ".join(capsys.readouterr().out.split())
    assert [path.name for path in tmp_path.iterdir()] == ["ann"]
