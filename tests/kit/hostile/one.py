"""`python -m tests.kit.hostile.one NAME PORT`: grade one hostile submission, and tell what became of it as JSON.

This process adopts whatever the grader leaves behind, and so it knows what still runs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from grading.course import KIT
from grading.results.values import TOO_BUSY
from grading.start.ending import OWN_FAULT
from grading.system import families
from tests.kit.hostile.cases import STEP, VERDICTS, Case, cases, make, places

LIMIT_SECONDS = 240.0  # for one grading, on a busy machine
LEAVING_SECONDS = 10.0  # until what was ended must be gone
SECRET = "hunter2-0123456789"
ATTEMPTS = 3  # at a case, where the machine is too busy to tell
FEW_BYTES = 20  # of a file, by which one sees that it is another one
FOR_ALL = ("/tmp", "/var/tmp", "/dev/shm", "/run/lock")  # folders in which everybody may write
WAS_HERE = "hostile-was-here"
Grades = Callable[[Case, Path, dict[str, str]], tuple[int, str]]  # how a grader ended, and what it said


def survived(case: Case, folder: Path, port: int, grades: Grades) -> list[str]:
    """Grade a case; return what is wrong about that, and nothing if it is survived."""
    there = places(folder, port, SECRET)
    work = folder / "work"
    work.mkdir()
    make(case, work, there)
    before = _seen(there)
    try:
        wrong = list(_what_is_wrong(case, *grades(case, work, there)))
    except subprocess.TimeoutExpired:
        families.end_descendants(os.getpid())
        return ["it did not return"]
    if _still_running():
        wrong.append("something still runs")
        families.end_descendants(os.getpid())
    if (after := _seen(there)) != before:
        wrong.append(f"changed: {', '.join(sorted(after ^ before))}")
    return wrong


def _what_is_wrong(case: Case, status: int, said: str) -> Iterator[str]:
    if status == OWN_FAULT and TOO_BUSY in said.lower():
        yield TOO_BUSY
    elif status not in VERDICTS[case.verdict]:
        yield f"exit status {status} instead of {case.verdict}: {said[-200:]}"
    if "\x1b" in said or "\x9b" in said:
        yield "it orders the terminal about"
    if SECRET in said:
        yield "it tells what is in the instructor's home"


def graded(case: Case, work: Path, there: dict[str, str]) -> tuple[int, str]:
    """Grade a case, anew where the machine was too busy to tell."""
    for _ in range(ATTEMPTS):
        status, said = _grade(case, work, there)
        if status != OWN_FAULT or TOO_BUSY not in said.lower():
            break
    return status, said


def _grade(case: Case, work: Path, there: dict[str, str]) -> tuple[int, str]:
    check = [sys.executable, "grader.py", "check", *case.words.split(), case.step]
    return run([*check, "--work", str(work)], KIT, there)


def run(
    command: list[str], folder: Path, there: dict[str, str], seconds: float = LIMIT_SECONDS, **more: str
) -> tuple[int, str]:
    """Run a grader where a secret is near, in `folder`; return how it ended, and what it said."""
    plain = {"COLUMNS": "80", "NO_COLOR": "1", "PYTHONUTF8": "1", "HOSTILE_SECRET": SECRET}
    environment = {**os.environ, **plain, "HOME": there["HOME"], "TMPDIR": there["TMP"], **more}
    done = subprocess.run(
        command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, timeout=seconds, check=False,
    )  # fmt: skip
    return done.returncode, " ".join(done.stdout.decode("utf-8", "replace").split())


def _seen(there: dict[str, str]) -> set[str]:
    """Return all that a case could change: files with what is in them, and traces in the kit."""
    found = set()
    for place in (there["HOME"], there["TMP"], there["NEIGHBOUR"]):
        for path in Path(place).rglob("*"):
            start = path.read_bytes()[:FEW_BYTES] if path.is_file() else b""
            found.add(f"{path} {path.lstat().st_mode:o} {path.lstat().st_uid} {start!r}")
    ours = (KIT, KIT / "grading", KIT / "grading" / "stage", KIT / "tests" / STEP)
    for folder in (Path(there["TMP"]).parent, *ours, *map(Path, FOR_ALL)):
        if (folder / WAS_HERE).exists():
            found.add(str(folder / WAS_HERE))
    return found


def _still_running() -> list[int]:
    ends_at = time.monotonic() + LEAVING_SECONDS
    while (left := families.descendants(os.getpid())) and time.monotonic() < ends_at:
        time.sleep(0.05)
    return left


def main(name: str, port: str, grades: Grades = graded) -> None:
    """Grade one case, and say what became of it."""
    families.adopts_orphans()
    case = next(case for case in cases() if case.name == name)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="hostile-") as folder:
        os.chmod(folder, 0o755)
        wrong = survived(case, Path(folder), int(port), grades)
    print(json.dumps({"name": name, "wrong": wrong, "seconds": time.monotonic() - began}))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
