"""A pack is the same each time, answers nothing, and grades in an empty place laid out as its platform does."""

from __future__ import annotations

import io
import json
import re
import sys
import tarfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.course import EXERCISES, KIT, STEP1, STEP2
from grading.packs import trial
from grading.packs.archive import as_tar, as_zip
from grading.packs.kit import Files
from grading.packs.table import PACKS
from grading.skeletons import finished

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="these platforms run shells")
ANSWERS = ("solution", "steps", "tests/kit", "tests/step3", "tests/advanced")


def within(files: Files) -> Iterator[tuple[str, bytes]]:
    """Yield all files of a pack, those in its archives too."""
    for name, data in files.items():
        yield name, data
        if name.endswith(".zip"):
            with zipfile.ZipFile(io.BytesIO(data)) as archive:
                yield from ((one, archive.read(one)) for one in archive.namelist())
        if name.endswith(".tar"):
            with tarfile.open(fileobj=io.BytesIO(data)) as tar:
                for one in tar.getmembers():
                    member = tar.extractfile(one)
                    yield one.name, member.read() if member else b""


@pytest.mark.parametrize("platform", PACKS)
def test_a_pack_is_the_same_each_time(platform: str) -> None:
    assert as_zip(PACKS[platform].files(platform, STEP1)) == as_zip(PACKS[platform].files(platform, STEP1))


@pytest.mark.parametrize("platform", PACKS)
def test_a_pack_answers_nothing_and_has_what_grades(platform: str) -> None:
    found = dict(within(PACKS[platform].files(platform, STEP2)))
    assert not [name for name in found if any(f"/{folder}/" in f"/{name}" for folder in ANSWERS)]
    answers = [path.read_bytes() for path in (KIT / "solution").rglob("*.py")]
    assert not [name for name, data in found.items() if data in answers]
    for name in ("grading/cli/deliver.py", "tests/step1/test_server.py", "tests/step2/test_client.py", "pins.txt"):
        assert [one for one in found if one.endswith(name)], name


@pytest.mark.parametrize("platform", PACKS)
def test_every_blank_of_a_pack_is_filled_in(platform: str) -> None:
    files = PACKS[platform].files(platform, STEP1)
    assert "README.txt" in files
    assert not [name for name, data in files.items() if re.search(rb"@[A-Z]+@", data)]
    assert not [name for name, data in within(files) if b"\r\n" in data and data.startswith(b"#!")]


@pytest.mark.parametrize("platform", PACKS)
def test_the_grader_ends_well_before_the_platform_would_end_it(platform: str) -> None:
    pack = PACKS[platform]
    assert pack.budget == pack.seconds * 0.8
    texts = b"".join(data for name, data in within(pack.files(platform, STEP1)) if "grading/" not in name)
    assert set(re.findall(rb"--budget\W+(\d+)", texts)) == {str(pack.budget).encode()}


def test_what_gradescope_starts_stands_at_the_root_and_can_be_started() -> None:
    with zipfile.ZipFile(io.BytesIO(as_zip(PACKS["gradescope"].files("gradescope", STEP1)))) as archive:
        for name in ("run_autograder", "setup.sh"):
            assert archive.getinfo(name).external_attr >> 16 & 0o777 == 0o755
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_a_challenge_brings_what_it_needs() -> None:
    found = PACKS["gradescope"].files("gradescope", EXERCISES["bonus/encryption"])
    assert b"rich==" in found["kit/pins.txt"] and b"trustme" in found["kit/pins.txt"]
    assert "kit/tests/bonus/encryption/test_server.py" in found


def test_a_tar_is_the_same_in_whatever_order_its_files_are_named() -> None:
    assert as_tar({"a": b"1", "b": b"#!"}) == as_tar({"b": b"#!", "a": b"1"})


@pytest.mark.parametrize("platform", ["prairielearn", "submitty"])
def test_what_is_json_is_read_as_json(platform: str) -> None:
    files = PACKS[platform].files(platform, STEP2)
    found = json.loads(files[{"prairielearn": "info.json", "submitty": "config.json"}[platform]])
    if platform == "submitty":
        assert found["testcases"][0]["points"] == 121
    else:
        assert found["externalGradingOptions"]["entrypoint"] == "/grade/tests/run.sh"


@ON_POSIX
def test_gradescope_reads_a_grade_from_its_pack(tmp_path: Path) -> None:
    pack = PACKS["gradescope"]
    work = {name: text.encode() for name, text in finished("step1").items()}
    trial.lay_out(pack, pack.files("gradescope", STEP1), work, tmp_path)
    tried = trial.run(pack, tmp_path)
    found = json.loads(tried.result)
    assert tried.status == 0, tried.complaints
    assert found["score"] == 68
    assert {test["status"] for test in found["tests"]} == {"passed"}
