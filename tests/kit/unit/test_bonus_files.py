"""The challenge `files`: what no check can see, since it is the reference's own, or takes both of its programs."""

from __future__ import annotations

import importlib.util
import sys
import tempfile
from pathlib import Path
from types import ModuleType

import pytest

from grading.course import KIT
from grading.people.lanes import filled
from grading.skeletons import finished
from tests.kit.killing import submission

NAMES = {
    "../../.ssh/authorized_keys": "authorized_keys",
    "C:\\Users\\ann\\cat.png": "cat.png",
    "NUL.tar.gz": "_NUL.tar.gz",
    "console.log": "console.log",
    "..": "file",
    ".bashrc": "bashrc",
    "what is it?  ": "what is it_",
    "a\u202egnp.exe": "a_gnp.exe",
    "x" * 300 + ".jpeg": "x" * 55 + ".jpeg",
    "my cat (2).png": "my cat (2).png",
}


def loaded(name: str) -> ModuleType:
    """Return one of the files of the reference that need no other."""
    spec = importlib.util.spec_from_file_location(name, KIT / "solution" / "bonus" / "files" / f"{name}.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("offered", NAMES)
def test_a_name_becomes_one_that_leads_nowhere(offered: str) -> None:
    assert loaded("downloads").safe_name(offered) == NAMES[offered]


def test_a_file_that_breaks_off_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ConnectionError), loaded("downloads").arriving(tmp_path, "cat.png") as file:
        file.write(b"half")
        raise ConnectionError
    assert list(tmp_path.iterdir()) == []


def test_progress_is_a_bar_where_rich_is_there(capsys: pytest.CaptureFixture[str]) -> None:
    loaded("progress").tell("[bold].png", 50_000_000, 100_000_000, 2.0)
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("[bold].png \u2501")
    assert line.rstrip().endswith("50.0/100.0 MB 25.0 MB/s")


def test_progress_is_in_words_where_rich_is_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "rich.console", None)
    loaded("progress").tell("cat.png", 50_000_000, 100_000_000, 2.0)
    assert capsys.readouterr().out == "cat.png: 50 % of 100,000,000 bytes\n"


def test_progress_is_told_now_and_then_and_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    progress, clock = loaded("progress"), iter([0.0, 0.6, 1.2, 1.8, 2.4])
    told: list[int] = []
    monkeypatch.setattr(progress.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(progress, "tell", lambda name, done, size, seconds: told.append(done))
    got: list[bytes] = []
    sink = progress.told("cat.png", 8, got.append)
    for piece in (b"ab", b"cd", b"ef", b"gh"):
        sink(piece)
    assert (got, told) == ([b"ab", b"cd", b"ef", b"gh"], [4, 8])


@pytest.mark.skipif(sys.platform != "linux", reason="the bench needs Linux")
def test_a_file_travels_from_one_finished_client_to_another() -> None:
    from tests.kit.bench.files import checked, hand_over, reference

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cat.png"
        path.write_bytes(filled(3_000_000))
        with reference(submission(finished("bonus/files"), folder)) as (_, _, ann, bob):
            assert checked(*hand_over(ann, bob, path), path) > 0  # it fails unless the copy is what was sent
            assert list(bob.folder.iterdir()) == []  # the copy was removed, and nothing is beside it
