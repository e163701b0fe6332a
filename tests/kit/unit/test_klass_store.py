"""What is written down is there for good and whole; what is torn counts for nothing and harms nobody."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from grading.exports.spreadsheet import AGAIN, GRADED
from grading.klass.store import Line, Store, alone_in, name_of
from grading.results.json import canonical
from grading.results.values import Versions
from grading.submission.values import BadSubmission
from grading.system import files
from tests.kit.unit.samples import FAILING, PASSING

ANN = Line("ann", "n1", 3, 5, GRADED, False)


def test_a_result_is_found_by_all_that_decides_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    name = store.keep(FAILING)
    assert name == name_of(FAILING.submission, FAILING.exercise, FAILING.versions, FAILING.seed)
    assert Store(tmp_path).has(name)
    found = Store(tmp_path).read(name)
    assert found and canonical(found) == canonical(FAILING)


def test_another_kit_python_system_seed_exercise_or_submission_has_another_name() -> None:
    versions = Versions("kit", "3.11", "linux")
    names = {
        name_of("s", "step1", versions, None),
        name_of("t", "step1", versions, None),
        name_of("s", "step2", versions, None),
        name_of("s", "step1", versions, 0),
        *(name_of("s", "step1", replace(versions, **{field: "other"}), None) for field in vars(versions)),
    }
    assert len(names) == 7


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"schema": 99}'])
def test_a_file_that_is_no_result_is_none(data: bytes, tmp_path: Path) -> None:
    store = Store(tmp_path)
    name = store.keep(PASSING)
    (tmp_path / "results" / f"{name}.json").write_bytes(data)
    assert store.read(name) is None


def test_whoever_is_ended_while_writing_leaves_no_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = Store(tmp_path)

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("grading.klass.store.os.replace", stopped)
    with pytest.raises(KeyboardInterrupt):
        store.keep(FAILING)
    assert list((tmp_path / "results").iterdir()) == []


def test_what_somebody_left_half_written_is_taken_away(tmp_path: Path) -> None:
    Store(tmp_path)
    (tmp_path / "results" / ".1234.part").write_bytes(b"half")
    Store(tmp_path)
    assert list((tmp_path / "results").iterdir()) == []


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    files.replace(tmp_path / "f", [b"one"], for_good=True)
    files.replace(tmp_path / "f", [b"t", b"wo"], for_good=True)
    assert (tmp_path / "f").read_bytes() == b"two"
    assert [path.name for path in tmp_path.iterdir()] == ["f"]


def test_what_cannot_be_written_is_named(tmp_path: Path) -> None:
    def full() -> Iterator[bytes]:
        yield b"x"
        raise OSError(errno.ENOSPC, "No space left on device")

    for path, pieces in ((tmp_path / "a", full()), (tmp_path / "nowhere" / "b", iter([b"x"]))):
        with pytest.raises(OSError) as told:
            files.replace(path, pieces)
        assert told.value.filename == str(path)
    assert not list(tmp_path.iterdir())


def test_the_log_grows_only_when_somebody_gets_something_else(tmp_path: Path) -> None:
    store = Store(tmp_path)
    for line in (ANN, ANN, replace(ANN, points=4), replace(ANN, who="bob"), replace(ANN, points=4)):
        store.log([(line, {"kit": "k"})])
    Store(tmp_path).log([(replace(ANN, points=4), {})])
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text("utf-8").splitlines()]
    assert [(line["who"], line["points"], line["kit"]) for line in lines] == [
        ("ann", 3, "k"),
        ("ann", 4, "k"),
        ("bob", 3, "k"),
    ]


@pytest.mark.parametrize("torn", [b'{"who": "ann", "na', b"\0\0\0", b"[1]", b"\xff"])
def test_a_torn_line_of_the_log_counts_for_nothing(torn: bytes, tmp_path: Path) -> None:
    Store(tmp_path).log([(ANN, {})])
    with open(tmp_path / "log.jsonl", "ab") as file:
        file.write(torn)
    store = Store(tmp_path)
    assert store.last == {"ann": ANN}
    later = replace(ANN, state=AGAIN)
    store.log([(later, {})])
    assert Store(tmp_path).last == {"ann": later}


def test_two_batches_do_not_write_into_one_folder(tmp_path: Path) -> None:
    with alone_in(tmp_path):
        with pytest.raises(BadSubmission, match="just now"), alone_in(tmp_path):
            pass
    with alone_in(tmp_path):
        pass
