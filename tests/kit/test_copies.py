"""The work is copied once, whole, and each run gets a copy of its own that is cheap."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from grading.course import PROGRAMS
from grading.submission import budget, copies
from grading.submission import folder as folders
from grading.submission.copies import COPIED_BYTES, Copies
from grading.submission.folder import from_folder
from grading.submission.values import TooBig

COPIED_FILES = 10  # for these tests, which make many files otherwise
PLENTY = 20
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has nothing of the kind")


@pytest.fixture(autouse=True)
def soon_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copies, "COPIED_FILES", COPIED_FILES)
    monkeypatch.setattr(copies, "PLENTY", PLENTY)


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return make(tmp_path / "work", "chat_server.py", "chat_client.py")


@pytest.fixture
def scratch(tmp_path: Path) -> Path:
    (tmp_path / "chat-kit-scratch").mkdir()
    return tmp_path / "chat-kit-scratch"


def make(folder: Path, *names: str, size: int = 10) -> Path:
    """Make files that hold their names."""
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name.ljust(size))
    return folder


def copied(work: Path, scratch: Path) -> Copies:
    """Return the copies of what is in a folder."""
    return Copies(from_folder(work), scratch, PROGRAMS)


def notes(work: Path) -> list[str]:
    """Return what is said about what was left out of a folder."""
    return list(from_folder(work).notes)


def names(folder: Path) -> set[str]:
    """Return what is in a folder, at any depth, links to folders not entered."""
    found = [Path(place, name) for place, folders, files in os.walk(folder) for name in [*folders, *files]]
    return {path.relative_to(folder).as_posix() for path in found}


def test_a_copy_is_the_whole_work_with_its_dot_files(work: Path, scratch: Path) -> None:
    make(work, ".env", ".config/rooms.json", "rooms/help.txt", "Ünï cödé.txt")
    (work / "rooms" / "empty").mkdir()
    made = copied(work, scratch)
    assert names(made.fresh()) == names(work)
    assert (made.fresh() / ".config" / "rooms.json").read_text() == ".config/rooms.json"
    assert notes(work) == made.notes == []


def test_what_tools_put_there_stays_behind_without_a_word(work: Path, scratch: Path) -> None:
    make(
        work,
        ".git/HEAD",
        "a/__pycache__/b.pyc",
        "node_modules/x/y.js",
        ".pytest_cache/z",
        "own/pyvenv.cfg",
        "own/lib/q",
    )
    made = copied(work, scratch)
    assert names(made.fresh()) == {"chat_server.py", "chat_client.py", "a"}
    assert notes(work) == []


def test_no_run_sees_what_another_one_wrote(work: Path, scratch: Path) -> None:
    make(work, "data/users.json", size=99)
    make(work, "log.txt", *(f"data/picture{number}.png" for number in range(COPIED_FILES)))
    made = copied(work, scratch)
    first = made.fresh()
    (first / "log.txt").write_text("changed")
    (first / "data" / "users.json").write_text("changed")
    (first / "data" / "new.txt").write_text("new")
    (first / "chat_server.py").unlink()
    second = made.fresh()
    assert names(second) == names(work)
    assert (second / "log.txt").read_text().strip() == "log.txt"
    assert (second / "data" / "users.json").read_text().strip() == "data/users.json"
    assert (work / "log.txt").read_text().strip() == "log.txt"


def test_copies_can_be_made_at_once(work: Path, scratch: Path) -> None:
    make(work, "a/b/c.txt")
    made = copied(work, scratch)
    with ThreadPoolExecutor(8) as pool:
        fresh = list(pool.map(lambda _: made.fresh(), range(40)))
    assert len(set(fresh)) == 40
    assert all(names(copy) == names(work) for copy in fresh)


def test_what_can_be_run_can_still_be_run_and_everything_can_be_written(work: Path, scratch: Path) -> None:
    (work / "chat_server.py").chmod(0o4755)
    (work / "chat_client.py").chmod(0o444)
    copy = copied(work, scratch).fresh()
    assert (copy / "chat_client.py").stat().st_mode & stat.S_IWUSR
    if sys.platform != "win32":
        assert os.access(copy / "chat_server.py", os.X_OK)
        assert not (copy / "chat_client.py").stat().st_mode & 0o111
        assert not (copy / "chat_server.py").stat().st_mode & stat.S_ISUID


def test_a_folder_that_may_not_be_written_is_no_trouble(work: Path, scratch: Path) -> None:
    make(work, "fixed/a.txt")
    (work / "fixed").chmod(0o555)
    copy = copied(work, scratch).fresh()
    assert (copy / "fixed").stat().st_mode & stat.S_IWUSR
    make(copy, "fixed/b.txt")
    shutil.rmtree(scratch)


# What cannot be copied


def pipe(path: Path) -> None:
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(os.path.relpath(path))


def device(path: Path) -> None:
    if os.geteuid():
        pytest.skip("only root makes devices")
    os.mknod(path, stat.S_IFCHR | 0o600, os.makedev(1, 5))


def unreadable(path: Path) -> None:
    path.touch()
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("root reads everything")


def unreadable_folder(path: Path) -> None:
    path.mkdir()
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("root reads everything")


def link(target: str) -> Callable[[Path], None]:
    return lambda path: path.symlink_to(target)


CANNOT = {
    "is a named pipe": pipe,
    "is a socket": unix_socket,
    "is a device": device,
    "cannot be read": unreadable,
    "cannot be read ": unreadable_folder,
    "is a link that leads nowhere": link("nothing"),
    "is a link that leads nowhere ": link("odd"),  # to itself
    "is a link that leads out of the folder": link(os.devnull),
    "is a link that leads out of the folder ": link("../.."),
    "is a link that leads to what is left out": link("__pycache__"),
}


@POSIX
@pytest.mark.parametrize("name", ["odd", "chat_server.py"])
@pytest.mark.parametrize("why", CANNOT)
def test_what_cannot_be_copied_is_left_out_with_a_word(why: str, name: str, work: Path, scratch: Path) -> None:
    make(work, "__pycache__/x.pyc")
    (work / "chat_server.py").unlink()
    CANNOT[why](work / name)
    if why.startswith("is a link that leads nowhere") and name != "odd":
        (work / "odd").symlink_to(name)
    made = copied(work, scratch)
    assert names(made.fresh()) == {"chat_client.py"}
    assert f"{name} {why.strip()}: it was left out." in notes(work)


def strange_name(folder: Path) -> Path:
    """Return a file in `folder` whose name is not UTF-8."""
    path = folder / os.fsdecode(b"caf\xe9\x1b[2J.txt")
    try:
        path.touch()
    except (OSError, UnicodeError):
        pytest.skip("here every name is UTF-8")
    return path


@POSIX
def test_a_name_that_is_not_utf8_is_copied_and_can_be_printed(work: Path, scratch: Path) -> None:
    odd = strange_name(work)
    assert (copied(work, scratch).fresh() / odd.name).exists()
    odd.unlink()
    os.mkfifo(odd)
    assert notes(work) == ["caf\\udce9\\x1b[2J.txt is a named pipe: it was left out."]


@POSIX
def test_many_notes_of_a_kind_are_folded_and_programs_come_first(work: Path) -> None:
    (work / "chat_client.py").unlink()
    for name in ["chat_client.py", *(f"a{number:02}" for number in range(42))]:
        os.mkfifo(work / name)
    assert [note.split()[0] for note in notes(work)[:3]] == ["chat_client.py", "a00", "a01"]
    assert notes(work)[3:] == ["… and 40 more."]


def interfering(monkeypatch: pytest.MonkeyPatch, interfere: Callable[[Path], Any]) -> None:
    """Do something to each file just before it is opened to be read."""
    read = folders.read_file

    def late(path: str, size: int) -> bytes:
        interfere(Path(path))
        return read(path, size)

    monkeypatch.setattr(folders, "read_file", late)


def test_a_file_that_vanishes_meanwhile_is_left_out(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interfering(monkeypatch, lambda path: path.unlink() if path.name == "chat_client.py" else None)
    found = from_folder(work)
    assert found.files.keys() == {"chat_server.py"}
    assert found.notes == ("chat_client.py was gone when it was to be copied: it was left out.",)


@POSIX
def test_a_file_that_becomes_a_pipe_meanwhile_is_not_waited_for(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interfering(monkeypatch, lambda path: (path.unlink(), os.mkfifo(path)))
    found = from_folder(work)
    assert not found.files
    assert len(found.notes) == 2


def test_a_file_that_grows_meanwhile_is_taken_as_it_was_seen(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    interfering(monkeypatch, lambda path: path.write_text(path.read_text() + "more"))
    assert from_folder(work).read("chat_server.py").strip() == b"chat_server.py"


# Links


@POSIX
def test_links_within_the_work_lead_into_the_copy(work: Path, scratch: Path) -> None:
    make(work, "data/users.json")
    (work / "data" / "up.py").symlink_to("../chat_server.py")
    (work / "absolute.json").symlink_to(work / "data" / "users.json")
    (work / "latest").symlink_to("data")
    (work / "twice").symlink_to("latest")
    (work / "data" / "self").symlink_to("..")
    copy = copied(work, scratch).fresh()
    assert names(copy) == names(work)
    for name in ["data/up.py", "absolute.json", "latest", "twice", "data/self"]:
        assert (copy / name).is_symlink()
        assert (copy / name).resolve().is_relative_to(copy.resolve())
    assert (copy / "twice" / "users.json").read_text() == (copy / "absolute.json").read_text() == "data/users.json"


def test_where_no_link_may_be_made_there_are_copies(work: Path, scratch: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object, **__: object) -> None:
        raise OSError("a required privilege is not held by the client")

    if sys.platform != "win32":
        (work / "a.json").symlink_to("b.json")
        (work / "latest").symlink_to("data")
        (work / "self").symlink_to(".")
    make(work, "b.json", *(f"data/{number}.txt" for number in range(PLENTY + 1)))
    monkeypatch.setattr(os, "symlink", forbidden)
    monkeypatch.setattr(os, "link", forbidden)
    made = copied(work, scratch)
    copy = made.fresh()
    assert (copy / "data" / "7.txt").read_text().strip() == "data/7.txt"
    if sys.platform != "win32":
        assert (copy / "a.json").read_text() == (copy / "b.json").read_text()
        assert (copy / "latest" / "7.txt").exists()
        assert made.notes == ["self cannot be copied: it was left out."]


# Much of it


def costs(made: Copies) -> int:
    """Return how many files and folders a fresh copy has of its own."""
    copy = made.fresh()
    return 0 if copy == made.fresh() else len(names(copy))


MANY = 3 * PLENTY
SPREAD = {
    "flat": [f"{number}.txt" for number in range(MANY)],
    "in one folder": [f"data/{number}.txt" for number in range(MANY)],
    "in a folder far down": [f"a/b/c/{number}.txt" for number in range(MANY)],
    "in many folders": [f"{number}/{name}.txt" for number in range(MANY // 3) for name in "abc"],
    "in many folders of a folder": [f"data/{number}/{name}.txt" for number in range(MANY // 3) for name in "abc"],
    "in a few folders": [f"{number}/{name}.txt" for number in range(5) for name in range(MANY // 5)],
}


@pytest.mark.parametrize("how", SPREAD)
def test_many_files_are_not_touched_for_every_run(how: str, work: Path, scratch: Path) -> None:
    make(work, *SPREAD[how])
    made = copied(work, scratch)
    copy = made.fresh()
    assert costs(made) <= PLENTY
    assert all((copy / name).read_text().strip() == name for name in ["chat_server.py", *SPREAD[how]])
    is_shared = how in ("flat", "in many folders")
    assert (copy == made.fresh()) == is_shared == bool(made.notes)  # that all runs share one folder is said


def test_a_full_folder_is_shared_and_not_what_is_around_it(work: Path, scratch: Path) -> None:
    make(work, "a/users.json", *SPREAD["in a folder far down"])
    made = copied(work, scratch)
    make(made.fresh(), "a/b/new.txt", "a/users.json", size=99)
    assert (made.fresh() / "a" / "users.json").read_text() == "a/users.json"
    assert not (made.fresh() / "a" / "b" / "new.txt").exists()


def test_big_files_are_not_copied_for_every_run(work: Path, scratch: Path) -> None:
    make(work, "video.mp4", size=COPIED_BYTES + 1)
    made = copied(work, scratch)
    first, other = made.fresh(), made.fresh()
    assert (first / "video.mp4").samefile(other / "video.mp4")
    assert not (first / "video.mp4").samefile(work / "video.mp4")
    assert not (first / "chat_server.py").samefile(other / "chat_server.py")


def sparse(path: Path, size: int) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def test_too_many_bytes_are_refused_by_name(work: Path) -> None:
    make(work, "Lecture.mp4", "notes.pdf")
    sparse(work / "Lecture.mp4", 10**12)
    with pytest.raises(TooBig, match=r"300 MB .* Lecture.mp4 with 1,000,000 MB\.$"):
        from_folder(work)


@pytest.mark.parametrize("data", ["data", "my data/set"])
def test_too_many_files_are_refused_by_the_name_of_their_folder(
    data: str, work: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(budget, "MOST_ENTRIES", 100)
    make(work, "docs/a.txt", *(f"{data}/{number // 10}/{number}.txt" for number in range(100)))
    with pytest.raises(TooBig, match=f"more than 100 .* from {data} with [0-9]+ of them or more"):
        from_folder(work)


def test_what_stays_behind_does_not_count(work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_ENTRIES", 10)
    make(work, *(f".git/{number}" for number in range(20)), "own/pyvenv.cfg", *(f"own/{n}" for n in range(20)))
    assert notes(work) == []


# Temporary folders


def test_temporary_folders_inside_the_work_are_not_copied_into_themselves(work: Path) -> None:
    make(work, "tmp/chat-kit-other/the-whole-work/chat_server.py", "tmp/notes.txt")
    found = from_folder(work)
    assert found.files.keys() == {"chat_server.py", "chat_client.py", "tmp/notes.txt"}
    assert found.notes == ("tmp/chat-kit-other is named like a folder of the grader: it was left out.",)


def test_the_work_may_be_the_temporary_folder(work: Path) -> None:
    (work / "chat-kit-mine").mkdir()
    made = copied(work, work / "chat-kit-mine")
    assert names(made.fresh()) == {"chat_server.py", "chat_client.py"}


@POSIX
def test_nothing_is_made_where_a_link_leads_that_a_run_has_left(tmp_path: Path, scratch: Path) -> None:
    elsewhere, workshop = tmp_path / "elsewhere", tmp_path / "workshop"
    elsewhere.mkdir()
    workshop.mkdir()
    names = [*PROGRAMS, *(f"sub/{number}.txt" for number in range(COPIED_FILES + 1))]
    submission = from_folder(make(tmp_path / "work", *names))
    copies = Copies(submission, scratch, PROGRAMS, workshop=workshop)
    before = copies.fresh()
    (scratch / "the-whole-work").rename(tmp_path / "moved")
    (scratch / "the-whole-work").symlink_to(elsewhere)
    scratch.rename(tmp_path / "scratch-moved")
    scratch.symlink_to(elsewhere)
    copy = copies.fresh()
    assert not any(elsewhere.iterdir())
    there = tmp_path / "scratch-moved"
    assert sorted(os.listdir(there / copy.name / "sub")) == sorted(os.listdir(there / before.name / "sub"))
