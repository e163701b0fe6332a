"""Measure the finished server beside others, in one run: who delivers how many lines, and what one client costs others.

python grader.py bench                  everything; a few minutes
python grader.py bench --only talk      the rows whose name holds `talk`
python grader.py bench --svg FOLDER     writes the table and a plot there, as pictures
"""

from __future__ import annotations

import argparse
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.kit.bench import plot
from tests.kit.bench.crowd import Crowd, flood, pace, percentile, stuff, talk
from tests.kit.bench.peers import Peer, peers

SECONDS = 1.0  # of talking in each measurement
JOINING = 60.0  # seconds until we give up on whoever has not joined
STUFFING = 8_000_000  # bytes said to a stalled reader: more than the system keeps for it
RATE = 50  # lines a second, where delays are measured

Figures = dict[tuple[str, str], float]  # by the names of row and server
Measure = Callable[[Crowd, int], float]  # of a crowd and the process id of the server


@dataclass(frozen=True)
class Row:
    """One thing to measure: with how many clients, and whether more is better."""

    name: str
    unit: str
    clients: int
    measure: Measure
    more_is_better: bool = True
    scale: float = 1.0


def resident(pid: int) -> float:
    """Return the memory of a process in bytes."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return float(line.split()[1]) * 1024
    return float("nan")


def delay(part: float) -> Measure:
    return lambda crowd, pid: percentile(pace(crowd, RATE, SECONDS), part)


def delay_beside_a_stalled_reader(crowd: Crowd, pid: int) -> float:
    """Return how many times longer a line takes once somebody reads nothing of a few megabytes."""
    before = percentile(pace(crowd, RATE, SECONDS), 0.99)
    crowd.stalls(crowd.members[-1])
    stuff(crowd, STUFFING)
    return percentile(pace(crowd, RATE, SECONDS), 0.99) / before


def seconds_until_resets_are_told(crowd: Crowd, pid: int) -> float:
    """Break half of all connections at once; return how long it takes until everyone left has heard of each."""
    leavers, stayers = crowd.members[: len(crowd.members) // 2], crowd.members[len(crowd.members) // 2 :]
    left = dict.fromkeys((member.name for member in stayers), 0)
    for member in stayers:
        member.on_data = lambda data, name=member.name: left.update({name: left[name] + crowd.dialect.count_left(data)})  # type: ignore[misc]
    started = time.monotonic()
    crowd.resets(leavers)
    crowd.serve(until=lambda: min(left.values()) >= len(leavers), seconds=15.0)
    return time.monotonic() - started if min(left.values()) >= len(leavers) else float("nan")


def memory_of_a_client(crowd: Crowd, pid: int) -> float:
    return (resident(pid) - crowd.memory_before) / len(crowd.members)


ROWS = [
    *[Row(f"flood, 1 to {n}", "lines/s", n, lambda crowd, pid: flood(crowd, 1, SECONDS)) for n in (10, 100, 500)],
    *[Row(f"flood, 10 to {n}", "lines/s", n, lambda crowd, pid: flood(crowd, 10, SECONDS)) for n in (100, 500)],
    *[Row(f"talk, {n}", "lines/s", n, lambda crowd, pid: talk(crowd, SECONDS)) for n in (100, 500)],
    Row("delay, median", "ms", 100, delay(0.5), more_is_better=False, scale=1000),
    Row("delay, p99", "ms", 100, delay(0.99), more_is_better=False, scale=1000),
    Row("stalled reader", "times", 20, delay_beside_a_stalled_reader, more_is_better=False),
    Row("200 of 400 reset", "ms", 400, seconds_until_resets_are_told, more_is_better=False, scale=1000),
    *[Row(f"join, {n}", "s", n, lambda crowd, pid: crowd.seconds_to_come, more_is_better=False) for n in (2000, 5000)],
    Row("talk, 5000", "lines/s", 5000, lambda crowd, pid: talk(crowd, 5 * SECONDS)),
    Row("memory, idle", "kB", 1000, memory_of_a_client, more_is_better=False, scale=1 / 1024),
]
LEGEND = """
flood: so many people say as much as they can to so many. talk: everybody speaks, and again once it came back.
delay: of a line to each of 100, at 50 lines a second. stalled reader: by what factor one who stops reading changes
the p99 of the others. reset: until all know that half of them broke off. join: until so many are in.
memory: of the server for each of 1000 idle clients. –: not all could join within a minute.
"""


def measure(row: Row, peer: Peer) -> float:
    """Return one figure; not a number where the server did not seat everyone or did not come to an end."""
    with peer.running() as (port, process):
        crowd = Crowd(port, peer.dialect())
        try:
            crowd.come(1)
            crowd.memory_before = resident(process.pid)
            if crowd.come(row.clients - 1, peer.at_once, JOINING) < row.clients - 1:
                return float("nan")
            return row.measure(crowd, process.pid) * row.scale
        except OSError:
            return float("nan")
        finally:
            crowd.goes()


def rounds(row: Row, servers: list[Peer], count: int) -> list[tuple[list[float], Peer]]:
    """Measure all in turn, so many times; who fails once is left alone."""
    taken: list[tuple[list[float], Peer]] = [([], peer) for peer in servers]
    for _ in range(count):
        for values, peer in taken:
            if all(x == x for x in values):
                values.append(measure(row, peer))
    return taken


def main() -> int:
    """Measure, print the table, draw the picture."""
    parser = argparse.ArgumentParser(prog="grader.py bench", description=__doc__.partition("\n")[0])
    parser.add_argument("--only", default="", metavar="TEXT", help="measure the rows whose name holds TEXT")
    parser.add_argument("--rounds", type=int, default=3, help="of each measurement; the median counts")
    parser.add_argument("--svg", type=Path, metavar="FOLDER", help="write table.svg and plot.svg there")
    options = parser.parse_args()
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))  # each connection takes one, here as there
    rows, servers = [row for row in ROWS if options.only in row.name], peers()
    figures: Figures = {}
    for row in rows:
        for values, peer in rounds(row, servers, options.rounds):
            figures[row.name, peer.name] = statistics.median(values) if all(x == x for x in values) else float("nan")
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
