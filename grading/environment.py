"""See that the packages which grading needs are there; if not, get them into `.venv` and carry on in it.

Only the standard library, and nothing newer than Python 3.6 can read: this runs before anything else.
"""

import importlib.util
import os
import subprocess
import sys
from pathlib import Path

KIT = Path(__file__).resolve().parent.parent
VENV = KIT / ".venv"
STUDENTS = KIT / "requirements.txt"
MAINTAINERS = [KIT / "tests" / "kit" / "requirements.txt", KIT / "solution" / "requirements.txt"]
INSIDE = "CHAT_KIT_IN_VENV"  # set once we have moved, so that we never move twice


def ensure(maintainer=False):  # type: (bool) -> None
    """Return if every package is there; otherwise go on in `.venv`, or end with a line that says what to type."""
    if sys.version_info < (3, 10):
        sys.exit("This kit needs Python 3.10 or newer; this is Python %d.%d." % sys.version_info[:2])
    files = [STUDENTS] + [file for file in MAINTAINERS if maintainer and file.exists()]
    missing = _missing(files)
    if not missing:
        return
    python = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if os.environ.get(INSIDE) == "ready":
        _give_up(files, "%s could not be installed" % " and ".join(missing))
    if not _has_all(python, files):
        print("%s: not installed here; getting what is missing into .venv, once." % ", ".join(missing), flush=True)
        _install(python, files)
    os.environ[INSIDE] = "ready"
    command = [str(python), *sys.argv]
    if os.name == "nt":
        sys.exit(subprocess.call(command))
    os.execv(command[0], command)


def _names(files):  # type: (list[Path]) -> list[str]
    lines = [line.partition("#")[0].strip() for file in files for line in file.read_text().splitlines()]
    return [line.split(">")[0].split("=")[0].split("<")[0].strip() for line in lines if line]


def _missing(files):  # type: (list[Path]) -> list[str]
    return [name for name in _names(files) if importlib.util.find_spec(name) is None]


def _has_all(python, files):  # type: (Path, list[Path]) -> bool
    return _works(str(python), "-c", "import " + ", ".join(_names(files)))


def _works(*command):  # type: (*str) -> bool
    try:
        return subprocess.call(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def _install(python, files):  # type: (Path, list[Path]) -> None
    if not _works(str(python), "-m", "pip", "--version"):
        if not _works(sys.executable, "-m", "venv", "--clear", str(VENV)):
            _give_up(files, "this Python cannot make a virtual environment")
    wanted = [word for file in files for word in ("-r", str(file))]
    if not _works(str(python), "-m", "pip", "install", "--disable-pip-version-check", *wanted):
        _give_up(files, "pip could not get them")


def _give_up(files, why):  # type: (list[Path], str) -> None
    wanted = " ".join("-r %s" % file.relative_to(KIT).as_posix() for file in files)
    sys.exit("That did not work (%s). Please type: %s -m pip install %s" % (why, Path(sys.executable).name, wanted))
