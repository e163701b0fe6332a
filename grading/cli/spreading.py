"""A class on more than one machine: its parts, the scripts that hand them out, and clusters that take them."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grading.course import KIT, Exercise
from grading.grade import versions_here
from grading.klass.clusters import elsewhere
from grading.klass.shards import SCRIPTS, Shard, script, shard
from grading.klass.team import Graders, Team
from grading.system import families


def add(parser: argparse.ArgumentParser) -> None:
    """Let parts, scripts and clusters be named."""
    part = "grade one part of the class only, such as 3/20; who grades all of it at the end finds that done"
    parser.add_argument("--shard", type=_shard, metavar="K/N", help=part)
    kind = f"print what lets a cluster grade all parts ({', '.join(SCRIPTS)}), and grade nothing"
    parser.add_argument("--script", choices=SCRIPTS, metavar="KIND", help=kind)
    on = "let a cluster grade: dask://HOST:PORT, slurm, or local, which tries slurm's way here"
    parser.add_argument("--on", metavar="CLUSTER", help=on)


def _shard(text: str) -> Shard:
    try:
        return shard(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def script_for(options: argparse.Namespace, exercise: Exercise, count: int, out: Path) -> str:
    """Return the script that was asked for, with paths that hold from everywhere."""
    folder = options.folder.resolve()
    words = [sys.executable, str(KIT / "grader.py"), "batch", exercise.name, str(folder), "--out", str(out.resolve())]
    words += ["--roster", str(options.roster.resolve())] if options.roster else []
    words += ["--seed", str(options.seed)] if options.seed is not None else []
    return script(options.script, exercise.name, count, words, os.path.commonpath([KIT, folder, out.resolve()]))


@contextmanager
def graders(options: argparse.Namespace, exercise: Exercise, out: Path) -> Iterator[Graders]:
    """Give those who grade: workers on this machine, unless a cluster was named."""
    if options.on:
        with elsewhere(options.on, out, options.deadline, versions_here(exercise)) as others:
            yield others
    else:
        team = Team(options.workers, options.deadline)
        team.adopts = families.adopts_orphans()
        yield team
