"""A real class, graded by real workers: the same results however many there are, and whatever ends them."""

from __future__ import annotations

import contextlib
import json
import os
import re
import select
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from grading.course import KIT
from grading.results.json import canonical, from_text
from grading.skeletons import finished
from grading.submission.held import HELD
from grading.system import families
from tests.kit.conftest import grader

pytestmark = pytest.mark.together
GOOD = finished("step1")
DIES = "import sys\nsys.exit(3)\n"
DAEMON = "import subprocess, sys\nsubprocess.Popen([sys.executable, '-c', '{0}'], start_new_session=True, env={{}})\n"
SLEEPS = f"import time; time.sleep(599.{os.getpid()})"  # what is left behind: nobody else sleeps for just so long
KILLS = "import os, signal\nos.kill(os.getppid(), signal.SIGKILL)\n"
SERVER, CLIENT = "chat_server.py", "chat_client.py"
KLASS: dict[str, dict[str, str]] = {
    "ann": GOOD,
    "bob": {**GOOD, SERVER: DIES},
    "cy": {**GOOD, CLIENT: DIES},
    "dee": {SERVER: DIES, CLIENT: DIES},
    "eve": {SERVER: "def", CLIENT: DIES},
    "fay": {SERVER: DAEMON.format(SLEEPS), CLIENT: DIES},
    "gus": {SERVER: KILLS, CLIENT: DIES},
    "hal": {CLIENT: ""},
}
DONE = re.compile(r"\d+ of \d+  (\w+): ")
ENDING_SECONDS = 60.0  # until whoever lost the batch must have noticed


@pytest.fixture(scope="module")
def klass(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("class") / "class"
    for who, files in KLASS.items():
        (folder / who).mkdir(parents=True)
        for name, text in files.items():
            (folder / who / name).write_text(text, "utf-8")
    return folder


def words(klass: Path, out: Path, workers: int) -> list[str]:
    return ["batch", "step1", str(klass), "--out", str(out), "--workers", str(workers)]


def decided(out: Path) -> dict[str, bytes]:
    """Return what was decided, by the name of the result."""
    return {path.name: canonical(from_text(path.read_text("utf-8"))) for path in (out / "results").iterdir()}


def points(out: Path) -> dict[str, int]:
    """Return what everybody has by the log, which names nobody twice here."""
    lines = [json.loads(line) for line in (out / "log.jsonl").read_text("utf-8").splitlines()]
    assert max(Counter(line["who"] for line in lines).values()) == 1
    return {line["who"]: line["points"] for line in lines}


@pytest.fixture(scope="module")
def undisturbed(klass: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of one worker, whom nobody disturbs."""
    out = tmp_path_factory.mktemp("undisturbed")
    done = grader(*words(klass, out, 1))
    assert done.returncode == 1, done.stdout + done.stderr
    assert Counter(DONE.findall(done.stdout)) == Counter(KLASS.keys())
    assert "8 of 8 graded, 8 of them just now; 1 passed everything." in done.stdout
    return out


@pytest.mark.takes(40)
def test_two_workers_decide_what_one_does(klass: Path, undisturbed: Path, tmp_path: Path) -> None:
    done = grader(*words(klass, tmp_path, 2))
    assert done.returncode == 1, done.stdout + done.stderr
    assert decided(tmp_path) == decided(undisturbed)
    assert points(tmp_path) == points(undisturbed)
    assert points(undisturbed)["ann"] == 68


def test_nothing_that_a_submission_started_is_left(undisturbed: Path) -> None:
    commands = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if _is_readable(path)]
    assert not [command for command in commands if SLEEPS.encode() in command]


def _is_readable(path: Path) -> bool:
    try:
        return bool(path.read_bytes())
    except OSError:
        return False


def test_a_class_that_is_graded_is_not_graded_again(klass: Path, undisturbed: Path) -> None:
    before = {path: path.read_bytes() for path in undisturbed.rglob("*") if path.is_file()}
    done = grader(*words(klass, undisturbed, 2))
    assert "8 of 8 graded, 0 of them just now" in done.stdout
    assert {path: path.read_bytes() for path in undisturbed.rglob("*") if path.is_file()} == before
    dry = grader(*words(klass, undisturbed, 2), "--dry-run")
    assert (dry.returncode, dry.stdout) == (0, "Nothing changes.\n")


@pytest.mark.takes(30)
@pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="only Linux tells when somebody else's process ends")
def test_whoever_is_killed_goes_on_where_he_was(klass: Path, undisturbed: Path, tmp_path: Path) -> None:
    graded: Counter[str] = Counter()
    for moment in (0, 1, 3):
        graded += _killed(words(klass, tmp_path, 2), moment)
    done = grader(*words(klass, tmp_path, 2))
    graded += Counter(DONE.findall(done.stdout))
    assert decided(tmp_path) == decided(undisturbed)
    assert points(tmp_path) == points(undisturbed)
    assert max(graded.values()) == 1, graded  # nobody whose grade was told is graded again


def _killed(words: list[str], moment: int) -> Counter[str]:
    """Kill a batch after so many grades; return whose it told. Its workers notice, and end."""
    command = [sys.executable, "grader.py", *words]
    with subprocess.Popen(command, cwd=KIT, stdout=subprocess.PIPE, encoding="utf-8") as batch:
        assert batch.stdout
        told = [batch.stdout.readline() for _ in range(moment)]
        workers = list(_handles(families.descendants(batch.pid)))
        batch.send_signal(signal.SIGKILL)
        told += batch.stdout.readlines()
    for worker in workers:
        assert select.select([worker], [], [], ENDING_SECONDS)[0], "something still runs"
        os.close(worker)
    return Counter(DONE.findall("".join(told)))


def _handles(pids: list[int]) -> Iterator[int]:
    """Yield something that tells when a process ends, for each that has not ended meanwhile."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            yield os.pidfd_open(pid)  # type: ignore[attr-defined,unused-ignore]


@pytest.mark.skipif(sys.platform == "win32", reason="nobody can send one Ctrl+C there")
def test_ctrl_c_keeps_what_is_graded_and_leaves_nothing_behind(
    klass: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path_factory.mktemp("scratch")
    monkeypatch.setenv("TMPDIR", str(scratch))
    command = [sys.executable, "grader.py", *words(klass, tmp_path, 2)]
    with subprocess.Popen(command, cwd=KIT, stdout=subprocess.PIPE, encoding="utf-8") as batch:
        assert batch.stdout
        told = batch.stdout.readline()
        batch.send_signal(signal.SIGINT)
        told += batch.stdout.read()
    assert batch.returncode == 130
    assert "Stopped. What was graded is kept" in told
    assert list(scratch.glob(f"*{HELD}")) == []
    assert len(decided(tmp_path)) >= len(set(DONE.findall(told))) >= 1  # one may be kept that could not be told yet


@pytest.mark.parametrize(
    "more", [["--workers", "0"], ["--workers", "x"], ["--deadline", "-1"], ["--roster", "nowhere.csv"]]
)
def test_wrong_usage_grades_nothing(more: list[str], klass: Path, tmp_path: Path) -> None:
    done = grader("batch", "step1", str(klass), "--out", str(tmp_path / "out"), *more)
    assert done.returncode == 2
    assert not (tmp_path / "out").exists()
