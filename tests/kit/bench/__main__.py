"""Measure the finished server beside others, in one run: who delivers how many lines, and what one client costs others.

python grader.py bench                  everything; up to an hour
python grader.py bench --only talk      the rows whose name holds `talk`
python grader.py bench --svg FOLDER     writes the table and a plot there, as pictures
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from grading.system.processes import kilobytes
from tests.kit.bench import plot
from tests.kit.bench.crowd import Crowd
from tests.kit.bench.peers import Peer, peers
from tests.kit.bench.scenes import LEGEND, SCENES, Row, Scene

JOINING = 0.04  # seconds for each who comes, until we give up on whoever has not joined
LEAST_JOINING = 60.0
MOST_STOLEN = 0.1  # of the time of a measurement, by other machines on the same hardware
CALM_SECONDS = 30.0  # for which we look for a measurement in which less was stolen
NONE = float("nan")

Figures = dict[tuple[str, str], float]  # by the names of row and server


def measure(scene: Scene, peer: Peer) -> list[float]:
    """Return a figure for each row; none where the server did not seat everyone or did not come to an end."""
    coming = max(LEAST_JOINING, JOINING * scene.clients)
    with peer.running() as (port, process):
        crowd = Crowd(port, peer.dialect())
        try:
            crowd.come(1)
            crowd.memory_before = kilobytes(process.pid, "VmRSS")
            if crowd.come(scene.clients - 1, peer.at_once, coming) < scene.clients - 1:
                return [NONE] * len(scene.rows)
            return [row.measure(crowd, process.pid) or NONE for row in scene.rows]
        except OSError:
            return [NONE] * len(scene.rows)
        finally:
            crowd.goes()


def stolen() -> float:
    """Return the seconds, of all processors together, that other machines have taken from this one."""
    every_processor = Path("/proc/stat").read_text().splitlines()[0].split()
    return int(every_processor[8]) / os.sysconf("SC_CLK_TCK")


def measure_in_a_calm_moment(scene: Scene, peer: Peer) -> list[float]:
    """Measure; where other machines took too much meanwhile, measure again, but not for ever."""
    end = time.monotonic() + CALM_SECONDS
    while True:
        started, before = time.monotonic(), stolen()
        figures = measure(scene, peer)
        now = time.monotonic()
        if stolen() - before <= MOST_STOLEN * (now - started) or now >= end:
            return figures


def figures_of(scene: Scene, servers: list[Peer], rounds: int) -> Figures:
    """Measure all in turn, so many times, and return the medians; who fails once is left alone."""
    taken: dict[str, list[list[float]]] = {peer.name: [] for peer in servers}
    for _ in range(rounds):
        for peer in servers:
            if all(value == value for values in taken[peer.name] for value in values):
                taken[peer.name].append(measure_in_a_calm_moment(scene, peer))
    return {
        (row.name, name): statistics.median(values) if all(value == value for value in values) else NONE
        for name, measured in taken.items()
        for row, values in zip(scene.rows, zip(*measured, strict=True), strict=True)
    }


def main() -> int:
    """Measure, print the table, draw the picture."""
    parser = argparse.ArgumentParser(prog="grader.py bench", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="measure the scenes with a row whose name holds TEXT"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement; the median counts")
    parser.add_argument("--svg", type=Path, metavar="FOLDER", help="write table.svg and plot.svg there")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # each connection takes one, here as there
    servers = peers()
    scenes = [scene for scene in SCENES if any(options.only in row.name for row in scene.rows)]
    rows = [row for scene in scenes for row in scene.rows]
    figures: Figures = {}
    for scene in scenes:
        figures.update(figures_of(scene, servers, options.rounds))
        for row in scene.rows:
            told = ", ".join(f"{peer.name} {figures[row.name, peer.name]:.3g}" for peer in servers)
            print(f"{row.name} ({row.unit}): {told}", file=sys.stderr, flush=True)
    console = Console(record=True)
    console.print(table(rows, servers, figures))
    if options.svg:
        console.save_svg(str(options.svg / "table.svg"), title="python grader.py bench")
        (options.svg / "plot.svg").write_text(plot.dots(rows, servers, figures), "utf-8")
    return 0


def table(rows: list[Row], servers: list[Peer], figures: Figures) -> Table:
    """Return our figures, and how many times better they are than those of each of the others."""
    ours, *others = [peer.name for peer in servers]
    shown = Table("", box=None, title=f"{ours}, and how many times better it is than", caption=" ".join(LEGEND.split()))
    shown.add_column(ours, justify="right")
    for name in others:
        shown.add_column(name, justify="right")
    for row in rows:
        mine = figures[row.name, ours]
        ratios = [mine / figures[row.name, name] for name in others]
        better = [ratio if row.more_is_better else 1 / ratio for ratio in ratios]
        shown.add_row(row.name, f"{_short(mine)} {row.unit}", *[_short(x) for x in better])
    return shown


def _short(value: float) -> str:
    """Return a figure with two or three digits."""
    if value != value:
        return "–"
    if value >= 1e5:
        return f"{value / 1e6:.2f} M"
    return f"{value:.0f}" if value >= 10 else f"{value:.1f}"


if __name__ == "__main__":
    sys.exit(main())
