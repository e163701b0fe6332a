"""Other graders, with the same check as a teacher may write it for them: what is in `rivals/`."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.kit.hostile.cases import Case
from tests.kit.hostile.one import run

CHECKS = Path(__file__).parent / "rivals"
PASSES, FAILS, NO_VERDICT = 0, 1, 3  # exit statuses, as `VERDICTS` of cases.py has them
TESTS = {"server": "test_everyone_hears_what_one_says", "client": "test_what_the_server_says_is_shown"}
COLOURS = re.compile(r"\x1b\[[\d;]*m")  # of its own, which are no orders
There = dict[str, str]
SECONDS = 60.0  # for one grading: a right program takes two or three


@dataclass(frozen=True)
class Rival:
    """Another grader: what pip installs, and how it grades with the programs in a folder."""

    name: str
    requirement: str
    grades: Callable[[Path, Case, Path, There], tuple[int, str]]

    def install(self, folder: Path) -> None:
        """Make an environment of its own in a folder."""
        venv.create(folder, symlinks=True)
        pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
        subprocess.run([*pip, "--disable-pip-version-check", self.requirement], check=True)


def by_pytest(home: Path, case: Case, work: Path, there: There) -> tuple[int, str]:
    """Grade with pytest from the environment `home`."""
    shutil.copy(CHECKS / "plain_pytest.py", work / "test_chat.py")
    test = f"test_chat.py::{TESTS[_role(case)]}"
    return run([str(home / "bin" / "pytest"), test], work, there, SECONDS, **_paths(home))


def by_check50(home: Path, case: Case, work: Path, there: There) -> tuple[int, str]:
    """Grade with check50 from the environment `home`."""
    found = work.with_name("check50.txt")
    words = ["--dev", str(CHECKS / "check50" / _role(case)), "-o", "json", "ansi", "--output-file", str(found)]
    status, said = run([str(home / "bin" / "check50"), *words], work, there, SECONDS, **_paths(home))
    passed, shown = read(found.read_text("utf-8", "replace") if found.is_file() else "")
    return verdict(status, passed), COLOURS.sub("", f"{said} {shown}")


def read(text: str) -> tuple[list[bool | None], str]:
    """Return what came of each check of check50, in JSON, and what it shows of them, which stands behind that."""
    try:
        report, end = json.JSONDecoder().raw_decode(text)
        return [result["passed"] for result in report["results"]], text[end:]
    except (ValueError, KeyError, TypeError):
        return [], text


def verdict(status: int, passed: list[bool | None]) -> int:
    """Return what check50 found, which its exit status does not tell; NO_VERDICT where it could not tell."""
    if not passed:
        return status if status not in (PASSES, FAILS) else NO_VERDICT
    return FAILS if False in passed else PASSES if all(passed) else NO_VERDICT


def _role(case: Case) -> str:
    return "client" if case.kind == "client" else "server"


def _paths(home: Path) -> dict[str, str]:
    return {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}", "VIRTUAL_ENV": str(home)}


RIVALS = {
    rival.name: rival
    for rival in (Rival("pytest", "pytest==9.2.0", by_pytest), Rival("check50", "check50==3.5.0", by_check50))
}
