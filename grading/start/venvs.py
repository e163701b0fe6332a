"""The virtual environment that holds what grading needs, and how it is made.

A `.venv` that somebody else made is used if it has what is needed, and never changed: then `.venv-kit` is ours.
"""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from grading.course import KIT
from grading.start import ending
from grading.start.ending import give_up, shortened
from grading.start.installed import STUDENTS
from grading.system import locks

FOLDERS = [KIT / ".venv", KIT / ".venv-kit"]
ASK = ("-m", "grading.start.installed")  # one Python another: have you got these?
MARK = "chat-kit.txt"  # the file that tells that a folder is ours
WHOLE, IN_WORK = "whole", "in work"  # what stands there; the second is left behind by who was stopped
ENSUREPIP = "ensurepip"  # the part of the library that puts pip into a virtual environment
NOT_HERE = (  # what a shell may tell pip about where to put things, and how, for the sake of others
    "PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PIP_PYTHON", "PIP_DRY_RUN", "PIP_NO_DEPS", "PIP_QUIET",
    "PIP_REQUIREMENT", "PIP_REQUIRE_HASHES", "PYTHONPATH",
)  # fmt: skip


def python_with(files: list[Path], lacking: list[str]) -> Path:
    """Return a Python that has what `files` ask for; get it into a folder of ours if there is none yet."""
    ending.tidies_up_at_ctrl_c()
    os.environ.pop("PYTHONHOME", None)  # a virtual environment finds its own
    try:
        if python := _ready(files):
            return python
        with _alone():
            return _ready(files) or _install(files, lacking)
    except OSError as error:
        told = f"Grading needs {' and '.join(lacking)}, and here that cannot be installed: {error}."
        give_up(
            f"{told}\nCopy all of this to a folder in which you may write, or type: {installing('', sys.executable)}"
        )


def found_with(files: list[Path]) -> Path | None:
    """Return a Python in a folder of ours that has what `files` ask for, if there is one; nothing is installed."""
    return _ready(files)


def installing(package: str, typed: str) -> str:
    """Return what to type so that this Python has `package`; without a name, so that the typed one can grade."""
    if not package:
        return _typed(typed, "-m", "pip", "install", "-r", str(STUDENTS))
    return _typed(*(_pip_for(Path(sys.executable)) or [sys.executable, "-m", "pip"]), "install", package)


def _ready(files: list[Path]) -> Path | None:
    """Return the Python of a folder that has what is needed, if there is one."""
    for folder in FOLDERS:
        if _state(folder) != IN_WORK and _works(_python_of(folder), "-m", "grading.start.installed", *map(str, files)):
            return _python_of(folder)
    return None


def _python_of(folder: Path) -> Path:
    return folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _state(folder: Path) -> str:
    """Return what we have written into a folder: nothing, if it is not ours."""
    try:
        return (folder / MARK).read_text("ascii")
    except (OSError, ValueError):
        return ""


def _mark(folder: Path, state: str) -> None:
    (folder / MARK).write_text(state, "ascii")


def _install(files: list[Path], lacking: list[str]) -> Path:
    folder = next((folder for folder in FOLDERS if _state(folder) or not os.path.lexists(folder)), None)
    if not folder:
        names = [folder.name for folder in FOLDERS]
        give_up(f"The grader made neither {' nor '.join(names)}, and changes no others. Please remove {names[-1]}.")
    print(f"Not here yet: {', '.join(lacking)}. Getting what is missing into {folder.name}, once.", flush=True)
    python = _python_of(folder)
    if _state(folder) == IN_WORK or not _works(python, "-c", ""):
        _make(folder)
    pip = _pip_for(python)
    if not pip:
        give_up(_without(ENSUREPIP))
    command = [*pip, "install", "--no-user", *(word for file in files for word in ("-r", str(file)))]
    _mark(folder, IN_WORK)
    done, said = _run(*command, "--disable-pip-version-check")
    _mark(folder, WHOLE)
    if not done or not _ready(files):
        online = "Is this computer online? " if "connection" in said.lower() else ""
        more = f"{online}Run again when that is mended; to see all that pip says, type: {_typed(*command)}"
        give_up(f"pip could not get what is missing. Its last words: {_last_line(said)}\n{more}")
    return python


def _make(folder: Path) -> None:
    """Make an empty virtual environment, with a pip of its own if that can be."""
    if os.path.lexists(folder):
        shutil.rmtree(folder)
    folder.mkdir()
    _mark(folder, IN_WORK)
    with _without_separators(folder) as path:
        done, said = _run(sys.executable, "-m", "venv", str(path))
        part = "" if done else _missing_part()
        if part == ENSUREPIP:
            done, said = _run(sys.executable, "-m", "venv", "--without-pip", str(path))
    if not done:
        give_up(_without(part) if part else f"This Python cannot make a virtual environment: {_last_line(said)}")


@contextlib.contextmanager
def _without_separators(folder: Path) -> Iterator[Path]:
    """Give `folder` another name for a while if it has one, such as `a::b`, that Python refuses."""
    if os.pathsep not in str(folder):
        yield folder
        return
    with tempfile.TemporaryDirectory() as elsewhere:
        link = Path(elsewhere, "kit")
        link.symlink_to(KIT, target_is_directory=True)
        yield link / folder.name


def _pip_for(python: Path) -> list[str]:
    """Return the beginning of a command that installs for `python`: by its own pip, or by the one of this Python."""
    own, ours = [str(python), "-m", "pip"], [sys.executable, "-m", "pip", "--python", str(python)]
    return next((pip for pip in (own, ours) if _works(*pip, "--version")), [])


def _missing_part() -> str:
    """Return which part of the library is not there: Debian and Ubuntu, for example, hand it out in pieces."""
    parts = {"venv": "--help", ENSUREPIP: "--version"}
    return next((part for part, option in parts.items() if not _works(sys.executable, "-m", part, option)), "")


def _without(part: str) -> str:
    """Say that a part of the library is missing, and how one gets it."""
    where = "Get Python from https://www.python.org/downloads, then run again."
    if shutil.which("apt"):
        where = f"Type: sudo apt install python3.{sys.version_info.minor}-venv\nThen run again."
    return f"This Python comes without {part}, and so grading cannot get what it needs. {where}"


# Commands


def _run(*command: str | Path) -> tuple[bool, str]:
    """Run a command; return whether it did its work, and what it said. It holds our lock until it has ended."""
    variables = {name: value for name, value in os.environ.items() if name not in NOT_HERE}
    variables["PYTHONIOENCODING"] = "utf-8"
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        encoding="utf-8", errors="replace", cwd=KIT, env=variables, close_fds=False, check=False,
    )  # fmt: skip
    return done.returncode == 0, done.stdout


def _works(*command: str | Path) -> bool:
    try:
        return _run(*command)[0]
    except OSError:
        return False


def _last_line(said: str) -> str:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return "".join(filter(str.isprintable, lines[-1])) if lines else "(none)"


def _typed(*command: str) -> str:
    words = [shortened(word) for word in command]
    return subprocess.list2cmdline(words) if sys.platform == "win32" else shlex.join(words)


# One first run at a time


def _alone() -> contextlib.AbstractContextManager[None]:
    """Wait until no other run of this copy of the kit installs anything; what we start is not overtaken either."""
    return locks.alone_with(f"venv-{zlib.crc32(os.fsencode(KIT)):08x}", _waits, children=True)


def _waits() -> None:
    print("Another run is getting what is missing; this one waits for it.", flush=True)
