"""A submission is a value: equal bytes are equal, and nothing in it climbs out."""

from __future__ import annotations

import os
import pickle
import shutil
import sys
from pathlib import Path

import pytest

from grading.submission.arriving import arrived
from grading.submission.folder import from_folder
from grading.submission.values import BadSubmission, Submission

FILES = {"chat_server.py": b"print(1)\n", "data/users.json": b"{}"}


def folder(path: Path) -> Path:
    """Write FILES, and a folder that holds nothing, into a new folder."""
    for name, data in FILES.items():
        (path / name).parent.mkdir(parents=True, exist_ok=True)
        (path / name).write_bytes(data)
    (path / "empty").mkdir()
    return path


def test_a_folder_is_names_and_bytes(tmp_path: Path) -> None:
    found = from_folder(folder(tmp_path))
    assert found == Submission(FILES, folders=frozenset({"empty"}))
    assert found.notes == ()


def test_neither_place_nor_time_is_part_of_it(tmp_path: Path) -> None:
    first, other = folder(tmp_path / "a"), folder(tmp_path / "b")
    os.utime(other / "chat_server.py", (1, 2))
    assert from_folder(first) == from_folder(other)
    assert from_folder(first).digest == from_folder(other).digest


DIFFERENT = {
    "a byte": Submission({**FILES, "chat_server.py": b"print(2)\n"}),
    "a name": Submission({"chat_servers.py": b"print(1)\n", "data/users.json": b"{}"}),
    "where one file ends and the next begins": Submission({"chat_server.py": b"print(1)\ndata", "users.json": b"{}"}),
    "what can be run": Submission(FILES, executables=frozenset({"chat_server.py"})),
    "a link": Submission(FILES, links={"latest": "data"}),
    "a file in place of a link": Submission({**FILES, "latest": b"data"}),
    "an empty folder": Submission(FILES, folders=frozenset({"latest"})),
}


def test_whatever_differs_shows_in_the_digest() -> None:
    digests = {Submission(FILES).digest, *(submission.digest for submission in DIFFERENT.values())}
    assert len(digests) == 1 + len(DIFFERENT)


def test_the_order_of_the_files_does_not_show_in_the_digest() -> None:
    assert Submission(dict(reversed(FILES.items()))).digest == Submission(FILES).digest


def test_it_can_be_sent_to_another_process() -> None:
    sent = DIFFERENT["a link"]
    received = pickle.loads(pickle.dumps(sent))
    assert received == sent
    assert received.digest == sent.digest


def test_a_file_is_there_by_its_name_or_by_a_link_to_it() -> None:
    submission = Submission(FILES, links={"chat_client.py": "chat_server.py", "latest": "data"})
    assert "chat_server.py" in submission
    assert "chat_client.py" in submission
    assert submission.read("chat_client.py") == FILES["chat_server.py"]
    assert submission.modules() == ["chat_client.py", "chat_server.py"]
    assert not any(name in submission for name in ("latest", "data", "users.json"))


@pytest.mark.parametrize("name", ["", "/etc/x", "../x", "a/../../x", "a//b", "a/", "./a", "a\0b"])
def test_no_name_leads_out_of_it(name: str) -> None:
    with pytest.raises(BadSubmission, match="is no name for a file"):
        Submission({name: b""})
    with pytest.raises(BadSubmission, match="is no name for a file"):
        Submission({}, folders=frozenset({name}))


def test_nothing_is_two_things_at_once() -> None:
    with pytest.raises(BadSubmission, match="data is there twice"):
        Submission({**FILES, "data": b""})
    with pytest.raises(BadSubmission, match="chat_server.py is there twice"):
        Submission(FILES, links={"chat_server.py": "data"})


def test_no_link_leads_out_of_it() -> None:
    with pytest.raises(BadSubmission, match="There is no ../secret"):
        Submission(FILES, links={"chat_client.py": "../secret"})


def test_a_single_file_is_a_submission(tmp_path: Path) -> None:
    (tmp_path / "chat_server.py").write_bytes(b"x")
    assert arrived(tmp_path / "chat_server.py") == Submission({"chat_server.py": b"x"})


def test_what_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadSubmission, match="There is no .*nowhere"):
        arrived(tmp_path / "nowhere")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows makes no links")
def test_a_link_is_known_by_where_it_leads_in_the_end(tmp_path: Path) -> None:
    work = folder(tmp_path / "a")
    (work / "latest").symlink_to(work / "data")
    (work / "twice").symlink_to("latest")
    (work / "data" / "all").symlink_to("..")
    found = from_folder(work)
    assert found.links == {"latest": "data", "twice": "data", "data/all": ""}
    moved = Path(shutil.move(work, tmp_path / "b"))
    (moved / "latest").unlink()
    (moved / "latest").symlink_to("data")
    assert from_folder(moved).digest == found.digest
