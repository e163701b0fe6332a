"""A zip is believed in nothing, and what is right about it is the same submission as its folder."""

from __future__ import annotations

import io
import stat
import zipfile
from pathlib import Path

import pytest

from grading.submission import archive, budget
from grading.submission.archive import from_zip
from grading.submission.arriving import arrived
from grading.submission.values import BadSubmission, Submission, TooBig

FILES = {"chat_server.py": b"server", "chat_client.py": b"client", "data/a b/ü.json": b"{}"}


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, **modes: int) -> bytes:
    """Return a zip of these files; a name that ends with "/" is a folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in files.items():
            info = zipfile.ZipInfo(name)
            info.create_system, info.compress_type = archive.UNIX, method
            info.external_attr = modes.get(name.rpartition("/")[2].partition(".")[0], 0) << 16
            made.writestr(info, data)
    return out.getvalue()


def test_a_zip_is_what_was_packed() -> None:
    assert from_zip(packed({**FILES, "empty/": b""})) == Submission(FILES, folders=frozenset({"empty"}))
    assert from_zip(packed(FILES)).digest == Submission(FILES).digest


def test_a_zip_on_the_disk_is_known_by_its_name(tmp_path: Path) -> None:
    (tmp_path / "Ann.ZIP").write_bytes(packed(FILES))
    assert arrived(tmp_path / "Ann.ZIP") == Submission(FILES)


def test_the_folder_around_the_work_is_seen_through() -> None:
    wrapped = {f"step 1 (final)/{name}": data for name, data in FILES.items()}
    assert from_zip(packed({"step 1 (final)/": b"", **wrapped, "__MACOSX/step 1 (final)/._x": b"x"})) == Submission(
        FILES
    )


def test_a_folder_beside_a_program_is_no_wrapper() -> None:
    assert from_zip(packed({"chat_server.py": b"", "a/b.py": b""})).files.keys() == {"chat_server.py", "a/b.py"}


def test_what_tools_and_systems_put_there_is_left_out_without_a_word() -> None:
    clutter = ["__MACOSX/._chat_server.py", ".DS_Store", "._x", ".git/HEAD", "data/__pycache__/x.pyc"]
    venv = ["env/pyvenv.cfg", "env/bin/python", "env/"]
    found = from_zip(packed({**FILES, **dict.fromkeys(clutter + venv, b"")}))
    assert found == Submission(FILES)


def test_a_folder_of_a_grading_is_left_out_with_a_word() -> None:
    found = from_zip(packed({**FILES, "tmp/chat-kit-1/x": b"", "tmp/chat-kit-1/y/z": b""}))
    assert found.notes == ("tmp/chat-kit-1 is named like a folder of the grader: it was left out.",)
    assert found.files == FILES


def test_names_from_windows_and_from_old_tools_are_understood() -> None:
    old = packed({"data\\x.txt": b"", "Grüße.txt": b""})
    assert from_zip(old).files.keys() == {"data/x.txt", "Grüße.txt"}
    assert from_zip(_without_flag(old)).files.keys() == {"data/x.txt", "Grüße.txt"}


def _without_flag(data: bytes) -> bytes:
    """Return a zip whose names are UTF-8, as macOS writes it: without saying so."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x01\x02", 9), (b"PK\x03\x04", 7)):
        at = changed.find(signature)
        while at >= 0:
            changed[at + offset] &= ~0x08
            at = changed.find(signature, at + 1)
    return bytes(changed)


def test_what_can_be_run_is_known() -> None:
    assert from_zip(packed(FILES, chat_server=0o100755)).executables == {"chat_server.py"}


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "C:/x", "C:\\x", "..\\x", "a/../x", "//host/x"])
def test_a_name_that_climbs_out_is_refused(name: str) -> None:
    with pytest.raises(BadSubmission, match="ann.zip holds .* outside of it"):
        from_zip(packed({**FILES, name: b""}), "ann.zip")


def test_a_link_is_left_out_with_a_word() -> None:
    found = from_zip(packed({**FILES, "evil": b"/etc/passwd"}, evil=stat.S_IFLNK | 0o777))
    assert found.files == FILES
    assert found.notes == ("evil is a link, and a zip's links are not followed: it was left out.",)


def test_what_is_no_file_is_left_out_with_a_word() -> None:
    assert from_zip(packed({**FILES, "odd": b""}, odd=stat.S_IFIFO)).notes == ("odd is a named pipe: it was left out.",)


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_name_that_is_there_twice_is_refused() -> None:
    data = packed({"chat_server.py": b"1", "chat_serves.py": b"2"}).replace(b"chat_serves.py", b"chat_server.py")
    with pytest.raises(BadSubmission, match="holds chat_server.py twice"):
        from_zip(data)


def test_a_file_that_is_a_folder_as_well_is_refused() -> None:
    with pytest.raises(BadSubmission, match="data is there twice"):
        from_zip(packed({**FILES, "data": b""}))


BROKEN = {
    "nothing": b"",
    "no zip": b"print('hello')\n",
    "the first half": packed(FILES)[:150],
    "a changed byte": packed(FILES, zipfile.ZIP_STORED).replace(b"{}", b"[]"),
}  # fmt: skip


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_zip_is_refused_in_one_line(what: str) -> None:
    with pytest.raises(BadSubmission, match=r"^ann.zip cannot be read as a zip: .*\. Zip it again\.$") as refused:
        from_zip(BROKEN[what], "ann.zip")
    assert len(str(refused.value).splitlines()) == 1


def test_a_locked_zip_is_refused() -> None:
    data = bytearray(packed({"chat_server.py": b"x"}))
    data[6] |= archive.ENCRYPTED
    data[data.index(archive.ENTRY) + 8] |= archive.ENCRYPTED
    with pytest.raises(BadSubmission, match="locked with a password"):
        from_zip(bytes(data))


def test_an_unusual_packing_is_refused() -> None:
    with pytest.raises(BadSubmission, match="make an ordinary zip"):
        from_zip(packed({"chat_server.py": b"x"}, zipfile.ZIP_LZMA))


def test_too_many_bytes_are_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_BYTES", 2_000_000)
    with pytest.raises(TooBig, match=r"^The zip holds 4 MB and at most 2 MB .* first of all big\.bin with 4 MB\.$"):
        from_zip(packed({**FILES, "big.bin": bytes(3_500_000)}))


def test_a_size_that_is_a_lie_helps_nobody() -> None:
    data = bytearray(packed({"chat_server.py": bytes(1_000_000)}))
    at = data.index(archive.ENTRY) + 24  # where its size stands
    data[at : at + 4] = (1).to_bytes(4, "little")
    with pytest.raises(BadSubmission, match="cannot be read as a zip"):
        from_zip(bytes(data))


def test_bytes_are_counted_as_they_are_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    counted = []
    monkeypatch.setattr(budget, "weigh", lambda whole, sizes: counted.append(sum(sizes.values())))
    from_zip(packed({f"{number}.bin": bytes(500_000) for number in range(5)}))
    assert counted == [2_500_000, 500_000, 1_000_000, 1_500_000, 2_000_000, 2_500_000]


def test_too_many_files_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(budget, "MOST_ENTRIES", 100)
    with pytest.raises(TooBig, match="The zip holds more than 100 .* from data with"):
        from_zip(packed({**FILES, **{f"data/{number}": b"" for number in range(101)}}))


def test_a_table_of_contents_without_end_is_not_even_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MOST_LISTED", 100)
    with pytest.raises(TooBig, match="ann.zip is too big"):
        from_zip(archive.ENTRY * 101, "ann.zip")
