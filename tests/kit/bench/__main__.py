"""Measure the finished server beside others, in one run: who delivers how many lines, and what one client costs others.

python grader.py bench                  everything; up to an hour
python grader.py bench --only talk      the rows whose name holds `talk`
python grader.py bench --svg FOLDER     writes the table and a plot there, as pictures
python grader.py bench --tls            what encryption costs the challenge `encryption`, and an asyncio server
"""

from __future__ import annotations

import argparse
import resource
import sys
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.kit.bench import encryption, plot
from tests.kit.bench.measuring import Figures, figures_of
from tests.kit.bench.peers import Peer, peers
from tests.kit.bench.scenes import LEGEND, SCENES, Row


def main() -> int:
    """Measure, print the table, draw the picture."""
    parser = argparse.ArgumentParser(prog="grader.py bench", description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--only", default="", metavar="TEXT", help="measure the scenes with a row whose name holds TEXT"
    )
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement; the median counts")
    parser.add_argument("--svg", type=Path, metavar="FOLDER", help="write table.svg and plot.svg there")
    parser.add_argument("--tls", action="store_true", help="measure what encryption costs, and nothing else")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # each connection takes one, here as there
    if options.tls:
        Console().print(encryption.table(encryption.figures(options.rounds)))
        return 0
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
