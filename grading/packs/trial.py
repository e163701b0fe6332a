"""Try a pack as its platform would: in an empty place laid out like that one, with no other kit around."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from grading.packs.archive import as_zip, lay
from grading.packs.kit import Files
from grading.packs.table import BELOW, Pack

GIVEN = ("PATH", "HOME", "LANG", "TMPDIR", "SYSTEMROOT")  # variables of ours that a platform has, too


@dataclass(frozen=True)
class Tried:
    """How a pack ended, and what its platform would read."""

    status: int
    result: str
    complaints: str


def lay_out(pack: Pack, files: Files, work: Files, root: Path) -> None:
    """Put a pack and what somebody handed in where the platform puts them."""
    layout = pack.layout
    lay(files, root / layout.pack)
    if layout.work.endswith(".zip"):
        lay({layout.work: as_zip(work)}, root)
    else:
        lay(work, root / layout.work)


def run(pack: Pack, root: Path, more: dict[str, str] | None = None) -> Tried:
    """Run what the platform runs, in the Python that runs this."""
    layout = pack.layout
    environment = {name: os.environ[name] for name in GIVEN if name in os.environ}
    environment |= {"PACK_ROOT": str(root), "KIT_PYTHON": sys.executable, **(more or {})}
    environment |= {name: value.replace(BELOW, str(root)) for name, value in layout.variables.items()}
    done = subprocess.run(
        layout.command, shell=True, cwd=root / layout.folder, env=environment, capture_output=True, text=True
    )
    result = root / layout.result
    read = (result.read_text("utf-8") if result.is_file() else "") if layout.result else done.stdout
    return Tried(done.returncode, read, done.stderr)
