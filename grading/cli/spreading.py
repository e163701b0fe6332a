"""A class on more than one machine: its parts, the scripts that hand them out, and clusters that take them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath

from grading.cli import talks
from grading.course import KIT, Exercise
from grading.grade import versions_here
from grading.klass.clusters import elsewhere
from grading.klass.shards import KUBERNETES, SCRIPTS, Shard, script, shard
from grading.klass.team import DEADLINE_SECONDS, Graders, Team
from grading.system import families

ON_THE_CLAIM = PurePosixPath("/class")  # where a container of Kubernetes has it all


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
    """Return the script that was asked for; what it names is found from everywhere."""

    def path(one: Path) -> str:
        return str(ON_THE_CLAIM / one.resolve().name if options.script == KUBERNETES else one.resolve())

    words = [sys.executable, str(KIT / "grader.py")]
    if options.script == KUBERNETES:
        words = ["python3", str(ON_THE_CLAIM / "kit" / "grader.py")]
    words += ["batch", exercise.name, path(options.folder), "--out", path(out)]
    words += ["--roster", path(options.roster)] if options.roster else []
    words += talks.switch(options)
    words += ["--seed", str(options.seed)] if options.seed is not None else []
    words += ["--deadline", f"{options.deadline:.0f}"] if options.deadline != DEADLINE_SECONDS else []
    return script(options.script, exercise.name, count, words)


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
