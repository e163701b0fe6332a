"""See that what grading needs is installed here, and new enough; if not, go on in a Python that has it.

Only the standard library: this runs before anything else is there.
"""

from __future__ import annotations

import functools
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from grading.start.ending import give_up, shortened
from grading.start.installed import MAINTAINERS, STUDENTS, missing

UNWANTED = (  # what a shell may tell Python and pytest for the sake of others
    "PYTHONOPTIMIZE", "PYTHONWARNINGS", "PYTHONDEVMODE", "PYTHONSAFEPATH", "PYTHONINSPECT",
    "PYTHONWARNDEFAULTENCODING", "PYTEST_ADDOPTS", "PYTEST_PLUGINS",
)  # fmt: skip
MOVED = "CHAT_KIT_MOVED_FROM"  # in the environment: the Python that was typed
WORD = "CHAT_KIT_TYPED"  # in the environment: how it was typed
ASKING_SECONDS = 20.0  # until that one must have answered
ASK = """
import importlib.metadata, importlib.util, sys
sys.path.pop(0)
if importlib.util.find_spec(sys.argv[1]) is None:
    sys.exit(1)
print(*importlib.metadata.packages_distributions().get(sys.argv[1].partition(".")[0], [])[:1])
"""

typed = os.environ.pop(MOVED, "")  # empty unless we have moved
word = os.environ.pop(WORD, "") or sys.orig_argv[0]


def ensure(maintainer: bool = False) -> None:
    """Return if this Python will do; otherwise go on in another one, or end with a line that says what to type."""
    for name in UNWANTED:
        os.environ.pop(name, None)
    files = [STUDENTS, *(file for file in MAINTAINERS if maintainer and file.exists())]
    lacking = missing(files)
    if lacking:
        if typed:
            told = f"{shortened(sys.executable)} still lacks {', '.join(lacking)}."
            give_up(f"{told} Remove {shortened(sys.prefix)}, and run again.")
        from grading.start import venvs

        _go_on_in(venvs.python_with(files, lacking))
    is_told = sys.flags.optimize or sys.warnoptions or sys.flags.warn_default_encoding
    if not typed and is_told:  # -O takes away the sentences that students read
        _go_on_in(Path(sys.executable))
    os.environ.pop("PYTHONIOENCODING", None)  # it is about our screen, not about those of the programs


def go_on_with(files: list[Path]) -> None:
    """Go on in a Python of ours that has what `files` ask for as well; return where there is none."""
    from grading.start import venvs

    if not typed and (python := venvs.found_with([STUDENTS, *files])):
        sys.stdout.flush()
        _go_on_in(python)


def ensure_also(files: list[Path], lacking: list[str]) -> None:
    """Go on in a Python that has what `files` ask for as well, which is `lacking` here; get it if there is none."""
    from grading.start import venvs

    sys.stdout.flush()  # this process is about to become another one
    _go_on_in(venvs.python_with([STUDENTS, *files], lacking))


def _go_on_in(python: Path) -> NoReturn:
    """Run the same command in another Python; Ctrl+C meanwhile waits until that one can answer it."""
    command = [str(python), *sys.argv]
    environment = {**os.environ, MOVED: sys.executable, WORD: word}
    if sys.platform == "win32":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # the other one gets it, too
        sys.exit(subprocess.call(command, env=environment))
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    os.execve(python, command, environment)


# How the grader was typed, and what was installed there


@functools.cache
def python_word() -> str:
    """Return what to type for Python here: `python3` or `py`, if that was typed, and no path where a word will do."""
    if not os.path.isabs(word):
        return word
    name = os.path.basename(word)
    words = (name[: -len(".exe")] if name.lower().endswith(".exe") else name, "py", "python3", "python")
    return next(filter(shutil.which, words), word)


@functools.cache
def way_to_get(module: str) -> str:
    """Return what to type so that this Python has a module, too, which the one that was typed has; empty if neither."""
    if not typed or Path(typed) == Path(sys.executable):
        return ""
    try:
        asked = [typed, "-c", ASK, module]
        done = subprocess.run(asked, capture_output=True, text=True, errors="replace", timeout=ASKING_SECONDS)
    except (OSError, ValueError, subprocess.SubprocessError):
        return ""
    if done.returncode:
        return ""
    from grading.start import venvs

    return venvs.installing(done.stdout.strip(), typed)
