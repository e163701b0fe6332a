"""`grader.py pack`: make what a platform needs to grade by itself."""

from __future__ import annotations

import argparse
import hashlib
import tempfile
from pathlib import Path

from grading.cli import talks
from grading.cli.classes import does, step_named
from grading.course import EXERCISES
from grading.packs import trial
from grading.packs.archive import as_zip, write
from grading.packs.kit import Files
from grading.packs.table import PACKS
from grading.showing import saving
from grading.showing.klass import ClassScreen
from grading.showing.terminal import shown_path
from grading.start.ending import FAILED, PASSED
from grading.submission.arriving import arrived

TOLD_LINES = 12  # of a result that a trial came to
ZIP = ".zip"


def add(parser: argparse.ArgumentParser) -> None:
    """Say what can be typed behind `pack`."""
    platforms = "; ".join(f"{name}: {pack.sentence}" for name, pack in PACKS.items())
    parser.add_argument("platform", choices=PACKS, metavar="PLATFORM", help=platforms)
    parser.add_argument("step", type=step_named, metavar="STEP", help=", ".join(EXERCISES))
    talks.add(parser)
    parser.add_argument("out", type=Path, metavar="OUT", help="a zip, or a folder that is not there yet")
    tried = "grade this folder with it as well, in an empty place laid out as the platform does"
    parser.add_argument("--try", type=Path, dest="work", metavar="DIR", help=tried)


def run(options: argparse.Namespace) -> int:
    """Make the pack; return the exit status."""
    return does(_pack, options)


def _pack(options: argparse.Namespace, screen: ClassScreen) -> int:
    pack, exercise = PACKS[options.platform], talks.exercise_of(options)
    work = arrived(options.work) if options.work else None
    files = pack.files(options.platform, exercise)
    whole = as_zip(files)
    if options.out.suffix.lower() == ZIP:
        saving.write(options.out, whole)
    else:
        write(files, options.out)
    digest = hashlib.sha256(whole).hexdigest()[:16]
    screen.says(f"{shown_path(options.out)} is {pack.sentence}: {len(files)} files, digest {digest}.")
    screen.says("What to do with it stands in its README.txt.")
    return _tries(options, dict(work.files), screen) if work else PASSED


def _tries(options: argparse.Namespace, work: Files, screen: ClassScreen) -> int:
    """Show what the platform would read; return whether there is anything."""
    pack = PACKS[options.platform]
    with tempfile.TemporaryDirectory() as root:
        trial.lay_out(pack, pack.files(options.platform, talks.exercise_of(options)), work, Path(root))
        tried = trial.run(pack, Path(root))
    lines = (tried.result or tried.complaints).splitlines()
    screen.says(f"Tried: it ended with {tried.status}, and the platform reads {len(lines)} lines:", "bold")
    for line in lines[:TOLD_LINES]:
        screen.says(f"  {line}")
    return PASSED if tried.result else FAILED
