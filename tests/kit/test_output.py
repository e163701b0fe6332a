"""The grade comes out whatever the terminal is, and nothing that a submission says gives orders to it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import IO, Any
from xml.dom import minidom

import pytest

from grading.course import KIT
from grading.results.visible import DRAWN, TYPED, visible
from grading.showing import saving
from grading.showing.shell import pasted
from grading.skeletons import finished
from tests.kit.conftest import grader
from tests.kit.killing import submission

DEADLINE_SECONDS = 60.0
OLD = "old"
ORDERS = "\x1b[2J\x9b31m\x07\x7f\b\r\n\v\N{RIGHT-TO-LEFT OVERRIDE}\N{LINE SEPARATOR}\N{ZERO WIDTH SPACE}\udce9"
WORDS = f"5 € for Änne, 你好 {DRAWN} {ORDERS}"
FAMILY = "\N{MAN}\N{ZERO WIDTH JOINER}\N{GIRL} \N{HEAVY BLACK HEART}\N{VARIATION SELECTOR-16}"
CANNED = f"""
import os, sys
from dataclasses import replace
from grading.cli import grading as command
from grading.cli.main import main
from grading.results.causes import Cause
from grading.results.events import Event
from grading.results.values import FAILED, Circumstances, Grade
from tests.kit.conftest import finding

words = {ascii(WORDS)}
threads = [words] * 3
events = [Event("line", "Ann", "server", "hi"), Event("line", "server", "Bob", words)]
also = finding("step1/server/y", "Another title, which is longer than most of them are.", "", 2, FAILED)

def grade(submission, exercise, how):
    sys.stderr.write("grading")
    {{}}
    told = finding("step1/server/x", "A title.", "A hint.", 3, FAILED, words, words, Cause("exception", words))
    told = replace(told, events=tuple(events), circumstances=Circumstances(threads=tuple(threads)))
    how.progress(told, 1)
    how.progress(also, 0)
    return Grade(exercise.name, (told, also))

command.grade = grade
sys.exit(main(sys.argv[1:]))
"""


def starts(*arguments: str, does: str = "pass", **options: Any) -> subprocess.Popen[bytes]:
    """Start a grader that finds the same two failures at once, in which every text is as bad as can be."""
    plain = {"PYTHONUTF8": "1", "COLUMNS": "80", "CHAT_KIT_TYPED": "python"}
    environment = {**os.environ, **plain, **options.pop("env", {})}
    command = [sys.executable, "-c", CANNED.format(does), *arguments]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    return subprocess.Popen(command, cwd=KIT, env=environment, **streams)


def grades(*arguments: str, does: str = "pass", **options: Any) -> tuple[int, bytes, bytes]:
    """Run it; return exit status, screen and complaints."""
    with starts("step1", *arguments, does=does, **options) as process:
        out, err = (data or b"" for data in process.communicate(timeout=DEADLINE_SECONDS))
    assert b"Traceback" not in err + out and b"Exception ignored" not in err
    return process.returncode, out, err.removeprefix(b"grading")


def is_result(path: Path) -> bool:
    return bool(json.loads(path.read_bytes())["max_points"] == 5)


def is_old(path: Path) -> bool:
    """Tell whether there is no new result yet."""
    try:
        return path.stat().st_size <= len(OLD)
    except FileNotFoundError:
        return True


@pytest.fixture
def result(tmp_path: Path) -> Path:
    """A file with an old result."""
    path = tmp_path / "result.json"
    path.write_text(OLD)
    return path


# The screen


@pytest.mark.parametrize("encoding", ["cp1252", "cp936", "cp437", "ascii", "latin-1", "utf-8:strict", "utf-16"])
def test_the_grade_comes_out_in_every_encoding(encoding: str, result: Path) -> None:
    status, screen, _ = grades("--json", str(result), env={"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"})
    assert status == 1
    assert is_result(result)
    assert "0 of   5 points" in screen.decode(encoding.partition(":")[0])


def test_where_signs_are_missing_others_of_the_same_width_stand_in() -> None:
    _, drawn, _ = grades()
    _, typed, _ = grades(env={"PYTHONIOENCODING": "ascii"})
    translated = drawn.decode().translate(str.maketrans(DRAWN, TYPED)).splitlines()
    same = [line for line in typed.decode("ascii").splitlines() if line in translated]
    assert [line for line in same if "x" in line or "-->" in line]
    assert all(len(line) <= 80 for line in typed.decode("ascii").splitlines() if "run again" not in line)


def lifelines(screen: str, sign: str) -> list[list[int]]:
    """Return where they stand, line by line."""
    lines = [line for line in screen.splitlines() if line.count(sign) == 3]
    return [[i for i, c in enumerate(line) if c == sign] for line in lines]


def test_the_lifelines_stay_where_they_are_when_letters_are_spelled_out() -> None:
    does = "events[1] = Event('line', 'server', 'Bob', 'Änne')"
    drawn, typed = (grades(does=does, env={"PYTHONIOENCODING": name})[1].decode() for name in ("utf-8", "ascii"))
    assert r"\xc4nne" in typed
    assert lifelines(typed, "|") == lifelines(drawn, "│") != []


@pytest.mark.parametrize("columns", ["0", "1", "-5", "²", "9" * 5000, "many", ""])
def test_no_width_is_too_strange(columns: str, result: Path) -> None:
    status, screen, _ = grades("--json", str(result), env={"COLUMNS": columns, "LINES": columns})
    assert (status, is_result(result)) == (1, True)
    assert b"next" in screen


def test_a_bar_that_moves_is_drawn_in_what_the_terminal_has(result: Path) -> None:
    environment = {"FORCE_COLOR": "1", "TERM": "xterm", "PYTHONIOENCODING": "ascii"}
    status, screen, _ = grades("--json", str(result), env=environment)
    assert (status, is_result(result)) == (1, True)
    assert screen.isascii()
    assert b"running the checks" in screen


def test_a_reader_who_goes_away_changes_nothing(result: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    status, _, complaints = grades("--json", str(result), stdout=writing)
    os.close(writing)
    assert (status, complaints, is_result(result)) == (1, b"", True)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")
def test_a_full_disk_under_the_screen_is_told_and_changes_nothing(result: Path) -> None:
    with open("/dev/full", "wb") as full:
        status, _, complaints = grades("--json", str(result), stdout=full)
        assert grades(stdout=full, stderr=full)[0] == 1
    assert (status, len(complaints.splitlines()), is_result(result)) == (1, 1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="there, streams are not closed so")
@pytest.mark.parametrize("closed", [(1,), (2,), (1, 2), (0, 1, 2)])
def test_closed_streams_change_nothing(closed: tuple[int, ...], result: Path) -> None:
    status, _, _ = grades("--json", str(result), preexec_fn=lambda: [os.close(descriptor) for descriptor in closed])
    assert (status, is_result(result)) == (1, True)


@pytest.mark.skipif(sys.platform == "win32", reason="there, streams are not closed so")
def test_nothing_that_is_opened_for_the_programs_is_taken_for_a_closed_stream() -> None:
    command = [sys.executable, "grader.py", "step1"]
    done = subprocess.run(command, cwd=KIT, stderr=subprocess.PIPE, preexec_fn=lambda: os.closerange(0, 2), check=False)
    assert (done.returncode, done.stderr) == (1, b"")


@pytest.mark.takes(8)
def test_the_result_is_there_before_the_screen_has_taken_the_grade(result: Path) -> None:
    """Nobody reads this screen, which shows more than a pipe can hold."""
    many = "threads.extend([words] * 9999)"
    with starts("step1", "--debug", "--json", str(result), does=many, stderr=subprocess.DEVNULL) as process:
        deadline = time.monotonic() + DEADLINE_SECONDS
        while is_old(result) and time.monotonic() < deadline:
            pass
        assert process.poll() is None
        process.communicate(timeout=DEADLINE_SECONDS)
    assert (process.returncode, is_result(result)) == (1, True)


# What a submission says


def orders(text: str) -> list[str]:
    """Return what a terminal would obey, or hide."""
    return [c for c in text if not (c.isprintable() or c in "\n\N{ZERO WIDTH JOINER}")]


def test_nothing_that_a_submission_says_reaches_screen_or_picture_raw(tmp_path: Path) -> None:
    picture = tmp_path / "screen.svg"
    status, screen, _ = grades("--debug", "--svg", str(picture))
    assert (status, orders(screen.decode())) == (1, [])
    assert r"\x1b[2J\x9b31m\x07\x7f\x08\r\n\x0b\u202e\u2028" in "".join(screen.decode().split())
    assert orders(picture.read_text("utf-8")) == []
    assert minidom.parse(str(picture)).getElementsByTagName("text")


def test_a_submission_full_of_orders_is_graded_and_told(tmp_path: Path) -> None:
    server = f"raise ValueError({ascii(ORDERS)})  # \x1b[2J \x9b \N{RIGHT-TO-LEFT OVERRIDE} \x7f\n"
    (tmp_path / "chat_server.py").write_text(server, "utf-8")
    done = grader("step1", "--work", str(tmp_path), "--json", str(tmp_path / "result.json"))
    assert (done.returncode, done.stderr) == (1, "")
    assert orders(done.stdout) == []
    because = json.loads((tmp_path / "result.json").read_text("utf-8"))["checks"][0]["because"]
    assert ORDERS in because


def test_what_can_be_seen_is_shown_as_it_is() -> None:
    seen = f"{DRAWN} Änne 你好 {FAMILY} \\x1b"
    assert visible(seen) == seen
    assert visible(visible(ORDERS)) == visible(ORDERS)


def test_a_folder_cannot_put_a_line_on_the_screen(tmp_path: Path) -> None:
    folder = tmp_path / "a\nscore\n  step1  68 of 68 points\x1b[2J"
    done = grader("step1", "--work", str(folder))
    assert done.returncode == 2
    assert orders(done.stdout) == []
    assert "score" not in done.stdout.splitlines()


# The result


def test_the_json_keeps_every_text_and_is_plain_to_read(result: Path) -> None:
    grades("--json", str(result))
    text = result.read_bytes().decode("utf-8")
    assert orders(text) == []
    assert "你好" in text
    assert json.loads(text)["checks"][0]["because"] == WORDS


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, every name is text")
def test_a_folder_whose_name_is_no_text_is_graded(tmp_path: Path, result: Path) -> None:
    folder = tmp_path / os.fsdecode(b"caf\xe9")
    folder.mkdir()
    submission(finished("step1"), str(folder))
    status, screen, _ = grades("--work", str(folder), "--json", str(result))
    assert (status, orders(screen.decode())) == (1, [])
    assert is_result(result)


def refused(tmp_path: Path, result: Path) -> dict[str, tuple[str, ...]]:
    return {
        "no such folder": ("--json", str(tmp_path / "none" / "result.json")),
        "no such folder for the picture": (f"--svg={tmp_path / 'none' / 'screen.svg'}",),
        "a folder": ("--json", str(tmp_path)),
        "no name": ("--json=",),
        "a program": ("--work", str(tmp_path), "--json", str(tmp_path / "chat_server.py")),
        "twice the same": ("--json", str(result), "--svg", str(result)),
        "no such folder for an export": ("--export", f"csv={tmp_path / 'none' / 'x.csv'}"),
        "no name for an export": ("--export=vpl=",),
        "two exports in one": ("--export", f"csv={result}", "--export", f"vpl={result}"),
    }


@pytest.mark.parametrize("what", refused(Path(), Path()))
def test_what_cannot_be_written_is_told_before_grading(what: str, tmp_path: Path, result: Path) -> None:
    programs = submission(finished("step1"), str(tmp_path))
    with starts("step1", *refused(tmp_path, result)[what]) as process:
        screen, complaints = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 2
    assert b"grading" not in complaints
    assert b"written" in screen
    assert (programs / "chat_server.py").read_text("utf-8") == finished("step1")["chat_server.py"]


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="whoever runs this may write everywhere")
def test_a_file_that_must_not_be_written_is_told_before_grading(result: Path) -> None:
    result.chmod(0o444)
    assert grades("--json", str(result))[0] == 2
    assert result.read_text() == OLD


WITHOUT_STEP = [("--json=r.json",), ("kit", "--json", "r.json"), ("bench", "--json", "r.json")]
WITHOUT_STEP += [("--export=vpl=r.json",), ("kit", "--export=vpl=r.json")]


@pytest.mark.parametrize("words", WITHOUT_STEP)
def test_without_a_step_no_result_is_promised(words: tuple[str, ...], tmp_path: Path) -> None:
    with starts(*words) as process:
        screen, complaints = process.communicate(timeout=DEADLINE_SECONDS)
    assert process.returncode == 2
    assert b"step" in screen + complaints
    assert b"grading" not in complaints
    assert not (KIT / "r.json").exists()


ENDS = {
    "a mistake of ours": ("raise RuntimeError('no')", 3),
    "Ctrl+C": ("raise KeyboardInterrupt", 130),
    "a sudden death": ("os._exit(9)", 9),
}


@pytest.mark.parametrize("how", ENDS)
def test_no_old_result_is_left_by_a_grading_that_came_to_no_end(how: str, result: Path, tmp_path: Path) -> None:
    does, expected = ENDS[how]
    (tmp_path / "screen.svg").write_text(OLD)
    status, _, _ = grades("--json", str(result), "--svg", str(tmp_path / "screen.svg"), does=does)
    assert status == expected
    assert not result.exists()
    assert not (tmp_path / "screen.svg").exists()


@pytest.mark.parametrize("name", ["nowhere", "a name that is too long" * 99])
def test_no_old_result_is_left_where_there_is_nothing_to_grade(name: str, result: Path, tmp_path: Path) -> None:
    assert grades("--work", str(tmp_path / name), "--json", str(result))[0] == 2
    assert not result.exists()


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="there is no full disk here")
def test_a_result_that_cannot_be_written_in_the_end_is_no_grade() -> None:
    status, screen, complaints = grades("--json", "/dev/full")
    assert status == 3
    assert b"points" in screen
    assert b"/dev/full" in complaints


@pytest.mark.skipif(sys.platform == "win32", reason="there are no limits for files")
def test_half_a_result_is_never_left(result: Path, tmp_path: Path) -> None:
    import resource

    status, _, complaints = grades(
        "--json", str(result), preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (1000, 1000))
    )
    assert status == 3
    assert b"could not be written" in complaints
    assert list(tmp_path.iterdir()) == []


def test_both_ways_to_name_a_file_work(result: Path, tmp_path: Path) -> None:
    picture = tmp_path / "screen.svg"
    assert grades(f"--json={result}", f"--svg={picture}", "--debug")[0] == 1
    assert is_result(result)
    assert "step1&#160;--debug<" in picture.read_text("utf-8")


def test_two_gradings_into_one_file_leave_one_whole_result(result: Path, tmp_path: Path) -> None:
    both = [starts("step1", "--json", str(result)) for _ in range(2)]
    for process in both:
        with process:
            process.communicate(timeout=DEADLINE_SECONDS)
    assert [process.returncode for process in both] == [1, 1]
    assert is_result(result)
    assert list(tmp_path.iterdir()) == [result]


def test_an_old_result_that_another_grading_takes_away_meanwhile_is_no_trouble(
    result: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unlink = os.unlink

    def comes_second(path: str) -> None:
        unlink(path)
        unlink(path)

    monkeypatch.setattr(os, "unlink", comes_second)
    saving.clear(result)
    assert not result.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="there, links need rights")
def test_a_link_stays_and_what_it_names_is_written(result: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.json"
    link.symlink_to(result.name)
    assert grades("--json", str(link))[0] == 1
    assert link.is_symlink()
    assert is_result(result)
    (tmp_path / "loop").symlink_to("loop")
    assert grades("--json", str(tmp_path / "loop"))[0] == 2


@pytest.mark.skipif(sys.platform == "win32", reason="there are no such pipes")
def test_a_named_pipe_is_written_to_if_somebody_reads_it(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    status, _, complaints = grades("--json", str(pipe))
    assert (status, b"could not be written" in complaints) == (3, True)
    with open(os.open(pipe, os.O_RDONLY | os.O_NONBLOCK), "rb") as reader:
        assert grades("--json", str(pipe))[0] == 1
        assert json.loads(reader.read())["max_points"] == 5


@pytest.mark.skipif(not os.path.exists("/dev/stdout"), reason="there is no such device")
@pytest.mark.parametrize("kind", ["a pipe", "a file"])
@pytest.mark.parametrize("words", [("--json", "/dev/stdout"), ("--export", "json=/dev/stdout")], ids=" ".join)
def test_a_result_for_stdout_has_it_for_itself(words: tuple[str, ...], kind: str, tmp_path: Path) -> None:
    target: IO[bytes] | int = subprocess.PIPE if kind == "a pipe" else open(tmp_path / "out", "wb")
    status, out, complaints = grades(*words, stdout=target)
    out = out or (tmp_path / "out").read_bytes()
    assert (status, json.loads(out)["max_points"]) == (1, 5)
    assert b"points" in complaints


# What to do next


@pytest.mark.skipif(sys.platform == "win32", reason="there is another shell")
@pytest.mark.parametrize(
    "word",
    ["my work", "it's", '"$HOME" `a` !! *?[x](y){z}; & # ~ | <>', "100%d \\n", "Äpfel 你好", "a\nb\x1b[2J", "-x"],
)
def test_a_command_can_be_pasted_into_a_shell(word: str) -> None:
    for text in (word, word + os.fsdecode(b"caf\xe9")):
        command = pasted(["printf", "%s", text])
        assert orders(command) == [] and "\n" not in command
        done = subprocess.run(["sh", "-c", command], capture_output=True, check=True)
        assert done.stdout == os.fsencode(text)


@pytest.mark.skipif(sys.platform == "win32", reason="there is another shell")
def test_the_command_on_the_screen_grades_the_same_folder_again(tmp_path: Path) -> None:
    folder = tmp_path / "it's my [work]"
    folder.mkdir()
    _, screen, _ = grades("--work", str(submission(finished("step1"), str(folder))))
    command = screen.decode().splitlines()[-1].partition(": python grader.py ")[2]
    done = subprocess.run(["sh", "-c", f"printf '%s|' {command}"], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == f"step1|--work|{folder}|"
