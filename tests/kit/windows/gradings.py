"""Gradings on Windows, and what is wrong with them."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grading.course import KIT, STEPS
from tests.kit.killing import right_program
from tests.kit.windows.place import Place

SECONDS = 1200.0  # that one grading may take
Outcomes = dict[str, dict[str, Any]]  # what --json says of each check, by its id


@dataclass
class Row:
    """What came of one grading."""

    what: str
    checks: Outcomes = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)  # a line for each thing that should not be so

    def count(self, *outcomes: str) -> int:
        """Return how many checks have one of these outcomes."""
        counted = Counter(check["outcome"] for check in self.checks.values())
        return sum(counted[outcome] for outcome in outcomes)


def grade_reference(place: Place, step: str) -> Row:
    """Grade the reference: nothing may fail."""
    row = _grade(place, f"reference {step}", step, "--solution")
    row.wrong += [_told(check) for check in row.checks.values() if check["outcome"] in ("failed", "error")]
    return row


def grade_variant(place: Place, name: str) -> Row:
    """Grade a right program unlike ours: nothing may fail."""
    with tempfile.TemporaryDirectory() as folder:
        work = place.into / "variants" / name
        shutil.rmtree(work, ignore_errors=True)
        shutil.copytree(right_program(name, folder), work)
    row = _grade(place, f"variant {name}", STEPS[-1], "--work", f"../{work.parent.name}/{name}")
    row.wrong += [_told(check) for check in row.checks.values() if check["outcome"] in ("failed", "error")]
    return row


def grade_skeletons(place: Place, step: str) -> Row:
    """Grade the skeletons: the checks that fail must be those that fail here as well."""
    row = _grade(place, f"skeletons {step}", step)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "result.json")
        command = [sys.executable, "grader.py", step, "--json", str(file)]
        subprocess.run(command, cwd=KIT, stdout=subprocess.DEVNULL, check=False)
        here = _outcomes(file)
    for id, check in row.checks.items():
        if check["outcome"] != here[id]["outcome"] and check["outcome"] != "skipped":
            row.wrong.append(f"{_told(check)} (here: {here[id]['outcome']})")
    return row


def first_run(place: Place) -> list[Row]:
    """Type what a student types first: no traceback, and the status that the README says."""
    without = Row("first run, no packages")
    done = place.run("grader.py", "step1", seconds=SECONDS, bare=True)
    _expect(without, done, status=2)
    where = Row("first run, no step")
    _expect(where, place.run("grader.py", seconds=SECONDS), status=1)
    return [without, where]


def _grade(place: Place, what: str, step: str, *options: str) -> Row:
    row = Row(what)
    file = place.kit / "result.json"
    file.unlink(missing_ok=True)
    done = place.run("grader.py", step, *options, "--json", file.name, seconds=SECONDS)
    row.checks = _outcomes(file)
    if not row.checks:
        row.wrong.append("no result was written")
    _expect(row, done, status=1 if row.count("failed") else 0)
    if left := place.left_running():
        row.wrong.append(f"{left} programs were left running")
    return row


def _expect(row: Row, done: subprocess.CompletedProcess[str], status: int) -> None:
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    if done.returncode != status or "Traceback" in done.stderr:
        row.wrong.append(f"exit status {done.returncode}, {status} was expected: {said[-1] if said else 'nothing'}")


def _outcomes(file: Path) -> Outcomes:
    if not file.exists():
        return {}
    return {check["id"]: check for check in json.loads(file.read_text("utf-8"))["checks"]}


def _told(check: dict[str, Any]) -> str:
    because = f", because {check['because']}" if check["because"] else ""
    got = check["got"].strip().splitlines()[-1:]
    return " ".join(f"{check['id']} {check['outcome']}: {''.join(got)}{because}".split())
