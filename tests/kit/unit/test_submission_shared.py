"""What programs do in a folder that we share with them leads nobody elsewhere, and holds nobody up."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from grading.results.unmet import Unmet
from grading.submission.scratch import Door, remove
from grading.submission.shared import Shared

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="links and pipes are not for everybody there")
MOST = 100  # bytes that are read


@pytest.fixture
def shared(tmp_path: Path) -> Shared:
    for name in ("workshop", "seen", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / "home" / "secret.txt").write_text("secret")
    return Shared(tmp_path / "workshop", lambda made: None, Door(tmp_path / "seen").lets_in)


def test_what_is_put_there_takes_the_place_of_a_link_or_a_pipe(shared: Shared, tmp_path: Path) -> None:
    (shared.path / "link").symlink_to(tmp_path / "home" / "secret.txt")
    os.mkfifo(shared.path / "pipe")
    for name in ("link", "pipe"):
        assert shared.puts(name, [b"ours"]).read_bytes() == b"ours"
    assert (tmp_path / "home" / "secret.txt").read_text() == "secret"


def test_a_full_folder_in_the_way_is_the_fault_of_the_program(shared: Shared) -> None:
    (shared.path / "page.bin" / "full").mkdir(parents=True)
    with pytest.raises(Unmet, match=r"a file page\.bin to find its place"):
        shared.puts("page.bin", [b"ours"])


def test_what_is_changed_stays_the_same_file(shared: Shared) -> None:
    path = shared.puts("growing.log", [b"short"])
    with path.open("rb") as file:
        shared.changes("growing.log", [b"longer than before"])
        assert file.read() == b"longer than before"


def test_another_file_of_that_name_is_not_changed(shared: Shared, tmp_path: Path) -> None:
    shared.puts("growing.log", [b"short"]).unlink()
    for make in (os.symlink, os.link):
        make(tmp_path / "home" / "secret.txt", shared.path / "growing.log")
        with pytest.raises(Unmet):
            shared.changes("growing.log", [b"longer"])
        (shared.path / "growing.log").unlink()
    assert (tmp_path / "home" / "secret.txt").read_text() == "secret"


def test_only_plain_files_are_read_and_no_more_than_one_asked_for(shared: Shared, tmp_path: Path) -> None:
    (shared.path / "inner").mkdir()
    (shared.path / "inner" / "plain").write_bytes(bytes(1000))
    (shared.path / "inner" / "link").symlink_to(tmp_path / "home" / "secret.txt")
    os.mkfifo(shared.path / "inner" / "pipe")
    (shared.path / "elsewhere").symlink_to(tmp_path / "home")
    assert shared.names("inner") == ["plain"]
    assert shared.names("elsewhere") == shared.names("missing") == []
    assert shared.read("inner/plain", MOST) == bytes(MOST)
    assert shared.size("inner/plain") == 1000
    for name in ("inner/link", "inner/pipe", "inner", "elsewhere/secret.txt", "missing"):
        assert (shared.read(name, MOST), shared.size(name)) == (None, None), name


def test_what_is_looked_for_is_found_in_inner_folders_and_behind_no_link(shared: Shared, tmp_path: Path) -> None:
    (shared.path / "one" / "two").mkdir(parents=True)
    (shared.path / "one" / "two" / "my secret").touch()
    (shared.path / "elsewhere").symlink_to(tmp_path / "home")
    assert list(shared.finds("secret")) == ["one/two/my secret"]


def test_where_the_folder_was_moved_it_is_still_the_one_that_is_read(shared: Shared, tmp_path: Path) -> None:
    shared.puts("log", [b"ours"])
    shared.path.rename(tmp_path / "moved")
    shared.path.symlink_to(tmp_path / "home")
    assert shared.read("log", MOST) == b"ours"
    assert shared.names() == ["log"]


def test_who_removes_a_folder_follows_no_link_in_its_place(tmp_path: Path) -> None:
    for name in ("workshop", "home"):
        (tmp_path / name).mkdir()
    (tmp_path / "home").chmod(0o500)
    (tmp_path / "copies").symlink_to(tmp_path / "home")
    (tmp_path / "others").symlink_to(tmp_path / "home")
    remove(tmp_path / "copies", tmp_path / "workshop")
    remove(tmp_path / "others")
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o500
    assert sorted(path.name for path in tmp_path.iterdir()) == ["home", "workshop"]
